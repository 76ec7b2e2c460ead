import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asAccountant, asClerk, asManager, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 1 })
})

const file = (text: string, more: { kind?: 'STATEMENT' | 'REGISTRY'; source?: 'kaspi' } = {}) =>
  ({ buildingId: house.buildingId, statementId: newId(), kind: more.kind ?? 'STATEMENT', ...(more.source ? { source: more.source } : {}), fileName: 'october.txt', body: new Blob([text]).stream() })

test('brought through the router: kept, traced, told to the worker; the same bytes again are the same file', async () => {
  const { caller } = await asAccountant(db, house)
  const first = file('1CClientBankExchange')
  expect(await caller.statements.submit(first)).toEqual({ statementId: first.statementId, known: false })
  expect(await caller.statements.submit(file('1CClientBankExchange'))).toEqual({ statementId: first.statementId, known: true })
  // The same bytes as something else are something else.
  expect((await caller.statements.submit(file('1CClientBankExchange', { kind: 'REGISTRY', source: 'kaspi' }))).known).toBe(false)
  expect((await caller.statements.list({})).rows).toHaveLength(2)
  expect(await db.sql(`select from event_queue where building_id = $1 and name = 'payments.statementSubmitted'`, [house.buildingId])).toHaveLength(2)
  expect(await db.sql(`select from audit_entries where building_id = $1 and action = 'payments.submitStatement'`, [house.buildingId])).toHaveLength(2)
})

test('refused before a byte is kept: a clerk, another house\'s manager, a stranger; a registry of nobody; an empty file; an id of another file', async () => {
  const twin = await makeHouse(db, { flats: 1 })
  await expect((await asClerk(db, house)).caller.statements.submit(file('x'))).rejects.toMatchObject({ cause: { code: 'statements.forbidden' } })
  for (const person of [await asManager(db, twin), asStranger()]) await expect(person.caller.statements.submit(file('x'))).rejects.toMatchObject({ cause: { code: 'common.notFound' } })
  const { caller } = await asManager(db, house)
  await expect(caller.statements.submit(file('y', { kind: 'REGISTRY' }))).rejects.toMatchObject({ cause: { code: 'statements.sourceNeeded' } })
  await expect(caller.statements.submit(file(''))).rejects.toMatchObject({ cause: { code: 'imports.emptyFile' } })
  const { statementId } = await caller.statements.submit(file('z'))
  await expect(caller.statements.submit({ ...file('another'), statementId })).rejects.toMatchObject({ cause: { code: 'statements.idTaken' } })
})
