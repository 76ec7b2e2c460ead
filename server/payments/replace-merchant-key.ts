import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { seal, sha256 } from '#server/infra/crypto.ts'
import { isService } from '#server/kernel/actor.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import { keySeal } from './doors/queries.ts'
import { assertMayKeepMerchants, keptCountries } from './policy.ts'
import type { Provider, ReplaceMerchantKeyInput } from './schema.ts'

/**
 * A new key beside the newest live one: two at most, so that rotation loses no call. Test keys are counted by themselves,
 * for they open nothing in production and may end nothing there. Its hash is kept; of Click, which signs
 * with the key itself, and of Halyk, where we sign in with it, the key too, sealed. Uzum's and Paynet's is 'login:password'. A key that lives keeps
 * its kind: one tick would stop production, or let a test key into it.
 */
export async function replaceMerchantKey(ctx: Context, { merchantId, key, test }: ReplaceMerchantKeyInput): Promise<void> {
  assertMayKeepMerchants(ctx.actor)
  const hash = sha256(key)
  const known = await asService(ctx, 'payments', async inner => {
    const [merchant] = await inner.db.$queryRaw<{ provider: Provider; country: string }[]>`select provider, country::text as country from payment_merchants where merchant_id = ${merchantId}::uuid`
    // Of another country: as good as none.
    if (!merchant || !isService(ctx.actor, 'seed', 'reference') && !keptCountries(ctx.actor).includes(merchant.country)) return false
    await inner.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended('merchant keys ' || ${merchantId}, 9))`
    if ((merchant.provider === 'uzum' || merchant.provider === 'paynet') && !/^[^:]+:.+$/.test(key)) throw invalid('payments.loginNeeded')
    const other = await inner.db.$queryRaw<unknown[]>`select from payment_merchant_keys where merchant_id = ${merchantId}::uuid and key_hash = decode(${hash}, 'hex') and test <> ${test} and (valid_to is null or valid_to > app.now())`
    if (other.length > 0) throw conflict('payments.keyOfOtherKind')
    const sealed = merchant.provider === 'click' || merchant.provider === 'halyk' ? seal(keySeal, key) : null
    await inner.db.$executeRaw`update payment_merchant_keys y set valid_to = app.now()
      where y.merchant_id = ${merchantId}::uuid and y.test = ${test} and y.key_hash <> decode(${hash}, 'hex') and (y.valid_to is null or y.valid_to > app.now())
        and y.key_hash not in (select k.key_hash from payment_merchant_keys k where k.merchant_id = ${merchantId}::uuid and k.test = ${test} and k.key_hash <> decode(${hash}, 'hex')
          and (k.valid_to is null or k.valid_to > app.now()) order by k.valid_from desc, k.key_hash limit 1)`
    await inner.db.$executeRaw`insert into payment_merchant_keys (merchant_id, key_hash, test, sealed) values (${merchantId}::uuid, decode(${hash}, 'hex'), ${test}, ${sealed})
      on conflict (merchant_id, key_hash) do update set valid_to = null, valid_from = case when payment_merchant_keys.valid_to <= app.now() then app.now() else payment_merchant_keys.valid_from end, test = excluded.test, sealed = excluded.sealed`
    return true
  })
  if (!known) throw notFound('payments.merchantNotFound')
  await record(ctx, { action: 'payments.replaceMerchantKey', buildingId: null, subjectType: 'merchant', subjectId: merchantId, after: { test } })
}
