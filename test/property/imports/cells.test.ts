import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCell } from '#server/imports/rules.ts'
import type { Cell, CellKind } from '#server/imports/schema.ts'

const kinds: readonly CellKind[] = ['text', 'name', 'code', 'integer', 'decimal', 'area', 'date', 'yesNo', 'choice', 'share', 'phone', 'personalId', 'unitNumber', 'flats']
const cell: fc.Arbitrary<Cell> = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.double().map(number => ({ number: String(number) })), fc.date({ noInvalidDate: true }), fc.boolean(), fc.constant(null))

test('whatever stands in a file, an answer comes: a value, or words about why not', () => {
  fc.assert(fc.property(cell, fc.constantFrom(...kinds), fc.constantFrom('UZ', 'KZ'), fc.boolean(), (each, kind, country, required) => {
    const { value, problems } = readCell(each, { field: 'f', headers: ['f'], kind, required, choices: { A: ['а', 'b'] } }, country)
    if (value === null && required) expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) {
      expect(problem.code).toMatch(/^imports[.]findings[.][a-zA-Z]+$/)
      expect(String(problem.params['value'] ?? '').length).toBeLessThanOrEqual(61)
    }
  }), { numRuns: 2000 })
})

test('what was read is read again as the same', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom<CellKind>('text', 'area', 'decimal', 'date', 'unitNumber', 'phone'), (text, kind) => {
    const rule = { field: 'f', headers: ['f'], kind }
    const first = readCell(text, rule, 'KZ')
    if (typeof first.value === 'string' && first.value !== '' && first.problems.length === 0) expect(readCell(first.value, rule, 'KZ').value).toBe(first.value)
  }), { numRuns: 2000, examples: [['к в0', 'unitNumber'], ['\u{1D649}\u02DC', 'unitNumber'], ['\u1FC6\uFE7E', 'unitNumber'], ['- -', 'unitNumber']] })
})
