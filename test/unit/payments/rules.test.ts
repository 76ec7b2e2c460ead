import { describe, expect, test } from 'vitest'
import { maskMessage } from '#server/payments/doors/message.ts'
import { askedOf, momentOf, readCall as readKaspi, sumOf } from '#server/payments/kaspi/rules.ts'
import { keyOf, readCall, wordAnswer } from '#server/payments/payme/rules.ts'
import { parseSum, paymentLife, paymeTicket, readPaymeTicket } from '#server/payments/rules.ts'
import { splitPayment, type AllocationRule } from '#server/payments/split/rules.ts'

describe('Payme\'s link and key (payments.md 2.5, vectors)', () => {
  const link = { merchant: '64b7f00f00f00f00f00f00f0', accountField: 'ls', number: '7701004512', amount: 12_500_050n, locale: 'uz', returnTo: 'https://uy.example/pay/done' } as const
  const ticket = 'bT02NGI3ZjAwZjAwZjAwZjAwZjAwZjAwZjA7YWMubHM9NzcwMTAwNDUxMjthPTEyNTAwMDUwO2w9dXo7Yz1odHRwczovL3V5LmV4YW1wbGUvcGF5L2RvbmU='
  test('the ticket', () => expect(paymeTicket(link)).toBe(ticket))
  test('Kazakh readers get Payme in Russian', () => expect(atob(paymeTicket({ ...link, locale: 'kk' }))).toContain(';l=ru;'))
  test('and back', () => expect(readPaymeTicket(ticket)).toEqual({ number: '7701004512', amount: 12_500_050n, returnTo: 'https://uy.example/pay/done' }))
  test.each(['', '%%%', btoa('m=1'), btoa('ac.ls=1;a=-5')])('no ticket: %s', text => expect(readPaymeTicket(text)).toBeNull())
  test('Basic UGF5Y29tOlRFU1RfS0VZXzAxMjM0NTY3ODk=', () => expect(keyOf('Basic UGF5Y29tOlRFU1RfS0VZXzAxMjM0NTY3ODk=')).toBe('TEST_KEY_0123456789'))
})

describe('Payme\'s answers', () => {
  test('a result', () => expect(wordAnswer(7, 'R{"state":1}')).toBe('{"jsonrpc":"2.0","id":7,"result":{"state":1}}'))
  test('an error with its field', () => expect(JSON.parse(wordAnswer('x', 'E-31050|ls'))).toMatchObject({ id: 'x', error: { code: -31050, data: 'ls', message: { uz: expect.any(String) as string } } }))
  test('an unknown code is our own fault', () => expect(JSON.parse(wordAnswer(null, 'E-1'))).toMatchObject({ id: null, error: { code: -32400 } }))
  test('a strange id is not sent back', () => expect(readCall('POST', '{"id":{"a":1},"method":"CheckTransaction","params":{"id":"x"}}').call.id).toBeNull())
})

describe('Kaspi\'s words', () => {
  test.each([['1234.50', 123_450n], ['7', 700n], ['0.1', 10n], ['12,5', 1250n]])('%s', (text, minor) => expect(sumOf(text)).toBe(minor))
  test.each(['', '-1', '1.234', '1e3', ' 1', '1 000', '٣'])('no sum: %s', text => expect(sumOf(text)).toBeNull())
  test('31 December by the bank\'s clock', () => expect(new Date(momentOf('20261231235959') ?? 0).toISOString()).toBe('2026-12-31T18:59:59.000Z'))
  test.each(['', '20261301000000', '20260230000000', '20260101250000', '2026-01-01'])('no moment: %s', text => expect(momentOf(text)).toBeNull())
  test('one question, however written', () => {
    const call = readKaspi('GET', 'command=pay&txn_id=5&account=5000 0000-18&sum=1200').call
    expect(call).not.toBeNull()
    expect(askedOf(call!)).toBe(askedOf({ ...call!, sum: '1200.00' }))
    expect(askedOf(call!)).not.toBe(askedOf({ ...call!, sum: '1200.01' }))
  })
})

describe('allocation', () => {
  const rule: AllocationRule = { ruleId: 'T', fundOrder: ['UTILITIES', 'CURRENT', 'PROGRAMME', 'PENALTY'], advanceFund: 'CURRENT' }
  const owed = [{ fund: 'PENALTY', amount: 5n }, { fund: 'CURRENT', amount: 20n }, { fund: 'PROGRAMME:b', amount: 7n }, { fund: 'PROGRAMME:a', amount: 3n }, { fund: 'UTILITIES', amount: -4n }]
  test('in the rule\'s order, programmes by id, the rest in advance', () => {
    expect(splitPayment(owed, 40n, rule)).toEqual([{ fund: 'CURRENT', amount: 25n }, { fund: 'PROGRAMME:a', amount: 3n }, { fund: 'PROGRAMME:b', amount: 7n }, { fund: 'PENALTY', amount: 5n }])
  })
  test('a part goes to the first', () => expect(splitPayment(owed, 21n, rule)).toEqual([{ fund: 'CURRENT', amount: 20n }, { fund: 'PROGRAMME:a', amount: 1n }]))
})

test('life of a payment: money moves only from PENDING to PAID and from PAID to REFUNDED', () => {
  expect(paymentLife.next('PENDING', 'settle')).toBe('PAID')
  for (const state of ['CANCELLED', 'EXPIRED', 'REFUNDED'] as const) expect(() => paymentLife.next(state, 'settle')).toThrow()
  expect(paymentLife.can('PAID', 'cancel')).toBe(false)
})

test.each([['1500', 150_000n], ['1 500,50', 150_050n], ['18\u00A0420.5', 1_842_050n]])('a person types %s', (text, minor) => expect(parseSum(text)).toBe(minor))
test.each(['', 'abc', '1.2.3', '-5', '1,234'])('no sum: %s', text => expect(parseSum(text)).toBeNull())

describe('what the log keeps (P22)', () => {
  test('passwords, cards and personal numbers go, the transaction\'s id stays', () => {
    const masked = maskMessage('{"params":{"password":"s3cret\\"x","id":"123456789012345678901234","card":"8600123412341234","pinfl":"31203945670012","time":1788613629000}}', '123456789012345678901234')
    expect(masked).not.toMatch(/s3cret|8600123412341234|31203945670012/)
    expect(masked).toContain('123456789012345678901234')
    expect(masked).toContain('1788613629000')
  })
})
