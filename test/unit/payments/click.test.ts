import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { md5 } from '#app/[locale]/(public)/demo-provider/[provider]/md5.ts'
import { authText, isTaken, itemsBody, receiptOf } from '#server/payments/click/fiscal.ts'
import { momentOf, readCall, signedText, sumOf, wordAnswer } from '#server/payments/click/rules.ts'
import { clickLink, uzumLink } from '#server/payments/rules.ts'

const form = (action: string, time: string, more: Record<string, string> = {}) => new URLSearchParams({ click_trans_id: '19000001', service_id: '31415', click_paydoc_id: '5', merchant_trans_id: '7701004512',
  amount: '125000.50', action, error: '0', error_note: '', sign_time: time, sign_string: 'x', ...more }).toString()
const signOf = (body: string) => {
  const { call } = readCall('POST', body)
  return call && createHash('md5').update(signedText(call, 'TESTSECRETKEY01')).digest('hex')
}

describe('Click\'s signature (payments.md 3.1, vectors)', () => {
  test('prepare', () => expect(signOf(form('0', '2026-09-05 18:07:09'))).toBe('a723e8c56b222f94f9ac48c5e4f0598f'))
  test('complete', () => expect(signOf(form('1', '2026-09-05 18:07:12', { merchant_prepare_id: '88001' }))).toBe('9e4136060993fcc101dcbcc1e5fbf8a3'))
  test('the text of the sum counts, not its value', () => expect(signOf(form('0', '2026-09-05 18:07:09', { amount: '125000.5' }))).not.toBe('a723e8c56b222f94f9ac48c5e4f0598f'))
  test('the prepare id counts in Complete only', () => expect(signOf(form('0', '2026-09-05 18:07:09', { merchant_prepare_id: '88001' }))).toBe('a723e8c56b222f94f9ac48c5e4f0598f'))
  test('the demonstration\'s own MD5 is MD5', () => {
    for (const text of ['', 'abc', 'ʻ'.repeat(40), ...Array.from({ length: 130 }, (_, length) => 'x'.repeat(length))]) expect(md5(text)).toBe(createHash('md5').update(text).digest('hex'))
  })
})

describe('what came and what goes back', () => {
  test.each([['1234.50', 123_450n], ['7', 700n], ['0.1', 10n], ['10.500', 1050n]])('%s', (text, minor) => expect(sumOf(text)).toBe(minor))
  test.each(['', '-1', '1.234', '1e3', '1 000', '1,5', '.5'])('no sum: %s', text => expect(sumOf(text)).toBeNull())
  test('sign_time is Tashkent\'s', () => expect(new Date(momentOf('2026-12-31 23:59:59') ?? 0).toISOString()).toBe('2026-12-31T18:59:59.000Z'))
  test.each(['', '2026-13-01 00:00:00', '2026-09-05T18:07:09'])('no moment: %s', text => expect(momentOf(text)).toBeNull())
  test('a positive or strange error is none of theirs', () => {
    for (const error of ['1', 'x', '', '--1']) expect(readCall('POST', form('0', '2026-09-05 18:07:09', { error })).call, error).toBeNull()
  })
  test('what cannot be read is sent back without numbers of ours', () => {
    expect(JSON.parse(wordAnswer({ call: null, transId: 'abc', merchantTransId: '"x"', action: '0' }, '-8'))).toEqual({ click_trans_id: null, merchant_trans_id: '"x"', merchant_prepare_id: null, error: -8, error_note: 'Error in request from click' })
    expect(JSON.parse(wordAnswer({ call: null, transId: '007', merchantTransId: '1', action: '1' }, '0|15'))).toMatchObject({ click_trans_id: 7, merchant_confirm_id: 15, error: 0 })
    expect(JSON.parse(wordAnswer({ call: null, transId: '1', merchantTransId: '1', action: '0' }, '-77'))).toMatchObject({ error: -7 })
  })
})

describe('links', () => {
  const link = { payPage: 'https://my.click.uz/services/pay', serviceId: '31415', externalId: '27182', merchantUserId: '16180', accountField: 'ls', number: '7701004512', amount: 12_500_050n, returnTo: 'https://uy.example/pay/done?back=1' }
  test('Click: soʻm with two decimals', () => expect(clickLink(link)).toBe(
    'https://my.click.uz/services/pay?service_id=31415&merchant_id=27182&merchant_user_id=16180&amount=125000.50&transaction_param=7701004512&return_url=https%3A%2F%2Fuy.example%2Fpay%2Fdone%3Fback%3D1'))
  test('Click without a user', () => expect(clickLink({ ...link, merchantUserId: '', amount: 700n })).toContain('merchant_id=27182&amount=7.00&'))
  test('Uzum: tiyin and its own name of the account', () => expect(uzumLink({ ...link, payPage: 'https://uzumbank.uz/open-service' })).toBe(
    'https://uzumbank.uz/open-service?serviceId=31415&ls=7701004512&amount=12500050&redirectUrl=https%3A%2F%2Fuy.example%2Fpay%2Fdone%3Fback%3D1'))
})

describe('Click\'s own API (payments.md 3.5)', () => {
  const item = { title: 'Badal "uy"', code: '10999001001000000', package_code: '1500000', vat_percent: 12 }
  test('the header, vector', () => expect(authText({ userId: '7', secret: 'TESTSECRETKEY01', seconds: 1_788_613_629 }, text => createHash('sha1').update(text).digest('hex')))
    .toBe('7:ea494195a8be522d6f4283bdaa8629fd058cfe7f:1788613629'))
  test('one line with the whole sum in tiyin, VAT inside it, 64-bit ids as they are', () => {
    const body = itemsBody({ serviceId: '31415', paymentNumber: '9007199254740993', amount: 12_500_050n, item, tin: '123456789' })
    expect(body).toContain('"payment_id":9007199254740993,')
    expect(JSON.parse(body)).toMatchObject({ service_id: 31_415, received_ecash: 12_500_050, received_cash: 0, received_card: 0,
      items: [{ Name: 'Badal "uy"', SPIC: item.code, PackageCode: '1500000', Price: 12_500_050, Amount: 1, VAT: 1_339_291, VATPercent: 12, CommissionInfo: { TIN: '123456789' } }] })
    expect(JSON.parse(itemsBody({ serviceId: '1', paymentNumber: '2', amount: 100n, item: { ...item, vat_percent: 0 }, tin: '' }))).toMatchObject({ items: [{ VAT: 0, CommissionInfo: {} }] })
  })
  test('the receipt is its link and what the link says', () => {
    const link = 'https://ofd.soliq.uz/check?t=EP000000000025&r=121&c=20260905180712&s=800031554082'
    expect(receiptOf({ paymentId: 5, qrCodeURL: link })).toEqual({ qr_code_url: link, receipt_id: '121', fiscal_sign: '800031554082', terminal_id: 'EP000000000025', date: '20260905180712' })
    for (const strange of [null, {}, { qrCodeURL: '' }, { qrCodeURL: 'javascript:alert(1)' }, { qrCodeURL: 'https://a b' }, { qrCodeURL: 5 }]) expect(receiptOf(strange)).toBeNull()
  })
  test('only a zero is a yes', () => expect([isTaken({ error_code: 0 }), isTaken({ error_code: '0' }), isTaken({ error_code: -5 }), isTaken({}), isTaken(null)]).toEqual([true, true, false, false, false]))
})
