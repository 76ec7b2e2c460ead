import type { Locale } from '#server/kernel/format.ts'
import { roundRational } from '#server/kernel/money.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'
import type { PaymentState, Provider } from './schema.ts'

/** payments.md 1.2: only `settle` and `reverse` touch the ledger. The database's functions know no other moves. */
export const paymentLife = defineMachine<PaymentState, 'create' | 'settle' | 'cancel' | 'expire' | 'reverse'>({
  initial: 'NEW',
  final: ['REFUNDED', 'CANCELLED', 'EXPIRED'],
  moves: [
    ['NEW', 'create', 'PENDING'],
    ['PENDING', 'settle', 'PAID'],
    ['PENDING', 'cancel', 'CANCELLED'],
    ['PENDING', 'expire', 'EXPIRED'],
    ['PAID', 'reverse', 'REFUNDED'],
  ],
})

export type FiscalReceipt = { kind: 'PERFORM' | 'CANCEL'; receipt: string; sign: string; link: string | null; item: { title: string; code: string; vatPercent: number; vat: bigint } | null }

/** The fiscal receipts of a payment as its payer reads them, of the sale and then of its return; the tax is part of the sum. What was issued stays shown, whatever became of the payment. */
export function fiscalReceiptsOf({ fiscal, amount }: { fiscal: Partial<Record<string, Record<string, string | number>>>; amount: bigint }): FiscalReceipt[] {
  const text = (from: Record<string, string | number>, name: string) => String(from[name] ?? '')
  const sold = fiscal['ITEM']
  const vatPercent = Number(sold?.['vat_percent'] ?? 0)
  const item = sold ? { title: text(sold, 'title'), code: text(sold, 'code'), vatPercent, vat: roundRational(amount * BigInt(vatPercent), BigInt(100 + vatPercent), 'HALF_UP') } : null
  return (['PERFORM', 'CANCEL'] as const).flatMap(kind => {
    const told = fiscal[kind]
    if (!told) return []
    const link = text(told, 'qr_code_url')
    return [{ kind, receipt: text(told, 'receipt_id'), sign: text(told, 'fiscal_sign'), link: /^https:\/\/[^\s]+$/.test(link) ? link : null, item }]
  })
}

/** How long a payment that only the person has told us of is not called a debt. */
export const toldPaymentDays = 3

/** How long a payment that its provider has not finished is kept: Payme and Uzum have a rule, Click has none and a day is ours (payments.md 9, P12); a token of Halyk lives two hours; the others pay in one step. */
export const lifetimes: Readonly<Record<Provider, string>> = { payme: '12 hours', click: '24 hours', uzum: '30 minutes', paynet: '12 hours', kaspi: '12 hours', halyk: '2 hours' }

export type PayLink = { merchant: string; accountField: string; number: string; amount: bigint; locale: Locale; returnTo: string }

/** The part of Payme's address after the slash (payments.md 2.5), to the byte. */
export function paymeTicket({ merchant, accountField, number, amount, locale, returnTo }: PayLink): string {
  const language = locale === 'uz' ? 'uz' : 'ru'
  return btoa(`m=${merchant};ac.${accountField}=${number};a=${amount};l=${language};c=${returnTo}`)
}

export type ShopLink = { payPage: string; serviceId: string; externalId: string; merchantUserId: string; accountField: string; number: string; amount: bigint; returnTo: string }

/** Click's page (payments.md 3.5): soʻm with two decimals. */
export function clickLink({ payPage, serviceId, externalId, merchantUserId, number, amount, returnTo }: ShopLink): string {
  const sum = `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
  const user: [string, string][] = merchantUserId === '' ? [] : [['merchant_user_id', merchantUserId]]
  return `${payPage}?${new URLSearchParams([['service_id', serviceId], ['merchant_id', externalId], ...user, ['amount', sum], ['transaction_param', number], ['return_url', returnTo]])}`
}

/** Uzum's application (payments.md 4): tiyin, as everywhere in its protocol. */
export function uzumLink({ payPage, serviceId, accountField, number, amount, returnTo }: ShopLink): string {
  return `${payPage}?${new URLSearchParams([['serviceId', serviceId], [accountField, number], ['amount', amount.toString()], ['redirectUrl', returnTo]])}`
}

/** What such a ticket says; null when it is none. */
export function readPaymeTicket(ticket: string): { number: string; amount: bigint; returnTo: string } | null {
  let text
  try {
    text = atob(ticket)
  } catch {
    return null
  }
  const parts = new Map(text.split(';').map(part => {
    const at = part.indexOf('=')
    return [part.slice(0, at).replace(/^ac[.].*/, 'account'), part.slice(at + 1)] as const
  }))
  const [number, amount, returnTo] = [parts.get('account'), parts.get('a'), parts.get('c')]
  if (number === undefined || amount === undefined || !/^\d{1,15}$/.test(amount)) return null
  return { number, amount: BigInt(amount), returnTo: returnTo ?? '' }
}

/** Sum typed by a person, in major units, as minor ones; null when it is no sum. */
export function parseSum(text: string): bigint | null {
  const match = /^(\d{1,10})(?:[.,](\d{1,2}))?$/.exec(text.replace(/[\s\u00A0]/g, ''))
  if (!match) return null
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
}
