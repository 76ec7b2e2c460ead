import 'server-only'
import { shown } from '#server/audit/views.ts'
import type { Context } from '#server/infra/context.ts'
import { assertMayKeepCourt, assertMaySeeCourt } from '#server/billing/policy.ts'
import { courtDebt, courtDebtors, courtPacks, courtPapers, courtPlace, obstaclesOf } from './queries.ts'
import { missingOf, obstacleOf, paperOf, type Obstacle } from './rules.ts'
import type { CourtDebt, CourtDebtor, CourtObstacles, CourtPack, CourtPaper, CourtPaperKind, CourtPlace } from './schema.ts'

/** Debts that might go to court, and the packs already made. */
export async function courtDesk(ctx: Context): Promise<{ debtors: CourtDebtor[]; packs: CourtPack[] }> {
  assertMaySeeCourt(ctx.actor)
  const debtors = await shown({ ctx, what: 'BILL' }, courtDebtors(ctx), rows => rows)
  return { debtors, packs: await courtPacks(ctx) }
}

export type CourtCase = { place: CourtPlace; debt: CourtDebt; obstacles: CourtObstacles; obstacle: Obstacle | null; papers: Partial<Record<CourtPaperKind, CourtPaper>>; missing: CourtPaperKind[]; packs: CourtPack[] }

/** One account: its debt, what stands in the way, and which of the papers are there. */
export async function courtCase(ctx: Context, { number }: { number: string }): Promise<CourtCase> {
  const place = assertMayKeepCourt(await courtPlace(ctx, number))
  const [debt, obstacles, papers] = [await courtDebt(ctx, place), await obstaclesOf(ctx, place), await courtPapers(ctx, place)]
  const needs = { byContract: place.byContract, lateSince: debt.lateSince }
  const there = (['METHOD_DECISION', 'MANAGEMENT_CONTRACT', 'CLAIM_DELIVERY'] as const).flatMap(kind => {
    const paper = paperOf(papers, kind, debt.lateSince)
    return paper === null ? [] : [[kind, paper] as const]
  })
  return { place, debt, obstacles, obstacle: obstacleOf(debt, obstacles), papers: Object.fromEntries(there), missing: missingOf(papers, needs), packs: await courtPacks(ctx, place.accountId) }
}
