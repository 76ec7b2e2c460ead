import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTransaction, serviceTransaction, strangerScope, type RequestScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { sealsOfHouse } from '#server/ledger/house/queries.ts'
import { doors } from '#server/ledger/http.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { sealDay } from '#server/ledger/jobs.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { asOwner } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let asks: RequestScope = strangerScope()
vi.mock('#server/api/request-scope.ts', async original => ({ ...await original<object>(), scopeOfRequest: () => Promise.resolve(asks) }))

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { country: 'UZ' })
  const { accountId, premisesId } = house.premises[0]!
  for (const day of ['2026-11-18', '2026-11-19']) {
    await setNow(`${day}T07:00:00Z`)
    await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId, premisesId, period: '2026-11', valueDate: day, transactionId: newId(), kind: 'CHARGE', sourceType: 'test', sourceId: day,
      lines: [{ fund: 'UTILITIES', amount: 1_000n, contra: 'INCOME' }] }))
    await setNow(`${day.slice(0, 8)}${Number(day.slice(8)) + 1}T00:00:00Z`)
    await sealDay()
  }
})
afterAll(() => resetClock())

describe('the sealed days of a house, to keep at home', () => {
  it('are given to everybody linked to the house, newest first, and to nobody of the twin', async () => {
    const neighbour = await asOwner(db, house, house.premises[2]!)
    const days = await openTransaction(neighbour.request, ctx => sealsOfHouse(ctx, house))
    expect(days).toMatchObject([{ day: '2026-11-19', accounts: 1n, links: 2n, total: 2_000n }, { day: '2026-11-18', accounts: 1n, links: 1n, total: 1_000n }])
    expect(new Set(days.map(each => each.hash)).size).toBe(2)
    const twin = await makeHouse(db, { country: 'UZ' })
    const stranger = await asOwner(db, twin, twin.premises[0]!)
    await expect(openTransaction(stranger.request, ctx => sealsOfHouse(ctx, house))).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('the latest stands on the bill of an account, for its own people', async () => {
    const read = (number: string, request: Parameters<typeof openTransaction>[0]) => openTransaction(request, async ctx =>
      (await ctx.db.$queryRaw<{ seal: { day: string; links: string } | null }[]>`select app.seal_of_account(${number}) as seal`)[0]?.seal)
    const { request } = await asOwner(db, house, house.premises[0]!)
    expect(await read(house.premises[0]!.accountNumber, request)).toMatchObject({ day: '2026-11-19', links: '2' })
    expect(await read(house.premises[1]!.accountNumber, request)).toBeNull()
  })

  const ask = async (buildingId: string) => doors[0]!.handle(new Request(`http://uyim.test/api/ledger/${buildingId}/heads`), { params: { buildingId }, address: '127.0.0.1', requestId: 'test', busy: false })

  it('come through the door as a file', async () => {
    asks = (await asOwner(db, house, house.premises[2]!)).request
    const answer = await ask(house.buildingId)
    expect(answer.headers.get('content-disposition')).toContain('attachment')
    expect((await answer.text()).split('\r\n')).toEqual(['day,accounts,links,total_minor_units,sha256', expect.stringMatching(/^2026-11-19,1,2,2000,[0-9a-f]{64}$/), expect.stringMatching(/^2026-11-18,1,1,1000,[0-9a-f]{64}$/), ''])
  })

  it('the door answers a stranger as if the house were not there', async () => {
    asks = strangerScope()
    for (const buildingId of [house.buildingId, 'nothing']) expect((await ask(buildingId)).status).toBe(404)
  })

  it('are the same from the heads, from the entries of one day, and from one reading for all days; a forged day is named', async () => {
    const other = house.premises[3]!
    for (const [at, amount] of [['2026-11-20T08:00:00Z', 700n], ['2026-11-21T08:00:00Z', -300n]] as const) {
      await setNow(at)
      await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: house.buildingId, accountId: other.accountId, premisesId: other.premisesId, period: '2026-11', valueDate: '2026-11-20', transactionId: newId(), kind: 'CHARGE', sourceType: 'test', sourceId: at,
        lines: [{ fund: 'UTILITIES', amount, contra: 'INCOME' }] }))
    }
    // The 20th is sealed when the account has moved again already.
    await setNow('2026-11-21T09:00:00Z')
    await sealDay()
    const sealed = await db.sql(`select to_char(day, 'YYYY-MM-DD') as day, links::text, total::text, encode(hash, 'hex') as hash from ledger_heads where building_id = $1 order by 1`, [house.buildingId])
    expect(sealed.at(-1)).toMatchObject({ day: '2026-11-20', links: '3', total: '2700' })
    expect(await db.sql(`select to_char(day, 'YYYY-MM-DD') as day, links::text, total::text, encode(hash, 'hex') as hash from app.ledger_sealed_heads($1) order by 1`, [house.buildingId])).toEqual(sealed)
    expect(await db.sql(`select to_char(s.day, 'YYYY-MM-DD') as day, d.links::text, d.total::text, encode(d.hash, 'hex') as hash from ledger_heads s cross join lateral app.ledger_day_heads(s.building_id, s.day) d where s.building_id = $1 order by 1`, [house.buildingId])).toEqual(sealed)
    const faults = () => serviceTransaction('worker', async ctx => (await verifyLedger(ctx, house.buildingId)).map(each => [each.problem, each.period]))
    expect(await faults()).toEqual([])
    await db.sql(`set local session_replication_role = replica; update ledger_heads set total = total + 1 where day = '2026-11-19'`)
    expect(await faults()).toEqual([['DAY', '2026-11-19']])
    await db.sql(`set local session_replication_role = replica; update ledger_heads set total = total - 1 where day = '2026-11-19'`)
  })

  it('days on which the worker did not run are sealed when it runs again', async () => {
    await setNow('2026-11-23T00:00:00Z')
    await sealDay()
    const neighbour = await asOwner(db, house, house.premises[2]!)
    const days = await openTransaction(neighbour.request, ctx => sealsOfHouse(ctx, house))
    expect(days.map(each => each.day)).toEqual(['2026-11-22', '2026-11-21', '2026-11-20', '2026-11-19', '2026-11-18'])
  })

  it('hold where two came over midnight and the second bears the day before, as a moment is the start of its transaction', async () => {
    const other = await makeHouse(db, { country: 'UZ' })
    const third = other.premises[2]!
    for (const [at, amount] of [['2026-11-23T19:00:01Z', 40n], ['2026-11-23T18:59:50Z', 5n]] as const) {
      await setNow(at)
      await serviceTransaction('billing', ctx => postToAccount(ctx, { buildingId: other.buildingId, accountId: third.accountId, premisesId: third.premisesId, period: '2026-11', valueDate: '2026-11-23', transactionId: newId(), kind: 'CHARGE', sourceType: 'test', sourceId: at,
        lines: [{ fund: 'UTILITIES', amount, contra: 'INCOME' }] }))
    }
    await setNow('2026-11-25T00:00:00Z')
    await sealDay()
    expect(await db.sql(`select to_char(day, 'YYYY-MM-DD') as day, links::text, total::text from ledger_heads where building_id = $1 order by 1`, [other.buildingId])).toEqual([
      { day: '2026-11-23', links: '2', total: '5' }, { day: '2026-11-24', links: '2', total: '45' }])
    expect(await serviceTransaction('worker', ctx => verifyLedger(ctx, other.buildingId))).toEqual([])
  })
})
