import 'server-only'
import { unseal } from '#server/infra/crypto.ts'
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

/** A call as app.shop_call has it: of Click and of Uzum. */
export type ShopCall = Omit<PaymentCall, 'reason' | 'fiscal_type' | 'payload'> & { service_id?: string | null; prepare_id?: string; error?: number; paydoc?: string; refusal?: string }
export type ShopAnswer = { answer: string; failureStatus: number; codeForm: string }

/** Purpose of the key under which keys that sign, or with which we sign in, are sealed. */
export const keySeal = 'payments.merchantKey'

type Row = { place: number; answer: string; answer_format?: string }

function secret(): string {
  return slot('payments.secret', () => serviceSecret(env.AUTH_SECRET, 'payments'))
}

/** Keys of the demonstration and of sandboxes open nothing in production (settled 12, 22). */
export function testKeysAllowed(): boolean {
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

function runShop(provider: 'click' | 'uzum') {
  return async (calls: readonly ShopCall[]): Promise<string[]> => {
    const { rows } = await pool().query<Row & { failure_status: number; failure_code_form: string }>({
      name: 'shop', text: 'select place, answer, failure_status, failure_code_form from app.shop_calls($1, $2, $3, $4::jsonb)',
      values: [secret(), provider, testKeysAllowed(), JSON.stringify(calls.map((call, n) => ({ n, ...call })))],
    })
    return rows.reduce<string[]>((answers, row) => answers.with(row.place, `${row.failure_status} ${row.failure_code_form} ${row.answer}`), calls.map(() => ''))
  }
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

/** One call of Click or Uzum, committed. */
export async function callShop(provider: 'click' | 'uzum', wanted: Batched<ShopCall>): Promise<ShopAnswer> {
  const said = await slot(`payments.${provider}`, () => makeBatcher({ run: runShop(provider), ...limits }))(wanted)
  const [failureStatus = '', codeForm = '', ...answer] = said.split(' ')
  return { answer: answer.join(' '), failureStatus: Number(failureStatus), codeForm }
}

export type MerchantSecret = { hash: string; secret: string }

/**
 * Looks among the merchant's keys. They are remembered, and read anew when none of those remembered fits: a key that has
 * ended opens nothing all the same, because the call itself is judged by the keys that live.
 */
export async function merchantSecrets(provider: Provider, segment: string | null, find: (secrets: readonly MerchantSecret[]) => string | null): Promise<string> {
  const remembered = slot('payments.secrets', () => new Map<string, MerchantSecret[]>())
  const place = `${provider}/${segment ?? ''}`
  const hash = find(remembered.get(place) ?? [])
  if (hash !== null) return hash
  const { rows } = await pool().query<{ key_hash: string; sealed: string }>({
    name: 'secrets', text: 'select key_hash, sealed from app.merchant_secrets($1, $2, $3)', values: [secret(), provider, segment],
  })
  const secrets = rows.map(({ key_hash, sealed }) => ({ hash: key_hash, secret: unseal(keySeal, sealed) })).filter((each): each is MerchantSecret => each.secret !== null)
  if (secrets.length > 0) remembered.set(place, secrets)
  return find(secrets) ?? ''
}

/** The trace of a call that changed nothing because it could not; a log that fails must not fail the answer. */
export async function logCall(provider: Provider, call: PaymentCall | ShopCall, answer: string): Promise<void> {
  await pool().query('select app.log_payment_call($1, $2, $3::jsonb, $4)', [secret(), provider, JSON.stringify(call), answer])
    .catch((error: unknown) => log.error({ err: error, provider }, 'a call of a provider could not be logged'))
}
