import 'server-only'
import type { Context } from '#server/infra/context.ts'

/** What of a home staff were shown, apart from its opened card; key of desk.views.reasons. */
export type Shown = 'REGISTER_LIST' | 'DESK_SEARCH' | 'REQUEST' | 'REQUEST_QUEUE' | 'METERS' | 'BILL' | 'PAYMENT' | 'ADJUSTMENT' | 'FILE' | 'NUMBERS' | 'IMPORT'

/** A home, or with null a list of the whole house. */
export type ShownPlace = { buildingId: string; premisesId: string | null }

type Look = { ctx: Context; what: Shown }

export const wholeHouse = '00000000-0000-0000-0000-000000000000'

/** An answer on its way to somebody: what of it shows homes to staff leaves its trace first. Residents and their own things leave none. */
export async function shown<T>({ ctx, what }: Look, answer: Promise<T>, places: (answer: T) => readonly ShownPlace[] | Promise<readonly ShownPlace[]>): Promise<T> {
  const found = await answer
  if (ctx.actor.kind === 'STAFF') await noteViews({ ctx, what }, await places(found))
  return found
}

/** Once per person, home, kind and day: a list drawn again costs one reading of the key. */
async function noteViews({ ctx, what }: Look, places: readonly ShownPlace[]): Promise<void> {
  const { actingGrantId, grants, personId } = ctx.actor
  const others = places.filter(place => place.premisesId === null || grants.every(each => each.premisesId !== place.premisesId))
  if (others.length === 0 || personId === null) return
  const grant = grants.find(each => each.id === actingGrantId) ?? grants.find(each => each.scopeType !== 'UNIT')
  await ctx.db.$executeRaw`
    insert into data_views (building_id, premises_id, day, viewer_id, what, at, role, organisation_id)
    select distinct v.building_id, v.premises_id, app.today(), ${personId}::uuid, ${what}, app.now(), ${grant?.role ?? ''}, ${grant?.scopeType === 'ORGANISATION' ? grant.scopeId : null}::uuid
    from unnest(${others.map(place => place.buildingId)}::uuid[], ${others.map(place => place.premisesId ?? wholeHouse)}::uuid[]) v(building_id, premises_id)
    where not exists (select 1 from data_views d where d.building_id = v.building_id and d.premises_id = v.premises_id and d.day = app.today()
      and d.viewer_id = ${personId}::uuid and d.what = ${what})
    on conflict do nothing`
}
