import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { sqlState, uniqueViolation } from '#server/infra/db.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { parseDecimal, compareDecimal, type Decimal } from '#server/kernel/quantity.ts'
import { daysInPeriod } from '#server/kernel/period.ts'
import { assertMayDraftHeat } from '#server/billing/policy.ts'
import { findHeat, type FoundHeat } from '#server/billing/heat/records.ts'
import type { ContractDraft, DraftHeatInput, NormDraft, SeasonDraft } from '#server/billing/heat/schema.ts'
import { actOf } from '#server/billing/tariffs/acts.ts'

/** Writes down a season, a norm or a contract as its paper says. Nothing is charged by it until another person publishes it. */
export async function draftHeat(ctx: Context, input: DraftHeatInput): Promise<{ heatId: string }> {
  if (input.to !== null && input.to < input.from) throw invalid('tariffs.datesCrossed')
  assertMayDraftHeat(input.kind, await reaches(ctx, input))
  const known = await findHeat(ctx, { kind: input.kind, heatId: input.heatId, buildingId: input.kind === 'CONTRACT' ? input.buildingId : null })
  // The same once more changes nothing; another under its id is refused.
  if (known && isSame(known, input)) return { heatId: input.heatId }
  const ground = input.kind === 'CONTRACT' ? await draftContract(ctx, input) : await draftOfPlace(ctx, input)
  await record(ctx, { action: 'billing.draftHeat', buildingId: input.kind === 'CONTRACT' ? input.buildingId : null, subjectType: `heat${input.kind}`, subjectId: input.heatId, ground, after: input })
  return { heatId: input.heatId }
}

async function reaches(ctx: Context, input: DraftHeatInput): Promise<boolean> {
  const [reach] = input.kind === 'CONTRACT' ? await ctx.db.$queryRaw<{ may: boolean }[]>`select ${input.buildingId}::uuid = any(auth.buildings('{billing.run}')) as may`
    : await ctx.db.$queryRaw<{ may: boolean }[]>`select auth.may_tariff('tariff.draft', ${input.country}, ${input.territoryPrefix}) as may`
  return reach?.may ?? false
}

function isSame(known: FoundHeat, input: DraftHeatInput): boolean {
  const words = ({ from, to }: { from: string; to: string | null }, rest: readonly unknown[]) => JSON.stringify([from, to, ...rest])
  if (known.kind === 'CONTRACT' && input.kind === 'CONTRACT') {
    const of = ({ premisesId, number, mode, policy, hotWater, customerClass }: typeof known | typeof input) => [premisesId, number, mode, policy, hotWater, customerClass]
    return words(known, of(known)) === words(input, of(input))
  }
  if (known.kind === 'CONTRACT' || input.kind === 'CONTRACT') return false
  const of = ({ country, territoryPrefix, source }: typeof known | typeof input) => [country, territoryPrefix, source]
  return words(known, of(known)) === words(input, of(input))
}

async function draftContract(ctx: Context, input: ContractDraft): Promise<string> {
  const unit = await unitOf(ctx, input)
  const [supplier] = await ctx.db.$queryRaw<{ name: string }[]>`select name from organisations where organisation_id = ${input.supplierId}::uuid and kind = 'SUPPLIER'`
  if (!supplier) throw invalid('heat.supplierUnknown')
  judgeWay(input, unit === null || unit.kind === 'APARTMENT')
  const area = unit === null ? null : figure(input.areaM2 ?? unit.areaM2, 2)
  await ctx.db.$executeRaw`insert into heat_contracts (building_id, contract_id, premises_id, number, supplier_id, mode, heated_area_m2, season_policy, hot_water, customer_class, valid_from, valid_to)
    values (${input.buildingId}::uuid, ${input.heatId}::uuid, ${input.premisesId}::uuid, ${input.number}, ${input.supplierId}::uuid, ${input.mode}, ${area}::numeric, ${input.policy}, ${input.hotWater}, ${input.customerClass},
      ${input.from}::date, ${input.to}::date)`.catch(twice)
  return input.number
}

async function unitOf(ctx: Context, { buildingId, premisesId }: ContractDraft): Promise<{ kind: string; areaM2: string } | null> {
  if (premisesId === null) return null
  const [unit] = await ctx.db.$queryRaw<{ kind: string; areaM2: string }[]>`select p.kind, trim_scale(p.area_m2)::text as "areaM2" from premises p
    where p.building_id = ${buildingId}::uuid and p.premises_id = ${premisesId}::uuid and p.kind in ('APARTMENT', 'NON_RESIDENTIAL')`
  if (!unit) throw invalid('heat.premisesUnknown')
  return unit
}

function judgeWay(input: ContractDraft, flat: boolean): void {
  if (flat && input.customerClass !== 'POPULATION') throw invalid('heat.flatClass')
  if (!flat && input.mode === 'BY_BUILDING_METER') throw invalid('heat.shopByHouse')
  if (input.policy === 'SPREAD_12' && input.mode !== 'BY_AREA') throw invalid('heat.spreadByArea')
  if (!isWhole(input)) judgePart(input)
}

function judgePart({ mode, policy, hotWater }: ContractDraft): void {
  if (mode !== 'BY_AREA' || policy === 'SPREAD_12') throw invalid('heat.wholeMonths')
  if (hotWater) throw invalid('heat.hotWaterWholeMonths')
}

const isWhole = ({ from, to }: ContractDraft) => from.endsWith('-01') && (to === null || Number(to.slice(8)) === daysInPeriod(to.slice(0, 7)))

async function draftOfPlace(ctx: Context, input: SeasonDraft | NormDraft): Promise<string> {
  const actId = await actOf(ctx, { ...input, id: input.heatId, what: input.kind === 'SEASON' ? 'season' : 'norm' })
  const person = ctx.actor.personId
  if (input.kind === 'SEASON') {
    await ctx.db.$executeRaw`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, act_id, source, drafted_by, drafted_at)
      values (${input.heatId}::uuid, ${input.country}, ${input.territoryPrefix}, 'HEAT', ${input.from}::date, ${input.to}::date, ${actId}, ${input.source}, ${person}::uuid, app.now())`.catch(twice)
  } else {
    const [litres, gcal] = [figure(input.litres, 2), input.gcalPerM3 === null ? null : figure(input.gcalPerM3, 5)]
    await ctx.db.$executeRaw`insert into hot_water_norms (norm_id, country, territory_prefix, litres_per_person_day, gcal_per_m3, act_id, source, valid_from, valid_to, drafted_by, drafted_at)
      values (${input.heatId}::uuid, ${input.country}, ${input.territoryPrefix}, ${litres}::numeric, ${gcal}::numeric, ${actId}, ${input.source}, ${input.from}::date, ${input.to}::date, ${person}::uuid, app.now())`.catch(twice)
  }
  return actId ?? input.source
}

function figure(text: string, places: number): Decimal {
  const read = parseDecimal(text)
  if (read === null || compareDecimal(read, '0') <= 0 || compareDecimal(read, places === 2 ? '100000' : '100') >= 0 || (read.split('.')[1] ?? '').length > places) throw invalid('heat.figureUnreadable')
  return read
}

function twice(error: unknown): never {
  throw sqlState(error) === uniqueViolation ? conflict('tariffs.draftedAlready') : error
}
