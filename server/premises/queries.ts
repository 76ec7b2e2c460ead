import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { compareUnitNumbers, type Holding } from '#server/premises/rules.ts'
import type { PremisesKind } from '#server/premises/schema.ts'

export type HouseReach = { buildingId: string; country: Country; mayKeep: boolean }

/** The house if this session sees it, and whether it may change its register. */
export async function houseReach(ctx: Context, buildingId: string): Promise<HouseReach> {
  const rows = await ctx.db.$queryRaw<{ country: Country; may_keep: boolean }[]>`
    select country, auth.reaches('{registry.write}', building_id) or auth.service_has('{imports,seed}') as may_keep from buildings where building_id = ${buildingId}::uuid`
  if (!rows[0]) throw notFound()
  return { buildingId, country: rows[0].country, mayKeep: rows[0].may_keep }
}

export type PremisesRecord = {
  buildingId: string; premisesId: string; kind: PremisesKind; number: string; numberState: 'GIVEN' | 'ASSIGNED'; entrance: number | null; floor: number | null
  rooms: number | null; areaM2: string; livingAreaM2: string | null; cadastralNumber: string | null; electricStove: boolean
}

const premisesColumns = `p.building_id as "buildingId", p.premises_id as "premisesId", p.kind, p.number, p.number_state as "numberState", p.entrance, p.floor, p.rooms,
  trim_scale(p.area_m2)::text as "areaM2", trim_scale(p.living_area_m2)::text as "livingAreaM2", p.cadastral_number as "cadastralNumber", p.electric_stove as "electricStove"`

/** The unit if this session may see it. `lock` keeps others from changing its owners or account meanwhile. */
export async function findPremises(ctx: Context, at: { buildingId: string; premisesId: string }, lock = false): Promise<PremisesRecord> {
  if (lock) await ctx.db.$queryRaw`select from premises where building_id = ${at.buildingId}::uuid and premises_id = ${at.premisesId}::uuid for no key update`
  const rows = await ctx.db.$queryRawUnsafe<PremisesRecord[]>(`select ${premisesColumns} from premises p where p.building_id = $1::uuid and p.premises_id = $2::uuid`, at.buildingId, at.premisesId)
  if (!rows[0]) throw notFound()
  return rows[0]
}

type HoldingRow = { ownership_id: string; owner_id: string; numerator: bigint; denominator: bigint; since: LocalDate; until: LocalDate | null }

export async function holdingsOf(ctx: Context, at: { buildingId: string; premisesId: string }): Promise<Holding[]> {
  const rows = await ctx.db.$queryRaw<HoldingRow[]>`select ownership_id, owner_id, share_numerator as numerator, share_denominator as denominator,
      valid_from::text as since, valid_to::text as until
    from ownerships where building_id = ${at.buildingId}::uuid and premises_id = ${at.premisesId}::uuid order by valid_from, ownership_id`
  return rows.map(row => ({ ownershipId: row.ownership_id, ownerId: row.owner_id, share: { numerator: row.numerator, denominator: row.denominator }, since: row.since, until: row.until }))
}

export type OwnerLine = { ownerId: string; kind: string; name: string; share: string; since: LocalDate; verified: boolean }
export type PremisesLine = PremisesRecord & { owners: OwnerLine[]; accountNumber: string | null; persons: number | null }

/** Units of a house as the session may see them, with today's owners, open account and registered persons. */
export async function listPremises(ctx: Context, buildingId: string): Promise<PremisesLine[]> {
  const rows = await ctx.db.$queryRawUnsafe<PremisesLine[]>(`
    select ${premisesColumns},
      coalesce((select jsonb_agg(jsonb_build_object('ownerId', o.owner_id, 'kind', o.kind, 'name', o.full_name,
          'share', case when s.share_numerator = s.share_denominator then '1' else s.share_numerator || '/' || s.share_denominator end,
          'since', s.valid_from, 'verified', s.verified_at is not null) order by o.full_name)
        from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
        where s.building_id = p.building_id and s.premises_id = p.premises_id and s.valid_from <= app.today() and (s.valid_to is null or s.valid_to >= app.today())), '[]') as owners,
      (select a.number from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null order by a.opened_on desc limit 1) as "accountNumber",
      (select r.persons from registered_persons r where r.building_id = p.building_id and r.premises_id = p.premises_id and r.valid_from <= app.today() order by r.valid_from desc limit 1) as persons
    from premises p where p.building_id = $1::uuid`, buildingId)
  return rows.sort((a, b) => a.kind.localeCompare(b.kind) || compareUnitNumbers(a.number, b.number))
}

export type PremisesCard = PremisesRecord & {
  history: { ownerId: string; name: string; share: string; since: LocalDate; until: LocalDate | null; basis: string }[]
  accounts: { accountId: string; number: string; payerKind: string; openedOn: LocalDate; closedOn: LocalDate | null }[]
  persons: { since: LocalDate; persons: number; source: string }[]
  absences: { absenceId: string; persons: number; since: LocalDate; until: LocalDate | null; ground: string }[]
  privileges: { privilegeId: string; service: string; since: LocalDate; until: LocalDate | null; ground: string }[]
}

export async function premisesCard(ctx: Context, at: { buildingId: string; premisesId: string }): Promise<PremisesCard> {
  const premises = await findPremises(ctx, at)
  const history = await ctx.db.$queryRaw<PremisesCard['history']>`select o.owner_id as "ownerId", o.full_name as name,
      case when s.share_numerator = s.share_denominator then '1' else s.share_numerator || '/' || s.share_denominator end as share,
      s.valid_from::text as since, s.valid_to::text as until, s.basis
    from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
    where s.building_id = ${at.buildingId}::uuid and s.premises_id = ${at.premisesId}::uuid order by s.valid_from desc, o.full_name`
  const accounts = await ctx.db.$queryRaw<PremisesCard['accounts']>`select account_id as "accountId", number, payer_kind as "payerKind", opened_on::text as "openedOn", closed_on::text as "closedOn"
    from accounts where building_id = ${at.buildingId}::uuid and premises_id = ${at.premisesId}::uuid order by opened_on desc`
  const persons = await ctx.db.$queryRaw<PremisesCard['persons']>`select valid_from::text as since, persons, source from registered_persons
    where building_id = ${at.buildingId}::uuid and premises_id = ${at.premisesId}::uuid order by valid_from desc`
  const absences = await ctx.db.$queryRaw<PremisesCard['absences']>`select absence_id::text as "absenceId", persons, from_day::text as since, to_day::text as until, ground from person_absences
    where building_id = ${at.buildingId}::uuid and premises_id = ${at.premisesId}::uuid and withdrawn_at is null order by from_day desc, absence_id`
  const privileges = await ctx.db.$queryRaw<PremisesCard['privileges']>`select privilege_id::text as "privilegeId", service, valid_from::text as since, valid_to::text as until, ground from premises_privileges
    where building_id = ${at.buildingId}::uuid and premises_id = ${at.premisesId}::uuid order by valid_from desc, privilege_id`
  return { ...premises, history, accounts, persons, absences, privileges }
}

/** The same person looked at the same home a moment ago: a page drawn again is the same look. */
export async function cardJustOpened(ctx: Context, at: { buildingId: string; premisesId: string }): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ found: boolean }[]>`
    select exists (select 1 from audit_entries where building_id = ${at.buildingId}::uuid and subject_type = 'premises' and subject_id = ${at.premisesId}
      and action = 'premises.cardOpened' and person_id = ${ctx.actor.personId}::uuid and at > app.now() - interval '10 minutes') as found`
  return rows[0]?.found ?? false
}

export type RollLine = { premisesId: string; kind: PremisesKind; number: string; areaM2: string; ownerId: string; ownerKind: string; shareNumerator: bigint; shareDenominator: bigint }

/** The roll of a house on a day: every owner of every unit with share and area. Weights of votes are made from it. */
export async function rollOf(ctx: Context, buildingId: string, on: LocalDate): Promise<RollLine[]> {
  return ctx.db.$queryRaw<RollLine[]>`select p.premises_id as "premisesId", p.kind, p.number, trim_scale(p.area_m2)::text as "areaM2", s.owner_id as "ownerId", o.kind as "ownerKind",
      s.share_numerator as "shareNumerator", s.share_denominator as "shareDenominator"
    from premises p
    join ownerships s on s.building_id = p.building_id and s.premises_id = p.premises_id and s.valid_from <= ${on}::date and (s.valid_to is null or s.valid_to >= ${on}::date)
    join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
    where p.building_id = ${buildingId}::uuid order by p.premises_id, s.owner_id`
}

export type PersonalAccount = { buildingId: string; accountId: string; premisesId: string; number: string; closedOn: LocalDate | null }

/** Whose account a payer typed; numbers are unique everywhere. */
export async function accountByNumber(ctx: Context, number: string): Promise<PersonalAccount | null> {
  const rows = await ctx.db.$queryRaw<PersonalAccount[]>`select n.building_id as "buildingId", n.account_id as "accountId", n.premises_id as "premisesId", n.number, a.closed_on::text as "closedOn"
    from account_numbers n join accounts a on a.building_id = n.building_id and a.account_id = n.account_id where n.number = ${number}`
  return rows[0] ?? null
}

export type HouseFinding = { code: 'DQ-06' | 'DQ-07' | 'DQ-10'; premisesId: string; number: string; value: string }

/** What the register of a house still lacks (uzbekistan.md 2.4); an empty list is a clean house. */
export async function houseFindings(ctx: Context, buildingId: string): Promise<HouseFinding[]> {
  return ctx.db.$queryRaw<HouseFinding[]>`
    with sums as (
      select s.premises_id, app.sum_of_shares(array_agg(s.share_numerator), array_agg(s.share_denominator)) as sum from ownerships s
       where s.building_id = ${buildingId}::uuid and s.valid_from <= app.today() and (s.valid_to is null or s.valid_to >= app.today()) group by s.premises_id)
    select * from (
      select 'DQ-06' as code, p.premises_id as "premisesId", p.number, '' as value from premises p where p.building_id = ${buildingId}::uuid
        and not exists (select from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null)
      union all
      select 'DQ-07', p.premises_id, p.number, coalesce(s.sum, '0') from premises p left join sums s on s.premises_id = p.premises_id
        where p.building_id = ${buildingId}::uuid and s.sum is distinct from '1'
      union all
      select 'DQ-10', p.premises_id, p.number, trim_scale(p.area_m2)::text from premises p where p.building_id = ${buildingId}::uuid and p.kind = 'APARTMENT' and p.area_m2 > 1000) f
    order by code, number limit 500`
}
