import 'server-only'
import { timingSafeEqual } from 'node:crypto'
import { hmac } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'

/** Sixty bits that only who holds the paper knows: numbers of accounts can be counted up, papers cannot. */
function tokenOf(number: string, period: string): string {
  return Buffer.from(hmac('pay for somebody', number, period), 'hex').subarray(0, 9).toString('base64url').slice(0, 10)
}

/** The address behind the QR of a paper bill: whoever holds the paper may pay by it, signed in or not. */
export function payForAddress(number: string, period: string): string {
  return `${env.APP_URL}/v/pay/${number}/${period}/${tokenOf(number, period)}`
}

export function tokenFits(token: string, number: string, period: string): boolean {
  const wanted = Buffer.from(tokenOf(number, period))
  const given = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
