import { beforeAll, expect, test } from 'vitest'
import { issueDocument, type NewDocument } from '#server/documents/issue-document.ts'
import { openTransaction } from '#server/infra/context.ts'
import { asClerk, asOwner, asStranger, asTenant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse
let flat: string
let renders = 0

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  twin = await makeHouse(db)
  flat = house.premises[0]?.premisesId ?? ''
})

function bill(subjectId: string, locale: 'ru' | 'kk' = 'ru'): NewDocument {
  return { buildingId: house.buildingId, premisesId: flat, kind: 'BILL', number: '7', subjectType: 'bill', subjectId, locale, issuedOn: '2026-11-05',
    render: code => {
      renders += 1
      return Promise.resolve(new TextEncoder().encode(`paper ${code} ${renders}`))
    } }
}

function issue(person: { request: ActingPerson['request'] }, document: NewDocument) {
  return openTransaction(person.request, ctx => issueDocument(ctx, document))
}

test('a paper is issued once per subject and language, and anybody can check its code', async () => {
  const owner = await asOwner(db, house, { premisesId: flat })
  const first = await issue(owner, bill('2026-10'))
  const again = await issue(owner, bill('2026-10'))
  expect(Buffer.from(again.bytes).equals(Buffer.from(first.bytes))).toBe(true)
  expect(again.code).toBe(first.code)
  expect((await issue(owner, bill('2026-10', 'kk'))).code).not.toBe(first.code)

  const check = await asStranger().caller.documents.check({ code: first.code.toLowerCase() })
  expect(check).toMatchObject({ kind: 'BILL', number: '7', issuedOn: '2026-11-05', sha256: first.sha256, houseName: house.name, withdrawnOn: null })
  expect(JSON.stringify(check)).not.toContain(flat)
  expect(await asStranger().caller.documents.check({ code: 'ZZZZZZZZZZ' })).toBeNull()
  expect(await asStranger().caller.documents.check({ code: "' or 1=1 --" })).toBeNull()
})

test('refuses a stranger, a neighbour and the twin house; the paper of another flat does not exist for them', async () => {
  await expect(issue(asStranger(), bill('2026-11'))).rejects.toThrow('common.notFound')
  await expect(issue(await asOwner(db, house, { premisesId: house.premises[1]?.premisesId ?? '' }), bill('2026-11'))).rejects.toThrow('common.notFound')
  await expect(issue(await asClerk(db, twin), bill('2026-11'))).rejects.toThrow('common.notFound')
  const tenant = await asTenant(db, house, { premisesId: flat })
  await expect(issue(tenant, { ...bill('2026-11'), premisesId: null })).rejects.toThrow('documents.mayNotIssue')
})
