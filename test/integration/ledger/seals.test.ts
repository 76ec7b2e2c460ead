import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { sealsOfHouse } from '#server/ledger/house/queries.ts'
import { doors } from '#server/ledger/http.ts'
import { sealDay } from '#server/ledger/jobs.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import { openTransaction } from '#server/infra/context.ts'
import { asOwner } from '#test/support/actors.ts'
import { resetClock, setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

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

  it('the door answers a stranger as if the house were not there', async () => {
    const [door] = doors
    for (const buildingId of [house.buildingId, 'nothing']) {
      const answer = await door!.handle(new Request(`http://uyim.test/api/ledger/${buildingId}/heads`), { params: { buildingId }, address: '127.0.0.1', requestId: 'test', busy: false })
      expect(answer.status).toBe(404)
    }
  })
})
