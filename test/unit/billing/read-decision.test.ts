import { expect, it } from 'vitest'
import { readDecision } from '#app/[locale]/(staff)/staff/tariffs/read-decision.ts'
import { readLimit } from '#app/_parts/identity/numbers/read-limit.ts'
import { newId } from '#server/kernel/ids.ts'

const formOf = (typed: Record<string, string>) => Object.entries(typed).reduce((form, [name, value]) => { form.set(name, value); return form }, new FormData())
const ids = { buildingId: newId(), rateId: newId() }
const decision = { fund: 'CURRENT', kind: 'APARTMENT', perM2: ' 1 095,5 ', from: '2026-12-01', basis: ' Minutes No 3 ' }

it('a decision of the meeting is read with a decimal comma; what is no rate is said to be none', () => {
  expect(readDecision(formOf(decision), ids)).toEqual({ ...ids, ...decision, perM2: '1095.5', basis: 'Minutes No 3' })
  for (const wrong of ['', 'a lot', '-5', '1,23456']) expect(readDecision(formOf({ ...decision, perM2: wrong }), ids)).toBeNull()
})

it('a limit of codes is money in minor units or a number of codes, of a country or a prefix; the wrong field is named', () => {
  const typed = { name: 'MONEY_DAY', country: 'KZ', prefix: '', value: '250 000,50', basis: 'Order No 7' }
  expect(readLimit(formOf(typed))).toEqual({ name: 'MONEY_DAY', scope: 'KZ', value: '25000050', basis: 'Order No 7' })
  expect(readLimit(formOf({ ...typed, name: 'PREFIX_HOUR', prefix: '+7 (701)', value: '300' }))).toEqual({ name: 'PREFIX_HOUR', scope: '+7701', value: '300', basis: 'Order No 7' })
  expect(readLimit(formOf({ ...typed, name: 'PREFIX_HOUR', prefix: '8701', value: '300' }))).toEqual({ wrong: 'prefix' })
  for (const change of [{ value: 'much' }, { name: 'PREFIX_HOUR', value: '3,5' }]) expect(readLimit(formOf({ ...typed, ...change }))).toEqual({ wrong: 'value' })
})
