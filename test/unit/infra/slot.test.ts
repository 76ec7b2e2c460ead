import { expect, test, vi } from 'vitest'

test('two copies of a module share what has state (settled 20)', async () => {
  const first = await import('#server/infra/slot.ts')
  vi.resetModules()
  const second = await import('#server/infra/slot.ts')
  expect(second.slot).not.toBe(first.slot)
  const made = first.slot('tests.slot', () => ({ count: 1 }))
  expect(second.slot('tests.slot', () => ({ count: 2 }))).toBe(made)
})
