import 'server-only'

// A door in main.ts and a Next page load the same file twice: what has state must hang on one object
// that both copies see, or there would be two pools, two rate limits, two sets of metrics.
const root = Symbol.for('uyim.slots')

export function slot<T>(name: string, make: () => T): T {
  const holder = globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>
  const slots = (holder[root] ??= new Map())
  if (!slots.has(name)) slots.set(name, make())
  return slots.get(name) as T
}
