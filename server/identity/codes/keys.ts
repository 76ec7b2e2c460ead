import 'server-only'
import { hmac } from '#server/infra/crypto.ts'
import { codeDigits, parseRecovery } from '#server/identity/rules.ts'

type Bound = { purpose: string; contentHash: string }

/** The six digits of a challenge: nothing is stored, so whoever resends rebuilds the same ones (settled 16). */
export function deriveCode(challengeId: string, { purpose, contentHash }: Bound): string {
  return codeDigits(hmac('one-time-code', challengeId, purpose, contentHash))
}

/** What SQL compares: a hash under a key that is not in the database. */
export function codeHash(challengeId: string, { purpose, contentHash }: Bound, code: string): string {
  return hmac('code-hash', challengeId, purpose, contentHash, code)
}

/** Under these the counters and the logs know a number, an address, a browser. */
export function phoneKey(phone: string): string {
  return hmac('phone', phone).slice(0, 32)
}

/** Its neighbours share this one: the number without its last two digits. */
export function blockKey(phone: string): string {
  return hmac('phone-block', phone.slice(0, -2)).slice(0, 32)
}

export function addressKey(address: string): string {
  return address === '' ? '' : hmac('address', address).slice(0, 32)
}

export function browserKey(browser: string): string {
  return browser === '' ? '' : hmac('browser', browser).slice(0, 32)
}

export function invitationHash(code: string): string {
  return hmac('invitation-code', code)
}

/** However the code was typed, its kept hash is the same. */
export function recoveryHash(typed: string): string {
  return hmac('recovery-code', parseRecovery(typed) ?? typed)
}

/** The opaque name of a person on their own phone: what waits there says whose it is, and never who. */
export function personKeyOf(personId: string): string {
  return hmac('outbox-person', personId).slice(0, 32)
}

/** The number of a paper is kept only so that two people can be found to have seen the same one. */
export function documentHash(type: string, number: string): string {
  return hmac('title-document', type, number.toUpperCase().replace(/[^\p{L}\p{N}]/gu, ''))
}
