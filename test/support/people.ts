import { randomBytes } from 'node:crypto'
import { createCaller } from '#server/api/root.ts'
import { openSession } from '#server/identity/open-session.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'

let numbers = Number.parseInt(randomBytes(3).toString('hex'), 16) % 9_000_000

/** A number that nobody has used in this file and that has no neighbours in it: '+77020001234' or '+998901234567'. */
export function freshPhone(country: 'KZ' | 'UZ' = 'KZ'): string {
  numbers += 1
  return `${country === 'KZ' ? '+7702' : '+99890'}${String(numbers * 7919 % 10_000_000).padStart(7, '0')}`
}

/** A phone in somebody's hand that has not signed in: its own browser cookie and address. */
export function freshBrowser(address = `10.1.${numbers % 250}.${Math.floor(numbers / 250) % 250}`): RequestScope {
  numbers += 1
  return { sid: null, acting: null, locale: 'ru', requestId: newId(), address, userAgent: 'Mozilla/5.0 (Linux; Android 9) Chrome/120', browser: randomBytes(18).toString('base64url') }
}

/** Signs in by code as a person does, from the browser. */
export async function signIn(browser: RequestScope, phone: string) {
  const sent = await createCaller({ request: browser }).identity.requestCode({ phone })
  const opened = await openSession(browser, { code: sent.demoCode ?? '' })
  const request = { ...browser, sid: opened.sid }
  return { ...opened, request, caller: createCaller({ request }), phone }
}
