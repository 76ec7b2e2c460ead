import { expect, test } from 'vitest'
import { mask, maskText } from '#server/infra/log.ts'

test('hides secrets under telling keys at any depth', () => {
  expect(mask({ a: { code: '123456', list: [{ phone: '+998901234567', ok: 1 }] }, requestId: 'x' }))
    .toEqual({ a: { code: '[hidden]', list: [{ phone: '[hidden]', ok: 1 }] }, requestId: 'x' })
})

test('hides telephone numbers in any text', () => {
  expect(maskText('sent to +998901234567 and 77011234567')).toBe('sent to +99890*****67 and 7701*****67')
  expect(maskText('account 7000000012, id 0190b8c0-0000-7000-8000-998901234567')).toContain('8000-998901234567')
})
