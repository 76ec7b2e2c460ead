// One record per country. Nothing else in the code asks which country it is in.
import type { Term } from './calendar.ts'
import { isBin, isIin, isPinfl, isStir } from './identifiers.ts'
import type { Currency } from './money.ts'

export type Country = 'UZ' | 'KZ'

export const countries: readonly Country[] = ['UZ', 'KZ']

/** Terms counted from the day of receipt. */
export type DeadlineName = 'requestAnswer' | 'requestForward'

export type Deadline = Term & {
  readonly ground: string
  /** False: from memory, needs a lawyer's word. */
  readonly verified: boolean
}

type PhoneRules = {
  readonly callingCode: string
  readonly nationalLength: number
  /** Prefix dialled inside the country before the national number. */
  readonly trunkPrefix: string | null
  readonly mobile: RegExp
  readonly fixed: RegExp
  readonly groups: readonly number[]
}

export type Jurisdiction = {
  readonly country: Country
  readonly currency: Currency
  readonly zone: string
  readonly utcOffsetMinutes: 300
  readonly callingCode: string
  /** PINFL or IIN. */
  readonly checkPersonalId: (text: string) => boolean
  /** STIR or BIN. */
  readonly checkOrganisationId: (text: string) => boolean
  readonly deadlines: Readonly<Record<DeadlineName, Deadline>>
  /** A debt goes to a court as a pack of four papers. */
  readonly courtPacks: boolean
}

// Mobile prefixes of uzbekistan.md 5; fixed ones answer calls but take no SMS.
const phoneRules: Record<Country, PhoneRules> = {
  UZ: {
    callingCode: '998',
    nationalLength: 9,
    trunkPrefix: null,
    mobile: /^(?:20|33|50|70|77|80|87|88|9[0-57-9])/,
    fixed: /^(?:55|6[25679]|7[1-689])/,
    groups: [2, 3, 2, 2],
  },
  KZ: {
    callingCode: '7',
    nationalLength: 10,
    trunkPrefix: '8',
    mobile: /^7(?:0[0-25-8]|47|6[0-4]|71|7[5-8]|85)/,
    fixed: /^7[12][0-9]/,
    groups: [3, 3, 2, 2],
  },
}

const records: Record<Country, Jurisdiction> = {
  UZ: {
    country: 'UZ',
    currency: 'UZS',
    zone: 'Asia/Tashkent',
    utcOffsetMinutes: 300,
    callingCode: phoneRules.UZ.callingCode,
    checkPersonalId: isPinfl,
    checkOrganisationId: isStir,
    deadlines: {
      requestAnswer: { amount: 15, unit: 'CALENDAR_DAYS', ground: 'ZRU-445, art. 28', verified: true },
      requestForward: { amount: 5, unit: 'CALENDAR_DAYS', ground: 'ZRU-445', verified: false },
    },
    courtPacks: true, // ZRU-993
  },
  KZ: {
    country: 'KZ',
    currency: 'KZT',
    zone: 'Asia/Almaty',
    utcOffsetMinutes: 300,
    callingCode: phoneRules.KZ.callingCode,
    checkPersonalId: isIin,
    checkOrganisationId: isBin,
    deadlines: {
      requestAnswer: { amount: 15, unit: 'WORKING_DAYS', ground: 'Administrative Procedural Code', verified: false },
      requestForward: { amount: 3, unit: 'WORKING_DAYS', ground: 'Administrative Procedural Code', verified: false },
    },
    courtPacks: false,
  },
}

export function isCountry(text: string): text is Country {
  return text === 'UZ' || text === 'KZ'
}

export function jurisdictionOf(country: Country): Jurisdiction {
  return records[country]
}

/**
 * A mobile number that takes SMS, however it is typed (+998…, 998…, 9 digits; +7…, 7…, 8…, 10
 * digits), as E.164; else null. With `country`, a bare national number is read as that country's
 * only: 9 digits in a Kazakh register are a digit short, not an Uzbek phone.
 */
export function parsePhone(text: string, country?: Country): string | null {
  const found = readPhone(text, country)
  return found !== null && phoneRules[found.country].mobile.test(found.national) ? e164(found) : null
}

/** As `parsePhone`, fixed lines too: a contact to call, never to send a code to. */
export function parseContactPhone(text: string, country?: Country): string | null {
  const found = readPhone(text, country)
  if (found === null) return null
  const { mobile, fixed } = phoneRules[found.country]
  return mobile.test(found.national) || fixed.test(found.national) ? e164(found) : null
}

/** '+998 90 123 45 67', '+7 701 123 45 67'. */
export function formatPhone(phone: string): string {
  const found = readPhone(phone)
  return found === null ? phone : spaced(found, (group) => group)
}

/** Only the first and the last digits: '+998 9• ••• •• 67', '+7 7•• ••• •• 21'. */
export function maskPhone(phone: string): string {
  const found = readPhone(phone)
  if (found === null) return phone.replace(/\d(?=\d{2})/g, '•')
  return spaced(found, (group, place, count) => {
    if (place === count - 1) return group
    return place === 0 ? group.slice(0, 1).padEnd(group.length, '•') : '•'.repeat(group.length)
  })
}

export function countryOfPhone(phone: string): Country | null {
  return readPhone(phone)?.country ?? null
}

type Typed = { readonly digits: string; readonly hasCode: boolean }

type Phone = { readonly country: Country; readonly national: string }

function readPhone(text: string, country?: Country): Phone | null {
  const match = /^(\+|00)?(\d{9,14})$/.exec(text.trim().replace(/[\s().\u2010-\u2015\u2212-]/g, ''))
  if (match?.[2] === undefined) return null
  const typed = { digits: match[2], hasCode: match[1] !== undefined }
  for (const each of countries) {
    const national = nationalNumber(typed, phoneRules[each], country === undefined || country === each)
    if (national !== null) return { country: each, national }
  }
  return null
}

function nationalNumber(typed: Typed, rules: PhoneRules, bareIsOurs: boolean): string | null {
  const { digits, hasCode } = typed
  const { callingCode, nationalLength, trunkPrefix } = rules
  const rest = digits.slice(-nationalLength)
  const before = digits.slice(0, -nationalLength)
  if (rest.length < nationalLength) return null
  if (before === callingCode) return rest
  if (before === trunkPrefix) return hasCode ? null : rest
  return bareIsOurs && !hasCode && before === '' ? rest : null
}

function e164({ country, national }: Phone): string {
  return `+${phoneRules[country].callingCode}${national}`
}

function spaced({ country, national }: Phone, write: (group: string, place: number, count: number) => string): string {
  const { callingCode, groups } = phoneRules[country]
  let from = 0
  const written = groups.map((length, place) => {
    const group = national.slice(from, from + length)
    from += length
    return write(group, place, groups.length)
  })
  return `+${callingCode} ${written.join(' ')}`
}
