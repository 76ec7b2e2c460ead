import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { jurisdictionOf, type Country } from '#server/kernel/jurisdiction.ts'
import { keepTerminal } from './halyk/queries.ts'
import { assertMayKeepMerchants } from './policy.ts'
import { lifetimes } from './rules.ts'
import type { RegisterMerchantInput } from './schema.ts'
import { uzumMethods } from './uzum/rules.ts'

/**
 * A contract with a provider: whose houses, which address segment, which limits (payments.md 11). The same id again changes it. Who
 * keeps the platform of a country keeps the merchants of that country alone; the row is written in the person's own scope.
 */
export async function registerMerchant(ctx: Context, input: RegisterMerchantInput & { demonstration?: boolean }): Promise<void> {
  assertMayKeepMerchants(ctx.actor, [input.country, ...await countryOf(ctx, input.merchantId)])
  assertWhole(input)
  if (input.activeTo && input.activeTo < input.activeFrom) throw invalid('payments.merchantDates')
  const { serviceId, merchantUserId, failureStatus, failureCodeForm, apiPage, sellerTin } = { ...unsaid, ...input }
  const { merchantId, provider, segment, country, scopeType, scopeId } = input
  await ctx.db.$executeRaw`
    insert into payment_merchants (merchant_id, provider, segment, country, currency, scope_type, scope_id, short_address, external_id, account_field, most_amount,
      allowed_addresses, refunds, answer_format, pay_page, active_from, active_to, demonstration,
      service_id, merchant_user_id, failure_status, failure_code_form, expires_after, fiscal_items, api_page, seller_tin)
    values (${merchantId}::uuid, ${provider}, ${segment}, ${country}, ${jurisdictionOf(country).currency}, ${scopeType}, ${scopeId}::uuid, ${input.shortAddress}, ${input.externalId},
      ${input.accountField}, ${input.mostAmount}::bigint, ${input.allowedAddresses}::text[]::inet[], ${input.refunds}, ${input.answerFormat}, ${input.payPage}, ${input.activeFrom}::date, ${input.activeTo ?? null}::date, ${input.demonstration ?? false},
      ${serviceId}, ${merchantUserId}, ${failureStatus}::smallint, ${failureCodeForm}, ${lifetimes[provider]}::interval, ${JSON.stringify(input.fiscalItems ?? {})}::jsonb, ${apiPage}, ${sellerTin})
    on conflict (merchant_id) do update set active_to = case when ${input.activeTo === undefined} then payment_merchants.active_to else excluded.active_to end, short_address = excluded.short_address, external_id = excluded.external_id, account_field = excluded.account_field,
      most_amount = excluded.most_amount, allowed_addresses = excluded.allowed_addresses, refunds = excluded.refunds, answer_format = excluded.answer_format,
      pay_page = excluded.pay_page, active_from = excluded.active_from, service_id = excluded.service_id, merchant_user_id = excluded.merchant_user_id,
      failure_status = excluded.failure_status, failure_code_form = excluded.failure_code_form, fiscal_items = excluded.fiscal_items,
      api_page = excluded.api_page, seller_tin = excluded.seller_tin`
    .catch((error: unknown) => { throw sqlState(error) === uniqueViolation ? conflict('payments.segmentTaken') : error })
  const { halyk } = input
  if (halyk) await asService(ctx, 'payments', inner => keepTerminal(inner, merchantId, halyk))
  await record(ctx, { action: 'payments.registerMerchant', buildingId: scopeType === 'BUILDING' ? scopeId : null, subjectType: 'merchant', subjectId: merchantId,
    after: { provider, segment, scopeType, scopeId, activeFrom: input.activeFrom, ...(input.activeTo === undefined ? {} : { activeTo: input.activeTo }) } })
}

const unsaid = { serviceId: '', merchantUserId: '', failureStatus: 400, failureCodeForm: 'TEXT', apiPage: '', sellerTin: '' } as const

/** Of the merchant that is there already. */
async function countryOf(ctx: Context, merchantId: string): Promise<Country[]> {
  const rows = await asService(ctx, 'payments', inner => inner.db.$queryRaw<{ country: Country }[]>`select country::text as country from payment_merchants where merchant_id = ${merchantId}::uuid`)
  return rows.map(row => row.country)
}

/** Last parts of addresses: a merchant of such a name would stand in their place. */
const reservedSegments = ['prepare', 'complete', ...uzumMethods, 'callback']

function assertWhole({ scopeType, scopeId, provider, segment, allowedAddresses, serviceId = '', halyk }: RegisterMerchantInput): void {
  if (reservedSegments.includes(segment)) throw conflict('payments.segmentTaken')
  if ((scopeType === 'OPERATOR') !== (scopeId === null)) throw invalid('payments.merchantScope')
  if (provider === 'kaspi' && allowedAddresses.length === 0) throw invalid('payments.addressesNeeded')
  if ((provider === 'click' || provider === 'uzum') && serviceId === '') throw invalid('payments.serviceNeeded')
  if ((provider === 'halyk') !== (halyk !== undefined)) throw invalid('payments.terminalNeeded')
}
