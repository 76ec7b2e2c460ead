import { describe, expect, test } from 'vitest'
import { loginOf, readCall, wordAnswer } from '#server/payments/uzum/rules.ts'

const good = { serviceId: 101202, timestamp: 1_788_613_629_000, transId: '2c2b1f9e-0d5b-4c53-9a46-2c36d0f7a001', params: { ls: '7701004512' }, amount: 12_500_050 }

describe('what Uzum sends', () => {
  test('a whole call', () => expect(readCall('create', JSON.stringify(good))).toEqual({ refusal: null, call: {
    method: 'create', serviceId: '101202', transId: good.transId, moment: good.timestamp, amount: 12_500_050, params: { ls: '7701004512' } } }))
  test('64 bits of a service survive', () => expect(readCall('status', JSON.stringify(good).replace('101202', '9223372036854775807')).call.serviceId).toBe('9223372036854775807'))
  test('an amount that is none is told by its own code, a missing one by another', () => {
    for (const amount of ['1', 1.5, -1, 0, {}]) expect(readCall('create', JSON.stringify({ ...good, amount }))).toMatchObject({ refusal: null, call: { amount: null } })
    for (const amount of [undefined, null]) expect(readCall('create', JSON.stringify({ ...good, amount })).refusal).toBe('10005')
  })
  test('only what a call needs is asked of it', () => {
    expect(readCall('check', JSON.stringify({ ...good, transId: undefined, amount: undefined })).refusal).toBeNull()
    expect(readCall('confirm', JSON.stringify({ ...good, params: undefined, amount: undefined })).refusal).toBeNull()
    for (const transId of ['', 5, 'x'.repeat(65)]) expect(readCall('confirm', JSON.stringify({ ...good, transId })).refusal).toBe('10005')
  })
  test('the login of its header, letters beyond Latin too', () => {
    expect(loginOf(`Basic ${Buffer.from('uyim:пароль:1').toString('base64')}`)).toBe('uyim:пароль:1')
    for (const header of ['', 'Basic', 'Bearer eDp5', `Basic ${btoa('uyim')}`]) expect(loginOf(header), header).toBeNull()
  })
})

describe('what we answer', () => {
  const { call } = readCall('create', JSON.stringify(good))
  const plain = { failureStatus: 400, codeForm: 'TEXT' }
  test('a success', () => expect(wordAnswer(call, { answer: 'R"status":"CREATED"', ...plain })).toBe(`{"serviceId":101202,"transId":"${good.transId}","status":"CREATED"}`))
  test('a failure as text or number', () => {
    expect(wordAnswer(call, { answer: 'E10008|5', ...plain })).toBe(`{"serviceId":101202,"transId":"${good.transId}","transTime":5,"status":"FAILED","errorCode":"10008"}`)
    expect(JSON.parse(wordAnswer(call, { answer: 'E10008|5', failureStatus: 200, codeForm: 'NUMBER' }))).toMatchObject({ errorCode: 10008 })
  })
  test('nothing known', () => expect(wordAnswer(readCall('confirm', '{').call, { answer: 'E10002', ...plain })).toBe('{"serviceId":null,"confirmTime":null,"status":"FAILED","errorCode":"10002"}'))
})
