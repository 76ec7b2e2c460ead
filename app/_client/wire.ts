// The part of superjson's format that our procedures use: bigint, Date and undefined.
// The library itself weighs more than this whole folder; test/unit/client/wire.test.ts holds the two together.
type Meta = { values?: unknown; v?: number }

export type Wire = { json: unknown; meta?: Meta }

type Notes = Record<string, readonly [string]>

export function toWire(value: unknown): Wire {
  const notes: Notes = {}
  const json = encode(value, [], notes)
  const own = notes['']
  if (own) return { json, meta: { values: own, v: 1 } }
  return Object.keys(notes).length > 0 ? { json, meta: { values: notes, v: 1 } } : { json }
}

export function fromWire(wire: Wire): unknown {
  const values = wire.meta?.values
  if (values === undefined) return wire.json
  const holder: Record<string, unknown> = { root: wire.json }
  apply(values, ['root'], holder)
  return holder['root']
}

function encode(value: unknown, path: readonly string[], notes: Notes): unknown {
  const kind = kindOf(value)
  if (kind) notes[path.map(escape).join('.')] = [kind]
  if (value === undefined) return null
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map((item, index) => encode(item, [...path, String(index)], notes))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, [...path, key], notes)]))
}

function kindOf(value: unknown): string | null {
  if (value === undefined) return 'undefined'
  if (typeof value === 'bigint') return 'bigint'
  return value instanceof Date ? 'Date' : null
}

function apply(tree: unknown, path: readonly string[], holder: Record<string, unknown>): void {
  if (Array.isArray(tree)) {
    if (isRecord(tree[1])) apply(tree[1], path, holder)
    return revive(tree[0], path, holder)
  }
  if (!isRecord(tree)) return
  for (const [key, branch] of Object.entries(tree)) apply(branch, [...path, ...unescape(key)], holder)
}

function revive(kind: unknown, path: readonly string[], holder: Record<string, unknown>): void {
  let parent: unknown = holder
  for (const step of path.slice(0, -1)) parent = isRecord(parent) ? parent[step] : undefined
  const last = path.at(-1)
  if (!isRecord(parent) || last === undefined) return
  parent[last] = decode(kind, parent[last])
}

function decode(kind: unknown, value: unknown): unknown {
  if (kind === 'undefined') return undefined
  if (kind === 'bigint') return BigInt(String(value))
  if (kind === 'Date') return new Date(String(value))
  if (kind === 'set') return new Set(Array.isArray(value) ? value : [])
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function escape(key: string): string {
  return key.replaceAll('\\', '\\\\').replaceAll('.', '\\.')
}

function unescape(path: string): string[] {
  const parts = ['']
  for (let at = 0; at < path.length; at += 1) {
    const last = parts.length - 1
    if (path[at] === '.') parts.push('')
    else if (path[at] === '\\') parts[last] += path[(at += 1)] ?? ''
    else parts[last] += path[at] ?? ''
  }
  return parts
}
