import { expect, test } from 'vitest'
import { debtorsFile } from '#server/billing/debtors/rules.ts'

test('sums stand with a comma, and a cell that a spreadsheet would reckon, or that holds a mark of the file, is text', () => {
  const row = { premisesId: 'p', number: '0000000018', unitKind: 'APARTMENT', unitNumber: '1', owed: 1_234_506n, overdue: 1_000_000n, underWay: 0n, disputed: 2_000_000n, requests: [7, 12] }
  const say = (key: string) => (key.startsWith('identity.') ? '=cmd|"x";' : key.slice('billing.debtors.'.length))
  const [head, line] = debtorsFile([row], { house: 'Abay; 12', currency: 'KZT' }, { day: '2026-11-21', say }).split('\r\n')
  expect(head).toBe('\uFEFFday;house;number;home;owed, KZT;overdue, KZT;underWay, KZT;disputed, KZT;undisputed, KZT;requests')
  expect(line).toBe(`2026-11-21;"Abay; 12";0000000018;"'=cmd|""x"";";12345,06;10000,00;0,00;20000,00;0,00;№ 7, № 12`)
})
