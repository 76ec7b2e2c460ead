import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asOwner, asStranger } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  await setNow('2026-11-21T05:00:00Z')
  house = await makeHouse(db, { country: 'UZ', flats: 2 })
})

const pdf = Buffer.from('%PDF-1.7 a scan').toString('base64')
const paper = (change: Record<string, unknown> = {}) => ({ paperId: newId(), number: house.premises[0]!.accountNumber, kind: 'METHOD_DECISION' as const, title: '3/2026', datedOn: '2026-03-01', scan: pdf, ...change })
const file = async (change: Record<string, unknown> = {}) => (await asAccountant(db, house)).caller.billing.fileCourtPaper(paper(change))

test('a decision is the whole house\'s, a delivery is of one account; its scan is read by the body and by nobody of another house', async () => {
  const accountant = await asAccountant(db, house)
  const decision = paper()
  await accountant.caller.billing.fileCourtPaper(decision)
  await accountant.caller.billing.fileCourtPaper(decision)
  await (await asManager(db, house)).caller.billing.fileCourtPaper(paper({ kind: 'CLAIM_DELIVERY', datedOn: '2026-11-20' }))
  const [first, second] = await Promise.all(house.premises.map(unit => accountant.caller.billing.courtCase({ number: unit.accountNumber })))
  expect(first!.papers).toMatchObject({ METHOD_DECISION: { title: '3/2026', datedOn: '2026-03-01' }, CLAIM_DELIVERY: { datedOn: '2026-11-20' } })
  expect(Object.keys(second!.papers)).toEqual(['METHOD_DECISION'])
  expect(await db.sql(`select ground from audit_entries where action = 'billing.fileCourtPaper' and subject_id = $1`, [decision.paperId])).toEqual([{ ground: 'METHOD_DECISION 3/2026, 2026-03-01' }])
  await expect(accountant.caller.billing.fileCourtPaper({ ...decision, title: '4/2026' })).rejects.toThrow('court.paperTaken')
  await expect(db.sql('update court_papers set title = $1', ['x'])).rejects.toMatchObject({ code: 'UY001' })
})

test('refused: no scan of ours, a day to come, a day of an impossible year, a contract where there is none, another country, a clerk, a resident, a twin, a stranger', async () => {
  await expect(file({ scan: Buffer.from('MZ a program').toString('base64') })).rejects.toThrow('documents.fileKindUnknown')
  await expect(file({ datedOn: '2026-12-01' })).rejects.toThrow('court.paperAhead')
  await expect(file({ datedOn: '0026-03-02' })).rejects.toThrow('Invalid input')
  await expect(file({ kind: 'MANAGEMENT_CONTRACT' })).rejects.toThrow('court.noContractHere')
  const kazakh = await makeHouse(db, { country: 'KZ', flats: 1 })
  await expect((await asAccountant(db, kazakh)).caller.billing.fileCourtPaper(paper({ number: kazakh.premises[0]!.accountNumber }))).rejects.toThrow('court.otherCountry')
  await expect((await asClerk(db, house)).caller.billing.fileCourtPaper(paper())).rejects.toThrow('court.keeperOnly')
  const twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  await expect((await asAccountant(db, twin)).caller.billing.fileCourtPaper(paper())).rejects.toThrow('court.accountNotFound')
  for (const { caller } of [await asOwner(db, house, house.premises[0]!), asStranger()]) await expect(caller.billing.fileCourtPaper(paper())).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})
