// Numbers given by the states and by banks (uzbekistan.md 5, kazakhstan.md 4.6). All are kept as
// text, because leading zeros are part of them. A check proves the form, never the person.
import { isLocalDate } from './period.ts'

const pinflWeights = [7, 3, 1]
const iinSecondWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]
const pinflCenturies = ['', '18', '18', '19', '19', '20', '20']

/** JShShIR: 14 digits, the first is century and sex, then DDMMYY, the last is the check digit. */
export function isPinfl(text: string): boolean {
  if (!/^[1-6]\d{13}$/.test(text)) return false
  const sum = digitsOf(text.slice(0, 13)).reduce((all, digit, index) => all + digit * (pinflWeights[index % 3] ?? 0), 0)
  return sum % 10 === Number(text[13]) && isLocalDate(pinflBirthDate(text))
}

/**
 * IIN: 12 digits, the last is the check digit. The birth date is not judged: numbers issued
 * with a wrong one exist, and the published test vectors have impossible dates on purpose.
 */
export function isIin(text: string): boolean {
  return /^\d{4}[0-3]\d[0-6]\d{5}$/.test(text) && kazakhCheckDigit(text) === Number(text[11])
}

/** BIN: as IIN, but year and month of registration, and 4 to 6 where IIN has tens of the day. */
export function isBin(text: string): boolean {
  return /^\d\d(?:0[1-9]|1[0-2])[4-6]\d{7}$/.test(text) && kazakhCheckDigit(text) === Number(text[11])
}

/** STIR: 9 digits; no public check digit is known. */
export function isStir(text: string): boolean {
  return /^[2-9]\d{8}$/.test(text)
}

/** Two Latin letters and 7 digits: ID card or passport of Uzbekistan. */
export function isUzbekPassport(text: string): boolean {
  return /^[A-Z]{2}\d{7}$/.test(text)
}

/** 20 digits: balance account 5, currency 3, key 1, client 8, order 3. */
export function isUzbekBankAccount(text: string): boolean {
  return /^\d{20}$/.test(text)
}

/** MFO: 5 digits of a bank branch of Uzbekistan. */
export function isBankBranch(text: string): boolean {
  return /^\d{5}$/.test(text)
}

/** MXIK (IKPU): 17 digits of a product or service on a fiscal receipt. */
export function isMxik(text: string): boolean {
  return /^\d{17}$/.test(text)
}

/** IBAN of Kazakhstan: KZ, 2 check digits, 3 digits of the bank, 13 letters or digits; mod 97. */
export function isKazakhIban(text: string): boolean {
  if (!/^KZ\d{5}[0-9A-Z]{13}$/.test(text)) return false
  const rearranged = text.slice(4) + text.slice(0, 4)
  return BigInt(rearranged.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) % 97n === 1n
}

/** Code of the Address Register of Kazakhstan: 16 digits. */
export function isRka(text: string): boolean {
  return /^\d{16}$/.test(text)
}

/** Classifier of administrative territories of Kazakhstan: 9 digits. */
export function isKato(text: string): boolean {
  return /^\d{9}$/.test(text)
}

/** 'AA:BB:CC:DD:EE:FFFF:GGGG' of a building or with ':HHH' of a flat in Uzbekistan; else null. */
export function parseCadastre(text: string): { building: string; part: string | null } | null {
  const match = /^(\d\d(?::\d\d){4}(?::\d{4}){2})(?::(\d{3}))?$/.exec(text.trim().replace(/\s*[:/.]\s*/g, ':'))
  return match?.[1] === undefined ? null : { building: match[1], part: match[2] ?? null }
}

// Σ digit × place mod 11; when that is 10, again with the second weights; when again 10, the
// number is never issued.
function kazakhCheckDigit(text: string): number | null {
  const digits = digitsOf(text.slice(0, 11))
  const first = digits.reduce((all, digit, index) => all + digit * (index + 1), 0) % 11
  if (first < 10) return first
  const second = digits.reduce((all, digit, index) => all + digit * (iinSecondWeights[index] ?? 0), 0) % 11
  return second < 10 ? second : null
}

function pinflBirthDate(text: string): string {
  return `${pinflCenturies[Number(text[0])]}${text.slice(5, 7)}-${text.slice(3, 5)}-${text.slice(1, 3)}`
}

function digitsOf(text: string): number[] {
  return [...text].map(Number)
}
