import 'server-only'
import { askGateway, fieldOf, maskedAnswer, wordOf, SmsTimeout, type Answered, type SmsError, type SmsGateway, type SmsReport, type SmsResult, type SmsState } from '#server/infra/sms.ts'

// Mobizon.kz (messaging.md 5): form posts to /service/…, the key in the address, codes in the body.

export type MobizonSettings = { base: string; key: string; from: string; timeout?: number }

const states: Record<string, SmsState> = {
  NEW: 'ACCEPTED', ENQUEUD: 'ACCEPTED', ACCEPTD: 'ACCEPTED', PDLIVRD: 'ACCEPTED',
  DELIVRD: 'DELIVERED', UNDELIV: 'FAILED', REJECTD: 'FAILED', DELETED: 'FAILED', EXPIRED: 'EXPIRED',
}
const errors: Record<string, SmsError> = { '1': 'BLOCKED', '4': 'AUTH', '5': 'AUTH', '8': 'AUTH', '10': 'AUTH', '12': 'RATE', '99': 'TEMPORARY', '100': 'TEMPORARY' }

export function mobizon(settings: MobizonSettings): SmsGateway {
  const timeout = settings.timeout ?? 10_000
  const address = (method: string) => `${settings.base}/service/${method}?output=json&api=v1&apiKey=${encodeURIComponent(settings.key)}`
  return {
    name: 'mobizon',
    send: async order => {
      const form = {
        recipient: order.to.replace(/\D/g, ''), text: order.text, 'params[name]': order.id, 'params[validity]': String(Math.max(60, Math.ceil(order.lifeSeconds / 60))),
        ...(settings.from === '' ? {} : { from: settings.from }),
      }
      try {
        return sent(await askGateway(address('Message/SendSmsMessage'), { form, timeout }))
      } catch (error) {
        if (error instanceof SmsTimeout) return { accepted: false, error: 'TIMEOUT', response: 'timeout' }
        throw error
      }
    },
    report: async ids => {
      const reports: SmsReport[] = []
      for (let from = 0; from < ids.length; from += 100) {
        const form = Object.fromEntries(ids.slice(from, from + 100).map((each, index) => [`ids[${index}]`, each.providerId]))
        const answer = await askGateway(address('Message/GetSMSStatus'), { form, timeout }).catch(() => null)
        const list = fieldOf(answer?.json, 'data')
        if (Array.isArray(list)) reports.push(...list.flatMap(readReport))
      }
      return reports
    },
    // Mobizon sends no reports of its own: it is asked.
    readCallback: () => null,
  }
}

function readReport(item: unknown): SmsReport[] {
  const [word, providerId] = [wordOf(fieldOf(item, 'status')), wordOf(fieldOf(item, 'id'))]
  if (word === '' || providerId === '') return []
  const state = states[word]
  return [{ id: null, providerId, state: state ?? 'ACCEPTED', unmapped: state === undefined, word }]
}

function sent(answer: Answered): SmsResult {
  const response = maskedAnswer(answer.text)
  const code = wordOf(fieldOf(answer.json, 'code'))
  const providerId = wordOf(fieldOf(answer.json, 'data', 'messageId'))
  if (code === '0' && providerId !== '') return { accepted: true, providerId, response }
  if (code === '1') return { accepted: false, error: validationError(answer), response }
  if (/balance|баланс|средств/i.test(answer.text)) return { accepted: false, error: 'BALANCE', response }
  return { accepted: false, error: errors[code] ?? 'TEMPORARY', response }
}

/** Code 1 names the fields it did not like. */
function validationError(answer: Answered): SmsError {
  const data = fieldOf(answer.json, 'data')
  const fields = data !== null && typeof data === 'object' ? Object.keys(data) : []
  if (fields.includes('recipient')) return 'BAD_NUMBER'
  return fields.includes('text') || fields.includes('from') ? 'BLOCKED_TEXT' : 'BLOCKED'
}
