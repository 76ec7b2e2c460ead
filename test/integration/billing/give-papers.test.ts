import { beforeAll, describe, expect, it } from 'vitest'
import { doors } from '#server/billing/http.ts'
import { givePapers } from '#server/billing/give-papers.ts'
import { openTransaction } from '#server/infra/context.ts'
import { putFile } from '#server/infra/storage.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asChair, asOwner, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
const [batchId, waiting] = [newId(), newId()]

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 1 })
  const { sha256, size } = await putFile(Buffer.from('%PDF-1.7 papers of a test'))
  await db.sql(`insert into paper_batches (building_id, batch_id, period, locale, state, bill_count, done_count, sha256, size_bytes, person_id)
    values ($1, $2, '2026-10', 'ru', 'READY', 1, 1, $4, $5, $6), ($1, $3, '2026-10', 'ru', 'WAITING', 1, 0, null, null, $6)`, [house.buildingId, batchId, waiting, sha256, size, newId()])
})

describe('give papers', () => {
  it('the file is taken by who bills the house, and the trace says who held the codes', async () => {
    const accountant = await asAccountant(db, house)
    expect(await openTransaction(accountant.request, ctx => givePapers(ctx, { buildingId: house.buildingId, batchId }))).toMatchObject({ period: '2026-10' })
    expect(await db.sql(`select person_id from audit_entries where action = 'billing.givePapers' and subject_id = $1`, [batchId])).toEqual([{ person_id: accountant.personId }])
    await expect(openTransaction(accountant.request, ctx => givePapers(ctx, { buildingId: house.buildingId, batchId: waiting }))).rejects.toMatchObject({ code: 'billing.papersNotFound' })
  })

  it('to everybody else it is not there, and a form of another site gets nothing', async () => {
    const [premises] = house.premises
    if (!premises) throw new Error('no flats')
    for (const person of [await asOwner(db, house, premises), await asChair(db, house), asStranger()]) {
      await expect(openTransaction(person.request, ctx => givePapers(ctx, { buildingId: house.buildingId, batchId }))).rejects.toMatchObject({ kind: 'notFound' })
    }
    const door = doors.find(each => each.path.startsWith('/api/papers'))
    for (const site of ['same-origin', 'cross-site']) {
      const answer = await door?.handle(new Request('http://localhost/', { method: 'POST', headers: { 'sec-fetch-site': site } }), { params: { building: house.buildingId, batch: batchId }, address: '', requestId: '', busy: false })
      expect(answer?.status).toBe(404)
    }
  })
})
