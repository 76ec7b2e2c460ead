import { conflict, forbidden, invalid, unavailable, type ErrorCode } from '#server/kernel/errors.ts'
import { daysBetween, type LocalDate } from '#server/kernel/period.ts'
import type { EndGround } from '#server/identity/schema.ts'

/** Six digits of a keyed hash (settled 16): the same challenge always gives the same code. */
export function codeDigits(hex: string): string {
  return (BigInt(`0x${hex.slice(0, 32)}`) % 1_000_000n).toString().padStart(6, '0')
}

export function plainCode(typed: string): string {
  const digits = typed.replace(/\s/g, '')
  if (!/^\d{6}$/.test(digits)) throw invalid('identity.codeShape')
  return digits
}

/** Why codes are stopped: the day's money of a country, the hour's budget of a prefix, or a prefix that is being pumped. */
export type StopCause = 'MONEY' | 'PREFIX' | 'PUMPING'

export type CodeAnswer =
  | { state: 'OPEN'; sent: boolean; challengeId: string; sends: number; phone: string; expiresAt: string; resendAfterSeconds: number }
  | { state: 'WAIT' | 'TOO_MANY'; seconds: number }
  | { state: 'STOPPED'; cause: StopCause; scope: string; first: boolean; seconds: number }
  | { state: 'LOCKED' | 'CLOSED' }

/** Minutes for people: 'wait 2 minutes'. */
export function minutesOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60))
}

export function refusedRequest(answer: Exclude<CodeAnswer, { state: 'OPEN' }>): Error {
  if (answer.state === 'WAIT') return conflict('identity.codeTooSoon', { seconds: answer.seconds })
  if (answer.state === 'TOO_MANY') return conflict('identity.codeTooMany', { minutes: minutesOf(answer.seconds) })
  if (answer.state === 'STOPPED') return unavailable(answer.cause === 'MONEY' ? 'identity.codesMoneySpent' : 'identity.codesPaused', { minutes: minutesOf(answer.seconds) })
  return forbidden(answer.state === 'LOCKED' ? 'identity.phoneLocked' : 'identity.phoneClosed')
}

export type TryAnswer = { state: 'VERIFIED'; personId: string | null; phone: string } | { state: 'WRONG'; left: number } | { state: 'DEAD' }

export function refusedTry(answer: Exclude<TryAnswer, { state: 'VERIFIED' }>): Error {
  if (answer.state === 'WRONG' && answer.left > 0) return invalid('identity.codeWrong', { left: answer.left })
  return conflict('identity.codeDead')
}

/** Country code and operator: '+7701', '+99890'. */
export function prefixOf(phone: string): string {
  return phone.startsWith('+998') ? phone.slice(0, 6) : phone.slice(0, 5)
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Fifty bits of a keyed hash as ten signs without I, L, O, U. */
export function invitationText(hex: string): string {
  return crockfordText(hex, 10)
}

/** Twenty-four signs, a hundred and twenty bits, in groups of four: 'K3M9-P0QX-…'. */
export function recoveryText(hex: string): string {
  return (crockfordText(hex, 24).match(/.{4}/g) ?? []).join('-')
}

function crockfordText(hex: string, signs: number): string {
  let bits = BigInt(`0x${hex}`)
  let text = ''
  for (let place = 0; place < signs; place += 1) {
    text = (crockford[Number(bits & 31n)] ?? '0') + text
    bits >>= 5n
  }
  return text
}

/** As it is printed: 'K3M9P-0QXZ4'. */
export function printInvitation(text: string): string {
  return `${text.slice(0, 5)}-${text.slice(5)}`
}

const cyrillicTwins: Readonly<Record<string, string>> = { А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: '0', Р: 'P', С: 'C', Т: 'T', Х: 'X', У: 'Y' }

/** What a person read off the paper: small letters, gaps, O for 0, I and L for 1, a Cyrillic keyboard. */
export function parseInvitation(typed: string): string | null {
  return parseCrockford(typed, 10)
}

/** A recovery code as it is kept, or null when what was typed is none. */
export function parseRecovery(typed: string): string | null {
  return parseCrockford(typed, 24)
}

function parseCrockford(typed: string, signs: number): string | null {
  const text = [...typed.toUpperCase().replace(/[\s\u2010-\u2015-]/g, '')].map(sign => cyrillicTwins[sign] ?? sign).join('')
    .replace(/O/g, '0').replace(/[IL]/g, '1')
  return text.length === signs && [...text].every(sign => crockford.includes(sign)) ? text : null
}

const systems: readonly (readonly [RegExp, string])[] = [[/Android/, 'Android'], [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Windows/, 'Windows'], [/Macintosh|Mac OS/, 'Mac'], [/Linux/, 'Linux']]
const browsers: readonly (readonly [RegExp, string])[] = [[/SamsungBrowser/, 'Samsung Internet'], [/YaBrowser/, 'Yandex'], [/OPR\//, 'Opera'], [/Edg/, 'Edge'], [/Firefox|FxiOS/, 'Firefox'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']]

/** How a person recognises a device: 'Android, Chrome'. */
export function deviceName(userAgent: string): string {
  const named = [systems, browsers].map(list => list.find(([sign]) => sign.test(userAgent))?.[1])
  return named.filter(Boolean).join(', ')
}

/** Household phone: one number votes for units of more than two different owners (identity 1.6). */
export function votesForManyOwners(ownersOfUnits: readonly (readonly string[])[]): boolean {
  const groups = new Set(ownersOfUnits.map(owners => [...owners].sort().join(',')).filter(group => group !== ''))
  return groups.size > 2
}

/** The registered phone of an owner counts as confirmation when it has stood in the register for six months (1.5, L2c). */
export function registerPhoneProves(since: LocalDate | null, today: LocalDate): boolean {
  return since !== null && daysBetween(since, today) >= 183
}

export type Confirmation = { confirmedBy: string; ownerId: string; documentType: string; documentHash: string }

type Refusals = { again: ErrorCode; differ: ErrorCode }
const ofMembers: Refusals = { again: 'identity.secondMemberNeeded', differ: 'identity.confirmationsDiffer' }

/** Two different council members who saw the same paper of the same owner make level 2; one of them is not enough. */
export function judgeConfirmations(earlier: readonly Confirmation[], mine: Confirmation, { again, differ }: Refusals = ofMembers): 'FIRST' | 'CONFIRMED' {
  if (earlier.some(each => each.confirmedBy === mine.confirmedBy)) throw conflict(again)
  if (earlier.length === 0) return 'FIRST'
  const same = earlier.some(each => each.ownerId === mine.ownerId && each.documentType === mine.documentType && each.documentHash === mine.documentHash)
  if (!same) throw conflict(differ)
  return 'CONFIRMED'
}

/** Which grounds of clause 20 each side may name; the clock and the chain name the other two themselves. */
export function groundsOf(side: 'HOLDER' | 'GRANTOR' | 'ADMINISTRATOR'): readonly EndGround[] {
  if (side === 'HOLDER') return ['WAIVED_BY_HOLDER']
  if (side === 'GRANTOR') return ['REVOKED_BY_GRANTOR', 'BASIS_ENDED_OR_ABSENT']
  return ['REVOKED_BY_GRANTOR', 'BASIS_ENDED_OR_ABSENT', 'FALSE_INFORMATION', 'OTHER_BY_LAW']
}

export const formNoteCookie = 'uyim-form'
/** What a form has to say after it was refused: travels in a short cookie, `n` in the address says that it is fresh. */
export type FormNote = { n: string; code: string; message: string; typed: Record<string, string> }

export function readFormNote(text: string | undefined, n: string | undefined): FormNote | null {
  if (text === undefined || n === undefined) return null
  try {
    const note: unknown = JSON.parse(text)
    return isNote(note) && note.n === n ? note : null
  } catch {
    return null
  }
}

function isNote(value: unknown): value is FormNote {
  return typeof value === 'object' && value !== null && 'n' in value && 'message' in value && 'typed' in value
}

/** A path of ours to return to; nothing that leads elsewhere. */
export function safePlace(place: string, locale: string): string | null {
  return place.startsWith(`/${locale}/`) && /^\/[\w\-./?=&%]*$/.test(place) && !place.includes('//') && !place.includes('..') ? place : null
}
