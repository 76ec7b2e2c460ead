import { expect, test } from 'vitest'
import { readLines } from '#app/[locale]/(staff)/staff/repairs/[buildingId]/[programmeId]/read-lines.ts'

test('a row of an estimate is a name, a unit, a quantity and a price, then its names in other languages', () => {
  expect(readLines('Tom qoplamasi; m²; 120,5; 85000; ru: Кровля; KK : Шатыр жабыны;\n\nChiqindi; t; 2; 320000,50\n')).toEqual({ wrong: null, lines: [
    { code: '1', name: 'Tom qoplamasi', names: { ru: 'Кровля', kk: 'Шатыр жабыны' }, unit: 'm²', quantity: '120.5', unitPrice: 8_500_000n },
    { code: '2', name: 'Chiqindi', names: {}, unit: 't', quantity: '2', unitPrice: 32_000_050n }] })
})

test.each(['Chiqindi; t; 2', 'Chiqindi; t; two; 5', 'Chiqindi; t; 2; 5; Мусор', 'Chiqindi; t; 2; 5; en: Rubbish', 'Chiqindi; t; 2; 5; ru:'])('the row that cannot be read is named: %s', row => {
  expect(readLines(`Tom; m²; 1; 5\n${row}`).wrong).toBe(2)
})

test('the row that cannot be read is counted as it stands, empty rows too; the lines themselves are not', () => {
  expect(readLines('\nTom; m²; 1; 5\n  \nChiqindi; t; two; 5')).toMatchObject({ wrong: 4, lines: [{ code: '1' }] })
  expect(readLines('\nTom; m²; 1; 5\n\nChiqindi; t; 2; 5').lines.map(({ code }) => code)).toEqual(['1', '2'])
})
