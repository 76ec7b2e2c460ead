import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeDigits, invitationText, parseInvitation, printInvitation } from '#server/identity/rules.ts'

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex'))

test('every printed invitation reads back, in small letters and with gaps too', () => {
  fc.assert(fc.property(hex, fc.nat(10), (key, gap) => {
    const code = invitationText(key)
    const printed = printInvitation(code)
    expect(parseInvitation(printed)).toBe(code)
    expect(parseInvitation(`${printed.slice(0, gap)} ${printed.slice(gap)}`.toLowerCase())).toBe(code)
  }))
})

test('one key gives one code of six digits', () => {
  fc.assert(fc.property(hex, key => {
    expect(codeDigits(key)).toMatch(/^\d{6}$/)
    expect(codeDigits(key)).toBe(codeDigits(key))
  }))
})
