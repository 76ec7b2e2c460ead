import 'server-only'
import { hmac, sameText } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'

/** The secret of the demonstration's older device of a person. */
export function demoDeviceSid(personId: string): string {
  return hmac('demo-device', personId)
}

/** What the link of the demonstration table carries: the person and a seal, so that nobody makes one up. */
export function demoDeviceToken(personId: string): string {
  return `${personId}.${hmac('demo-device-link', personId).slice(0, 24)}`
}

/** The session secret behind such a link; null without DEMO or when it is not ours. */
export function demoDeviceOf(token: string): string | null {
  const [personId = '', sign = ''] = token.split('.')
  if (!env.DEMO || !sameText(sign, hmac('demo-device-link', personId).slice(0, 24))) return null
  return demoDeviceSid(personId)
}
