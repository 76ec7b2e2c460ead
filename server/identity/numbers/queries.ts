import 'server-only'
import { maskPhone } from '#server/kernel/jurisdiction.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { mayOpenNumbers, type NumberSide } from '#server/identity/policy.ts'
import { registeredOwners } from '#server/identity/queries.ts'

/** A shut number at a flat: by the link of its person, or by the register alone. */
export type ShutRow = {
  numberKey: string; phone: string; closedAt: Date; personId: string | null; name: string; role: 'OWNER' | 'TENANT'
  buildingId: string; building: string; premisesId: string; number: string; kind: string
}

const rightOf: Record<NumberSide, string> = { COUNCIL: 'owner.confirm', REGISTER: 'registry.write' }

/** Shut numbers whose holders have a flat within the actor's reach. */
export async function shutNumbers(ctx: Context, side: NumberSide): Promise<ShutRow[]> {
  const reach = await ctx.db.$queryRaw<{ ids: string[] }[]>`select auth.buildings(${[rightOf[side]]}::text[]) as ids`
  const within = reach[0]?.ids ?? []
  return asService(ctx, 'sign-in', ({ db }) => db.$queryRaw<ShutRow[]>`
    with shut as materialized (select * from auth.shut_numbers()),
    places as (
      select s.phone_key, s.phone, s.closed_at, s.person_id, s.name, case s.role when 'OWNER' then 'OWNER' else 'TENANT' end as role, s.building_id, s.premises_id, 1 as rank
        from shut s where s.building_id = any(${within}::uuid[])
      union all
      select distinct on (s.phone_key, o.building_id, w.premises_id) s.phone_key, s.phone, s.closed_at, s.person_id, o.full_name, 'OWNER', o.building_id, w.premises_id, 2
        from shut s join owners o on o.phone = s.phone and o.building_id = any(${within}::uuid[])
          join ownerships w on w.building_id = o.building_id and w.owner_id = o.owner_id and w.valid_from <= app.today() and (w.valid_to is null or w.valid_to >= app.today()))
    select distinct on (x.closed_at, x.phone_key, b.name, x.building_id, length(p.number), p.number, x.premises_id)
      x.phone_key as "numberKey", x.phone, x.closed_at as "closedAt", x.person_id as "personId", x.name, x.role,
      x.building_id as "buildingId", b.name as building, x.premises_id as "premisesId", p.number, p.kind
    from places x join buildings b on b.building_id = x.building_id join premises p on p.building_id = x.building_id and p.premises_id = x.premises_id
    order by x.closed_at, x.phone_key, b.name, x.building_id, length(p.number), p.number, x.premises_id, x.rank
    limit 300`)
}

export type Word = { buildingId: string; numberKey: string; closedAt: Date; confirmedBy: string; ownerId: string; documentType: string; documentHash: string }

/** Words said for these numbers since they were shut. */
export async function wordsFor(ctx: Context, numberKeys: string[]): Promise<Word[]> {
  return ctx.db.$queryRaw<Word[]>`
    select building_id as "buildingId", number_key::text as "numberKey", closed_at as "closedAt", said_by as "confirmedBy", coalesce(owner_id::text, '') as "ownerId",
      document_type as "documentType", document_hash as "documentHash"
    from number_reopenings where number_key = any(${numberKeys}::text[]) order by said_at`
}

export type ShutPlace = Pick<ShutRow, 'buildingId' | 'building' | 'premisesId' | 'number' | 'kind' | 'name' | 'role'> & {
  owners: { ownerId: string; name: string; share: string }[]
  /** Somebody of this house has said their word; the one who looks has. */
  said: boolean
  byMe: boolean
}
export type ShutNumber = { numberKey: string; maskedPhone: string; closedAt: Date; mine: boolean; places: ShutPlace[] }

/** The screen of shut numbers: whose they seem to be, and which word is missing. */
export async function readShutNumbers(ctx: Context): Promise<ShutNumber[]> {
  const side = mayOpenNumbers(ctx.actor)
  const rows = await shutNumbers(ctx, side)
  const words = await wordsFor(ctx, [...new Set(rows.map(row => row.numberKey))])
  const numbers = new Map<string, ShutNumber>()
  for (const row of rows) {
    const number = numbers.get(row.numberKey) ?? { numberKey: row.numberKey, maskedPhone: maskPhone(row.phone), closedAt: row.closedAt, mine: false, places: [] }
    const said = words.filter(word => word.buildingId === row.buildingId && word.numberKey === row.numberKey && word.closedAt.getTime() === row.closedAt.getTime())
    const owners = row.role === 'TENANT' ? [] : await registeredOwners(ctx, row.buildingId, [row.premisesId])
    number.mine ||= row.personId !== null && row.personId === ctx.actor.personId
    number.places.push({
      buildingId: row.buildingId, building: row.building, premisesId: row.premisesId, number: row.number, kind: row.kind, name: row.name, role: row.role,
      owners: owners.map(({ ownerId, name, share }) => ({ ownerId, name, share })), said: said.length > 0, byMe: said.some(word => word.confirmedBy === ctx.actor.personId),
    })
    numbers.set(row.numberKey, number)
  }
  return [...numbers.values()]
}
