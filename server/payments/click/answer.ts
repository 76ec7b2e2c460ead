import 'server-only'
import { createHash } from 'node:crypto'
import { sameText } from '#server/infra/crypto.ts'
import type { PlainAnswer } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { newId } from '#server/kernel/ids.ts'
import { maskMessage, type Message } from '#server/payments/doors/message.ts'
import { callShop, logCall, merchantSecrets, type ShopCall } from '#server/payments/doors/queries.ts'
import { momentOf, numberOf, readCall, signedText, sumOf, wordAnswer, type ClickCall, type ClickRead } from './rules.ts'

const methods: Record<string, string> = { 0: 'prepare', 1: 'complete' }

/** Any message at Click's addresses: HTTP 200 and a code, whatever it is (payments.md 3). */
export async function answerClick(message: Message): Promise<PlainAnswer> {
  const read = readCall(message.method, message.body)
  const say = (answer: string): PlainAnswer => ({ status: 200, type: 'application/json; charset=UTF-8', body: wordAnswer(read, answer) })
  if (message.busy) return say('-7')
  const base = { id: newId(), segment: message.segment, address: message.address, external_id: read.transId === '' ? null : read.transId.slice(0, 64), log: maskMessage(message.body ?? '', read.transId) }
  if (read.call === null) {
    await logCall('click', { ...base, method: 'refused' }, '-8')
    return say('-8')
  }
  const method = methods[read.call.action] ?? 'refused'
  try {
    const key = await keyOf(message.segment, read.call)
    const wanted: ShopCall = { ...base, ...factsOf(read.call, read), method, key_hash: key, raw: base.log, ...(method === 'refused' ? { refusal: '-3' } : {}) }
    const { answer } = await callShop('click', { call: wanted, keys: [`id ${read.transId}`, `account ${wanted.number ?? read.merchantTransId}`] })
    return say(answer)
  } catch (error) {
    log.error({ err: error, method, externalId: read.transId }, 'a call of Click failed')
    await logCall('click', { ...base, method }, '-7')
    return say('-7')
  }
}

function factsOf(call: ClickCall, { merchantTransId, transId }: ClickRead): Partial<ShopCall> {
  const amount = sumOf(call.amount)
  return {
    service_id: call.serviceId, external_id: BigInt(transId).toString(), prepare_id: call.prepareId, moment: momentOf(call.signTime),
    amount: amount === null ? null : amount.toString(), number: numberOf(merchantTransId), error: call.error,
    ...(/^\d{1,19}$/.test(call.paydocId) ? { paydoc: call.paydocId } : {}),
  }
}

/** The hash of the key that made this signature; '' when none of the merchant's did. */
async function keyOf(segment: string | null, call: ClickCall): Promise<string> {
  const made = (secret: string) => sameText(createHash('md5').update(signedText(call, secret)).digest('hex'), call.signString.toLowerCase())
  return merchantSecrets('click', segment, secrets => secrets.find(({ secret }) => made(secret))?.hash ?? null)
}
