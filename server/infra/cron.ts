import 'server-only'

// Both countries keep one zone, UTC+5; a timetable is written in it.
const zoneMilliseconds = 5 * 3_600_000
const minute = 60_000
const longest = 366 * 24 * 60

const ranges = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]] as const

type Range = readonly [low: number, high: number]

/** Beginning and end of '*', '5' or '5-9'; with a step '5/10' goes to the end of the range. */
function spanOf(text: string, stepped: boolean, [low, high]: Range): Range {
  if (text === '*') return [low, high]
  const [from, to] = text.split('-').map(Number)
  if (from === undefined) return [low, high]
  return [from, to ?? (stepped ? high : from)]
}

function valuesOf(part: string, range: Range): number[] {
  if (!/^([*]|\d+(-\d+)?)(\/\d+)?$/.test(part)) throw new Error(`not a cron field: ${part}`)
  const [text = '', step] = part.split('/')
  const every = step === undefined ? 1 : Number(step)
  const [start, end] = spanOf(text, step !== undefined, range)
  if (start < range[0] || end > range[1] || start > end || every < 1) throw new Error(`not a cron field: ${part}`)
  return Array.from({ length: Math.floor((end - start) / every) + 1 }, (_, index) => start + index * every)
}

function parseField(text: string, range: Range): Set<number> {
  return new Set(text.split(',').flatMap(part => valuesOf(part, range)))
}

/** The first minute after the instant that fits 'minute hour day month weekday' in UTC+5. */
export function nextCron(expression: string, after: Date): Date {
  const fields = expression.trim().split(/\s+/)
  if (fields.length !== 5) throw new Error(`cron needs five fields: ${expression}`)
  const wanted = fields.map((field, index) => parseField(field, ranges[index] ?? [0, 0]))
  let at = Math.floor(after.getTime() / minute) * minute
  for (let count = 0; count < longest; count += 1) {
    at += minute
    const local = new Date(at + zoneMilliseconds)
    const parts = [local.getUTCMinutes(), local.getUTCHours(), local.getUTCDate(), local.getUTCMonth() + 1, local.getUTCDay()]
    if (parts.every((part, index) => wanted[index]?.has(part))) return new Date(at)
  }
  throw new Error(`cron never happens: ${expression}`)
}
