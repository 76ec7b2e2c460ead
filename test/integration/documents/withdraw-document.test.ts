import { beforeAll, expect, test } from 'vitest'
import { issueDocument } from '#server/documents/issue-document.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  twin = await makeHouse(db)
})

function issued() {
  return serviceTransaction('billing', ctx => issueDocument(ctx, { buildingId: house.buildingId, premisesId: house.premises[0]?.premisesId ?? '', kind: 'STATEMENT', number: '1',
    subjectType: 'test', subjectId: newId(), locale: 'ru', issuedOn: '2026-11-01', render: code => Promise.resolve(new TextEncoder().encode(code)) }))
}

test('a withdrawn paper says so to whoever checks it', async () => {
  const paper = await issued()
  const manager = await asManager(db, house)
  await manager.caller.documents.withdraw({ buildingId: house.buildingId, documentId: paper.documentId, reason: 'Ошибка в тарифе' })
  expect(await asStranger().caller.documents.check({ code: paper.code })).toMatchObject({ withdrawnReason: 'Ошибка в тарифе' })
  await expect(manager.caller.documents.withdraw({ buildingId: house.buildingId, documentId: paper.documentId, reason: 'Ещё раз' })).rejects.toThrow('documents.alreadyWithdrawn')
})

test('refuses a clerk, who may only read, and staff of the twin house, for whom it does not exist', async () => {
  const paper = await issued()
  const input = { buildingId: house.buildingId, documentId: paper.documentId, reason: 'Просто так' }
  await expect((await asClerk(db, house)).caller.documents.withdraw(input)).rejects.toThrow('documents.mayNotWithdraw')
  await expect((await asManager(db, twin)).caller.documents.withdraw(input)).rejects.toThrow('common.notFound')
  await expect(asStranger().caller.documents.withdraw(input)).rejects.toThrow('common.signInNeeded')
})
