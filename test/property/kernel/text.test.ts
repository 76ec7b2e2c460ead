import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countries, formatPhone, parseContactPhone, parsePhone } from '#server/kernel/jurisdiction.ts'
import { normaliseUz, searchKey, smsNormalise, smsSize } from '#server/kernel/text.ts'
import { apostrophes, toCyrillic, toLatin } from '#server/kernel/transliteration.ts'

const letters = [..."aoguxhqksnʻʼ'‘’`", ...'аоғўхҳқёе', ...' .-1№₸«»…']
const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 30 })
const anyText = fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 30 }))

describe('texts', () => {
  it('normalised twice are as normalised once', () => {
    fc.assert(
      fc.property(anyText, (each) => {
        expect(normaliseUz(normaliseUz(each))).toBe(normaliseUz(each))
        expect(smsNormalise(smsNormalise(each))).toBe(smsNormalise(each))
        expect(searchKey(searchKey(each))).toBe(searchKey(each))
      }),
      { numRuns: 2_000 },
    )
  })

  it('have the same search key whichever apostrophe is typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,5}'[a-z]{1,5}$/), fc.constantFrom(...apostrophes), (each, sign) => {
        expect(searchKey(each.replace("'", sign))).toBe(searchKey(each))
      }),
    )
  })

  it('have the same search key in Cyrillic and in Latin', () => {
    const uzbek = fc.string({ unit: fc.constantFrom(...'абвгғдеёжзийкқлмнопрстуўфхҳчшъэюя'), minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(uzbek, (each) => {
        expect(searchKey(toLatin(each))).toBe(searchKey(each))
      }),
      { numRuns: 2_000 },
    )
  })

  it('in simple Uzbek Latin survive Cyrillic and back', () => {
    const syllable = fc.tuple(fc.constantFrom(...'bdfghjklmnpqrtvxz'), fc.constantFrom('a', 'i', 'u', 'oʻ')).map((pair) => pair.join(''))
    const word = fc.array(syllable, { minLength: 2, maxLength: 6 }).map((parts) => parts.join(''))
    fc.assert(fc.property(word, (each) => toLatin(toCyrillic(each)) === each))
  })

  it('as SMS fill their parts and no more', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ maxLength: 800 })), (each) => {
        const { coding, units, parts } = smsSize(each)
        const [alone, together] = coding === 'GSM-7' ? [160, 153] : [70, 67]
        if (units <= alone) expect(parts).toBe(units === 0 ? 0 : 1)
        else expect(parts).toBeGreaterThanOrEqual(Math.ceil(units / together))
      }),
    )
  })
})

describe('phones', () => {
  it('that are read at all are E.164 of the two countries, and read back from what is shown', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(\+|00)?(998|7|8)?[0-9]{9,10}$/), fc.constantFrom(undefined, ...countries), (typed, country) => {
        const phone = parseContactPhone(typed, country)
        if (phone === null) return
        expect(phone).toMatch(/^\+(998\d{9}|7\d{10})$/)
        expect(parseContactPhone(formatPhone(phone), country)).toBe(phone)
        const mobile = parsePhone(typed, country)
        expect(mobile === null || mobile === phone).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
