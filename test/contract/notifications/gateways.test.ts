import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SmsGateway } from '#server/infra/sms.ts'
import { eskiz, reportOf } from '#server/notifications/sms/eskiz.ts'
import { mobizon } from '#server/notifications/sms/mobizon.ts'
import { numberOf, smsc } from '#server/notifications/sms/smsc.ts'
import { fakeEskiz, fakeMobizon, fakeSmsc, silence, smscReport, type FakeGateway } from '#test/support/fakes/sms.ts'

let uz: FakeGateway
let kz: FakeGateway
let mobi: FakeGateway
let eskizGate: SmsGateway
let smscGate: SmsGateway
let mobizonGate: SmsGateway
beforeAll(async () => {
  [uz, kz, mobi] = await Promise.all([fakeEskiz(), fakeSmsc(), fakeMobizon()])
  eskizGate = eskiz({ base: `${uz.base}/api`, email: 'house@example.uz', password: 'secret', from: '4546', callbackUrl: 'https://uyim.example/api/sms/eskiz/x' })
  smscGate = smsc({ base: kz.base, login: 'house', password: 'secret', sender: 'Uyim' })
  mobizonGate = mobizon({ base: mobi.base, key: 'mobizon-key', from: '' })
})
afterAll(async () => {
  await Promise.all([uz.stop(), kz.stop(), mobi.stop()])
})
beforeEach(() => {
  for (const fake of [uz, kz, mobi]) {
    fake.mood = {}
    fake.sent.length = 0
  }
})

const order = (to: string, id = '018f-1') => ({ id, to, text: "Uyim: kod 482913.\n@uyim.uz #482913", lifeSeconds: 300 })

describe('Eskiz (messaging.md 2)', () => {
  it('sends digits only with sender, report address and our id', async () => {
    const result = await eskizGate.send(order('+998901234567'))
    expect(result).toMatchObject({ accepted: true, providerId: uz.sent[0]?.providerId })
    expect(uz.sent[0]?.fields).toMatchObject({ mobile_phone: '998901234567', from: '4546', callback_url: 'https://uyim.example/api/sms/eskiz/x', user_sms_id: '018f-1' })
    expect(uz.sent[0]?.text).toContain('@uyim.uz #482913')
  })

  it('fifty at once with a token that has just run out: one login, all sent once (M02)', async () => {
    await eskizGate.send(order('+998901234567'))
    uz.sent.length = 0
    const before = uz.logins
    uz.mood.expireToken = true
    const results = await Promise.all(Array.from({ length: 50 }, (_, index) => eskizGate.send(order(`+9989012345${String(index).padStart(2, '0')}`, `m${index}`))))
    expect(results.every(result => result.accepted)).toBe(true)
    expect(uz.logins - before).toBe(1)
    expect(new Set(uz.sent.map(sms => sms.id)).size).toBe(50)
    expect(uz.sent).toHaveLength(50)
  })

  it('says which kind of refusal it was', async () => {
    expect(await eskizGate.send(order('+77011234567'))).toMatchObject({ accepted: false, error: 'BAD_NUMBER' })
    uz.mood = { status: 400, body: '{"message":"Matn moderatsiyadan oʻtmagan template"}' }
    expect(await eskizGate.send(order('+998901234567'))).toMatchObject({ error: 'BLOCKED_TEXT' })
    uz.mood = { status: 402, body: '{}' }
    expect(await eskizGate.send(order('+998901234567'))).toMatchObject({ error: 'BALANCE' })
    uz.mood = { status: 503, body: '' }
    expect(await eskizGate.send(order('+998901234567'))).toMatchObject({ error: 'TEMPORARY' })
    uz.mood = { until: silence }
    const impatient = eskiz({ base: `${uz.base}/api`, email: 'house@example.uz', password: 'secret', from: '4546', callbackUrl: '', timeout: 100 })
    expect(await impatient.send(order('+998901234567'))).toMatchObject({ error: 'TIMEOUT' })
  })

  it('a refused login is AUTH', async () => {
    const wrong = eskiz({ base: `${uz.base}/api`, email: 'other@example.uz', password: 'wrong', from: '4546', callbackUrl: '' })
    expect(await wrong.send(order('+998901234567'))).toMatchObject({ accepted: false, error: 'AUTH' })
  })

  it.each([['waiting', 'ACCEPTED'], ['NEW', 'ACCEPTED'], ['STORED', 'ACCEPTED'], ['ACCEPTED', 'ACCEPTED'], ['ENROUTE', 'ACCEPTED'], ['PARTDELIVERED', 'ACCEPTED'], ['DELIVERED', 'DELIVERED'],
    ['REJECTED', 'FAILED'], ['UNDELIVERABLE', 'FAILED'], ['UNDELIV', 'FAILED'], ['DELETED', 'FAILED'], ['EXPIRED', 'EXPIRED']])('its word %s is our %s (M04)', (word, state) => {
    expect(reportOf(word, { id: null, providerId: 'x' })).toMatchObject({ state, unmapped: false })
  })

  it('an unknown word stays accepted and is named (M04)', () => {
    expect(reportOf('TELEPORTED', { id: null, providerId: 'x' })).toMatchObject({ state: 'ACCEPTED', unmapped: true, word: 'TELEPORTED' })
  })

  it('is asked for the state of one message', async () => {
    const sent = await eskizGate.send(order('+998901234567'))
    const providerId = sent.accepted ? sent.providerId ?? '' : ''
    expect(await eskizGate.report([{ providerId, to: '+998901234567' }])).toMatchObject([{ providerId, state: 'DELIVERED' }])
  })
})

describe('SMSC (messaging.md 4)', () => {
  it('sends login, text in utf-8, fmt=3 and a number of ours', async () => {
    const result = await smscGate.send(order('+77011234567'))
    expect(result).toMatchObject({ accepted: true, providerId: numberOf('018f-1') })
    expect(kz.sent[0]?.fields).toMatchObject({ phones: '+77011234567', charset: 'utf-8', fmt: '3', sender: 'Uyim', valid: '00:05' })
  })

  it.each([[1, 'BLOCKED'], [2, 'AUTH'], [3, 'BALANCE'], [4, 'RATE'], [5, 'BLOCKED'], [6, 'BLOCKED_TEXT'], [7, 'BAD_NUMBER'], [8, 'BAD_NUMBER'], [9, 'DUPLICATE'], [77, 'TEMPORARY']])('its error %i is %s', async (code, error) => {
    kz.mood = { body: JSON.stringify({ error: 'x', error_code: code }) }
    expect(await smscGate.send(order('+77011234567'))).toMatchObject({ accepted: false, error })
  })

  it.each([['-3', 'FAILED'], ['-2', 'FAILED'], ['-1', 'ACCEPTED'], ['0', 'ACCEPTED'], ['1', 'DELIVERED'], ['2', 'DELIVERED'], ['3', 'EXPIRED'], ['4', 'DELIVERED'], ['20', 'FAILED'], ['22', 'FAILED'], ['23', 'FAILED'], ['24', 'FAILED'], ['25', 'FAILED'], ['99', 'ACCEPTED']])('its state %s is our %s (M04)', async (word, state) => {
    kz.mood.state = word
    expect(await smscGate.report([{ providerId: '5', to: '+77011234567' }])).toMatchObject([{ providerId: '5', state, unmapped: word === '99' }])
  })

  it('believes a report only with its hash (M05)', async () => {
    await smscGate.send(order('+77011234567'))
    const report = smscReport(kz.sent[0]!, '1')
    expect(smscGate.readCallback(report)).toMatchObject({ providerId: numberOf('018f-1'), state: 'DELIVERED' })
    expect(smscGate.readCallback({ ...report, status: '20' })).toBeNull()
    expect(smscGate.readCallback({ ...report, md5: '' })).toBeNull()
  })
})

describe('Mobizon (messaging.md 5)', () => {
  it('sends the key in the address and the text in a form', async () => {
    expect(await mobizonGate.send(order('+77011234567'))).toMatchObject({ accepted: true, providerId: '1000' })
    expect(mobi.sent[0]).toMatchObject({ to: '+77011234567', id: '018f-1' })
  })

  it.each([[1, 'BLOCKED'], [4, 'AUTH'], [5, 'AUTH'], [8, 'AUTH'], [10, 'AUTH'], [12, 'RATE'], [99, 'TEMPORARY'], [555, 'TEMPORARY']])('its code %i is %s', async (code, error) => {
    mobi.mood = { body: JSON.stringify({ code, data: {}, message: '' }) }
    expect(await mobizonGate.send(order('+77011234567'))).toMatchObject({ accepted: false, error })
  })

  it('a wrong number and no money have their own classes', async () => {
    expect(await mobizonGate.send(order('+998901234567'))).toMatchObject({ error: 'BAD_NUMBER' })
    mobi.mood = { body: JSON.stringify({ code: 30, data: {}, message: 'Not enough balance' }) }
    expect(await mobizonGate.send(order('+77011234567'))).toMatchObject({ error: 'BALANCE' })
  })

  it.each([['NEW', 'ACCEPTED'], ['ENQUEUD', 'ACCEPTED'], ['ACCEPTD', 'ACCEPTED'], ['PDLIVRD', 'ACCEPTED'], ['DELIVRD', 'DELIVERED'], ['UNDELIV', 'FAILED'], ['REJECTD', 'FAILED'], ['DELETED', 'FAILED'], ['EXPIRED', 'EXPIRED'], ['LOST', 'ACCEPTED']])('its word %s is our %s (M04)', async (word, state) => {
    await mobizonGate.send(order('+77011234567'))
    mobi.mood.state = word
    expect(await mobizonGate.report([{ providerId: '1000', to: '' }])).toMatchObject([{ providerId: '1000', state, unmapped: word === 'LOST' }])
  })

  it('asks by hundreds; foreign ids are silently absent', async () => {
    await mobizonGate.send(order('+77011234567'))
    expect(await mobizonGate.report(Array.from({ length: 230 }, (_, index) => ({ providerId: String(1000 + index), to: '' })))).toHaveLength(1)
  })
})

describe('what is kept of an answer', () => {
  it('has neither codes nor numbers', async () => {
    kz.mood = { body: JSON.stringify({ error: 'bad text 482913 to 77011234567', error_code: 6 }) }
    const result = await smscGate.send(order('+77011234567'))
    expect(result.response).not.toMatch(/\d{5}/)
  })
})
