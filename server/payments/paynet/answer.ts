import 'server-only'
import { sha256 } from '#server/infra/crypto.ts'
import type { PlainAnswer } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { newId } from '#server/kernel/ids.ts'
import { maskMessage, type Message } from '#server/payments/doors/message.ts'
import { callPaynet, logCall, type PaymentCall } from '#server/payments/doors/queries.ts'
import { amountOf, keyOf, momentOf, readCall, scalarOf, transactionOf, wordAnswer, type PaynetCall } from './rules.ts'

const internal = 'E-32603'

/** Any message at Paynet's address: JSON-RPC, HTTP 401 for who cannot prove themselves and 200 for the rest (payments.md 5). */
export async function answerPaynet(message: Message): Promise<PlainAnswer> {
  const { call, refusal } = readCall(message.method, message.body)
  const say = (answer: string): PlainAnswer => ({ type: 'application/json; charset=UTF-8', ...wordAnswer(call.id, answer) })
  if (message.busy) return say(internal)
  const wanted = toCall(message, call, refusal)
  if (refusal === 'E-32300' || refusal === 'E-32700') {
    await logCall('paynet', wanted, refusal)
    return say(refusal)
  }
  try {
    return say(await callPaynet({ call: wanted, keys: keysOf(wanted) }))
  } catch (error) {
    log.error({ err: error, method: call.method, externalId: wanted.external_id }, 'a call of Paynet failed')
    await logCall('paynet', wanted, internal)
    return say(internal)
  }
}

function toCall(message: Message, { method, params }: PaynetCall, refusal: string | null): PaymentCall {
  const key = keyOf(message.authorization)
  const external = transactionOf(params)
  const text = maskMessage(message.body ?? '', external ?? '')
  return {
    id: newId(), segment: message.segment, address: message.address, key_hash: key === null ? '' : sha256(key), external_id: external, log: text,
    account: { service: scalarOf(params['serviceId']), fields: params['fields'] ?? {} },
    ...(refusal === null ? facts(method, params, { text, key }) : { method: 'refused', payload: refusal }),
  }
}

function facts(method: string, params: Record<string, unknown>, { text, key }: { text: string; key: string | null }): Partial<PaymentCall> & { method: string } {
  switch (method) {
    case 'PerformTransaction': return { method, amount: amountOf(params['amount']), raw: text }
    case 'GetInformation': return { method, external_id: null }
    case 'GetStatement': return { method, external_id: null, moment: momentOf(params['dateFrom']), amount: momentOf(params['dateTo']) }
    // The login stays: the key is both words.
    case 'ChangePassword': return { method, external_id: null, payload: sha256(`${key?.split(':')[0] ?? ''}:${String(params['newPassword'])}`) }
    default: return { method }
  }
}

function keysOf({ external_id, account, method }: PaymentCall): string[] {
  const keys = external_id ? [`id ${external_id}`] : []
  return method === 'PerformTransaction' ? [...keys, `account ${JSON.stringify(account)}`] : keys
}
