import 'server-only'
import type { Context } from '#server/infra/context.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import type { RollUnit, Seat } from '#server/meetings/roll/rules.ts'

type UnitRow = { premisesId: string; kind: string; number: string; areaM2: string; owners: { ownerId: string; numerator: string; denominator: string }[] }

/** Units of a house and their owners of a day, as the register has them; run as meetings. */
export async function unitsOf(ctx: Context, buildingId: string, of: { kinds: readonly string[]; on: LocalDate }): Promise<RollUnit[]> {
  const rows = await ctx.db.$queryRaw<UnitRow[]>`
    select p.premises_id as "premisesId", p.kind, p.number, p.area_m2::text as "areaM2",
      coalesce(jsonb_agg(jsonb_build_object('ownerId', o.owner_id, 'numerator', o.share_numerator::text, 'denominator', o.share_denominator::text))
        filter (where o.owner_id is not null), '[]') as owners
    from premises p left join ownerships o on o.building_id = p.building_id and o.premises_id = p.premises_id
      and o.valid_from <= ${of.on}::date and (o.valid_to is null or o.valid_to >= ${of.on}::date)
    where p.building_id = ${buildingId}::uuid and p.kind = any(${of.kinds}::text[])
    group by p.premises_id, p.kind, p.number, p.area_m2`
  return rows.map(row => ({ ...row, owners: row.owners.map(owner => ({ ownerId: owner.ownerId, numerator: BigInt(owner.numerator), denominator: BigInt(owner.denominator) })) }))
}

type Place = { buildingId: string; meetingId: string }

/** Freezes the roll: one row per seat; run as meetings. */
export async function insertSeats(ctx: Context, place: Place, seats: readonly Seat[]): Promise<void> {
  const rows = JSON.stringify(seats.map(seat => ({ ...seat, weight: seat.weight.toString() })))
  await ctx.db.$executeRaw`insert into meeting_seats (building_id, meeting_id, premises_id, seat, owner_ids, kind, unit, weight)
    select ${place.buildingId}::uuid, ${place.meetingId}::uuid, x."premisesId", x.seat,
        array(select jsonb_array_elements_text(x."ownerIds")::uuid), x.kind, x.unit, x.weight
      from jsonb_to_recordset(${rows}::jsonb) as x("premisesId" uuid, seat int, "ownerIds" jsonb, kind text, unit text, weight bigint)`
}

export type RollSeat = { premisesId: string; seat: number; ownerIds: string[]; kind: string; unit: string; weight: bigint }

/** Seats of these units in a meeting's frozen roll. */
export async function seatsOfUnits(ctx: Context, place: Place, premisesIds: readonly string[]): Promise<RollSeat[]> {
  return ctx.db.$queryRaw<RollSeat[]>`
    select premises_id as "premisesId", seat::int as seat, owner_ids::text[] as "ownerIds", kind, unit, weight from meeting_seats
    where building_id = ${place.buildingId}::uuid and meeting_id = ${place.meetingId}::uuid and premises_id = any(${premisesIds}::uuid[])
    order by kind, unit, premises_id, seat`
}

export type OwnGrant = { grantId: string; premisesId: string; level: number; ownerId: string | null }

/** By which grants the session's person owns units of a house, and as which owner of its register. */
export async function ownGrants(ctx: Context, buildingId: string): Promise<OwnGrant[]> {
  return ctx.db.$queryRaw<OwnGrant[]>`
    select g.grant_id as "grantId", g.premises_id as "premisesId", g.level::int as level, case when g.basis_type = 'OWNER' then nullif(g.basis_id, '') end as "ownerId"
    from auth.my_grants() g where g.scope_type = 'UNIT' and g.building_id = ${buildingId}::uuid and g.role = 'OWNER'`
}
