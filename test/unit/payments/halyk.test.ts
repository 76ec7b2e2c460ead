import { describe, expect, test } from 'vitest'
import { judgeStatus, keptActs, readNotice, readStatus, refusalOf, tengeOf, tiynOf, type HalykOrder, type HalykStatus } from '#server/payments/halyk/rules.ts'

const order: HalykOrder = { number: '100000001', amount: 1_842_050n, currency: 'KZT', terminal: 't-1', twoStage: false, payment: 'PENDING', ended: false, overdue: false, refundAsked: false, bankAmount: null }
const status: HalykStatus = { answer: 'FOUND', code: '100', id: 'bank-1', state: 'CHARGE', invoiceId: '100000001', amount: 1_842_050n, currency: 'KZT', terminals: ['', 't-1'], reference: '' }
const none: HalykStatus = { ...status, answer: 'NONE', code: '102', state: '' }

describe('what the bank\'s word means (payments.md 7.5, 7.8)', () => {
  test.each<[string, Partial<HalykOrder>, Partial<HalykStatus>, string, string | null]>([
    ['collected', {}, {}, 'SETTLE', null],
    ['collected, after our time', { ended: true }, {}, 'SETTLE', null],
    ['collected for an order that is over', { payment: 'EXPIRED' }, {}, 'QUARANTINE', 'LATE'],
    ['collected for one that was let go', { payment: 'CANCELLED' }, {}, 'QUARANTINE', 'LATE'],
    ['collected already', { payment: 'PAID' }, {}, 'WAIT', null],
    ['collected, to be given back', { payment: 'PAID', refundAsked: true }, {}, 'REFUND', null],
    ['kept apart, to be given back', { payment: 'PENDING', refundAsked: true }, { amount: 1n }, 'REFUND', null],
    ['held only, to be given back', { payment: 'PENDING', refundAsked: true }, { state: 'AUTH' }, 'CANCEL', null],
    ['to be given back, but somebody else\'s', { payment: 'PENDING', refundAsked: true }, { invoiceId: '1' }, 'QUARANTINE', 'INVOICE'],
    ['to be given back, but of another sum: a person is told', { payment: 'PAID', refundAsked: true }, { amount: 1n }, 'REFUSED', 'AMOUNT'],
    ['to be given back, but on another terminal: a person is told', { payment: 'PAID', refundAsked: true }, { terminals: ['t-2'] }, 'REFUSED', 'TERMINAL'],
    ['collected for an order that is over, another sum', { payment: 'EXPIRED' }, { amount: 1n }, 'QUARANTINE', 'LATE'],
    ['collected for an order that is over, on a terminal that is not ours', { payment: 'EXPIRED' }, { terminals: ['t-2'] }, 'QUARANTINE', 'TERMINAL'],
    ['collected for an order that is over, in another currency', { payment: 'CANCELLED' }, { currency: 'USD' }, 'QUARANTINE', 'CURRENCY'],
    ['kept apart, and given back in part', { bankAmount: 2n }, { state: 'REFUND', amount: 1n }, 'QUARANTINE', 'AMOUNT'],
    ['kept apart, and given back whole', { bankAmount: 2n }, { state: 'REFUND', amount: 2n }, 'RELEASE', null],
    ['the bank does not tell', {}, { answer: 'UNKNOWN' }, 'WAIT', null],
    ['the bank does not tell, over', { ended: true }, { answer: 'UNKNOWN' }, 'WAIT', null],
    ['the bank does not tell for a day', { ended: true, overdue: true }, { answer: 'UNKNOWN' }, 'QUARANTINE', 'UNKNOWN'],
    ['the bank does not tell of what is paid', { payment: 'PAID', ended: true, overdue: true }, { answer: 'UNKNOWN' }, 'WAIT', null],
    ['another order', {}, { invoiceId: '100000002' }, 'QUARANTINE', 'INVOICE'],
    ['another sum', {}, { amount: 1_842_051n }, 'QUARANTINE', 'AMOUNT'],
    ['no sum', {}, { amount: null }, 'QUARANTINE', 'AMOUNT'],
    ['another currency', {}, { currency: 'USD' }, 'QUARANTINE', 'CURRENCY'],
    ['another terminal', {}, { terminals: ['', ''] }, 'QUARANTINE', 'TERMINAL'],
    ['held, one stage', {}, { state: 'AUTH' }, 'WAIT', null],
    ['held, one stage, over', { ended: true }, { state: 'AUTH' }, 'QUARANTINE', 'AUTH'],
    ['held, two stages', { twoStage: true }, { state: 'AUTH' }, 'CHARGE', null],
    ['held, two stages, another sum', { twoStage: true }, { state: 'AUTH', amount: 1n }, 'QUARANTINE', 'AMOUNT'],
    ['failed, and another card may be tried', {}, { state: 'FAILED' }, 'WAIT', null],
    ['failed, over', { ended: true }, { state: 'REJECT' }, 'RELEASE', null],
    ['failed after it was paid', { payment: 'PAID' }, { state: 'FAILED' }, 'WAIT', null],
    ['given back', { payment: 'PAID' }, { state: 'REFUND' }, 'REVERSE', null],
    ['given back in part', { payment: 'PAID' }, { state: 'REFUND', amount: 1n }, 'QUARANTINE', 'AMOUNT'],
    ['given back before we knew', {}, { state: 'REFUND' }, 'RELEASE', null],
    ['given back twice', { payment: 'REFUNDED' }, { state: 'REFUND' }, 'WAIT', null],
    ['on its way', { ended: false }, { state: '3D' }, 'WAIT', null],
    ['on its way for too long', { ended: true }, { state: 'NEW' }, 'EXPIRE', null],
  ])('%s', (_name, ofOrder, ofStatus, act, difference) => {
    expect(judgeStatus({ ...order, ...ofOrder }, { ...status, ...ofStatus })).toEqual({ act, difference })
  })

  test('a bank that knows nothing of it', () => {
    expect(judgeStatus(order, none).act).toBe('WAIT')
    expect(judgeStatus({ ...order, ended: true }, none).act).toBe('EXPIRE')
    expect(judgeStatus({ ...order, ended: true, payment: 'PAID' }, none).act).toBe('WAIT')
  })
})

describe('what the bank writes', () => {
  test('tenge to the tiyn, or no sum at all', () => {
    expect([18420.5, '18420.50', '18420.500', 0.1, 100, '7'].map(tiynOf)).toEqual([1_842_050n, 1_842_050n, 1_842_050n, 10n, 10_000n, 700n])
    expect([18420.505, '-1', '', null, undefined, {}, '1e3', '1,5', Number.NaN].map(tiynOf)).toEqual(Array.from({ length: 9 }, () => null))
    expect([1_842_050n, 5n, 100n].map(tengeOf)).toEqual(['18420.50', '0.05', '1.00'])
  })

  test('a status without a result is none; one without a transaction was not found', () => {
    for (const text of ['', '<html>', '[]', '{}', 'null']) expect(readStatus(text)).toBeNull()
    expect(readStatus('{"resultCode":100,"transaction":{"id":"x","statusName":"charge","invoiceID":"100000001","amount":10.5,"currency":"KZT","terminalID":"t"}}'))
      .toMatchObject({ answer: 'FOUND', state: 'CHARGE', amount: 1050n, terminals: ['', 't'] })
  })

  test.each([['100', 'UNKNOWN', ''], ['101', 'FOUND', 'REJECT'], ['102', 'NONE', ''], ['103', 'UNKNOWN', ''], ['104', 'UNKNOWN', ''], ['107', 'UNKNOWN', ''], ['109', 'UNKNOWN', ''], ['-1', 'UNKNOWN', ''], ['999', 'UNKNOWN', '']])(
    'resultCode %s without a payment says %s: only what is described is concluded', (resultCode, answer, state) => {
      expect(readStatus(JSON.stringify({ resultCode, transaction: null }))).toMatchObject({ answer, state, code: resultCode })
    })

  test('a refusal of an operation is kept in the bank\'s words, without long numbers', () => {
    expect([[200, ''], [200, '{"code":0,"message":"ok"}'], [204, '']].map(([status, body]) => refusalOf(status as number, body as string))).toEqual([null, null, null])
    expect(refusalOf(400, '{"code":492,"message":"Refund window is over for 4400 4300 1234 5678"}')).toBe('492 Refund window is over for ***')
    expect(refusalOf(200, '{"code":-7,"message":"no"}')).toBe('-7 no')
    expect(refusalOf(404, '<html>')).toBe('HTTP 404')
  })

  test('what a person may do with what came back: an order the bank refused is theirs again; what the bank does not tell of is placed nowhere', () => {
    const kept = { state: 'QUARANTINED', difference: 'AMOUNT', bankState: 'CHARGE', payment: 'PENDING' as const, currency: 'KZT' as const, bankAmount: 1n, bankCurrency: 'KZT', refundAsked: false, refusal: '492 no' }
    expect(keptActs(kept)).toMatchObject({ place: null, giveBack: null })
    expect(keptActs({ ...kept, difference: 'UNKNOWN', bankState: null, refusal: null })).toEqual({ place: 'statements.orderNoMoney', giveBack: 'statements.orderNoMoney', close: null })
    expect(keptActs({ ...kept, difference: 'TERMINAL' }).place).toBe('statements.orderNoMoney')
    expect(keptActs({ ...kept, state: 'PAID', payment: 'PAID', difference: null })).toEqual({ place: 'statements.orderNotKept', giveBack: null, close: null })
    expect(keptActs({ ...kept, state: 'PAID', payment: 'PAID', refusal: null }).giveBack).toBe('statements.orderNotKept')
  })

  test('a notice keeps neither the card nor the person', () => {
    const notice = readNotice('POST', JSON.stringify({ invoiceId: 100000001, secret_hash: 's', code: 'ok', amount: 1, cardMask: '440043...1234', name: 'A', email: 'b', phone: 'c' }))
    expect(notice).toEqual({ invoiceId: '100000001', secretHash: 's', code: 'ok', shown: { invoiceId: '100000001', amount: '1', code: 'ok' } })
  })
})
