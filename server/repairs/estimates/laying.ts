import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { periodOf, type LocalDate } from '#server/kernel/period.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import type { AccountPosting } from '#server/ledger/schema.ts'
import type { NewInvoice } from '#server/payments/schema.ts'
import type { LaidInstalment, Obliged, PayingUnit } from '#server/repairs/queries.ts'
import { deltasOf, dueDates, splitInstalments, takeOff, weightOf } from '#server/repairs/rules.ts'
import type { ProgrammeKey } from '#server/repairs/schema.ts'

export type Obligation = { premisesId: string; accountId: string; weight: bigint; amount: bigint }
export type Instalment = { premisesId: string; accountId: string; n: number; dueOn: LocalDate; amount: bigint; invoiceId: string }
type Version = ProgrammeKey & { version: number }
type Plan = { instalments: number; firstDueOn: LocalDate }

const json = (rows: readonly unknown[]) => JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))

/** What the version changes for each premises, also for those where it changes nothing. */
export function obligationsOf(total: bigint, units: readonly PayingUnit[], before: readonly Obliged[]): Obligation[] {
  const deltas = deltasOf(total, units, new Map(before.map(each => [each.premisesId, each.amount])))
  return deltas.flatMap(({ premisesId, amount }) => {
    const unit = units.find(each => each.premisesId === premisesId)
    const was = before.find(each => each.premisesId === premisesId)
    // What is taken off comes off the account that carries the part, though another one pays by now.
    const [first, second] = amount > 0n ? [unit, was] : [was, unit]
    const accountId = first?.accountId ?? second?.accountId
    return accountId === undefined ? [] : [{ premisesId, accountId, weight: unit ? weightOf(unit.areaM2) : was?.weight ?? 1n, amount }]
  })
}

export function instalmentsOf({ premisesId, accountId, amount }: Obligation, { instalments, firstDueOn }: Plan): Instalment[] {
  if (amount <= 0n) return []
  const dates = dueDates(firstDueOn, instalments)
  return splitInstalments(amount, instalments).map((part, index) => ({ premisesId, accountId, n: index + 1, dueOn: dates[index] ?? firstDueOn, amount: part, invoiceId: newId() }))
}

export function invoiceOf(instalment: Instalment, { programmeId, version }: Version): NewInvoice {
  const { invoiceId, accountId, premisesId, amount, dueOn, n } = instalment
  return { invoiceId, accountId, premisesId, amount, dueOn, fund: `PROGRAMME:${programmeId}`, sourceType: 'instalment', sourceId: `${programmeId}:${version}:${premisesId}:${n}` }
}

export type Credited = LaidInstalment & { taken: bigint; left: bigint; newInvoiceId: string | null }

/** What a lower version takes off the instalments of one premises, the last of them first. */
export function creditsOf({ premisesId, amount }: Obligation, laid: readonly LaidInstalment[]): Credited[] {
  if (amount >= 0n) return []
  const own = laid.filter(each => each.premisesId === premisesId)
  const taken = takeOff(own.map(each => each.amount - each.credited), -amount)
  return own.flatMap((each, index) => {
    const part = taken[index] ?? 0n
    const left = each.amount - each.credited - part
    return part === 0n ? [] : [{ ...each, taken: part, left, newInvoiceId: left > 0n ? newId() : null }]
  })
}

/** The number by which the rest of an instalment is paid from now on. */
export function restInvoiceOf({ newInvoiceId, accountId, premisesId, left, dueOn, version, n }: Credited, by: Version): NewInvoice[] {
  if (newInvoiceId === null) return []
  return [{ invoiceId: newInvoiceId, accountId, premisesId, amount: left, dueOn, fund: `PROGRAMME:${by.programmeId}`, sourceType: 'instalment',
    sourceId: `${by.programmeId}:${version}:${premisesId}:${n}:${by.version}` }]
}

export async function saveVersion(ctx: Pick<Context, 'db'>, { buildingId, programmeId, version }: Version, laid: { obligations: readonly Obligation[]; instalments: readonly Instalment[] }): Promise<void> {
  await ctx.db.$executeRaw`insert into repair_obligations (building_id, programme_id, version, premises_id, account_id, weight, amount)
    select ${buildingId}::uuid, ${programmeId}::uuid, ${version}, o."premisesId", o."accountId", o.weight, o.amount
      from jsonb_to_recordset(${json(laid.obligations)}::jsonb) as o("premisesId" uuid, "accountId" uuid, weight bigint, amount bigint)`
  await ctx.db.$executeRaw`insert into repair_instalments (building_id, programme_id, version, premises_id, n, due_on, amount, invoice_id)
    select ${buildingId}::uuid, ${programmeId}::uuid, ${version}, i."premisesId", i.n, i."dueOn", i.amount, i."invoiceId"
      from jsonb_to_recordset(${json(laid.instalments)}::jsonb) as i("premisesId" uuid, n integer, "dueOn" date, amount bigint, "invoiceId" uuid)`
}

/**
 * A lower part in the book: the whole difference is credited by an entry of its own, and of the instalments it takes off those that
 * were no debt yet become one at the same moment, so that what was charged in all is the part less what is still to fall due.
 */
export async function postCredits(ctx: Context, by: Version, lowered: readonly { obligation: Obligation; credits: readonly Credited[] }[]): Promise<void> {
  const common = { buildingId: by.buildingId, period: periodOf(ctx.today), valueDate: ctx.today, sourceType: 'estimate' }
  for (const { obligation, credits } of lowered) {
    const { accountId, premisesId, amount } = obligation
    const lines = (sum: bigint): AccountPosting['lines'] => [{ fund: `PROGRAMME:${by.programmeId}`, amount: sum, contra: 'INCOME' }]
    const uncharged = credits.filter(each => !each.charged)
    const forward = uncharged.reduce((sum, each) => sum + each.taken, 0n)
    const forwardId = newId()
    if (forward > 0n) await postToAccount(ctx, { ...common, accountId, premisesId, transactionId: forwardId, kind: 'CHARGE', sourceId: `${by.programmeId}:${by.version}:rest`, lines: lines(forward) })
    await postToAccount(ctx, { ...common, accountId, premisesId, transactionId: newId(), kind: 'RECALCULATION', sourceId: `${by.programmeId}:${by.version}`, lines: lines(amount) })
    await markCredited(ctx, by, credits.map(each => ({ ...each, chargedBy: !each.charged && each.left === 0n ? forwardId : null })))
  }
}

async function markCredited(ctx: Pick<Context, 'db'>, { buildingId, programmeId }: ProgrammeKey, credits: readonly (Credited & { chargedBy: string | null })[]): Promise<void> {
  await ctx.db.$executeRaw`update repair_instalments i set credited = i.credited + c.taken, invoice_id = c."newInvoiceId", charged_by = coalesce(i.charged_by, c."chargedBy")
    from jsonb_to_recordset(${json(credits)}::jsonb) as c(version integer, "premisesId" uuid, n integer, taken bigint, "newInvoiceId" uuid, "chargedBy" uuid)
    where i.building_id = ${buildingId}::uuid and i.programme_id = ${programmeId}::uuid and i.version = c.version and i.premises_id = c."premisesId" and i.n = c.n`
}
