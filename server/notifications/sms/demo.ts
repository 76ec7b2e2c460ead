import 'server-only'
import { log } from '#server/infra/log.ts'
import type { SmsGateway } from '#server/infra/sms.ts'

/** Demonstration: nothing leaves the machine; the text is shown in the log (its code also on the screen). */
export function demoGateway(): SmsGateway {
  return {
    name: 'demo',
    send: order => {
      log.info({ to: order.to, text: order.text }, 'SMS of the demonstration')
      return Promise.resolve({ accepted: true, providerId: order.id, response: '' })
    },
    report: ids => Promise.resolve(ids.map(({ providerId }) => ({ id: null, providerId, state: 'DELIVERED' as const, unmapped: false, word: 'demo' }))),
    readCallback: () => null,
  }
}
