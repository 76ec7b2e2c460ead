import 'server-only'
import { asService, type Context } from '#server/infra/context.ts'
import { assertMayKeepMerchants, keptCountries } from '#server/payments/policy.ts'
import type { FiscalItems, HalykTerminal, Provider } from '#server/payments/schema.ts'

export type MerchantRow = {
  merchantId: string; provider: Provider; segment: string; country: 'UZ' | 'KZ'; scopeType: 'OPERATOR' | 'ORGANISATION' | 'BUILDING'; scopeId: string | null
  /** Of the company or the house; null: all houses of the operator. */
  scopeName: string | null
  shortAddress: boolean; externalId: string; accountField: string; mostAmount: bigint; allowedAddresses: string[]; refunds: 'ALLOWED' | 'FORBIDDEN'
  answerFormat: 'JSON' | 'XML'; payPage: string; activeFrom: string; activeTo: string | null; serviceId: string; merchantUserId: string; failureStatus: 200 | 400; failureCodeForm: 'TEXT' | 'NUMBER'
  apiPage: string; sellerTin: string; fiscalItems: FiscalItems; halyk: HalykTerminal | null
  /** Live keys, and how many of them are of a sandbox; the keys themselves are told to nobody. */
  keys: number; testKeys: number
}

/** Contracts with providers in the countries whose platform the person keeps; those that ended within the year stand last. */
export async function merchantList(ctx: Context): Promise<MerchantRow[]> {
  assertMayKeepMerchants(ctx.actor)
  const countries = keptCountries(ctx.actor)
  return asService(ctx, 'payments', inner => inner.db.$queryRaw<MerchantRow[]>`
    select m.merchant_id as "merchantId", m.provider, m.segment, m.country::text as country, m.scope_type as "scopeType", m.scope_id as "scopeId",
      coalesce((select b.name from buildings b where b.building_id = m.scope_id), (select o.name from organisations o where o.organisation_id = m.scope_id)) as "scopeName",
      m.short_address as "shortAddress", m.external_id as "externalId", m.account_field as "accountField", m.most_amount as "mostAmount",
      array(select host(a) || '/' || masklen(a) from unnest(m.allowed_addresses) a) as "allowedAddresses", m.refunds, m.answer_format as "answerFormat", m.pay_page as "payPage",
      to_char(m.active_from, 'YYYY-MM-DD') as "activeFrom", to_char(m.active_to, 'YYYY-MM-DD') as "activeTo", m.service_id as "serviceId", m.merchant_user_id as "merchantUserId", m.failure_status as "failureStatus",
      m.failure_code_form as "failureCodeForm", m.api_page as "apiPage", m.seller_tin as "sellerTin", m.fiscal_items as "fiscalItems",
      (select jsonb_build_object('clientId', h.client_id, 'terminal', h.terminal, 'tokenBase', h.token_base, 'apiBase', h.api_base, 'pageScript', h.page_script, 'twoStage', h.two_stage)
        from halyk_terminals h where h.merchant_id = m.merchant_id) as halyk, k.keys, k.test as "testKeys"
    from payment_merchants m
    cross join lateral (select count(*)::int as keys, count(*) filter (where y.test)::int as test from payment_merchant_keys y
      where y.merchant_id = m.merchant_id and (y.valid_to is null or y.valid_to > app.now())) k
    where m.country = any(${countries}::text[]) and (m.active_to is null or m.active_to >= app.today() - 400) order by m.country desc, coalesce(m.active_to < app.today(), false), m.provider, m.segment`)
}
