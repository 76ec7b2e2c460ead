import 'server-only'
import { serviceTransaction } from '#server/infra/context.ts'
import { log } from '#server/infra/log.ts'
import { noteAnswer, noteSilence, runRound } from '#server/payments/doors/rounds.ts'
import { askStatus, HalykSilent, operate, signIn } from './bank.ts'
import { applyAct, dueOrders, orderFacts, type OrderFacts } from './queries.ts'
import { judgeStatus, type HalykAct, type HalykStatus, type HalykVerdict } from './rules.ts'

type Key = { buildingId: string; paymentId: string }

/**
 * Asks the bank what became of an order and does what follows, once, whoever asks and however often. A bank that is silent
 * changes nothing but the time of the next question.
 */
export async function askAboutOrder(key: Key): Promise<string> {
  const order = await serviceTransaction('payments', ctx => orderFacts(ctx, key))
  // What is due stays due: the round asks once the bank has rested.
  if (!order || order.rests) return ''
  try {
    const { verdict, status, refusal } = await judged(order)
    const bank = { ...toldBy(status), difference: verdict.difference, refusal }
    if (verdict.act === 'QUARANTINE') log.error({ ...key, number: order.number, difference: verdict.difference }, 'an order of Halyk does not fit what the bank has')
    return await serviceTransaction('payments', async ctx => {
      await noteAnswer(ctx, order.merchantId)
      return applyAct(ctx, key, { act: verdict.act, bank })
    })
  } catch (error) {
    if (error instanceof HalykSilent) {
      await serviceTransaction('payments', async ctx => {
        await applyAct(ctx, key, { act: 'WAIT', bank: {} })
        await noteSilence(ctx, order.merchantId)
      })
    }
    throw error
  }
}

function toldBy({ id, state, reference, amount, currency }: HalykStatus): Record<string, string | null> {
  return { id: id || null, state: state || null, reference: reference || null, amount: amount?.toString() ?? null, currency: currency || null, raw: `${state} ${id}` }
}

const operations: Partial<Record<HalykAct, 'charge' | 'refund' | 'cancel'>> = { CHARGE: 'charge', REFUND: 'refund', CANCEL: 'cancel' }

type Judged = { verdict: HalykVerdict; status: HalykStatus; refusal: string | null }

async function judged(order: OrderFacts): Promise<Judged> {
  const { bearer } = await signIn(order)
  const status = await askStatus(order, bearer)
  const verdict = judgeStatus(order, status)
  const operation = operations[verdict.act]
  if (!operation) return { verdict, status, refusal: verdict.act === 'REFUSED' ? verdict.difference : null }
  // The bank does it, then says again what it has: only its word moves the ledger.
  const refusal = await operate(order, { bearer, id: status.id, operation })
  const after = await askStatus(order, bearer)
  const then = judgeStatus(order, after)
  if (!operations[then.act]) return { verdict: then, status: after, refusal: null }
  return { verdict: refusal === null ? { act: 'WAIT', difference: null } : refused(order, operation), status: after, refusal }
}

/** Asked back and refused, a person is to know; what cannot be charged while its page may be open waits, and is then theirs too. */
function refused({ ended }: OrderFacts, operation: 'charge' | 'refund' | 'cancel'): HalykVerdict {
  if (operation !== 'charge') return { act: 'REFUSED', difference: null }
  return ended ? { act: 'QUARANTINE', difference: 'AUTH' } : { act: 'WAIT', difference: null }
}

const bounds = { most: 200, ofOne: 50 }

/** Orders that nobody told us of: the page was left, the notice was lost, the time is over. So many, and for a minute at most. */
export async function sweepOrders(): Promise<void> {
  const due = await serviceTransaction('payments', ctx => dueOrders(ctx, bounds))
  const { left, silent } = await runRound(due, { longest: 60_000, ofOne: 2, merchantOf: ({ merchantId }) => merchantId, ask: async key => {
    try {
      await askAboutOrder(key)
      return true
    } catch (error) {
      log.warn({ err: error, ...key }, 'Halyk could not be asked about an order')
      // A fault of our own is no silence of the bank.
      return !(error instanceof HalykSilent)
    }
  } })
  if (left > 0) log.warn({ left, silent }, 'orders of Halyk are left for the next round')
}
