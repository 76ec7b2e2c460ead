import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import { wholeHouse } from '#server/audit/views.ts'
import { canSearchDesk, canSeeViews } from '#server/desk/policy.ts'
import { likelyPlace, searchWords, type SearchWord } from '#server/desk/rules.ts'
import { mostHits, type CardView, type DeskHit, type SearchDeskInput } from '#server/desk/schema.ts'

// A word found oftener than this drives no search: the next, rarer one does.
const countedUpTo = 20_000
// So many homes are put in order of likeliness; when there are more, the words are too common to tell.
const orderedUpTo = 2_000

export function matching({ word, exact }: SearchWord): Prisma.Sql {
  return exact ? Prisma.sql`d.word = ${word}` : Prisma.sql`d.word >= ${word} and d.word < ${word} || chr(1114111)`
}

/** The rarest first; null when one of them is found nowhere. */
async function rarestFirst(ctx: Pick<Context, 'db'>, words: SearchWord[]): Promise<SearchWord[] | null> {
  if (words.length === 1) return words
  const counts = Prisma.join(words.map(word => Prisma.sql`(select count(*)::int from (select 1 from desk_words d where ${matching(word)} limit ${countedUpTo}) x)`))
  const [row] = await ctx.db.$queryRaw<{ counts: number[] }[]>`select array[${counts}] as counts`
  const counted = words.map((word, index) => ({ word, count: row?.counts[index] ?? 0 }))
  return counted.some(each => each.count === 0) ? null : counted.sort((a, b) => a.count - b.count).map(each => each.word)
}

/** Homes that have the first word and each of the others; where a flat 12 and a house 12 both fit, the order of the words decides who comes first. */
function candidates([first, ...rest]: SearchWord[], { flat, house }: ReturnType<typeof likelyPlace>): Prisma.Sql {
  if (!first) throw new Error('no words')
  const others = rest.map(word => Prisma.sql`and exists (select 1 from desk_words d
    where d.building_id = f.building_id and d.premises_id = f.premises_id and ${matching(word)})`)
  const has = (source: string, word: string) => Prisma.sql`exists (select 1 from desk_words d
    where d.building_id = c.building_id and d.premises_id = c.premises_id and d.source = ${source} and d.word = ${word})::int`
  const likeliness = flat === null ? Prisma.sql`0` : Prisma.join([Prisma.sql`2 * ${has('PREMISES', flat)}`, ...house.map(word => has('BUILDING', word))], ' + ')
  return Prisma.sql`
    with f as materialized (select distinct x.building_id, x.premises_id
      from (select d.building_id, d.premises_id from desk_words d where ${matching(first)} limit ${countedUpTo}) x),
    c as materialized (select f.building_id, f.premises_id from f where true ${others.length > 0 ? Prisma.join(others, ' ') : Prisma.empty} limit ${orderedUpTo})
    select c.building_id, c.premises_id, ${likeliness} as likeliness from c order by 3 desc limit ${mostHits}`
}

type HitRow = { building_id: string; premises_id: string; house: string; unit: string; kind: string; account: string | null; owners: string[] | null; matched: string[] | null }

/** The desk's one search: at most twenty homes where every typed word is found. */
export async function searchDesk(ctx: Context, input: SearchDeskInput): Promise<DeskHit[]> {
  canSearchDesk(ctx.actor)
  const typed = searchWords(input.text)
  const words = typed.length === 0 ? null : await rarestFirst(ctx, typed.filter((each, index) => typed.findIndex(({ word }) => word === each.word) === index))
  if (words === null) return []
  const anyWord = Prisma.join(words.map(word => Prisma.sql`(${matching(word)})`), ' or ')
  const rows = await ctx.db.$queryRaw<HitRow[]>`
    with hit as materialized (${candidates(words, likelyPlace(typed))})
    select p.building_id::text, p.premises_id::text, b.name as house, p.number as unit, p.kind,
      (select a.number from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id
        order by a.closed_on nulls first, a.opened_on limit 1) as account,
      (select array_agg(distinct o.full_name) from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
        where s.building_id = p.building_id and s.premises_id = p.premises_id and s.valid_from <= app.today()
          and (s.valid_to is null or s.valid_to >= app.today())) as owners,
      (select array_agg(distinct d.source) from desk_words d where d.building_id = p.building_id and d.premises_id = p.premises_id and (${anyWord})) as matched
    from hit join premises p on p.building_id = hit.building_id and p.premises_id = hit.premises_id
      join buildings b on b.building_id = p.building_id
    order by hit.likeliness desc, b.name, length(p.number), p.number`
  return rows.map(row => ({ buildingId: row.building_id, premisesId: row.premises_id, house: row.house, unit: row.unit, kind: row.kind,
    accountNumber: row.account, owners: row.owners ?? [], matched: row.matched ?? [] }))
}

/** Who of the staff opened the cards of my homes or saw them in lists in the last year, since they are mine; row-level security shows each home to its own people. */
export async function viewsOfMyHomes(ctx: Context): Promise<CardView[]> {
  const premises = canSeeViews(ctx.actor)
  if (premises.length === 0) return []
  return ctx.db.$queryRaw<CardView[]>`
    with mine as materialized (
      select m.building_id, m.premises_id, b.name as house, p.number as unit, (select min(g.valid_from) from auth.my_grants() g where g.scope_type = 'UNIT' and g.premises_id = m.premises_id) as since
      from unnest(${premises.map(each => each.buildingId)}::uuid[], ${premises.map(each => each.premisesId)}::uuid[]) m(building_id, premises_id)
        join buildings b on b.building_id = m.building_id join premises p on p.building_id = m.building_id and p.premises_id = m.premises_id),
    looks as (
      select e.at, e.ground as reason, m.house, m.unit, e.after ->> 'organisationId' as organisation_id, '' as role, coalesce(e.after ->> 'callerName', '') as caller
      from mine m join audit_entries e on e.building_id = m.building_id and e.subject_type = 'premises' and e.subject_id = m.premises_id::text and e.at >= m.since
      where e.action in ('desk.cardOpened', 'premises.cardOpened') and e.at > app.now() - interval '1 year'
      union all
      select v.at, v.what, m.house, m.unit, v.organisation_id::text, v.role, '' from mine m
        join data_views v on v.building_id = m.building_id and v.premises_id = m.premises_id and v.at >= m.since where v.day > app.today() - 366
      union all
      select v.at, v.what, m.house, '', v.organisation_id::text, v.role, '' from (select building_id, house, min(since) as since from mine group by 1, 2) m
        join data_views v on v.building_id = m.building_id and v.premises_id = ${wholeHouse}::uuid and v.at >= m.since where v.day > app.today() - 366)
    select l.at, l.reason, l.house, l.unit, coalesce(o.name, '') as organisation, l.role, l.caller as "callerName"
    from looks l left join organisations o on o.organisation_id::text = l.organisation_id order by l.at desc limit 200`
}
