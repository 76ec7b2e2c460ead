import 'server-only'
import { pool } from '#server/infra/db.ts'
import { env } from '#server/infra/env.ts'
import { log } from '#server/infra/log.ts'
import { serviceSecret } from '#server/infra/services.ts'
import { slot } from '#server/infra/slot.ts'
import type { Provider } from '#server/payments/schema.ts'
import { makeBatcher, type Batched } from './batch.ts'

/** A call as app.payment_call has it; what is not given is null. */
export type PaymentCall = {
  id: string
  segment: string | null
  address: string | null
  method: string
  key_hash?: string
  external_id?: string | null
  moment?: number | null
  amount?: number | string | null
  account?: unknown
  number?: string | null
  reason?: number
  fiscal_type?: string
  payload?: string
  raw?: string
  log: string
}

type Row = { place: number; answer: string; answer_format?: string }

function secret(): string {
  return slot('payments.secret', () => serviceSecret(env.AUTH_SECRET, 'payments'))
}

/** Keys of the demonstration and of sandboxes open nothing in production (settled 12, 22). */
function testKeysAllowed(): boolean {
  return env.DEMO || env.NODE_ENV !== 'production'
}

async function runPayme(calls: readonly PaymentCall[]): Promise<string[]> {
  const { rows } = await pool().query<Row>({
    name: 'payme', text: 'select place, answer from app.payme_calls($1, $2, $3::jsonb)',
    values: [secret(), testKeysAllowed(), JSON.stringify(calls.map((call, n) => ({ n, ...call })))],
  })
  return inOrder(rows, row => row.answer)
}

async function runKaspi(calls: readonly PaymentCall[]): Promise<string[]> {
  const { rows } = await pool().query<Row>({
    name: 'kaspi', text: 'select place, answer, answer_format from app.kaspi_calls($1, $2::jsonb)',
    values: [secret(), JSON.stringify(calls.map((call, n) => ({ n, ...call })))],
  })
  return inOrder(rows, row => `${row.answer_format === 'XML' ? 'X' : 'J'}${row.answer}`)
}

async function runPaynet(calls: readonly PaymentCall[]): Promise<string[]> {
  const { rows } = await pool().query<Row>({
    name: 'paynet', text: 'select place, answer from app.paynet_calls($1, $2, $3::jsonb)',
    values: [secret(), testKeysAllowed(), JSON.stringify(calls.map((call, n) => ({ n, ...call })))],
  })
  return inOrder(rows, row => row.answer)
}

function inOrder(rows: readonly Row[], answerOf: (row: Row) => string): string[] {
  const answers: string[] = []
  for (const row of rows) answers[row.place] = answerOf(row)
  return answers
}

const limits = { most: 64, atOnce: 4 }

/** One call of Payme: its answer as app.payme_calls gives it, committed. */
export function callPayme(wanted: Batched<PaymentCall>): Promise<string> {
  return slot('payments.payme', () => makeBatcher({ run: runPayme, ...limits }))(wanted)
}

/** One call of Kaspi: 'J' or 'X' for the form, then our words as JSON. */
export function callKaspi(wanted: Batched<PaymentCall>): Promise<string> {
  return slot('payments.kaspi', () => makeBatcher({ run: runKaspi, ...limits }))(wanted)
}

/** One call of Paynet: its answer as app.paynet_calls gives it, committed. */
export function callPaynet(wanted: Batched<PaymentCall>): Promise<string> {
  return slot('payments.paynet', () => makeBatcher({ run: runPaynet, ...limits }))(wanted)
}

/** The trace of a call that changed nothing because it could not; a log that fails must not fail the answer. */
export async function logCall(provider: Provider, call: PaymentCall, answer: string): Promise<void> {
  await pool().query('select app.log_payment_call($1, $2, $3::jsonb, $4)', [secret(), provider, JSON.stringify(call), answer])
    .catch((error: unknown) => log.error({ err: error, provider }, 'a call of a provider could not be logged'))
}
