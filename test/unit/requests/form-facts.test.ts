import { expect, test } from 'vitest'
import { blankRequest, missingField, readyRequest } from '#app/_parts/requests/form-facts.ts'
import type { CategoryFacts } from '#server/requests/rules.ts'

const categories = [{ category: 'LIFT', places: ['LIFT'], emergencyPossible: true }, { category: 'ROOF', places: ['ROOF', 'ENTRANCE'], emergencyPossible: false }] as unknown as CategoryFacts[]
const homes = [{ buildingId: 'b', premisesId: 'p', house: 'Abay 12', flat: '25', entrance: 1 }]

test.each([
  [{}, false, 'text'],
  [{ text: 'x' }, false, 'category'],
  [{}, true, 'category'],
  [{ text: 'x', category: 'ROOF' }, false, 'place'],
  [{ category: 'LIFT' }, false, 'text'],
] as const)('what is not ready names the first empty field of the form: %o', (typed, hasPhoto, field) => {
  const given = { ...blankRequest, ...typed }
  expect(readyRequest(given, { homes, categories, hasPhoto })).toBeNull()
  expect(missingField(given, { categories, hasPhoto })).toBe(field)
})
