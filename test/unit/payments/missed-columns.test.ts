import { expect, test } from 'vitest'
import { inWords } from '#app/[locale]/(staff)/staff/statements/[building]/[statement]/missed-columns.ts'
import { texts } from '#server/infra/texts.ts'
import { usualHeaders } from '#server/payments/statements/schema.ts'

const t = texts('uz')
const columns = 'Лицевой счёт, Сумма'
const said = (failure: string, named: Parameters<typeof inWords>[0]['columns'] = {}) => inWords({ failure, failureParams: { columns }, columns: named }, t)['columns']

test('only a column that was missed is named in the reader\'s language; one that the file has twice stays as the file has it', () => {
  expect(columns).toBe(`${usualHeaders.account}, ${usualHeaders.amount}`)
  expect(said('statements.columnsMissing')).toBe(`${t('statements.form.account')}, ${t('statements.form.amount')}`)
  expect(said('statements.columnsMissing')).not.toContain(usualHeaders.account)
  expect(said('statements.columnsRepeated')).toBe(columns)
})

test('a column that a person named stays as they named it', () => {
  expect(said('statements.columnsMissing', { amount: usualHeaders.amount })).toBe(`${t('statements.form.account')}, Сумма`)
})
