import 'server-only'
import { notFound } from '#server/kernel/errors.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { isId } from '#server/kernel/ids.ts'
import type { Context } from '#server/infra/context.ts'
import type { Reach } from '#server/identity/policy.ts'

export type PersonRow = { personId: string; country: Country; phone: string | null; name: string; locale: Locale }

/** Persons by id: for oneself, or for the machine actors sign-in, worker and meetings. */
export async function findPersons(ctx: Context, personIds: string[]): Promise<PersonRow[]> {
  return ctx.db.$queryRaw<PersonRow[]>`
    select person_id as "personId", country, phone, display_name as name, locale from auth.find_persons(${personIds}::uuid[])`
}

export async function findPerson(ctx: Context, personId: string): Promise<PersonRow> {
  const [person] = await findPersons(ctx, [personId])
  if (!person) throw notFound()
  return person
}

export type GrantRow = {
  grantId: string; personId: string; role: string; scopeType: string; scopeId: string; buildingId: string | null; premisesId: string | null
  level: number; basisId: string; givenBy: string | null; validFrom: Date; validTo: Date | null; createdAt: Date; endedAt: Date | null; endedGround: string | null
}

type GrantFilter = { grantId?: string; personId?: string; premisesId?: string; buildingId?: string; basisType?: string; basisId?: string; role?: string; scopeType?: string; scopeId?: string; endedSince?: string }

/** Live grants, or with `endedSince` the ended ones of a scope; needs the machine actor sign-in, worker or meetings. */
export async function findGrants(ctx: Context, filter: GrantFilter): Promise<GrantRow[]> {
  return ctx.db.$queryRaw<GrantRow[]>`
    select grant_id as "grantId", person_id as "personId", role, scope_type as "scopeType", scope_id as "scopeId", building_id as "buildingId",
      premises_id as "premisesId", level, basis_id as "basisId", given_by as "givenBy", valid_from as "validFrom", valid_to as "validTo", created_at as "createdAt",
      ended_at as "endedAt", ended_ground as "endedGround" from auth.find_grants(${JSON.stringify(filter)}::jsonb) order by created_at`
}

/** Every person with a live grant on the flat, or with null on any flat of the house; services only. */
export async function personsOfPremises(ctx: Context, place: { buildingId: string; premisesId: string | null }): Promise<string[]> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`select auth.persons_of_premises(${place.buildingId}::uuid, ${place.premisesId}::uuid)::text as id`
  return rows.map(row => row.id)
}

export type Device = { device: string; name: string; kind: string; since: Date; lastSeen: Date; freshUntil: Date | null; isThis: boolean }

export async function listDevices(ctx: Context, personId: string): Promise<Device[]> {
  return ctx.db.$queryRaw<Device[]>`
    select session_hash as device, device_name as name, kind, created_at as since, last_seen_at as "lastSeen",
      fresh_until as "freshUntil", is_this as "isThis" from auth.devices(${personId}::uuid)`
}

/** Whether row-level security shows this house to the actor: a foreign one is not found, never forbidden. */
export async function visibleBuilding(ctx: Context, buildingId: string): Promise<{ name: string; country: Country }> {
  const rows = await ctx.db.$queryRaw<{ name: string; country: Country }[]>`select name, country from buildings where building_id = ${buildingId}::uuid`
  if (!rows[0]) throw notFound()
  return rows[0]
}

export async function reachesWith(ctx: Context, right: string, buildingId: string): Promise<boolean> {
  const rows = await ctx.db.$queryRaw<{ reached: boolean }[]>`select auth.reaches(${[right]}::text[], ${buildingId}::uuid) as reached`
  return rows[0]?.reached ?? false
}

const nothing: Reach = { visible: false, reached: false, above: false }

/** How far the actor's live rights reach over a house. */
export async function reachOf(ctx: Context, buildingId: string | null): Promise<Reach> {
  if (buildingId === null || !isId(buildingId)) return nothing
  const rows = await ctx.db.$queryRaw<Reach[]>`select auth.reaches('{house.read}', ${buildingId}::uuid) as visible,
    auth.reaches('{grant.give}', ${buildingId}::uuid) as reached, auth.reaches('{registry.write}', ${buildingId}::uuid) as above`
  return rows[0] ?? nothing
}

export type Home = {
  grantId: string; role: string; level: number; buildingId: string; premisesId: string; building: string; country: Country; number: string
  kind: string; areaM2: string; accountNumber: string | null; accountId: string | null; since: Date
  /** Linked by account number and last payment: nothing older than the link is shown (identity 1.5, L1b). */
  historyFrom: Date | null
}

/** The flats of a person; run as sign-in, because a person who acts as one of their roles sees only that. */
export async function listHomes(ctx: Context, personId: string): Promise<Home[]> {
  return ctx.db.$queryRaw<Home[]>`
    select g.grant_id as "grantId", g.role, g.level, g.building_id as "buildingId", g.premises_id as "premisesId", b.name as building, b.country,
      p.number, p.kind, p.area_m2::text as "areaM2", a.number as "accountNumber", a.account_id as "accountId",
      g.valid_from as since, case when g.basis_type = 'ACCOUNT_AND_PAYMENT' then g.valid_from end as "historyFrom"
    from auth.find_grants(${JSON.stringify({ personId })}::jsonb) g
      join buildings b on b.building_id = g.building_id
      join premises p on p.building_id = g.building_id and p.premises_id = g.premises_id
      left join lateral (select x.number, x.account_id from accounts x where x.building_id = g.building_id and x.premises_id = g.premises_id
        and x.closed_on is null order by x.opened_on, x.number limit 1) a on true
    where g.scope_type = 'UNIT' order by g.created_at, b.name, p.number`
}

export type Role = { grantId: string; role: string; scopeType: string; buildingId: string | null; organisationId: string | null; place: string; level: number }

/** Roles beside flats, with the house or organisation they are over; run as sign-in. */
export async function listRoles(ctx: Context, personId: string): Promise<Role[]> {
  return ctx.db.$queryRaw<Role[]>`
    select g.grant_id as "grantId", g.role, g.scope_type as "scopeType", g.building_id as "buildingId", o.organisation_id as "organisationId",
      coalesce(b.name, o.name, t.name_ru, g.scope_id) as place, g.level
    from auth.find_grants(${JSON.stringify({ personId })}::jsonb) g
      left join buildings b on g.scope_type = 'BUILDING' and b.building_id = g.building_id
      left join organisations o on g.scope_type = 'ORGANISATION' and o.organisation_id::text = g.scope_id
      left join territories t on g.scope_type = 'TERRITORY' and t.code = g.scope_id
    where g.scope_type <> 'UNIT' order by g.created_at`
}

export type Claim = { grantId: string; personId: string; premisesId: string; number: string; kind: string; name: string; since: Date }

/** People who say they own a flat of the house and are not confirmed yet; run as sign-in after the policy. */
export async function listOpenClaims(ctx: Context, buildingId: string): Promise<Claim[]> {
  return ctx.db.$queryRaw<Claim[]>`
    select g.grant_id as "grantId", g.person_id as "personId", g.premises_id as "premisesId", p.number, p.kind, n.display_name as name, g.created_at as since
    from auth.find_grants(${JSON.stringify({ buildingId, role: 'OWNER' })}::jsonb) g
      join premises p on p.building_id = g.building_id and p.premises_id = g.premises_id
      cross join lateral auth.find_persons(array[g.person_id]) n
    where g.level < 2 order by g.created_at limit 200`
}

export type RegisteredOwner = { premisesId: string; ownerId: string; name: string; share: string; phone: string | null; phoneSince: LocalDate | null }

/** Today's owners of these flats by the house's register. */
export async function registeredOwners(ctx: Context, buildingId: string, premisesIds: string[]): Promise<RegisteredOwner[]> {
  return ctx.db.$queryRaw<RegisteredOwner[]>`
    select s.premises_id as "premisesId", o.owner_id as "ownerId", o.full_name as name,
      s.share_numerator || '/' || s.share_denominator as share, o.phone, to_char(o.phone_since, 'YYYY-MM-DD') as "phoneSince"
    from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
    where s.building_id = ${buildingId}::uuid and s.premises_id = any(${premisesIds}::uuid[])
      and s.valid_from <= app.today() and (s.valid_to is null or s.valid_to >= app.today())
    order by o.full_name`
}

export type ConfirmationRow = { grantId: string; confirmedBy: string; ownerId: string; documentType: string; documentHash: string; confirmedAt: Date }

export async function listConfirmations(ctx: Context, buildingId: string, grantIds: string[]): Promise<ConfirmationRow[]> {
  return ctx.db.$queryRaw<ConfirmationRow[]>`
    select grant_id as "grantId", confirmed_by as "confirmedBy", owner_id as "ownerId", document_type as "documentType",
      document_hash as "documentHash", confirmed_at as "confirmedAt"
    from owner_confirmations where building_id = ${buildingId}::uuid and grant_id = any(${grantIds}::uuid[]) order by confirmed_at`
}

export type RecentLink = { number: string; kind: string; level: number; at: Date }

/** New links of the house in ninety days, by unit number only, for its owners to look over; run as sign-in. */
export async function listRecentLinks(ctx: Context, buildingId: string): Promise<RecentLink[]> {
  return ctx.db.$queryRaw<RecentLink[]>`
    select p.number, p.kind, e.level, e.at from link_evidence e
      join premises p on p.building_id = e.building_id and p.premises_id = e.premises_id
    where e.building_id = ${buildingId}::uuid and e.at > app.now() - interval '90 days' and e.revoked_at is null
    order by e.at desc limit 100`
}

export type InvitationRow = { buildingId: string; invitationId: string; premisesId: string; state: string; usedBy: string | null; live: boolean }

export async function findInvitation(ctx: Context, codeHash: string): Promise<InvitationRow | null> {
  const rows = await ctx.db.$queryRaw<InvitationRow[]>`
    select building_id as "buildingId", invitation_id as "invitationId", premises_id as "premisesId", state, used_by as "usedBy",
      state = 'OPEN' and expires_at > app.now() as live from invitations where code_hash = ${codeHash} order by created_at desc limit 1`
  return rows[0] ?? null
}

export type AccountPlace = { buildingId: string; accountId: string; premisesId: string }

export async function findAccount(ctx: Context, number: string): Promise<AccountPlace | null> {
  const rows = await ctx.db.$queryRaw<AccountPlace[]>`
    select n.building_id as "buildingId", n.account_id as "accountId", n.premises_id as "premisesId" from account_numbers n
      join accounts a on a.building_id = n.building_id and a.account_id = n.account_id and a.closed_on is null
    where n.number = ${number}`
  return rows[0] ?? null
}

/**
 * The last amount paid to an account that was not taken back, in minor units; run as payments, whose ledger it is. A payment
 * of less than half a bill proves nothing: anybody may send a neighbour's number one tiyin and know what was paid last.
 */
export async function lastAmountPaid(ctx: Context, place: AccountPlace): Promise<bigint | null> {
  const rows = await ctx.db.$queryRaw<{ paid: bigint }[]>`
    select (-sum(e.amount))::bigint as paid from ledger_entries e
    where e.building_id = ${place.buildingId}::uuid and e.account_id = ${place.accountId}::uuid and e.kind = 'PAYMENT'
      and not exists (select 1 from ledger_reversals r where r.building_id = e.building_id and r.reversed_transaction_id = e.transaction_id)
    group by e.transaction_id, e.seq, e.period having -2 * sum(e.amount) >= coalesce((select b.total from current_bills b
      where b.building_id = ${place.buildingId}::uuid and b.account_id = ${place.accountId}::uuid and b.period < e.period order by b.period desc limit 1), 0)
    order by e.seq desc limit 1`
  return rows[0]?.paid ?? null
}

export async function unitNumber(ctx: Context, place: { buildingId: string; premisesId: string }): Promise<string> {
  const rows = await ctx.db.$queryRaw<{ number: string }[]>`
    select number from premises where building_id = ${place.buildingId}::uuid and premises_id = ${place.premisesId}::uuid`
  if (!rows[0]) throw notFound()
  return rows[0].number
}

type WaitingCode = { challengeId: string; phone: string; expiresAt: string; resendAfterSeconds: number }

/** The sign-in code that this browser is waiting for; run as sign-in. */
export async function waitingCode(ctx: Context, browser: string): Promise<WaitingCode | null> {
  const rows = await ctx.db.$queryRaw<{ answer: WaitingCode | null }[]>`select auth.waiting_code(${browser}, 'signIn') as answer`
  return rows[0]?.answer ?? null
}
