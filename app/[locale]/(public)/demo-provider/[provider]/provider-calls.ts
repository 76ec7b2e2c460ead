import { md5 } from './md5.ts'
import { phoneInstant } from '#app/_client/phone-clock.ts'
import { newId } from '#server/kernel/ids.ts'
import type { Provider } from '#server/payments/schema.ts'

type Request = { address: string; init: RequestInit; shown: string }
/** One call: made when its turn comes, for it may need what the one before was told. `hear`: was the answer a yes? */
export type ProviderCall = { ask: () => Request; hear: (answer: string) => boolean }
type Ask = { number: string; amount: bigint }
export type ProviderActs = Record<'check' | 'pay' | 'accept' | 'finish' | 'cancel', (ask: Ask) => ProviderCall[]>
/** Test keys of the demonstration's merchants. */
export type DemoKeys = Record<'paymeKey' | 'paynetKey' | 'accountField' | 'paynetField', string> & { click: { serviceId: string; secret: string }; uzum: { serviceId: string; login: string; password: string } }

function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** The calls of one order: the same transaction however often a button is pressed. */
export function callsOf(provider: Provider, keys: DemoKeys): ProviderActs {
  switch (provider) {
    case 'payme': return paymeCalls(keys)
    case 'click': return clickCalls(keys.click)
    case 'uzum': return uzumCalls(keys.uzum, keys.accountField)
    case 'paynet': return paynetCalls(keys)
    default: return kaspiCalls()
  }
}

function post(address: string, body: string, headers: Record<string, string>): Request {
  return { address, shown: `POST ${address} ${body}`, init: { method: 'POST', headers, body } }
}

/** Payme's JSON-RPC (payments.md 2). */
function paymeCalls({ paymeKey, accountField }: DemoKeys): ProviderActs {
  const id = randomHex(12)
  const time = Date.parse(phoneInstant())
  const send = (method: string, params: Record<string, unknown>): ProviderCall => ({
    ask: () => post('/api/payments/payme', JSON.stringify({ id: 1, method, params }), { 'content-type': 'text/json; charset=UTF-8', authorization: `Basic ${btoa(`Paycom:${paymeKey}`)}` }),
    hear: answer => answer.includes('"result"'),
  })
  const order = ({ number, amount }: Ask) => ({ amount: Number(amount), account: { [accountField]: number } })
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

/** Click's signed forms (payments.md 3): Complete repeats the number that Prepare was answered with. */
function clickCalls({ serviceId, secret }: DemoKeys['click']): ProviderActs {
  const trans = String(BigInt(`0x${randomHex(6)}`) + 1n)
  let prepared = ''
  const send = (action: '0' | '1', { number, amount }: Ask, error: string): ProviderCall => ({
    ask: () => {
      const sum = majorText(amount)
      const signTime = localText(phoneInstant()).replace('T', ' ')
      const sign = md5(`${trans}${serviceId}${secret}${number}${action === '1' ? prepared : ''}${sum}${action}${signTime}`)
      return post(`/api/payments/click/${action === '0' ? 'prepare' : 'complete'}`, new URLSearchParams({
        click_trans_id: trans, service_id: serviceId, click_paydoc_id: trans, merchant_trans_id: number, ...(action === '1' ? { merchant_prepare_id: prepared || '0' } : {}),
        amount: sum, action, error, error_note: error === '0' ? 'Success' : 'Cancelled', sign_time: signTime, sign_string: sign }).toString(), { 'content-type': 'application/x-www-form-urlencoded' })
    },
    hear: answer => {
      prepared = /"merchant_prepare_id":(\d+)/.exec(answer)?.[1] ?? prepared
      return error === '0' ? answer.includes('"error":0,') : answer.includes('"error":-9,')
    },
  })
  const prepare = (ask: Ask) => send('0', ask, '0')
  const complete = (ask: Ask) => send('1', ask, '0')
  return {
    check: ask => [prepare(ask)], accept: ask => [prepare(ask)], finish: ask => [complete(ask)], pay: ask => [prepare(ask), complete(ask)],
    cancel: ask => [send('1', ask, '-5017')],
  }
}

/** Uzum's five webhooks (payments.md 4). */
function uzumCalls({ serviceId, login, password }: DemoKeys['uzum'], field: string): ProviderActs {
  const transId = newId()
  const send = (place: string, facts: Record<string, unknown>): ProviderCall => ({
    ask: () => post(`/api/payments/uzum/${place}`, JSON.stringify({ serviceId: Number(serviceId), timestamp: Date.parse(phoneInstant()), ...facts }),
      { 'content-type': 'application/json', authorization: `Basic ${btoa(`${login}:${password}`)}` }),
    hear: answer => !answer.includes('"errorCode"'),
  })
  const check = ({ number }: Ask) => send('check', { params: { [field]: number } })
  const create = ({ number, amount }: Ask) => send('create', { transId, params: { [field]: number }, amount: Number(amount) })
  const confirm = () => send('confirm', { transId, paymentSource: 'DEMO' })
  return {
    check: ask => [check(ask)], accept: ask => [check(ask), create(ask)], finish: () => [confirm()], pay: ask => [check(ask), create(ask), confirm()],
    cancel: () => [send('reverse', { transId })],
  }
}

/** Kaspi's check and pay (payments.md 6); the sum is tenge with a point. */
function kaspiCalls(): ProviderActs {
  const id = String(BigInt(`0x${randomHex(7)}`))
  const send = (command: string, { number, amount }: Ask, more: Record<string, string>): ProviderCall => {
    const address = `/api/payments/kaspi?${new URLSearchParams({ command, txn_id: id, account: number, sum: majorText(amount), ...more })}`
    return { ask: () => ({ address, shown: `GET ${address}`, init: { method: 'GET' } }), hear: answer => /"result":\s*0|<result>0</.test(answer) }
  }
  const dated = () => ({ txn_date: localText(phoneInstant()).replace(/\D/g, '') })
  const pay = (ask: Ask) => [send('check', ask, {}), send('pay', ask, dated())]
  return { check: ask => [send('check', ask, {})], pay, accept: pay, finish: pay, cancel: () => [] }
}

/** Paynet's calls (payments.md 5): one step, which can be cancelled afterwards. */
function paynetCalls({ paynetKey, paynetField }: DemoKeys): ProviderActs {
  const id = Number(BigInt(`0x${randomHex(6)}`))
  const send = (method: string, params: Record<string, unknown>): ProviderCall => ({
    ask: () => post('/api/payments/paynet', JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), { 'content-type': 'application/json', authorization: `Basic ${btoa(paynetKey)}` }),
    hear: answer => answer.includes('"result"'),
  })
  const check = ({ number }: Ask) => send('GetInformation', { fields: { [paynetField]: number } })
  const pay = (ask: Ask) => [check(ask), send('PerformTransaction', { transactionId: id, amount: Number(ask.amount), fields: { [paynetField]: ask.number } })]
  return { check: ask => [check(ask)], pay, accept: pay, finish: pay, cancel: () => [send('CancelTransaction', { transactionId: id })] }
}

function majorText(amount: bigint): string {
  return `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
}

/** 'YYYY-MM-DDTHH:MM:SS' in UTC+5, the banks' zone. */
function localText(instant: string): string {
  return new Date(Date.parse(instant) + 5 * 3_600_000).toISOString().slice(0, 19)
}
