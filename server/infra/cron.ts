import 'server-only'

// Both countries keep one zone, UTC+5; a timetable is written in it.
const zoneMilliseconds = 5 * 3_600_000
const minute = 60_000
const longest = 366 * 24 * 60

const ranges = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]] as const

function parseField(text: string, [low, high]: readonly [number, number]): Set<number> {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const [, from, to, every] = /^(?:[*]|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? []
    if (part === '' || (from === undefined && !part.startsWith('*'))) throw new Error(`not a cron field: ${text}`)
    const start = from === undefined ? low : Number(from)
    const end = to !== undefined ? Number(to) : from === undefined || every !== undefined ? high : start
    if (start < low || end > high || start > end) throw new Error(`not a cron field: ${text}`)
    for (let value = start; value <= end; value += Number(every ?? 1)) values.add(value)
  }
  return values
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
