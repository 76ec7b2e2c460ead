import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import { canSearchDesk } from '#server/desk/policy.ts'
import { searchWords, type SearchWord } from '#server/desk/rules.ts'
import type { DeskHit, SearchDeskInput } from '#server/desk/schema.ts'

const most = 20

function matching({ word, exact }: SearchWord): Prisma.Sql {
  return exact ? Prisma.sql`d.word = ${word}` : Prisma.sql`d.word >= ${word} and d.word < ${word} || chr(1114111)`
}

/** One pass over the rarest word first, then every other word must be at the same premises. */
function candidates(words: SearchWord[]): Prisma.Sql {
  const sorted = [...words].sort((a, b) => Number(a.exact) - Number(b.exact) || b.word.length - a.word.length)
  const [first, ...rest] = sorted
  if (!first) throw new Error('no words')
  const others = rest.map(word => Prisma.sql`and exists (select 1 from desk_words d
    where d.building_id = f.building_id and d.premises_id = f.premises_id and ${matching(word)})`)
  return Prisma.sql`
    with f as materialized (select distinct d.building_id, d.premises_id from desk_words d where ${matching(first)} limit 20000)
    select f.building_id, f.premises_id from f where true ${Prisma.join(others.length > 0 ? others : [Prisma.empty], ' ')} limit ${most}`
}

type HitRow = { building_id: string; premises_id: string; house: string; unit: string; kind: string; account: string | null; owners: string[] | null; matched: string[] | null }

/** The desk's one search: at most twenty homes where every typed word is found. */
export async function searchDesk(ctx: Context, input: SearchDeskInput): Promise<DeskHit[]> {
  canSearchDesk(ctx.actor)
  const words = searchWords(input.text)
  if (words.length === 0) return []
  const anyWord = Prisma.join(words.map(word => Prisma.sql`(${matching(word)})`), ' or ')
  const rows = await ctx.db.$queryRaw<HitRow[]>`
    with hit as materialized (${candidates(words)})
    select p.building_id::text, p.premises_id::text, b.name as house, p.number as unit, p.kind,
      (select a.number from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id
        order by a.closed_on nulls first, a.opened_on limit 1) as account,
      (select array_agg(distinct o.full_name) from ownerships s join owners o on o.building_id = s.building_id and o.owner_id = s.owner_id
        where s.building_id = p.building_id and s.premises_id = p.premises_id and s.valid_from <= app.today()
          and (s.valid_to is null or s.valid_to >= app.today())) as owners,
      (select array_agg(distinct d.source) from desk_words d where d.building_id = p.building_id and d.premises_id = p.premises_id and (${anyWord})) as matched
    from hit join premises p on p.building_id = hit.building_id and p.premises_id = hit.premises_id
      join buildings b on b.building_id = p.building_id
    order by b.name, length(p.number), p.number`
  return rows.map(row => ({ buildingId: row.building_id, premisesId: row.premises_id, house: row.house, unit: row.unit, kind: row.kind,
    accountNumber: row.account, owners: row.owners ?? [], matched: row.matched ?? [] }))
}
