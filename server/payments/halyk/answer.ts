import 'server-only'
import { stopwatch } from '#server/infra/clock.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { sameText } from '#server/infra/crypto.ts'
import { emit } from '#server/infra/event-queue.ts'
import type { PlainAnswer } from '#server/infra/http.ts'
import { log } from '#server/infra/log.ts'
import { maskMessage, type Message } from '#server/payments/doors/message.ts'
import { halykTold } from '#server/payments/events.ts'
import { findOrder, insertLog, markTold, secretOf } from './queries.ts'
import { readNotice, type HalykNotice } from './rules.ts'

const type = 'application/json; charset=UTF-8'
const say = (status: number): PlainAnswer => ({ status, type, body: '{}' })

/**
 * The bank's postLink. It is not signed: what it says is not believed, only that there is something to ask the bank about,
 * and that only with the order's own secret. Asked after the answer, by the worker (payments.md 1.3, 7.4).
 */
export async function answerHalyk(message: Message): Promise<PlainAnswer> {
  if (message.busy) return say(503)
  const notice = readNotice(message.method, message.body)
  try {
    await hear(message, notice)
    return say(notice === null ? 400 : 200)
  } catch (error) {
    log.error({ err: error, number: notice?.invoiceId }, 'a notice of Halyk could not be taken')
    return say(500)
  }
}

async function hear(message: Message, notice: HalykNotice | null): Promise<void> {
  const time = stopwatch()
  await serviceTransaction('payments', async ctx => {
    const base = { method: 'notice', segment: message.segment ?? '', address: message.address ?? '' }
    if (notice === null) return insertLog(ctx, { ...base, request: '', response: 'no notice', httpStatus: 400, milliseconds: time(), buildingId: null, paymentId: null, number: '' })
    const found = await provenOrder(ctx, message, notice)
    if (found?.proven) {
      await markTold(ctx, found)
      await emit(ctx, { name: halykTold, buildingId: found.buildingId, payload: { paymentId: found.paymentId } })
    }
    return insertLog(ctx, {
      ...base, buildingId: null, paymentId: null, ...found, request: maskMessage(JSON.stringify(notice.shown), notice.invoiceId), response: found?.proven ? 'heard' : 'ignored', httpStatus: 200,
      milliseconds: time(), number: notice.invoiceId,
    })
  })
}

async function provenOrder(ctx: Context, { segment, address }: Message, notice: HalykNotice) {
  const found = await findOrder(ctx, { segment, number: notice.invoiceId, address })
  return found && { ...found, proven: found.heard && sameText(notice.secretHash, secretOf(found.paymentId)) }
}
