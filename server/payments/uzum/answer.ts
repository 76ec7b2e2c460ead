import 'server-only'
import { sha256 } from '#server/infra/crypto.ts'
import type { PlainAnswer } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { newId, parseAccountNumber } from '#server/kernel/ids.ts'
import { maskMessage, type Message } from '#server/payments/doors/message.ts'
import { callShop, logCall, type ShopCall } from '#server/payments/doors/queries.ts'
import { loginOf, readCall, wordAnswer, type UzumAnswer, type UzumCall, type UzumMethod } from './rules.ts'

const plain = { failureStatus: 400, codeForm: 'TEXT' }

/** Any message at one of Uzum's five addresses (payments.md 4). */
export async function answerUzum(method: UzumMethod, message: Message): Promise<PlainAnswer> {
  const { call, refusal } = readCall(method, message.body)
  const say = (said: UzumAnswer): PlainAnswer => ({
    status: said.answer.startsWith('R') ? 200 : said.failureStatus, type: 'application/json; charset=UTF-8', body: wordAnswer(call, said),
  })
  const refuse = (code: string) => say({ answer: `E${code}`, ...plain })
  if (message.busy) return refuse('99999')
  const wanted = toCall(message, call, refusal)
  if (message.method !== 'POST') {
    await logCall('uzum', wanted, 'E10003')
    return refuse('10003')
  }
  try {
    return say(await callShop('uzum', { call: wanted, keys: keysOf(wanted, call) }))
  } catch (error) {
    log.error({ err: error, method, externalId: call.transId }, 'a call of Uzum failed')
    await logCall('uzum', wanted, 'E99999')
    return refuse('99999')
  }
}

function toCall(message: Message, call: UzumCall, refusal: string | null): ShopCall {
  const login = loginOf(message.authorization)
  const text = maskPhone(maskMessage(message.body ?? '', call.transId ?? ''))
  return {
    id: newId(), segment: message.segment, address: message.address, key_hash: login === null ? '' : sha256(login), method: call.method, service_id: call.serviceId,
    external_id: call.transId, moment: call.moment, amount: call.amount, account: call.params, raw: text, log: text, ...(refusal === null ? {} : { refusal }),
  }
}

/** The payer's telephone comes with confirm; what is kept is its last two digits. */
function maskPhone(text: string): string {
  return text.replace(/("phone"\s*:\s*"?)\+?[\d\s-]*(\d\d)(?="?)/g, '$1[hidden]$2')
}

/** Calls of one transaction or one account never share a batch. */
function keysOf({ external_id }: ShopCall, { params }: UzumCall): string[] {
  const typed = Object.values(params ?? {}).map(value => parseAccountNumber(String(value))).filter(number => number !== null)
  return [...(external_id ? [`id ${external_id}`] : []), ...typed.map(number => `account ${number}`)]
}
