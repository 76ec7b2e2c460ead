import { beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asManager } from '#test/support/actors.ts'
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

async function emptyFlat(number: string): Promise<string> {
  const premisesId = newId()
  await (await asManager(db, house)).caller.premises.register({ buildingId: house.buildingId, premisesId, kind: 'APARTMENT', number, entrance: 1, floor: 2, rooms: 1, areaM2: '40', livingAreaM2: null, cadastralNumber: null })
  return premisesId
}

const since = '2024-05-01'
const basis = 'Договор купли-продажи'
const owner = (fullName: string, share: string, more: object = {}) => ({ fullName, share, ...more })

test('three thirds own the whole; names are normalised, the personal number is sealed and not listed', async () => {
  const manager = await asManager(db, house)
  const premisesId = await emptyFlat('101')
  await manager.caller.premises.registerOwner({ buildingId: house.buildingId, premisesId, since, basis,
    owners: [owner('Ахметов  Асхат', '1/3', { personalId: '991332300002', phone: '8 701 123 45 67' }), owner("Yo'ldosheva Nasiba", '1/3', { locale: 'uz' }), owner('ТОО «Книги»', '1/3', { kind: 'ORGANISATION' })] })
  const card = await manager.caller.premises.card({ buildingId: house.buildingId, premisesId })
  expect(card.history.map(line => [line.name, line.share, line.since])).toEqual([['Yoʻldosheva Nasiba', '1/3', since], ['Ахметов Асхат', '1/3', since], ['ТОО «Книги»', '1/3', since]])
  expect(JSON.stringify(card)).not.toContain('991332300002')
  const rows = await db.sql<{ phone: string; personal_id_sealed: string; personal_id_hash: string }>(`select phone, personal_id_sealed, personal_id_hash from owners where building_id = $1 and full_name = 'Ахметов Асхат'`, [house.buildingId])
  expect(rows[0]?.phone).toBe('+77011234567')
  expect(rows[0]?.personal_id_hash).toMatch(/^[0-9a-f]{64}$/)
  expect(rows[0]?.personal_id_sealed).not.toContain('991332300002')
})

test('a telephone is known since it was written down, however long ago the ownership began: nobody makes voters of today (identity 1.5, L2c)', async () => {
  const manager = await asManager(db, house)
  const premisesId = await emptyFlat('102')
  const known = async (name: string) => (await db.sql<{ today: boolean }>('select phone_since = app.today() as today from owners where building_id = $1 and full_name = $2', [house.buildingId, name]))[0]?.today
  await manager.caller.premises.registerOwner({ buildingId: house.buildingId, premisesId, since: '2015-01-01', basis, owners: [owner('Сейтқали Дана', '1', { phone: '+77011234568' })] })
  expect(await known('Сейтқали Дана')).toBe(true)
  await manager.caller.premises.transferOwnership({ buildingId: house.buildingId, premisesId, on: '2016-01-01', basis, owners: [owner('Омаров Серік', '1', { phone: '+77011234569' })] })
  expect(await known('Омаров Серік')).toBe(true)
})

test.each([
  ['201', 'premises.sharesNotWhole', [owner('Ахметов Асхат', '33%'), owner('Омаров Серік', '33%'), owner('Ким Илья', '33%')]],
  ['202', 'premises.shareUnreadable', [owner('Ахметов Асхат', 'треть'), owner('Омаров Серік', '2/3')]],
  ['203', 'premises.nameMixedScript', [owner('Axметов Асхат', '1')]],
  ['204', 'premises.phoneWrong', [owner('Ахметов Асхат', '1', { phone: '12345' })]],
  ['205', 'premises.personalIdWrong', [owner('Ахметов Асхат', '1', { personalId: '991332300003' })]],
] as const)('refuses, of flat %s: %s', async (number, code, owners) => {
  const premisesId = await emptyFlat(number)
  await expect((await asManager(db, house)).caller.premises.registerOwner({ buildingId: house.buildingId, premisesId, since, basis, owners: owners.map(each => ({ ...each })) })).rejects.toThrow(code)
  expect(await db.sql('select from ownerships where premises_id = $1', [premisesId])).toEqual([])
})

test('refuses a date to come, a unit that has owners, a clerk, and the manager of the twin house', async () => {
  const manager = await asManager(db, house)
  const owned = house.premises[0]?.premisesId ?? ''
  const input = { buildingId: house.buildingId, premisesId: owned, since, basis, owners: [owner('Ахметов Асхат', '1')] }
  await expect(manager.caller.premises.registerOwner(input)).rejects.toThrow('premises.alreadyOwned')
  await expect(manager.caller.premises.registerOwner({ ...input, since: '2099-01-01' })).rejects.toThrow('premises.dateInFuture')
  await expect((await asClerk(db, house)).caller.premises.registerOwner(input)).rejects.toThrow('premises.mayNotKeepRegister')
  await expect((await asManager(db, twin)).caller.premises.registerOwner(input)).rejects.toThrow('common.notFound')
})
