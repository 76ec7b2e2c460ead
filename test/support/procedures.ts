import { z } from 'zod/mini'

export type Schema = { [key: string]: unknown }
export type Procedures = Record<string, { kind: string; input: Schema | null }>
type Definition = { _def: { type?: string; inputs?: z.core.$ZodType[] } }

/** Every procedure of a router with the shape that a phone may send it, by path. */
export function proceduresOf(router: { _def: { procedures: object } }): Procedures {
  const all = Object.entries(router._def.procedures as Record<string, Definition>).map(([path, procedure]) => {
    const [input] = procedure._def.inputs ?? []
    // Dates and big integers travel as superjson writes them; in a shape they are what they say.
    const shape = input === undefined ? null : JSON.parse(JSON.stringify(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any', override: ({ zodSchema, jsonSchema }) => {
      const type = zodSchema._zod.def.type
      if (type === 'date' || type === 'bigint') Object.assign(jsonSchema, { type })
    } }))) as Schema
    if (shape) delete shape['$schema']
    return [path, { kind: procedure._def.type ?? 'query', input: shape }] as const
  })
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b)))
}

/** Sentences on what an old phone could send and no longer may; nothing: every old call is still taken. */
export function tightened(before: Procedures, now: Procedures): string[] {
  return Object.entries(before).flatMap(([path, old]) => {
    const procedure = now[path]
    if (!procedure) return [`${path} has vanished`]
    if (procedure.kind !== old.kind) return [`${path} was a ${old.kind} and is a ${procedure.kind}`]
    return narrowed(old.input ?? {}, procedure.input ?? {}, path)
  })
}

const list = (value: unknown): unknown[] => Array.isArray(value) ? value : []
const shape = (value: unknown): Schema => typeof value === 'object' && value !== null ? value as Schema : {}
const upper = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems']
const lower = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems']
const exact = ['type', 'format', 'pattern', 'const']

function narrowed(old: Schema, now: Schema, at: string): string[] {
  return [
    ...exact.filter(key => now[key] !== undefined && JSON.stringify(now[key]) !== JSON.stringify(old[key])).map(key => `${at}: ${key} is now ${JSON.stringify(now[key])}, was ${JSON.stringify(old[key])}`),
    ...upper.filter(key => now[key] !== undefined && Number(now[key]) < Number(old[key] ?? Infinity)).map(key => `${at}: ${key} is now ${String(now[key])}, was ${String(old[key])}`),
    ...lower.filter(key => now[key] !== undefined && Number(now[key]) > Number(old[key] ?? -Infinity)).map(key => `${at}: ${key} is now ${String(now[key])}, was ${String(old[key])}`),
    ...fewerValues(old, now, at), ...objects(old, now, at), ...variants(old, now, at),
    ...(now['items'] === undefined ? [] : narrowed(shape(old['items']), shape(now['items']), `${at}[]`)),
  ]
}

function fewerValues(old: Schema, now: Schema, at: string): string[] {
  if (now['enum'] === undefined) return []
  if (old['enum'] === undefined) return [`${at} takes only ${list(now['enum']).join(', ')}`]
  return list(old['enum']).filter(value => !list(now['enum']).includes(value)).map(value => `${at} no longer takes ${String(value)}`)
}

function objects(old: Schema, now: Schema, at: string): string[] {
  const [before, after] = [shape(old['properties']), shape(now['properties'])]
  return [
    ...list(now['required']).filter(name => !list(old['required']).includes(name)).map(name => `${at} now needs ${String(name)}`),
    ...Object.entries(before).flatMap(([name, property]) => after[name] === undefined ? [`${at} no longer takes ${name}`] : narrowed(shape(property), shape(after[name]), `${at}.${name}`)),
  ]
}

function variants(old: Schema, now: Schema, at: string): string[] {
  const [before, after] = [list(old['anyOf'] ?? old['oneOf']), list(now['anyOf'] ?? now['oneOf'])]
  if (after.length === 0) return []
  const known = before.length > 0 ? before : [old]
  return known.filter(each => !after.some(other => narrowed(shape(each), shape(other), at).length === 0)).map(each => `${at} no longer takes ${JSON.stringify(each)}`)
}
