import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appRouter } from '#server/api/root.ts'
import { proceduresOf, tightened, type Procedures } from '#test/support/procedures.ts'

const file = join(import.meta.dirname, '../procedures.json')

describe('procedures are append-only within a year: old phones keep old code (architecture 5.6)', () => {
  it('none has vanished, none takes less than it took', () => {
    const now = proceduresOf(appRouter)
    const stored = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Procedures : {}
    expect(tightened(stored, now)).toEqual([])
    if (process.env['UPDATE_PROCEDURES'] === '1') return writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`)
    expect(now, 'what is new is written down by UPDATE_PROCEDURES=1 npm test -- contract').toEqual(stored)
  })
})

const one = (input: object, kind = 'mutation'): Procedures => ({ 'meters.submit': { kind, input: { ...input } } })
const text = { type: 'string', maxLength: 10 }

describe('the comparison', () => {
  it.each([
    ['a vanished procedure', one({}), {}, 'has vanished'],
    ['another kind', one({}), one({}, 'query'), 'was a mutation and is a query'],
    ['a new duty', one({ type: 'object', properties: {}, required: [] }), one({ type: 'object', properties: { id: text }, required: ['id'] }), 'now needs id'],
    ['a dropped field', one({ type: 'object', properties: { id: text } }), one({ type: 'object', properties: {} }), 'no longer takes id'],
    ['a narrower limit', one(text), one({ ...text, maxLength: 9 }), 'maxLength is now 9, was 10'],
    ['a limit where there was none', one({ type: 'string' }), one(text), 'maxLength is now 10'],
    ['a word fewer', one({ enum: ['A', 'B'] }), one({ enum: ['A'] }), 'no longer takes B'],
    ['a type of another kind inside a list', one({ type: 'array', items: { type: 'string' } }), one({ type: 'array', items: { type: 'number' } }), 'type is now "number"'],
    ['a variant fewer', one({ anyOf: [{ type: 'string' }, { type: 'null' }] }), one({ anyOf: [{ type: 'string' }] }), 'no longer takes {"type":"null"}'],
  ])('names %s', (_, before, now, sentence) => expect(tightened(before, now).join()).toContain(sentence))

  it('lets a shape grow: a new field that may be left out, a wider limit, a word more, null beside', () => {
    const before = one({ type: 'object', properties: { a: text, b: { enum: ['A'] }, c: { type: 'string' } }, required: ['a', 'b'] })
    const now = one({ type: 'object', properties: { a: { ...text, maxLength: 20 }, b: { enum: ['A', 'B'] }, c: { anyOf: [{ type: 'string' }, { type: 'null' }] }, d: text }, required: ['a'] })
    expect(tightened(before, now)).toEqual([])
  })
})
