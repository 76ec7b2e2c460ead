import 'server-only'
import type { PlainAnswer } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { newId } from '#server/kernel/ids.ts'
import { maskMessage, type Message } from '#server/payments/doors/message.ts'
import { callKaspi, logCall, type PaymentCall } from '#server/payments/doors/queries.ts'
import { askedOf, momentOf, numberOf, readCall, shownQuery, sumOf, wordAnswer, type KaspiAnswer, type KaspiCall } from './rules.ts'

const fault: KaspiAnswer = { result: 5 }

/** Any message at Kaspi's address: HTTP 200, result 5 for what is none of its business (payments.md 6). */
export async function answerKaspi(message: Message): Promise<PlainAnswer> {
  const { call, txnId } = readCall(message.method, message.query)
  const wantsXml = /\bxml\b/i.test(message.accept) && !/json/i.test(message.accept)
  const say = (answer: KaspiAnswer, xml = wantsXml): PlainAnswer => ({
    status: 200, type: xml ? 'application/xml; charset=UTF-8' : 'application/json; charset=UTF-8', body: wordAnswer(txnId, answer, xml ? 'XML' : 'JSON'),
  })
  if (message.busy) return say(fault)
  const wanted = toCall(message, call, txnId)
  if (call === null) {
    await logCall('kaspi', wanted, '{"result":5}')
    return say(fault)
  }
  try {
    const answer = await callKaspi({ call: wanted, keys: [`id ${txnId}`, `account ${wanted.number ?? wanted.payload ?? ''}`] })
    return say(JSON.parse(answer.slice(1)) as KaspiAnswer, wantsXml || answer.startsWith('X'))
  } catch (error) {
    log.error({ err: error, command: call.command, externalId: txnId }, 'a call of Kaspi failed')
    await logCall('kaspi', wanted, '{"result":5}')
    return say(fault)
  }
}

function toCall(message: Message, call: KaspiCall | null, txnId: string): PaymentCall {
  const text = maskMessage(shownQuery(message.query.slice(0, 2000)), txnId)
  const base = { id: newId(), segment: message.segment, address: message.address, external_id: txnId === '' ? null : txnId, log: text }
  if (call === null) return { ...base, method: 'refused' }
  const amount = sumOf(call.sum)
  return {
    ...base, method: call.command, number: numberOf(call.account), amount: amount === null ? null : amount.toString(),
    moment: momentOf(call.txnDate), payload: askedOf(call), raw: text,
  }
}
