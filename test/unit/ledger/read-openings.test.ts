import { expect, it } from 'vitest'
import { openingFunds, readOpenings } from '#app/[locale]/(staff)/staff/registry/[buildingId]/openings/read-openings.ts'

const known = [{ number: '7000000012', opened: null }, { number: '7000000020', opened: null }, { number: '7000000038', opened: 500n }, { number: '7000000046', opened: null }]
const read = (text: string) => readOpenings(text, openingFunds.KZT, known)

it('rows of a table become sums by fund: a heading, empty lines and nothing to bring are passed over', () => {
  const { rows, wrong, empty } = read('Счёт;Коммунальные;Содержание;Капремонт;Пеня\r\n700 000 0012;1 250,75;;300;\n\n7000000020\t-40\t0\n7000000046;0;;;')
  expect(wrong).toEqual([])
  expect(empty).toBe(1)
  expect(rows).toEqual([{ row: 2, number: '7000000012', lines: [{ fund: 'UTILITIES', amount: 125_075n }, { fund: 'SAVINGS', amount: 30_000n }], total: 155_075n }, { row: 4, number: '7000000020', lines: [{ fund: 'UTILITIES', amount: -4000n }], total: -4000n }])
})

it.each([
  ['7000000099;10', 'account'], ['7000000038;10', 'opened'], ['7000000012;1\n7000000012;2', 'twice'], ['7000000012;1,005', 'sum'], ['7000000012;ten', 'sum'], ['7000000012;1;2;3;4;5', 'cells'], ['7000000012', 'cells'],
])('%j is told and never guessed', (text, problem) => {
  expect(read(text).wrong.map(each => each.problem)).toEqual([problem])
})

it('Uzbekistan has no savings: a fourth sum is one too many', () => {
  expect(readOpenings('7000000012;1;2;3;4', openingFunds.UZS, known).wrong).toMatchObject([{ row: 1, problem: 'cells' }])
})
