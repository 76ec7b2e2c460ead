import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { conflict, forbidden } from '#server/kernel/errors.ts'
import { addDays } from '#server/kernel/period.ts'
import { assertMayPublish } from '#server/billing/policy.ts'
import { findTariff, type TariffRow } from '#server/billing/tariffs/queries.ts'
import type { TariffInput } from '#server/billing/tariffs/schema.ts'

const overlap = '23P01'

/** The second person: from now on houses of the place are charged by it. What it supersedes ends the day before it begins. */
export async function publishTariff(ctx: Context, input: TariffInput): Promise<{ tariffId: string; ended: string[] }> {
  const tariff = assertMayPublish(await findTariff(ctx, input.tariffId))
  const ended = await endSuperseded(ctx, tariff)
  await ctx.db.$executeRaw`update tariffs set published_at = app.now() where tariff_id = ${input.tariffId}::uuid`.catch((error: unknown) => { throw refusal(error) })
  await record(ctx, { action: 'billing.publishTariff', buildingId: null, subjectType: 'tariff', subjectId: input.tariffId, ground: tariff.actId ?? '', after: { ended, validFrom: tariff.validFrom, validTo: tariff.validTo } })
  return { tariffId: input.tariffId, ended }
}

async function endSuperseded(ctx: Context, tariff: TariffRow): Promise<string[]> {
  if (tariff.supersedes.length === 0) return []
  const places = await ctx.db.$queryRaw<{ tariffId: string; ends: boolean; fits: boolean }[]>`
    select t.tariff_id::text as "tariffId", coalesce(t.valid_to, 'infinity') >= ${tariff.validFrom}::date as ends,
      t.published_at is not null and t.country = ${tariff.country} and t.territory_prefix = ${tariff.territoryPrefix} and t.service = ${tariff.service} and t.valid_from < ${tariff.validFrom}::date as fits
      from tariffs t where t.tariff_id = any(${tariff.supersedes}::text[]::uuid[])`
  if (places.length !== tariff.supersedes.length || places.some(each => !each.fits)) throw conflict('tariffs.supersedesOther')
  const ended = places.filter(each => each.ends).map(each => each.tariffId)
  await ctx.db.$executeRaw`update tariffs set valid_to = ${addDays(tariff.validFrom, -1)}::date where tariff_id = any(${ended}::text[]::uuid[])`
  return ended
}

function refusal(error: unknown): unknown {
  const state = sqlState(error)
  if (state === overlap) return conflict('tariffs.overlaps')
  if (state === 'UY060') return forbidden('tariffs.fourEyes')
  return state === 'UY001' ? conflict('tariffs.notADraft') : error
}
