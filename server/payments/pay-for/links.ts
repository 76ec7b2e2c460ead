import 'server-only'
import { env } from '#server/infra/env.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { MerchantFacts } from '#server/payments/queries.ts'
import { clickLink, paymeTicket, uzumLink } from '#server/payments/rules.ts'

/** The provider's own page or application by its link (payments.md 2.5, 3.5, 4); in the demonstration the page that plays it. Null: the payer opens the application and types the number. */
export function payLink(merchant: MerchantFacts, { number, amount, returnTo, locale }: { number: string; amount: bigint; returnTo: string; locale: Locale }): string | null {
  const link = { ...merchant, number, amount, returnTo }
  const ticket = () => paymeTicket({ ...link, merchant: merchant.externalId, locale })
  if (env.DEMO && merchant.demonstration) return `/${locale}/demo-provider/${merchant.provider}?ticket=${encodeURIComponent(ticket())}`
  switch (merchant.provider) {
    case 'payme': return `${merchant.payPage}/${ticket()}`
    case 'click': return clickLink(link)
    case 'uzum': return uzumLink(link)
    default: return null
  }
}
