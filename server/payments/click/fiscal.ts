// Click's own API as payments.md 3.5 has it: how we sign in, what a fiscal receipt is asked with, what comes back.
import 'server-only'
import { roundRational } from '#server/kernel/money.ts'

export type Login = { userId: string; secret: string; seconds: number }

/** The header of a call: the ten-digit moment and the key in a digest (SHA-1), which is given by the caller. */
export function authText({ userId, secret, seconds }: Login, digest: (text: string) => string): string {
  return `${userId}:${digest(`${seconds}${secret}`)}:${seconds}`
}

/** What is sold, as app.fiscal_item gives it. */
export type SoldItem = { title: string; code: string; package_code: string; vat_percent: number }
export type Fiscal = { serviceId: string; paymentNumber: string; amount: bigint; item: SoldItem; tin: string }

/** One line with the sum that was paid, in tiyin; VAT is inside the price. Ids of 64 bits go as the digits they are. */
export function itemsBody({ serviceId, paymentNumber, amount, item, tin }: Fiscal): string {
  const vat = roundRational(amount * BigInt(item.vat_percent), BigInt(100 + item.vat_percent), 'HALF_UP')
  const line = `{"Name":${JSON.stringify(item.title)},"SPIC":"${item.code}","PackageCode":"${item.package_code}","GoodPrice":${amount},"Price":${amount},"Amount":1,`
    + `"VAT":${vat},"VATPercent":${item.vat_percent},"CommissionInfo":${JSON.stringify(tin === '' ? {} : { TIN: tin })}}`
  return `{"service_id":${serviceId},"payment_id":${paymentNumber},"items":[${line}],"received_ecash":${amount},"received_cash":0,"received_card":0}`
}

/** Our names of what the link of a receipt says; null while there is none. */
export function receiptOf(answer: unknown): Record<string, string> | null {
  const link = typeof answer === 'object' && answer !== null && 'qrCodeURL' in answer ? answer.qrCodeURL : null
  if (typeof link !== 'string' || !/^https:\/\/[^\s"'<>]{1,480}$/.test(link) || !URL.canParse(link)) return null
  const said = new URL(link).searchParams
  const kept: Record<string, string> = { qr_code_url: link }
  for (const [name, key] of [['receipt_id', 'r'], ['fiscal_sign', 's'], ['terminal_id', 't'], ['date', 'c']] as const) kept[name] = (said.get(key) ?? '').slice(0, 40)
  return kept
}

/** Did Click take what was asked? */
export function isTaken(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error_code' in answer && Number(answer.error_code) === 0
}
