import type { OutputOf } from '#app/_client/trpc.ts'
import { section } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'

type Dispute = OutputOf<'billing.bill'>['disputes'][number]
type Page = { readonly bill: { readonly buildingId: string; readonly period: string }; readonly disputes: readonly Dispute[] }
export type WrongWords = Record<'sending' | 'sent' | 'see' | 'disputed' | 'noNetwork', string>

/** The open request about a line or an input of this month, if there is one. */
export function requestOf({ bill, disputes }: Page, kind: Dispute['kind'], subject: string): { requestId: string; number: number } | null {
  return disputes.find(each => each.kind === kind && each.period === bill.period && each.subject === subject) ?? null
}

export function wrongWords({ bill: { buildingId } }: Page, locale: Locale, act: string) {
  const { sending, sent, see, disputed, noNetwork } = section(locale, 'inputs') as WrongWords
  return { buildingId, locale, act, words: { sending, sent, see, disputed, noNetwork } }
}
