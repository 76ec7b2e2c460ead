import 'server-only'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { hmac } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import { slot } from '#server/infra/slot.ts'
import type { SmsGateway } from '#server/infra/sms.ts'
import { demoGateway } from '#server/notifications/sms/demo.ts'
import { eskiz } from '#server/notifications/sms/eskiz.ts'
import { mobizon } from '#server/notifications/sms/mobizon.ts'
import { smsc } from '#server/notifications/sms/smsc.ts'

export type Gateways = Record<Country, SmsGateway[]>

/** In the address of reports, so that it cannot be guessed. */
export function callbackSecret(provider: string): string {
  return hmac('sms-callback', provider).slice(0, 40)
}

/** Per country in the order of trying: the chosen one first, then whatever else has its settings. */
export function gateways(): Gateways {
  return slot('sms.gateways', () => ({ UZ: uzbek(), KZ: kazakh() }))
}

function uzbek(): SmsGateway[] {
  const wanted = env.SMS_UZ ?? (env.DEMO ? 'demo' : env.ESKIZ_EMAIL === '' ? 'none' : 'eskiz')
  if (wanted === 'demo') return env.DEMO ? [demoGateway()] : []
  if (wanted === 'none' || env.ESKIZ_EMAIL === '') return []
  return [eskiz({
    base: 'https://notify.eskiz.uz/api', email: env.ESKIZ_EMAIL, password: env.ESKIZ_PASSWORD, from: env.ESKIZ_FROM,
    callbackUrl: `${env.APP_URL}/api/sms/eskiz/${callbackSecret('eskiz')}`,
  })]
}

function kazakh(): SmsGateway[] {
  const wanted = env.SMS_KZ ?? (env.DEMO ? 'demo' : env.SMSC_LOGIN === '' ? 'mobizon' : 'smsc')
  if (wanted === 'demo') return env.DEMO ? [demoGateway()] : []
  if (wanted === 'none') return []
  const known = [
    ...(env.SMSC_LOGIN === '' ? [] : [smsc({ base: 'https://smsc.kz', login: env.SMSC_LOGIN, password: env.SMSC_PASSWORD, sender: env.SMSC_SENDER })]),
    ...(env.MOBIZON_KEY === '' ? [] : [mobizon({ base: 'https://api.mobizon.kz', key: env.MOBIZON_KEY, from: env.MOBIZON_FROM })]),
  ]
  return known.sort((a, b) => Number(b.name === wanted) - Number(a.name === wanted))
}
