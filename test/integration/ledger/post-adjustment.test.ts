import { Client } from 'pg'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, localDateOf, periodOf } from '#server/kernel/period.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asManager, giveGrant } from '#test/support/actors.ts'
import { apply, askFor, decide, makeBureau, owed, type Bureau } from '#test/support/adjustments.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
let ours: Bureau
let twin: Bureau
beforeAll(async () => {
  db = await testDatabase()
  ours = await makeBureau(db, '1726801')
  twin = await makeBureau(db, '1726802')
})
afterEach(() => resetClock())

const today = () => localDateOf(new Date(), 300)

/** The posting itself, by the machine and past every use case. */
function postPast({ house, unit }: Bureau, sourceId: string, amount = -10_000n): Promise<unknown> {
  return serviceTransaction('billing', ctx => ctx.db.$queryRaw`select app.post_account(${house.buildingId}::uuid, ${unit.accountId}::uuid, ${unit.premisesId}::uuid, ${periodOf(ctx.today)},
    ${newId()}::uuid, 'ADJUSTMENT', ${ctx.today}::date, 'conclusion', ${sourceId}, null::uuid, '{UTILITIES}'::text[], ${[String(amount)]}::text[]::bigint[], '{INCOME}'::text[])::text`)
}

describe('post adjustment (seed 000, point 8)', () => {
  it('changes the debt once, on the chain, and names its conclusion', async () => {
    const before = await owed(ours.house, ours.unit)
    const conclusion = await decide(ours, await askFor(ours))
    await apply(ours, conclusion, { amount: -9_500n })
    expect(await owed(ours.house, ours.unit)).toBe(before - 9_500n)
    const rows = await db.sql<{ kind: string; source: string }>(`select kind, source_id as source from ledger_entries where account_id = $1 and kind = 'ADJUSTMENT' and source_id = $2`, [ours.unit.accountId, conclusion])
    expect(rows).toEqual([{ kind: 'ADJUSTMENT', source: conclusion }])
    expect(await serviceTransaction('billing', ctx => verifyLedger(ctx, ours.house.buildingId))).toEqual([])
    const trace = await db.sql(`select 1 from audit_entries where building_id = $1 and action = 'ledger.postAdjustment' and person_id = $2 and subject_id = $3 and grant_id = $4`, [ours.house.buildingId, ours.accountant.personId, conclusion, ours.accountant.grantId])
    expect(trace).toHaveLength(1)
    const events = await db.sql<{ name: string }>(`select name from event_queue where building_id = $1 and name like 'ledger.%' and payload ->> 'premisesId' = $2 order by event_id`, [ours.house.buildingId, ours.unit.premisesId])
    expect(events.map(each => each.name)).toEqual(['ledger.adjustmentAsked', 'ledger.adjustmentDecided', 'ledger.adjustmentPosted'])
  })

  it('an adjustment that was posted is not reversed either: only another conclusion changes the debt', async () => {
    const conclusion = await decide(ours, await askFor(ours))
    await apply(ours, conclusion)
    const [row] = await db.sql<{ id: string }>(`select transaction_id::text as id from ledger_entries where account_id = $1 and source_id = $2`, [ours.unit.accountId, conclusion])
    await expect(serviceTransaction('billing', ctx => ctx.db.$queryRaw`select app.post_account(${ours.house.buildingId}::uuid, ${ours.unit.accountId}::uuid, ${ours.unit.premisesId}::uuid, ${periodOf(ctx.today)},
      ${newId()}::uuid, 'REVERSAL', ${ctx.today}::date, 'x', 'y', ${row!.id}::uuid, '{UTILITIES}'::text[], '{10000}'::bigint[], '{INCOME}'::text[])::text`)).rejects.toThrow(/UY003|conclusion/)
  })
})

describe('five refusals, five codes (AT-UZ-22), through the router and past it', () => {
  it('none: no conclusion, a negative one, and one that nobody took', async () => {
    await expect(apply(ours, newId())).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'ledger.noConclusion' })
    const negative = await decide(ours, await askFor(ours), { no: true })
    await expect(apply(ours, negative)).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.noConclusion' })
    await expect(postPast(ours, newId())).rejects.toThrow(/UY020|no signed conclusion/)
    await expect(postPast(ours, 'words')).rejects.toThrow(/UY020|no signed conclusion/)
    const untaken = await decide(ours, await askFor(ours))
    await expect(postPast(ours, untaken)).rejects.toThrow(/UY020|no person took/)
  })

  it('of another account', async () => {
    const other = await decide(ours, await askFor(ours, { unit: ours.neighbour }))
    await expect(postPast(ours, other)).rejects.toThrow(/UY021|another account/)
    await expect(openTransaction(ours.accountant.request, ctx => ctx.db.$executeRaw`insert into conclusion_uses (building_id, conclusion_id, account_id, premises_id, fund, amount, period, transaction_id, used_by)
      values (${ours.house.buildingId}::uuid, ${other}::uuid, ${ours.unit.accountId}::uuid, ${ours.unit.premisesId}::uuid, 'UTILITIES', -10000, '2026-11', ${newId()}::uuid, ${ours.accountant.personId}::uuid)`))
      .rejects.toThrow(/UY021|another account/)
  })

  it('used', async () => {
    const conclusion = await decide(ours, await askFor(ours))
    await apply(ours, conclusion)
    const after = await owed(ours.house, ours.unit)
    await expect(apply(ours, conclusion)).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.conclusionUsed' })
    await expect(postPast(ours, conclusion)).rejects.toThrow(/UY022|was used/)
    expect(await owed(ours.house, ours.unit)).toBe(after)
  })

  it('used twice at the same moment: one goes through', async () => {
    const before = await owed(ours.house, ours.unit)
    const conclusion = await decide(ours, await askFor(ours))
    const manager = await asManager(db, ours.house)
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => apply(ours, conclusion, index % 2 === 0 ? {} : { by: manager })))
    expect(outcomes.filter(each => each.status === 'fulfilled')).toHaveLength(1)
    for (const each of outcomes) if (each.status === 'rejected') expect(each.reason).toMatchObject({ message: 'ledger.conclusionUsed' })
    expect(await owed(ours.house, ours.unit)).toBe(before - 10_000n)
  })

  it('expired', async () => {
    const conclusion = await decide(ours, await askFor(ours), { validUntil: addDays(today(), 3) })
    await setNow(`${addDays(today(), 4)}T07:00:00Z`)
    await expect(apply(ours, conclusion)).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.conclusionExpired' })
    await expect(postPast(ours, conclusion)).rejects.toThrow(/UY023|expired/)
    await resetClock()
    await apply(ours, conclusion)
  })

  it('outside its range, of another fund, or split over funds', async () => {
    const conclusion = await decide(ours, await askFor(ours))
    for (const amount of [-7_999n, -12_001n, 10_000n, 0n]) await expect(apply(ours, conclusion, { amount })).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.conclusionRange' })
    await expect(postPast(ours, conclusion, -12_001n)).rejects.toThrow(/UY024|does not cover/)
    await apply(ours, conclusion, { amount: -12_000n })
  })
})

describe('the verifier (AT-UZ-23)', () => {
  it('names an adjustment whose conclusion was altered after signing, and one that nobody took', async () => {
    const book = await makeBureau(db, '1726803')
    const faults = () => serviceTransaction('worker', ctx => verifyLedger(ctx, book.house.buildingId))
    const [first, second] = [await decide(book, await askFor(book)), await decide(book, await askFor(book))]
    for (const conclusion of [first, second]) await apply(book, conclusion)
    expect(await faults()).toEqual([])
    const client = new Client({ connectionString: db.superUrl })
    await client.connect()
    await client.query('set session_replication_role = replica')
    await client.query('update inspection_conclusions set allowed_min = -99999 where conclusion_id = $1', [first])
    await client.query('delete from conclusion_uses where conclusion_id = $1', [second])
    await client.end()
    expect(await faults()).toMatchObject([{ problem: 'UNGROUNDED', accountId: book.unit.accountId, seq: 2n }, { problem: 'UNGROUNDED', seq: 3n }])
  })
})

describe('who may', () => {
  it('the inspector does not post; who signed does not post even with both roles (four eyes)', async () => {
    const conclusion = await decide(ours, await askFor(ours))
    await expect(apply(ours, conclusion, { by: ours.inspector })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.bodyOnly' })
    const both = await asManager(db, ours.house)
    await giveGrant(db, both.personId, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: ours.house.territoryCode })
    const own = await decide(ours, await askFor(ours), { by: both })
    await expect(apply(ours, own, { by: both })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.fourEyes' })
    await apply(ours, own)
  })

  it('the twin house sees nothing and posts nothing', async () => {
    const conclusion = await decide(ours, await askFor(ours))
    await expect(twin.accountant.caller.ledger.postAdjustment({ buildingId: ours.house.buildingId, conclusionId: conclusion, transactionId: newId(), amount: -10_000n })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(apply(twin, conclusion)).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'ledger.noConclusion' })
    const seen = await openTransaction(twin.accountant.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from inspection_conclusions union all select 1 from adjustment_requests union all select 1 from conclusion_uses`)
    expect(seen).toEqual([])
  })

  it('the application role by itself reaches none of it', async () => {
    const client = new Client({ connectionString: db.url })
    await client.connect()
    const { house, unit } = ours
    await expect(client.query(`select app.post_account($1, $2, $3, '2026-11', $4, 'ADJUSTMENT', '2026-11-20', 'conclusion', $5, null, '{UTILITIES}', '{-1}', '{INCOME}')`,
      [house.buildingId, unit.accountId, unit.premisesId, newId(), newId()])).rejects.toMatchObject({ code: 'UY020' })
    await expect(client.query(`insert into inspection_conclusions select * from inspection_conclusions`)).resolves.toMatchObject({ rowCount: 0 })
    await expect(client.query(`insert into conclusion_uses (building_id, conclusion_id, account_id, premises_id, fund, amount, period, transaction_id, used_by)
      values ($1, $2, $3, $4, 'UTILITIES', -1, '2026-11', $5, $6)`, [house.buildingId, newId(), unit.accountId, unit.premisesId, newId(), newId()])).rejects.toMatchObject({ code: '42501' })
    for (const table of ['adjustment_requests', 'adjustment_checks', 'inspection_conclusions', 'conclusion_uses', 'migration_windows']) {
      await expect(client.query(`update ${table} set building_id = building_id`)).rejects.toMatchObject({ code: '42501' })
      await expect(client.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' })
    }
    await expect(client.query(`select app.pass_gate($1, $2, '2026-11', $3, 'conclusion', 'x', '{UTILITIES}', '{1}')`, [house.buildingId, unit.accountId, newId()])).rejects.toMatchObject({ code: '42501' })
    await client.end()
  })
})
