import { phoneInstant } from '#app/_client/phone-clock.ts'

export type ProviderCall = { address: string; init: RequestInit; shown: string; isOk: (answer: string) => boolean }
type Ask = { number: string; amount: bigint }
export type ProviderActs = Record<'check' | 'pay' | 'accept' | 'finish' | 'cancel', (ask: Ask) => ProviderCall[]>

function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Payme's calls for one order: the same transaction id however often a button is pressed (payments.md 2). */
export function paymeCalls({ key, field }: { key: string; field: string }): ProviderActs {
  const id = randomHex(12)
  const time = Date.parse(phoneInstant())
  const send = (method: string, params: Record<string, unknown>): ProviderCall => {
    const body = JSON.stringify({ id: 1, method, params })
    return { address: '/api/payments/payme', shown: `POST /api/payments/payme ${body}`, isOk: answer => answer.includes('"result"'),
      init: { method: 'POST', headers: { 'content-type': 'text/json; charset=UTF-8', authorization: `Basic ${btoa(`Paycom:${key}`)}` }, body } }
  }
  const order = ({ number, amount }: Ask) => ({ amount: Number(amount), account: { [field]: number } })
  const check = (ask: Ask) => send('CheckPerformTransaction', order(ask))
  const create = (ask: Ask) => send('CreateTransaction', { id, time, ...order(ask) })
  const perform = () => send('PerformTransaction', { id })
  return {
    check: ask => [check(ask)],
    accept: ask => [check(ask), create(ask)],
    finish: () => [perform()],
    pay: ask => [check(ask), create(ask), perform()],
    cancel: () => [send('CancelTransaction', { id, reason: 5 })],
  }
}

/** Kaspi's check and pay (payments.md 6); the sum is tenge with a point. */
export function kaspiCalls(): ProviderActs {
  const id = String(BigInt(`0x${randomHex(7)}`))
  const send = (command: string, { number, amount }: Ask, more: Record<string, string>): ProviderCall => {
    const sum = `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
    const address = `/api/payments/kaspi?${new URLSearchParams({ command, txn_id: id, account: number, sum, ...more })}`
    return { address, shown: `GET ${address}`, isOk: answer => /"result":\s*0|<result>0</.test(answer), init: { method: 'GET' } }
  }
  const dated = () => ({ txn_date: localMoment(phoneInstant()) })
  const pay = (ask: Ask) => [send('check', ask, {}), send('pay', ask, dated())]
  return { check: ask => [send('check', ask, {})], pay, accept: pay, finish: pay, cancel: () => [] }
}

/** Paynet's calls (payments.md 5): one step, which can be cancelled afterwards. */
export function paynetCalls({ key, field }: { key: string; field: string }): ProviderActs {
  const id = Number(BigInt(`0x${randomHex(6)}`))
  const send = (method: string, params: Record<string, unknown>): ProviderCall => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    return { address: '/api/payments/paynet', shown: `POST /api/payments/paynet ${body}`, isOk: answer => answer.includes('"result"'),
      init: { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(key)}` }, body } }
  }
  const check = ({ number }: Ask) => send('GetInformation', { fields: { [field]: number } })
  const pay = (ask: Ask) => [check(ask), send('PerformTransaction', { transactionId: id, amount: Number(ask.amount), fields: { [field]: ask.number } })]
  return { check: ask => [check(ask)], pay, accept: pay, finish: pay, cancel: () => [send('CancelTransaction', { transactionId: id })] }
}

/** 'YYYYMMDDHHMMSS' in UTC+5, the bank's zone. */
function localMoment(instant: string): string {
  return new Date(Date.parse(instant) + 5 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)
}
