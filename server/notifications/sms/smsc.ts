import 'server-only'
import { createHash } from 'node:crypto'
import { sameText } from '#server/infra/crypto.ts'
import { askGateway, fieldOf, maskedAnswer, wordOf, SmsTimeout, type Answered, type SmsError, type SmsGateway, type SmsReport, type SmsResult, type SmsState } from '#server/infra/sms.ts'

// SMSC.kz (messaging.md 4): /sys/send.php and /sys/status.php with fmt=3, numbers for errors and states.

export type SmscSettings = { base: string; login: string; password: string; sender: string; timeout?: number }

const states: Record<string, SmsState> = {
  '-3': 'FAILED', '-2': 'FAILED', '-1': 'ACCEPTED', '0': 'ACCEPTED', '1': 'DELIVERED', '2': 'DELIVERED', '3': 'EXPIRED', '4': 'DELIVERED',
  '20': 'FAILED', '22': 'FAILED', '23': 'FAILED', '24': 'FAILED', '25': 'FAILED',
}
const errors: Record<string, SmsError> = {
  '1': 'BLOCKED', '2': 'AUTH', '3': 'BALANCE', '4': 'RATE', '5': 'BLOCKED', '6': 'BLOCKED_TEXT', '7': 'BAD_NUMBER', '8': 'BAD_NUMBER', '9': 'DUPLICATE',
}

// Their message id is a number: ours travels as its digits and is kept beside it.
export function numberOf(id: string): string {
  return (BigInt(`0x${createHash('sha256').update(id).digest('hex').slice(0, 12)}`) % 2_000_000_000n + 1n).toString()
}

function reportOf(word: string, providerId: string): SmsReport {
  const state = states[word]
  return { id: null, providerId, state: state ?? 'ACCEPTED', unmapped: state === undefined, word }
}

export function smsc(settings: SmscSettings): SmsGateway {
  const identity = { login: settings.login, psw: settings.password, fmt: '3', charset: 'utf-8' }
  const timeout = settings.timeout ?? 10_000
  return {
    name: 'smsc',
    nameOf: numberOf,
    send: async order => {
      const form = { ...identity, phones: order.to, mes: order.text, id: numberOf(order.id), valid: validity(order.lifeSeconds), ...(settings.sender === '' ? {} : { sender: settings.sender }) }
      try {
        return sent(await askGateway(`${settings.base}/sys/send.php`, { form, timeout }))
      } catch (error) {
        if (error instanceof SmsTimeout) return { accepted: false, error: 'TIMEOUT', response: 'timeout' }
        throw error
      }
    },
    report: async ids => {
      if (ids.length === 0) return []
      // A trailing comma keeps the answer a list even for one message.
      const form = { ...identity, phone: `${ids.map(each => each.to).join(',')},`, id: `${ids.map(each => each.providerId).join(',')},`, all: '0' }
      const answer = await askGateway(`${settings.base}/sys/status.php`, { form, timeout }).catch(() => null)
      const list = Array.isArray(answer?.json) ? answer.json : []
      return list.flatMap((item: unknown) => {
        const [word, id] = [wordOf(fieldOf(item, 'status')), wordOf(fieldOf(item, 'id'))]
        return word === '' || id === '' ? [] : [reportOf(word, id)]
      })
    },
    readCallback: fields => {
      const { phone = '', status = '', id = '' } = fields
      const proof = createHash('md5').update(`${phone}:${status}:${settings.password}`).digest('hex')
      if (status === '' || id === '' || !sameText(proof, (fields['md5'] ?? '').toLowerCase())) return null
      return reportOf(status, id)
    },
  }
}

function validity(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

function sent(answer: Answered): SmsResult {
  const response = maskedAnswer(answer.text)
  const code = wordOf(fieldOf(answer.json, 'error_code'))
  const id = wordOf(fieldOf(answer.json, 'id'))
  if (code !== '') return { accepted: false, error: errors[code] ?? 'TEMPORARY', response }
  if (answer.status >= 200 && answer.status < 300 && id !== '') return { accepted: true, providerId: id, response }
  return { accepted: false, error: 'TEMPORARY', response }
}
