import 'server-only'
import { record } from '#server/audit/record.ts'
import { issueDocument } from '#server/documents/issue-document.ts'
import { renderPdf } from '#server/documents/pdf/render.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { texts } from '#server/infra/texts.ts'
import { conflict, type DomainError } from '#server/kernel/errors.ts'
import { formatMoney } from '#server/kernel/format.ts'
import { courtDebt, courtPapers, courtPlace, holdCalculation, obstaclesOf } from './court/queries.ts'
import { calculationPaper } from './court/paper.ts'
import { missingOf, obstacleOf, paperOf, type Obstacle } from './court/rules.ts'
import type { CourtDebt, CourtObstacles, CourtPaper, CourtPlace, PrepareCourtPackInput } from './court/schema.ts'
import { assertMayKeepCourt } from './policy.ts'

/**
 * The four papers with which a court is asked to order overdue contributions paid (ZRU-993): three brought by the body, and the
 * calculation, made here from the account's entries with its penalties. Refused while a paper is missing, and of a debt that is
 * disputed, under the inspection's check, or on its way.
 */
export async function prepareCourtPack(ctx: Context, { packId, number }: PrepareCourtPackInput): Promise<{ packId: string; principal: bigint; penalty: bigint }> {
  const place = assertMayKeepCourt(await courtPlace(ctx, number))
  await holdCalculation(ctx, place.accountId)
  const [debt, obstacles, papers] = [await courtDebt(ctx, place), await obstaclesOf(ctx, place), await courtPapers(ctx, place)]
  const obstacle = obstacleOf(debt, obstacles)
  if (obstacle !== null) throw refusals[obstacle](obstacles, (amount) => formatMoney(amount, place.currency, ctx.locale))
  const missing = missingOf(papers, { byContract: place.byContract, lateSince: debt.lateSince })
  const t = texts(ctx.locale)
  if (missing.length > 0) throw conflict('court.papersMissing', { kinds: missing.join(','), names: missing.map(kind => t(`court.kinds.${kind}`)).join('; ') })
  const calculation = await calculate(ctx, { packId, place, debt })
  await keep(ctx, { packId, place, debt, papers, calculation })
  await record(ctx, { action: 'billing.prepareCourtPack', buildingId: place.buildingId, premisesId: place.premisesId, subjectType: 'courtPack', subjectId: packId, ground: 'ZRU-993',
    after: { accountId: place.accountId, principal: debt.principal, penalty: debt.penalty, calculation: calculation.sha256 } })
  return { packId, principal: debt.principal, penalty: debt.penalty }
}

const refusals: Record<Obstacle, (obstacles: CourtObstacles, money: (amount: bigint) => string) => DomainError> = {
  nothingOverdue: () => conflict('court.nothingOverdue'),
  disputed: ({ disputed }) => conflict('court.disputed', { numbers: disputed.map(number => `№ ${number}`).join(', ') }),
  inFlight: ({ inFlight }, money) => conflict('court.inFlight', { sum: money(inFlight) }),
  underCheck: () => conflict('court.underCheck'),
}

type Calculation = { fileId: string; code: string; sha256: string }
type Made = { packId: string; place: CourtPlace; debt: CourtDebt }

/** Drawn once, with a code that anybody can check, and kept as a file beside the three others. */
async function calculate(ctx: Context, { packId, place, debt }: Made): Promise<Calculation> {
  const { buildingId, premisesId } = place
  const number = `${place.number}-${ctx.today.replaceAll('-', '')}`
  const issued = await issueDocument(ctx, { buildingId, premisesId, kind: 'CERTIFICATE', number, subjectType: 'courtPack', subjectId: packId, locale: ctx.locale, issuedOn: ctx.today,
    render: code => renderPdf(calculationPaper({ place, debt, number, issuedOn: ctx.today, madeAt: ctx.now, locale: ctx.locale }, code)) })
  const file = await asService(ctx, 'billing', inner => storeFile({ ...inner, actor: { ...inner.actor, personId: null } }, {
    buildingId, premisesId, kind: 'COURT_PAPER', subjectType: 'courtPack', subjectId: packId, bytes: issued.bytes }))
  return { fileId: file.fileId, code: issued.code, sha256: issued.sha256 }
}

async function keep(ctx: Context, { packId, place, debt, papers, calculation }: Made & { papers: readonly CourtPaper[]; calculation: Calculation }): Promise<void> {
  const paper = (kind: CourtPaper['kind']) => paperOf(papers, kind, debt.lateSince)?.paperId ?? null
  const made = await ctx.db.$executeRaw`insert into court_packs (building_id, pack_id, account_id, premises_id, period_from, period_to, principal, penalty, currency, decision_paper_id, contract_paper_id,
      claim_paper_id, calculation_file_id, calculation_code, prepared_by)
    values (${place.buildingId}::uuid, ${packId}::uuid, ${place.accountId}::uuid, ${place.premisesId}::uuid, ${debt.from}, ${debt.to}, ${debt.principal}, ${debt.penalty},
      ${place.currency}, ${paper('METHOD_DECISION')}::uuid, ${place.byContract ? paper('MANAGEMENT_CONTRACT') : null}::uuid, ${paper('CLAIM_DELIVERY')}::uuid, ${calculation.fileId}::uuid, ${calculation.code},
      ${ctx.actor.personId}::uuid) on conflict do nothing`
  if (made === 0) throw conflict('court.packTaken')
}
