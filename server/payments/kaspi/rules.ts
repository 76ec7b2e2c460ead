// Kaspi's bill payment as payments.md 6 has it: one GET address, check and pay, JSON or XML, HTTP 200 always.
import { parseAccountNumber } from '#server/kernel/ids.ts'

export type KaspiCall = { command: 'check' | 'pay'; txnId: string; account: string; sum: string; txnDate: string }
export type KaspiRead = { call: KaspiCall | null; txnId: string }

/** What the database answered: our number, sum and address only where they are known. */
export type KaspiAnswer = { result: number; prv?: string; sum?: string; house?: string; unit?: string; /** Of the sum: what the payer says is wrong, while nobody has answered. */ disputed?: string }

const comments: Record<number, string> = {
  0: 'OK', 1: 'Лицевой счёт не найден', 2: 'Приём платежей по счёту закрыт', 3: 'Счёт уже оплачен', 4: 'Оплата выполняется', 5: 'Ошибка, повторите позже',
}
const fieldNames = { house: 'Адрес', unit: 'Помещение', disputed: 'Из них оспорено' } as const

export function readCall(verb: string, query: string): KaspiRead {
  const given = new URLSearchParams(query)
  const text = (name: string) => (given.get(name) ?? '').trim()
  const txnId = text('txn_id').slice(0, 64)
  const command = text('command')
  const account = text('account')
  const known = verb === 'GET' && account !== '' && account.length <= 40 && given.getAll('txn_id').length <= 1
  if (!known || (command !== 'check' && command !== 'pay') || (command === 'pay' && !/^[A-Za-z0-9_-]{1,64}$/.test(txnId))) return { call: null, txnId }
  return { call: { command, txnId, account, sum: text('sum'), txnDate: text('txn_date') }, txnId }
}

export function numberOf(account: string): string | null {
  return parseAccountNumber(account)
}

/** "1234.50" in tiyn; more than two decimals, a sign or words are no sum. */
export function sumOf(text: string): bigint | null {
  const match = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(text)
  if (!match) return null
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
}

/** YYYYMMDDHHMMSS of the bank (UTC+5) as an instant; null when it is no moment. */
export function momentOf(text: string): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text)
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1)
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const moment = Date.parse(written)
  // The 30th of February is read as some other day: what does not come back the same is no moment.
  return Number.isNaN(moment) || new Date(moment).toISOString() !== written ? null : moment - 300 * 60_000
}

/** What the log keeps of a query: the fields of the protocol, neither the bank's secret (data1, payments.md 6) nor a card or a personal number typed for an account. */
export function shownQuery(query: string): string {
  return query.replace(/(^|&)((?!(?:command|txn_id|account|sum|txn_date|service_id)=)[^=&]*)=[^&]*/g, '$1$2=[hidden]')
    .replace(/(^|&)account=([^&]*)/g, (whole: string, before: string, typed: string) => (typed.replace(/\D/g, '').length > 10 ? `${before}account=${typed.slice(0, 2)}[hidden]` : whole))
}

/** What was asked, in one form: '1200' and '1200.00' are the same question. What is no number of an account is not kept: a payer may type a card. */
export function askedOf({ account, sum }: KaspiCall): string {
  const minor = sumOf(sum)
  return `${numberOf(account) ?? `no number of ${account.length}`}|${minor === null ? sum : minor}`
}

export function wordAnswer(txnId: string, answer: KaspiAnswer, form: 'JSON' | 'XML'): string {
  return form === 'XML' ? asXml(txnId, answer) : asJson(txnId, answer)
}

function fieldsOf(answer: KaspiAnswer): [name: string, text: string][] {
  const fields: [string, string][] = []
  if (answer.house) fields.push([fieldNames.house, answer.house])
  if (answer.unit) fields.push([fieldNames.unit, answer.unit])
  if (answer.disputed) fields.push([fieldNames.disputed, answer.disputed])
  return fields
}

function asJson(txnId: string, answer: KaspiAnswer): string {
  const fields = fieldsOf(answer)
  return JSON.stringify({
    txn_id: txnId,
    ...(answer.prv === undefined ? {} : { prv_txn_id: answer.prv }),
    result: answer.result,
    ...(answer.sum === undefined ? {} : { sum: answer.sum }),
    comment: comments[answer.result] ?? '',
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields.map(([name, text], place) => [`field${place + 1}`, { '@name': name, '#text': text }])) }),
  })
}

function asXml(txnId: string, answer: KaspiAnswer): string {
  const tag = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>`)
  const fields = fieldsOf(answer).map(([name, text], place) => `<field${place + 1} name="${escapeXml(name)}">${escapeXml(text)}</field${place + 1}>`).join('')
  return `<?xml version="1.0" encoding="UTF-8"?><response>${tag('txn_id', txnId)}${tag('prv_txn_id', answer.prv)}${tag('result', String(answer.result))}`
    + `${tag('sum', answer.sum)}${tag('comment', comments[answer.result] ?? '')}${fields === '' ? '' : `<fields>${fields}</fields>`}</response>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
