import { beforeAll, describe, expect, it, vi } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { openMonth } from '#server/ledger/queries.ts'
import { asAccountant, asClerk, asManager, asOwner, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { keeperOf, linesOf, monthOf, paidThrough, readFile, takeIn } from '#test/support/statement-steps.ts'

// A step is as short as it can be: one house.
vi.mock('#server/billing/month/rules.ts', async original => ({ ...await original<object>(), stepBudget: 0 }))

let db: TestDatabase
const period = '2026-11'
const closed = { cause: { code: 'month.closed' } }

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-12-05T05:00:00Z')
})

/** A house that pays contributions alone, billed for the month, with its accountant. */
async function billed(options: Parameters<typeof makeHouse>[1] = {}): Promise<{ house: TestHouse; accountant: ActingPerson }> {
  const house = await makeHouse(db, { country: 'KZ', flats: 2, ...options })
  await arrangeServices(db, house, [])
  const accountant = await asAccountant(db, house)
  await accountant.caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: false })
  return { house, accountant }
}
const monthOfHouse = ({ house, accountant }: { house: TestHouse; accountant: ActingPerson }) => accountant.caller.billing.month({ organisationId: house.organisationId, period })
const close = ({ house, accountant }: { house: TestHouse; accountant: ActingPerson }, wanted = period) => accountant.caller.billing.closeMonth({ organisationId: house.organisationId, period: wanted })
const one = { houses: 1, left: 0, all: 1 }
const post = (house: TestHouse, kind: 'CHARGE' | 'PAYMENT', wanted: string) => serviceTransaction('payments', ctx => postToAccount(ctx, { ...house.premises[0]!, buildingId: house.buildingId,
  period: wanted, transactionId: newId(), kind, valueDate: `${wanted}-20`, sourceType: 'test', sourceId: newId(), lines: [{ fund: 'CURRENT', amount: kind === 'PAYMENT' ? -7_000n : 7_000n, contra: kind === 'PAYMENT' ? 'BANK' : 'INCOME' }] }))

describe('an accountant\'s month', () => {
  it('shows what was charged by service, what came by channel, and twelve months that agree with the book', async () => {
    const at = await billed()
    await paidThrough(at.house, { provider: 'kaspi', flat: 0, amount: 500_000n, day: '2026-11-10', externalId: newId() })
    await paidThrough(at.house, { provider: 'kaspi', flat: 1, amount: 20_000n, day: '2026-12-02', externalId: newId() })
    const keeper = await keeperOf(at.accountant, at.house)
    await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-12', amount: 30_000n, purpose: at.house.premises[0]!.accountNumber }]) })
    const month = await monthOfHouse(at)
    const [row] = await db.sql<{ total: string }>('select total::text from billing_runs where building_id = $1', [at.house.buildingId])
    expect(month.charged.map(each => [each.service, each.fund])).toEqual([['MAINTENANCE', 'CURRENT'], ['SAVINGS', 'SAVINGS']])
    expect(month.charged.reduce((sum, each) => sum + each.amount, 0n)).toBe(BigInt(row!.total))
    expect(month.gathered).toEqual([{ channel: 'bank', count: 1, amount: 30_000n, givenBack: 0n }, { channel: 'kaspi', count: 1, amount: 500_000n, givenBack: 0n }])
    expect(month.bars.at(-1)).toEqual({ period, charged: BigInt(row!.total), gathered: 530_000n })
    // Opening, what was charged, less what came, is what is left at the end; what came later is not in it, and the next month opens with it.
    const owed = async (through: string) => BigInt((await db.sql<{ sum: string }>('select coalesce(sum(amount), 0)::text as sum from ledger_entries where building_id = $1 and account_id is not null and period <= $2', [at.house.buildingId, through]))[0]!.sum)
    expect(month.saldo).toEqual({ opening: 0n, closing: BigInt(row!.total) - 530_000n })
    expect((await at.accountant.caller.billing.month({ organisationId: at.house.organisationId, period: '2026-12' })).saldo).toEqual({ opening: await owed('2026-11'), closing: await owed('2026-12') })
    expect(month).toMatchObject({ over: true, left: [], closing: null, closed: 0, houses: [{ state: 'POSTED', accounts: 2 }] })
    expect(await at.accountant.caller.billing.checkBooks({ organisationId: at.house.organisationId, period, from: 0 })).toEqual({ houses: 1, done: 1, broken: [] })
    // Bills, payments and postings alike leave the moment of the last link on the head, by which days are sealed.
    expect(await db.sql('select h.account_id from account_heads h where h.building_id = $1 and h.seq > 0 and h.moved_at is distinct from (select max(e.posted_at) from ledger_entries e where e.building_id = h.building_id and e.account_id = h.account_id)', [at.house.buildingId])).toEqual([])
  })

  it('is of nobody else: another body, a clerk', async () => {
    const at = await billed()
    const twin = await billed()
    for (const { caller } of [asStranger(), await asOwner(db, at.house, at.house.premises[0]!)]) {
      await expect(caller.billing.closeMonth({ organisationId: at.house.organisationId, period })).rejects.toThrow('common.signInNeeded')
      await expect(caller.billing.checkBooks({ organisationId: at.house.organisationId, period, from: 0 })).rejects.toThrow('common.signInNeeded')
    }
    for (const person of [twin.accountant, await asClerk(db, at.house)]) {
      await expect(person.caller.billing.month({ organisationId: at.house.organisationId, period })).rejects.toThrow('billing.organisationNotFound')
      await expect(person.caller.billing.closeMonth({ organisationId: at.house.organisationId, period })).rejects.toThrow('billing.organisationNotFound')
      await expect(person.caller.billing.checkBooks({ organisationId: at.house.organisationId, period, from: 0 })).rejects.toThrow('billing.organisationNotFound')
    }
  })
})

describe('close month', () => {
  it('refused with what is left: a month that goes on, a house without its run, a file, a line, a difference, a broken book', async () => {
    const at = await billed()
    await expect(close(at, '2026-12')).rejects.toThrow('month.notOver')
    const other = await makeHouse(db, { country: 'KZ', flats: 1, organisationId: at.house.organisationId })
    await arrangeServices(db, other, [])
    await expect(close(at)).rejects.toMatchObject({ cause: { code: 'month.runsLeft', params: { count: 1, names: other.name } } })
    expect((await monthOfHouse(at)).left).toEqual([{ kind: 'runs', count: 1, names: [other.name] }])
    await at.accountant.caller.billing.run({ buildingId: other.buildingId, period, acceptFindings: false })

    const keeper = await keeperOf(at.accountant, at.house)
    const file = await readFile(keeper, { text: monthOf(keeper, [{ date: '2026-11-12', amount: 900n, purpose: 'x' }]) })
    await expect(close(at)).rejects.toMatchObject({ cause: { code: 'month.statementsLeft', params: { count: 1 } } })
    const taken = await takeIn(keeper, { text: monthOf(keeper, [{ date: '2026-11-12', amount: 900n, purpose: 'x' }]) })
    expect(taken.statementId).toBe(file.statementId)
    await expect(close(at)).rejects.toMatchObject({ cause: { code: 'month.linesLeft', params: { count: 1 } } })
    await at.accountant.caller.statements.reconcile({ buildingId: at.house.buildingId, day: '2026-11-12' })
    await at.accountant.caller.statements.rejectLine({ buildingId: at.house.buildingId, statementId: file.statementId, row: (await linesOf(keeper, file))[0]!.row, reason: 'NOT_OURS', note: 'returned to the bank' })
    await expect(close(at)).rejects.toMatchObject({ cause: { code: 'month.differencesLeft', params: { count: 1, names: at.house.name } } })
    for (const { buildingId, differenceId } of (await at.accountant.caller.statements.reconciliations({})).differences) await at.accountant.caller.statements.answerDifference({ buildingId, differenceId, explanation: 'Returned to the bank' })

    await db.sql(`set local session_replication_role = replica; update account_heads set total = total + 1 where building_id = '${other.buildingId}'`)
    const steps = [0, 1].map(from => at.accountant.caller.billing.checkBooks({ organisationId: at.house.organisationId, period, from }))
    expect((await Promise.all(steps)).map(each => [each.houses, each.done])).toEqual([[2, 1], [2, 2]])
    expect((await Promise.all(steps)).flatMap(each => each.broken)).toEqual([{ buildingId: other.buildingId, name: other.name }])
    expect(await db.sql('select 1 from month_closings where organisation_id = $1', [at.house.organisationId])).toEqual([])
    // The house whose book holds is closed; then what keeps the other is said, and once it is mended the closing goes on.
    expect(await close(at)).toEqual({ houses: 1, left: 1, all: 2 })
    await expect(close(at)).rejects.toMatchObject({ cause: { code: 'month.ledgerBroken', params: { names: other.name } } })
    expect((await monthOfHouse(at))).toMatchObject({ closed: 1, closing: { houses: 1 } })
    await db.sql(`set local session_replication_role = replica; update account_heads set total = total - 1 where building_id = '${other.buildingId}'`)
    expect(await close(at)).toEqual({ houses: 1, left: 0, all: 2 })
    await expect(close(at)).rejects.toMatchObject(closed)
    expect(await db.sql('select distinct closing_id from month_closings where organisation_id = $1', [at.house.organisationId])).toHaveLength(1)
    expect((await monthOfHouse(at))).toMatchObject({ closed: 2, closing: { houses: 2 } })
  })

  it('refused while an earlier month that it would close with it is not billed, waits or is held; heat by contract alone is something to bill', async () => {
    const at = await billed()
    const run = (wanted: string) => at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: wanted, acceptFindings: false })
    const earlier = { cause: { code: 'month.earlierLeft', params: { period: '2026-10', count: 1, names: at.house.name } } }
    await run('2026-09')
    await expect(close(at)).rejects.toMatchObject(earlier)
    expect((await monthOfHouse(at)).left).toEqual([{ kind: 'earlier', period: '2026-10', count: 1, names: [at.house.name] }])
    expect(await close(at, '2026-09')).toEqual(one)
    await expect(close(at)).rejects.toMatchObject(earlier)
    await at.accountant.caller.billing.open({ organisationId: at.house.organisationId, period: '2026-10', acceptFindings: false })
    await expect(close(at)).rejects.toMatchObject(earlier)
    await db.sql(`update billing_orders set state = 'HELD', reason = 'test', settled_at = app.now() where building_id = $1`, [at.house.buildingId])
    await expect(close(at)).rejects.toMatchObject(earlier)
    await run('2026-10')
    expect(await close(at)).toEqual(one)

    const heated = await makeHouse(db, { country: 'UZ', flats: 1 })
    const accountant = await asAccountant(db, heated)
    const stateOf = async () => (await accountant.caller.billing.month({ organisationId: heated.organisationId, period })).houses.map(each => each.state)
    expect(await stateOf()).toEqual(['NOTHING'])
    await db.sql(`insert into heat_contracts (building_id, contract_id, number, supplier_id, mode, season_policy, hot_water, customer_class, valid_from, published_at)
      values ($1, $2, '1', $3, 'BY_AREA', 'IN_SEASON', false, 'POPULATION', '2026-11-01', app.now())`, [heated.buildingId, newId(), heated.organisationId])
    expect(await stateOf()).toEqual(['NONE'])
  })

  it('keeps the sums and heads as they stood; is said once, changed never, and traced', async () => {
    const at = await billed()
    await paidThrough(at.house, { provider: 'kaspi', flat: 0, amount: 40_000n, day: '2026-11-10', externalId: newId() })
    expect(await close({ ...at, accountant: await asManager(db, at.house) })).toEqual(one)
    const month = await monthOfHouse(at)
    expect(month).toMatchObject({ closed: 1, later: 0n, left: [], closing: { houses: 1, gatheredTotal: 40_000n, chargedTotal: month.charged.reduce((sum, each) => sum + each.amount, 0n) } })
    expect(month.closing?.charged).toEqual(month.charged)
    expect(month.closing?.gathered).toEqual(month.gathered)
    await expect(close(at)).rejects.toMatchObject(closed)
    await expect(db.sql(`update month_closings set charged_total = 0 where building_id = $1`, [at.house.buildingId])).rejects.toMatchObject({ code: 'UY001' })
    await expect(db.sql(`delete from month_closings where building_id = $1`, [at.house.buildingId])).rejects.toMatchObject({ code: 'UY001' })
    expect(await db.sql(`select ground from audit_entries where action = 'billing.closeMonth' and building_id = $1`, [at.house.buildingId])).toEqual([{ ground: period }])
  })

  it('afterwards nothing that changes a debt is posted into it or before it; money that comes late is', async () => {
    const at = await billed()
    await close(at)
    for (const wanted of ['2026-10', '2026-11']) await expect(post(at.house, 'CHARGE', wanted)).rejects.toMatchObject({ code: 'ledger.monthClosed' })
    await expect(serviceTransaction('payments', ctx => postForHouse(ctx, { buildingId: at.house.buildingId, period, transactionId: newId(), kind: 'SPENDING', valueDate: '2026-11-20', sourceType: 'test', sourceId: 'x',
      lines: [{ ledger: 'EXPENSE', fund: 'CURRENT', amount: 1n }, { ledger: 'BANK', fund: 'CURRENT', amount: -1n }] }))).rejects.toMatchObject({ code: 'ledger.monthClosed' })
    await expect(at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: '2026-10', acceptFindings: false })).rejects.toMatchObject(closed)
    await expect(at.accountant.caller.billing.open({ organisationId: at.house.organisationId, period: '2026-10', acceptFindings: false })).rejects.toThrow('billing.nothingToBill')
    expect((await at.accountant.caller.billing.month({ period: '2026-10' }))).toMatchObject({ closed: 1, closing: null })

    // What is found late, a part of a repair, goes to the first open month.
    const open = (wanted: string) => serviceTransaction('billing', ctx => openMonth(ctx, at.house.buildingId, wanted))
    expect([await open('2026-09'), await open(period), await open('2026-12')]).toEqual(['2026-12', '2026-12', '2026-12'])
    await post(at.house, 'CHARGE', '2026-12')
    await post(at.house, 'PAYMENT', period)
    await paidThrough(at.house, { provider: 'kaspi', flat: 1, amount: 60_000n, day: '2026-11-29', externalId: newId() })
    expect(await monthOfHouse(at)).toMatchObject({ later: 60_000n, closing: { gatheredTotal: 0n } })
    await at.accountant.caller.billing.run({ buildingId: at.house.buildingId, period: '2026-12', acceptFindings: false })
    expect(await db.sql('select * from app.verify_ledger($1)', [at.house.buildingId])).toEqual([])
  })

  it('waits for what is being posted; where that came into the month, the book is recomputed before it is closed', async () => {
    const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`
    const during = async (at: Awaited<ReturnType<typeof billed>>, ...months: string[]) => {
      let closing: Promise<unknown> = Promise.resolve()
      await serviceTransaction('payments', async ctx => {
        await ctx.db.$queryRaw`select app.assert_month_open(${at.house.buildingId}::uuid, ${period})::text`
        closing = close(at).catch((error: unknown) => error)
        await expect.poll(() => db.sql(waiting)).toHaveLength(1)
        expect(await db.sql('select 1 from month_closings where building_id = $1', [at.house.buildingId])).toEqual([])
        for (const month of months) await postToAccount(ctx, { ...at.house.premises[0]!, buildingId: at.house.buildingId, period: month, transactionId: newId(), kind: 'PAYMENT', valueDate: `${month}-05`, sourceType: 'test', sourceId: newId(),
          lines: [{ fund: 'CURRENT', amount: -7_000n, contra: 'BANK' }] })
      })
      return closing
    }
    const at = await billed()
    expect(await during(at, period)).toEqual(one)
    expect(await db.sql('select 1 from month_closings where building_id = $1', [at.house.buildingId])).toHaveLength(1)
    expect(await db.sql(`select 1 from ledger_entries where building_id = $1 and period = $2 and kind = 'PAYMENT' and account_id is not null`, [at.house.buildingId, period])).toHaveLength(1)
  })
})
