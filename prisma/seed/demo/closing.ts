import { calculationPaper } from '#server/billing/court/paper.ts'
import { courtDebt, courtPlace } from '#server/billing/court/queries.ts'
import type { CourtDebt, CourtPlace } from '#server/billing/court/schema.ts'
import { adjustedOf, chargedOf, disputedOf, gatheredOf } from '#server/billing/month/queries.ts'
import { foldCharged, foldGathered, netOf, sumOf } from '#server/billing/month/rules.ts'
import { issueDocument } from '#server/documents/issue-document.ts'
import { renderPdf } from '#server/documents/pdf/render.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addDays, addPeriods, periodOf } from '#server/kernel/period.ts'
import { pageOf } from '#prisma/seed/demo/works.ts'
import { worldId, type World, type WorldHouse } from '#prisma/seed/demo/world.ts'

/** The books of the month before the last are closed, those of the last wait; a neighbour's debt is ready for the court. Doing it again changes nothing. */
export async function seedClosing(world: World): Promise<void> {
  for (const key of ['abay12', 'chilonzor12'] as const) await serviceTransaction('seed', ctx => close(ctx, world, world.house(key)))
  await serviceTransaction('seed', ctx => packFor(ctx, world))
}

async function close(ctx: Context, world: World, { key, buildingId, organisationId, country }: WorldHouse): Promise<void> {
  const closed = await ctx.db.$queryRaw<unknown[]>`select from month_closings where building_id = ${buildingId}::uuid`
  if (closed.length > 0) return
  const wanted = { buildingIds: [buildingId], period: addPeriods(periodOf(ctx.today), -2) }
  const [charged, gathered] = [foldCharged(await chargedOf(ctx, wanted)), foldGathered(await gatheredOf(ctx, wanted))]
  const [disputed, adjusted] = [sumOf(await disputedOf(ctx, wanted)), sumOf(await adjustedOf(ctx, wanted))]
  const over = addDays(ctx.today, -1)
  const asJson = (rows: unknown) => JSON.stringify(rows, (_, value: unknown) => typeof value === 'bigint' ? value.toString() : value)
  await ctx.db.$executeRaw`insert into month_closings (building_id, period, closing_id, organisation_id, currency, charged, gathered, charged_total, gathered_total, disputed, adjusted, head_day, head_links, head_total, head_hash, closed_by)
    select ${buildingId}::uuid, ${wanted.period}, ${worldId('closing', key)}::uuid, ${organisationId}::uuid, ${country === 'UZ' ? 'UZS' : 'KZT'}, ${asJson(charged)}::jsonb, ${asJson(gathered)}::jsonb, ${sumOf(charged)}, ${netOf(gathered)}, ${disputed}, ${adjusted},
      case when h.hash is not null then ${over}::date end, h.links, h.total, h.hash, ${world.person(country, 'ACCOUNTANT').personId}::uuid
      from (select) one left join lateral app.ledger_day_heads(${buildingId}::uuid, ${over}::date) h on true`
}

type Case = { place: CourtPlace; debt: CourtDebt; packId: string; person: string }

/** Flat 8 of the Uzbek house has not paid for three months. */
async function packFor(ctx: Context, world: World): Promise<void> {
  const unit = world.premises('chilonzor12', '8')
  const packId = worldId('court pack', unit.accountId)
  const made = await ctx.db.$queryRaw<unknown[]>`select from court_packs where building_id = ${unit.buildingId}::uuid and pack_id = ${packId}::uuid`
  const place = await courtPlace(ctx, unit.accountNumber)
  if (made.length > 0 || place === null) return
  const debt = await courtDebt(ctx, place)
  if (debt.overdue <= 0n || debt.lateSince === null || debt.lateSince >= ctx.today) return
  await prepare(ctx, { place, debt, packId, person: world.person('UZ', 'ACCOUNTANT').personId })
}

async function prepare(ctx: Context, { place, debt, packId, person }: Case): Promise<void> {
  const { buildingId, accountId, premisesId } = place
  const paper = async (kind: string, title: string, datedOn: string) => {
    const paperId = worldId('court paper', accountId, kind)
    const own = kind === 'CLAIM_DELIVERY'
    const file = await storeFile(ctx, { buildingId, premisesId: own ? premisesId : null, fileId: paperId, kind: 'COURT_PAPER', subjectType: 'courtPaper', subjectId: paperId, bytes: pageOf(`Demonstration: ${kind}`) })
    await ctx.db.$executeRaw`insert into court_papers (building_id, paper_id, kind, account_id, premises_id, title, dated_on, file_id, filed_by)
      values (${buildingId}::uuid, ${paperId}::uuid, ${kind}, ${own ? accountId : null}::uuid, ${own ? premisesId : null}::uuid, ${title}, ${datedOn}::date, ${file.fileId}::uuid, ${person}::uuid)`
    return paperId
  }
  const decision = await paper('METHOD_DECISION', 'Bayonnoma № 1 (namoyish)', '2024-12-10')
  const contract = place.byContract ? await paper('MANAGEMENT_CONTRACT', 'Shartnoma № 12 (namoyish)', '2024-12-20') : null
  const claim = await paper('CLAIM_DELIVERY', 'Pochta xati № 4471 (namoyish)', addDays(debt.lateSince ?? ctx.today, 1))
  const number = `${place.number}-${ctx.today.replaceAll('-', '')}`
  const issued = await issueDocument(ctx, { buildingId, premisesId, kind: 'CERTIFICATE', number, subjectType: 'courtPack', subjectId: packId, locale: 'uz', issuedOn: ctx.today,
    render: code => renderPdf(calculationPaper({ place, debt, number, issuedOn: ctx.today, madeAt: ctx.now, locale: 'uz' }, code)) })
  const file = await storeFile(ctx, { buildingId, premisesId, kind: 'COURT_PAPER', subjectType: 'courtPack', subjectId: packId, bytes: issued.bytes })
  await ctx.db.$executeRaw`insert into court_packs (building_id, pack_id, account_id, premises_id, period_from, period_to, principal, penalty, currency, decision_paper_id, contract_paper_id, claim_paper_id, calculation_file_id, calculation_code, prepared_by)
    values (${buildingId}::uuid, ${packId}::uuid, ${accountId}::uuid, ${premisesId}::uuid, ${debt.from}, ${debt.to}, ${debt.principal}, ${debt.penalty}, ${place.currency}, ${decision}::uuid, ${contract}::uuid, ${claim}::uuid,
      ${file.fileId}::uuid, ${issued.code}, ${person}::uuid)`
}
