import 'server-only'
import { createHash } from 'node:crypto'
import type { PlainAnswer } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { newId } from '#server/kernel/ids.ts'
import { maskMessage, type Message } from '#server/payments/doors/message.ts'
import { callPayme, logCall, type PaymentCall } from '#server/payments/doors/queries.ts'
import { amountOf, fiscalOf, keyOf, readCall, wordAnswer, type PaymeCall } from './rules.ts'

const type = 'text/json; charset=UTF-8'
const internal = 'E-32400'

/** Any message at Payme's address: answered with HTTP 200, whatever it is (payments.md 2). */
export async function answerPayme(message: Message): Promise<PlainAnswer> {
  const { call, refusal } = readCall(message.method, message.body)
  const say = (answer: string): PlainAnswer => ({ status: 200, type, body: wordAnswer(call.id, answer) })
  if (message.busy) return say(internal)
  const wanted = toCall(message, call, refusal)
  if (refusal === 'E-32300' || refusal === 'E-32700') {
    await logCall('payme', wanted, refusal)
    return say(refusal)
  }
  try {
    return say(await callPayme({ call: wanted, keys: keysOf(wanted) }))
  } catch (error) {
    log.error({ err: error, method: call.method, externalId: wanted.external_id }, 'a call of Payme failed')
    await logCall('payme', wanted, internal)
    return say(internal)
  }
}

function toCall(message: Message, { method, params }: PaymeCall, refusal: string | null): PaymentCall {
  const key = keyOf(message.authorization)
  const external = typeof params['id'] === 'string' ? params['id'].slice(0, 64) : null
  const text = maskMessage(message.body ?? '', external ?? '')
  return {
    id: newId(), segment: message.segment, address: message.address, key_hash: key === null ? '' : hashOf(key), external_id: external, log: text,
    ...(refusal === null ? facts(method, params, text) : { method: 'refused', payload: refusal }),
  }
}

function facts(method: string, params: Record<string, unknown>, text: string): Partial<PaymentCall> & { method: string } {
  switch (method) {
    case 'CheckPerformTransaction': return { method, amount: amountOf(params['amount']), account: params['account'] }
    case 'CreateTransaction': return { method, amount: amountOf(params['amount']), account: params['account'], moment: Number(params['time']), raw: text }
    case 'PerformTransaction': return { method, raw: text }
    case 'CancelTransaction': return { method, reason: Number(params['reason']) }
    case 'GetStatement': return { method, external_id: null, moment: Number(params['from']), amount: Number(params['to']) }
    case 'SetFiscalData': return { method, fiscal_type: String(params['type']), payload: JSON.stringify(fiscalOf(params['fiscal_data'])) }
    case 'ChangePassword': return { method, external_id: null, payload: hashOf(String(params['password'])) }
    default: return { method }
  }
}

function keysOf({ external_id, account }: PaymentCall): string[] {
  const keys: string[] = []
  if (external_id) keys.push(`id ${external_id}`)
  if (account !== undefined) keys.push(`account ${JSON.stringify(account)}`)
  return keys
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
