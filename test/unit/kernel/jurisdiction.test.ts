import { describe, expect, it } from 'vitest'
import {
  countries, countryOfPhone, formatPhone, isCountry, jurisdictionOf, maskPhone, parseContactPhone, parsePhone,
} from '#server/kernel/jurisdiction.ts'

describe('phones as people type them (uzbekistan.md 5, messaging.md M14)', () => {
  it.each([
    ['+998 90 123 45 67', '+998901234567'],
    ['+998(90)123-45-67', '+998901234567'],
    ['998901234567', '+998901234567'],
    ['00998 90 123 45 67', '+998901234567'],
    ['90 123 45 67', '+998901234567'],
    ['901234567', '+998901234567'],
    ['+998\u00A090\u2011123\u201345\u201367', '+998901234567'],
    ['8 701 123 45 67', '+77011234567'],
    ['8(701)123-45-67', '+77011234567'],
    ['+7 701 123 45 67', '+77011234567'],
    ['7 701 1234567', '+77011234567'],
    ['701 123 45 67', '+77011234567'],
    ['007 701 123 45 67', '+77011234567'],
  ])('%s is %s', (typed, expected) => {
    expect(parsePhone(typed)).toBe(expected)
  })

  it.each(['20', '33', '50', '70', '77', '80', '87', '88', '90', '91', '92', '93', '94', '95', '97', '98', '99'])(
    '+998 %s is mobile',
    (prefix) => {
      expect(parsePhone(`+998 ${prefix} 123 45 67`)).toBe(`+998${prefix}1234567`)
    },
  )

  it.each(['700', '701', '702', '705', '706', '707', '708', '747', '760', '761', '762', '763', '764', '771', '775', '776', '777', '778', '785'])(
    '+7 %s is mobile',
    (prefix) => {
      expect(parsePhone(`8 ${prefix} 123 45 67`)).toBe(`+7${prefix}1234567`)
    },
  )

  it.each([
    '+998 61 123 45 67', '+998 96 123 45 67', '961234567', '+7 916 123 45 67', '8 916 123 45 67', '+7 703 123 45 67',
    '+8 701 123 45 67', '+998 90 123 45 6', '+998 90 123 45 678', '+7 701 123 45 678', '+1 202 555 01 23', '12345', '',
    '+998 9O 123 45 67', '+99890123456712', 'звоните 901234567', '+', '٩٠١٢٣٤٥٦٧',
  ])('%s is refused', (typed) => {
    expect(parsePhone(typed)).toBeNull()
  })

})

describe('phones beyond signing in', () => {
  it('a fixed line can be called but gets no code', () => {
    for (const [typed, expected] of [['+998 71 123 45 67', '+998711234567'], ['55 123 45 67', '+998551234567'], ['8 727 123 45 67', '+77271234567']] as const) {
      expect(parsePhone(typed)).toBeNull()
      expect(parseContactPhone(typed)).toBe(expected)
    }
    expect(parseContactPhone('90 123 45 67')).toBe('+998901234567')
    expect(parseContactPhone('+7 495 123 45 67')).toBeNull()
    expect(parseContactPhone('+998 61 123 45 67')).toBeNull()
    expect(parseContactPhone('нет')).toBeNull()
  })

  it('a bare number in a register of the other country is a digit short, not a foreign phone', () => {
    expect(parsePhone('901234567', 'KZ')).toBeNull()
    expect(parsePhone('7011234567', 'UZ')).toBeNull()
    expect(parsePhone('901234567', 'UZ')).toBe('+998901234567')
    expect(parsePhone('+998901234567', 'KZ')).toBe('+998901234567')
    expect(parsePhone('87011234567', 'UZ')).toBe('+77011234567')
  })

  it('are shown in groups and read back the same', () => {
    for (const phone of ['+998901234567', '+77011234567', '+998201234567']) expect(parsePhone(formatPhone(phone))).toBe(phone)
    expect(formatPhone('+998901234567')).toBe('+998 90 123 45 67')
    expect(formatPhone('+77011234567')).toBe('+7 701 123 45 67')
    expect(formatPhone('+12025550123')).toBe('+12025550123')
  })

  it('show only their ends when masked', () => {
    expect(maskPhone('+998901234567')).toBe('+998 9• ••• •• 67')
    expect(maskPhone('+77011234521')).toBe('+7 7•• ••• •• 21')
    expect(maskPhone('+12025550123')).toBe('+•••••••••23')
  })

  it('say their country', () => {
    expect([countryOfPhone('+998901234567'), countryOfPhone('+77011234567'), countryOfPhone('+12025550123')]).toEqual(['UZ', 'KZ', null])
  })
})

describe('records of the countries', () => {
  it('name currency, zone and the five hours from UTC', () => {
    expect(countries.map((country) => jurisdictionOf(country)).map(({ currency, zone, utcOffsetMinutes, callingCode }) => ({ currency, zone, utcOffsetMinutes, callingCode }))).toEqual([
      { currency: 'UZS', zone: 'Asia/Tashkent', utcOffsetMinutes: 300, callingCode: '998' },
      { currency: 'KZT', zone: 'Asia/Almaty', utcOffsetMinutes: 300, callingCode: '7' },
    ])
  })

  it('check the numbers of persons and organisations their own way', () => {
    expect(jurisdictionOf('UZ').checkPersonalId('31206850123450')).toBe(true)
    expect(jurisdictionOf('KZ').checkPersonalId('991332300002')).toBe(true)
    expect(jurisdictionOf('KZ').checkPersonalId('31206850123450')).toBe(false)
    expect(jurisdictionOf('UZ').checkOrganisationId('201234567')).toBe(true)
    expect(jurisdictionOf('KZ').checkOrganisationId('990140000007')).toBe(true)
  })

  it('give every deadline its ground', () => {
    const deadlines = countries.flatMap((country) => Object.values(jurisdictionOf(country).deadlines))
    expect(deadlines.every(({ amount, ground }) => amount > 0 && ground !== '')).toBe(true)
  })

  it('exist for Uzbekistan and Kazakhstan', () => {
    expect(['UZ', 'KZ', 'RU', 'uz'].map(isCountry)).toEqual([true, true, false, false])
  })
})
