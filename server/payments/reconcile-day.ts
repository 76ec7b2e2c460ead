import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { invalid } from '#server/kernel/errors.ts'
import { assertMayKeepStatements } from './policy.ts'
import { answeredFor, differingProviders, keepDay, lumpsOf, ourPayments, theirPayments, type Kept } from './reconciliation/queries.ts'
import { differencesOf, type Difference } from './reconciliation/rules.ts'
import { houseOfStatements } from './statements/queries.ts'
import type { ReconcileInput } from './statements/schema.ts'

export type Reconciled = { provider: string; differences: number }

/** A day of a house, provider by provider: ours against what they have told. Found differences wait for a person; nothing is corrected. */
export async function reconcileDay(ctx: Context, { buildingId, day }: ReconcileInput): Promise<Reconciled[]> {
  const house = await houseOfStatements(ctx, buildingId)
  assertMayKeepStatements(ctx.actor, house)
  if (day > ctx.today) throw invalid('statements.futureDay')
  const days = await asService(ctx, 'payments', async inner => {
    const judged = await judgeDay(inner, { buildingId, day })
    for (const kept of judged) await keepDay(inner, { buildingId, day }, kept)
    return judged
  })
  await record(ctx, { action: 'payments.reconcileDay', buildingId, subjectType: 'reconciliation', subjectId: day, after: Object.fromEntries(days.map(({ provider, differences }) => [provider, differences.length])) })
  return days.map(({ provider, differences }) => ({ provider, differences: differences.length }))
}

async function judgeDay(ctx: Context, { buildingId, day }: ReconcileInput): Promise<Kept[]> {
  const [ours, theirs, lumps] = [await ourPayments(ctx, { buildingId, day }), await theirPayments(ctx, { buildingId, day }), await lumpsOf(ctx, { buildingId, day })]
  const answered = await answeredFor(ctx, { buildingId, day })
  // Also where nothing is left of what once differed: then the difference is gone.
  const providers = new Set([...ours.filter(each => each.day === day), ...theirs.filter(each => each.day === day), ...lumps, ...await differingProviders(ctx, { buildingId, day })].map(each => each.provider))
  return [...providers].sort().map(provider => {
    const [mine, other] = [ours.filter(each => each.provider === provider), theirs.filter(each => each.provider === provider)]
    const [today, told] = [mine.filter(each => each.day === day && each.state === 'PAID'), other.filter(each => each.day === day && !each.returned)]
    const sent = lumps.filter(each => each.provider === provider)
    // Of a provider that has told nothing of the day nothing can be said to be missing.
    const heard = told.some(each => each.statementId !== null) || provider === 'bank'
    // Without a registry of the day, only of payments that it answered for, or gave back in a later one.
    const takenBack = new Set(other.filter(each => each.returned && each.statementId !== null).map(each => each.key))
    const known = heard ? mine : mine.filter(each => answered.has(each.paymentId) || takenBack.has(each.key))
    const silent = !heard && !known.some(each => each.day === day) && !other.some(each => each.day === day && !each.returned && !mine.some(({ key }) => key === each.key))
    const differences = silent ? [] : differencesOf(known, other, day)
    return {
      provider, ourCount: today.length, ourSum: sum(today), theirCount: silent ? null : told.length, theirSum: silent ? null : sum(told),
      transferred: sum(sent), differences: [...differences, ...sent.filter(each => !each.placed).map(lumpDifference)],
    }
  })
}

function sum(items: readonly { amount: bigint }[]): bigint {
  return items.reduce((all, { amount }) => all + amount, 0n)
}

/** More money came from a provider than it owed us by what we know. */
function lumpDifference({ amount, statementId, row }: { amount: bigint; statementId: string; row: number }): Difference {
  return { class: 'AMOUNT_DIFF', subject: `${statementId}/${row}`, paymentId: null, statementId, row, ourAmount: null, theirAmount: amount, ourState: null, theirState: 'PAID' }
}
