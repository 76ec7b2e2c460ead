import 'server-only'
import { notFound } from '#server/kernel/errors.ts'
import { maskPhone } from '#server/kernel/jurisdiction.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { groundsToEnd, maySeeGrants, rolesToGive, signedPerson } from '#server/identity/policy.ts'
import { findGrants, findPersons, reachOf, visibleBuilding, type GrantRow, type PersonRow } from '#server/identity/queries.ts'
import type { EndGround, GivenRole, GrantScope } from '#server/identity/schema.ts'

export type GrantPlace = GrantScope & { name: string }
type Places = { places: GrantPlace[]; /** More houses than are listed: look for one by its name. */ more: boolean }

const mostPlaces = 100

/** Where this person gives and ends rights: organisations first, then houses. */
export async function readGrantPlaces(ctx: Context, { text = '' }: { text?: string | undefined }): Promise<Places> {
  signedPerson(ctx.actor)
  const like = `%${text.replace(/[\\%_]/g, '')}%`
  const places = await ctx.db.$queryRaw<GrantPlace[]>`
    (select 'ORGANISATION' as "scopeType", o.organisation_id as "scopeId", o.name from organisations o
      where o.name ilike ${like} and (o.organisation_id::text = any(auth.organisations('{grant.give}')) or o.country = any(${countriesOf(ctx)}::text[]))
      order by o.name limit ${mostPlaces})
    union all
    (select 'BUILDING', b.building_id, b.name from buildings b
      where b.name ilike ${like} and b.building_id = any((select auth.buildings('{grant.give}'))::uuid[]) order by b.name limit ${mostPlaces + 1})`
  const houses = places.filter(place => place.scopeType === 'BUILDING')
  return { places: [...places.filter(place => place.scopeType === 'ORGANISATION'), ...houses.slice(0, mostPlaces)], more: houses.length > mostPlaces }
}

function countriesOf(ctx: Context): string[] {
  return ctx.actor.grants.filter(grant => grant.role === 'PLATFORM_ADMIN').map(grant => grant.scopeId)
}

export type GrantLine = {
  grantId: string; role: string; name: string; maskedPhone: string | null; basis: string; since: Date; until: Date | null; givenBy: string | null; mine: boolean
  /** On which grounds whoever looks may end it; none: not theirs to end. */
  grounds: EndGround[]
}
export type EndedLine = { grantId: string; role: string; name: string; endedAt: Date | null; ground: string }
export type GrantsOfPlace = GrantPlace & { mayGive: GivenRole[]; live: GrantLine[]; ended: EndedLine[] }

const year = 365 * 24 * 60 * 60 * 1000

/** The rights over an organisation or over a house: who holds which on what paper, and what ended within a year. */
export async function readGrants(ctx: Context, scope: GrantScope): Promise<GrantsOfPlace> {
  const reach = await reachOf(ctx, scope.scopeType === 'BUILDING' ? scope.scopeId : null)
  maySeeGrants(ctx.actor, scope, reach)
  const name = scope.scopeType === 'BUILDING' ? (await visibleBuilding(ctx, scope.scopeId)).name : await organisationName(ctx, scope.scopeId)
  const { live, ended, persons } = await asService(ctx, 'sign-in', inner => rowsOf(inner, scope))
  return {
    ...scope, name, mayGive: rolesToGive(ctx.actor, scope, reach),
    live: live.map(row => ({ ...lineOf(row, persons), mine: row.personId === ctx.actor.personId, grounds: groundsToEnd(ctx.actor, row, reach) })),
    ended: ended.map(row => ({ grantId: row.grantId, role: row.role, name: called(persons.get(row.personId)), endedAt: row.endedAt, ground: row.endedGround ?? '' })),
  }
}

async function organisationName(ctx: Context, organisationId: string): Promise<string> {
  const rows = await ctx.db.$queryRaw<{ name: string }[]>`select name from organisations where organisation_id = ${organisationId}::uuid`
  if (!rows[0]) throw notFound()
  return rows[0].name
}

type Rows = { live: GrantRow[]; ended: GrantRow[]; persons: Map<string, PersonRow> }

async function rowsOf(ctx: Context, scope: GrantScope): Promise<Rows> {
  const live = await findGrants(ctx, scope)
  const ended = await findGrants(ctx, { ...scope, endedSince: new Date(ctx.now.getTime() - year).toISOString() })
  const ids = [...live, ...ended].flatMap(row => [row.personId, ...(row.givenBy === null ? [] : [row.givenBy])])
  const persons = await findPersons(ctx, [...new Set(ids)])
  return { live, ended: ended.reverse(), persons: new Map(persons.map(person => [person.personId, person])) }
}

/** A person known by their number alone has no name yet. */
function called(person: PersonRow | undefined): string {
  return person?.name || (person?.phone ? maskPhone(person.phone) : '')
}

function lineOf(row: GrantRow, persons: Rows['persons']): Omit<GrantLine, 'mine' | 'grounds'> {
  const person = persons.get(row.personId)
  return {
    grantId: row.grantId, role: row.role, name: called(person), maskedPhone: person?.phone ? maskPhone(person.phone) : null, basis: row.basisId,
    since: row.validFrom, until: row.validTo, givenBy: row.givenBy === null ? null : called(persons.get(row.givenBy)),
  }
}
