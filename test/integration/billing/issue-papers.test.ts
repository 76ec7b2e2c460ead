import { beforeAll, describe, expect, it } from 'vitest'
import { issuePapers } from '#server/billing/issue-papers.ts'
import { paperOf } from '#server/billing/paper/issued.ts'
import { billPaper } from '#server/billing/paper/definition.ts'
import { papersInOrder } from '#server/billing/paper/queries.ts'
import { serviceTransaction, strangerScope } from '#server/infra/context.ts'
import { openFile } from '#server/infra/storage.ts'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asOwner } from '#test/support/actors.ts'
import { arrangeServices, billingDatabase } from '#test/support/billing.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
const period = '2026-10'
const batchId = newId()

beforeAll(async () => {
  db = await billingDatabase()
  house = await makeHouse(db, { flats: 3 })
  const [first, second, third] = house.premises
  if (!first || !second || !third) throw new Error('no flats')
  for (const [unit, entrance, number] of [[first, 2, '20'], [second, 1, '100'], [third, 1, 'П3']] as const) {
    await db.sql('update premises set entrance = $3, number = $4 where building_id = $1 and premises_id = $2', [house.buildingId, unit.premisesId, entrance, number])
  }
  await arrangeServices(db, house)
  const accountant = await asAccountant(db, house)
  await accountant.caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
  // Somebody lives in flat П3 with the application already.
  await asOwner(db, house, third)
  await accountant.caller.billing.requestPapers({ buildingId: house.buildingId, batchId, period, locale: 'ru' })
})

describe('issue papers', () => {
  it('an order that is not there is refused, and draws nothing', async () => {
    await expect(issuePapers(strangerScope(), { buildingId: house.buildingId, batchId: newId() })).rejects.toMatchObject({ kind: 'notFound' })
    const [batch] = await (await asAccountant(db, house)).caller.billing.papers({ buildingId: house.buildingId, period })
    expect(batch?.state).toBe('WAITING')
  })

  it('lie as a postman walks, by entrance and then by number, and a code is printed only where nobody is linked', async () => {
    await issuePapers(strangerScope(), { buildingId: house.buildingId, batchId })
    const [batch] = await (await asAccountant(db, house)).caller.billing.papers({ buildingId: house.buildingId, period })
    expect(batch).toMatchObject({ state: 'READY', billCount: 3, doneCount: 3, invitationCount: 2 })
    const bytes = await openFile(batch?.sha256 ?? '')
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const [first, second, third] = house.premises
    const wanted = await serviceTransaction('billing', ctx => papersInOrder(ctx, { buildingId: house.buildingId, period }))
    expect(wanted.map(each => each.number)).toEqual([second, third, first].map(unit => unit?.accountNumber))
    expect(wanted.map(each => each.invited)).toEqual([true, false, true])
  })

  it('drawn again after a stop, the codes are the same and none is made anew', async () => {
    const codes = () => db.sql<{ invitation_id: string }>('select invitation_id, state from invitations where building_id = $1 order by 1', [house.buildingId])
    const before = await codes()
    expect(before).toHaveLength(2)
    await db.sql(`update paper_batches set state = 'WAITING', sha256 = null, size_bytes = null where batch_id = $1`, [batchId])
    await issuePapers(strangerScope(), { buildingId: house.buildingId, batchId })
    expect(await codes()).toEqual(before)
  })

  it('an older month drawn later prints no code and leaves alive those in the letter boxes; nor does the last bill of who has left', async () => {
    const accountant = await asAccountant(db, house)
    await accountant.caller.billing.run({ buildingId: house.buildingId, period: '2026-09', acceptFindings: true })
    const open = () => db.sql(`select invitation_id from invitations where building_id = $1 and state = 'OPEN' order by 1`, [house.buildingId])
    const before = await open()
    const invited = async (month: string) => (await serviceTransaction('billing', ctx => papersInOrder(ctx, { buildingId: house.buildingId, period: month }))).filter(each => each.invited).map(each => each.number)
    const older = newId()
    await accountant.caller.billing.requestPapers({ buildingId: house.buildingId, batchId: older, period: '2026-09', locale: 'ru' })
    await issuePapers(strangerScope(), { buildingId: house.buildingId, batchId: older })
    expect([await invited('2026-09'), await open()]).toEqual([[], before])
    await db.sql(`update accounts set closed_on = '2026-11-10' where account_id = $1`, [house.premises[0]?.accountId])
    expect(await invited(period)).toEqual([house.premises[1]?.accountNumber])
  })

  it('prints the way to pay by the paper and, where it is given, the code; a resident\'s own paper has no code', async () => {
    const [unit] = house.premises
    const { facts } = await serviceTransaction('billing', ctx => paperOf(ctx, { number: unit?.accountNumber ?? '', period, locale: 'ru' }))
    const own = JSON.stringify(billPaper(facts, 'ru', '7K3M9QXT2B').content)
    expect(facts.payAddress).toContain(`/v/pay/${unit?.accountNumber}/${period}/`)
    expect(own).not.toContain('Код для вашего телефона')
    expect(JSON.stringify(billPaper({ ...facts, invitation: { code: 'K3M9P-0QXZ4', until: '2027-01-05' } }, 'ru', '7K3M9QXT2B').content)).toContain('K3M9P-0QXZ4')
  })

  it('a bill that cannot be drawn stops the batch and is named, once for all tries', async () => {
    const broken = newId()
    await (await asAccountant(db, house)).caller.billing.requestPapers({ buildingId: house.buildingId, batchId: broken, period, locale: 'uz' })
    // As a fault of ours would leave it: a bill whose prices nobody finds.
    await db.sql(`alter table billing_runs disable trigger user`)
    await db.sql(`update billing_runs set prices = '{}' where building_id = $1 and period = $2`, [house.buildingId, period])
    await issuePapers(strangerScope(), { buildingId: house.buildingId, batchId: broken })
    const found = (await (await asAccountant(db, house)).caller.billing.papers({ buildingId: house.buildingId, period })).find(each => each.batchId === broken)
    expect(found).toMatchObject({ state: 'FAILED', sha256: null })
    expect(found?.failedNumber).toMatch(/^[0-9]{10}$/)
  })
})
