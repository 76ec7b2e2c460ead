import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { balancesOf } from '#server/ledger/queries.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { totalOf } from '#server/ledger/rules.ts'
import { asAccountant, asPerson, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

/** An inspector of the territory of a house. */
export function asInspector(db: TestDatabase, house: TestHouse): Promise<ActingPerson> {
  return asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: house.territoryCode }, { kind: 'STAFF' })
}

export type Bureau = { house: TestHouse; unit: TestPremises; neighbour: TestPremises; accountant: ActingPerson; inspector: ActingPerson }

/** A house of its own territory whose first two flats owe 500.00 each, with its accountant and its inspector. */
export async function makeBureau(db: TestDatabase, territoryCode: string): Promise<Bureau> {
  const house = await makeHouse(db, { country: 'UZ', territoryCode })
  const [unit, neighbour] = [house.premises[0]!, house.premises[1]!]
  for (const { accountId, premisesId } of [unit, neighbour]) {
    await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId, premisesId, period: '2026-09', valueDate: '2026-09-30', transactionId: newId(), kind: 'CHARGE',
      sourceType: 'test', sourceId: '1', lines: [{ fund: 'UTILITIES', amount: 50_000n, contra: 'INCOME' }] }))
  }
  return { house, unit, neighbour, accountant: await asAccountant(db, house), inspector: await asInspector(db, house) }
}

type Asked = { unit?: TestPremises; amount?: bigint; by?: ActingPerson }

export async function askFor({ unit, accountant }: Bureau, asked: Asked = {}): Promise<string> {
  const adjustmentId = newId()
  await (asked.by ?? accountant).caller.ledger.requestAdjustment({ adjustmentId, number: (asked.unit ?? unit).accountNumber, fund: 'UTILITIES', amount: asked.amount ?? -10_000n, reason: 'DOUBLE_CHARGE',
    explanation: 'The same water was charged twice in September.', papers: ['Act No 7 of 01.10.2026'] })
  return adjustmentId
}

type Decided = { from?: bigint; to?: bigint; validUntil?: string; no?: boolean; by?: ActingPerson }

export async function decide({ house, inspector }: Bureau, adjustmentId: string, decided: Decided = {}): Promise<string> {
  const conclusionId = newId()
  const allowed = { from: decided.from ?? -12_000n, to: decided.to ?? -8_000n, validUntil: decided.validUntil ?? addDays(localDateOf(new Date(), 300), 30) }
  await (decided.by ?? inspector).caller.ledger.issueConclusion({ buildingId: house.buildingId, adjustmentId, conclusionId, number: `X-${conclusionId.slice(-6)}`, grounds: 'The act and both bills were compared.',
    allowed: decided.no ? null : allowed })
  return conclusionId
}

/** Posts on a conclusion as the accountant unless told otherwise. */
export function apply({ house, accountant }: Bureau, conclusionId: string, { amount = -10_000n, by = accountant }: { amount?: bigint; by?: ActingPerson } = {}): Promise<unknown> {
  return by.caller.ledger.postAdjustment({ buildingId: house.buildingId, conclusionId, transactionId: newId(), amount })
}

export function owed({ buildingId }: TestHouse, { accountId }: TestPremises): Promise<bigint> {
  return serviceTransaction('billing', async ctx => totalOf(await balancesOf(ctx, { buildingId, accountId })))
}
