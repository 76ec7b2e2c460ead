import superjson from 'superjson'
import { describe, expect, it } from 'vitest'
import { fromWire, toWire } from '#app/_client/wire.ts'

const samples: unknown[] = [
  undefined,
  null,
  5n,
  'text',
  new Date(0),
  [1n, [2n, undefined]],
  { amount: -12_345n, at: new Date('2026-11-24T13:05:00Z'), nothing: undefined, list: [{ of: 1n }, 'x', null, true] },
  { 'key.with.dots': 1n, 'back\\slash.': { deep: new Date(1) } },
  { a: { b: { c: [{ d: 0n }] } } },
]

describe('the wire', () => {
  it.each(samples.map((sample, index) => [index, sample]))('is read by superjson as it was meant (%i)', (_, sample) => {
    const sent = JSON.parse(JSON.stringify(toWire(sample)))
    expect(superjson.deserialize(sent)).toEqual(sample)
  })

  it.each(samples.map((sample, index) => [index, sample]))('reads what superjson wrote (%i)', (_, sample) => {
    const came = JSON.parse(JSON.stringify(superjson.serialize(sample)))
    expect(fromWire(came)).toEqual(sample)
  })

  it('reads sets, which only the server sends', () => {
    expect(fromWire(JSON.parse(JSON.stringify(superjson.serialize({ rights: new Set(['a', 'b']) }))))).toEqual({ rights: new Set(['a', 'b']) })
  })
})
