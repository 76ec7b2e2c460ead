import { beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '#prisma/client/client.ts'
import { matching } from '#server/desk/queries.ts'
import { issueInvitation } from '#server/identity/issue-invitation.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { searchKey } from '#server/kernel/text.ts'
import { asClerk, asOwner, asPerson, asStranger, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, signIn } from '#test/support/people.ts'

let db: TestDatabase
let abay: TestHouse
let chilonzor: TestHouse
let twin: TestHouse
let clerk: ActingPerson
let uzbekClerk: ActingPerson

async function named(house: TestHouse, address: string): Promise<TestHouse> {
  await db.sql('update buildings set search_key = $2 where building_id = $1', [house.buildingId, searchKey(address)])
  return house
}

async function ownedBy(house: TestHouse, number: string, owner: { name: string; phone: string }): Promise<void> {
  const unit = house.premises.find(each => each.number === number)
  await db.sql('update owners set full_name = $3, search_key = $4, phone = $5 where building_id = $1 and owner_id = $2',
    [house.buildingId, unit?.ownerId, owner.name, searchKey(owner.name), owner.phone])
}

beforeAll(async () => {
  db = await testDatabase()
  abay = await named(await makeHouse(db, { country: 'KZ', flats: 50, name: 'Абай 12' }), 'Абай 12 Алматы, Абай даңғылы, 12')
  twin = await named(await makeHouse(db, { country: 'KZ', flats: 50, name: 'Абай 14' }), 'Абай 14 Алматы, Абай даңғылы, 14')
  chilonzor = await named(await makeHouse(db, { country: 'UZ', flats: 50, name: 'Chilonzor 7-12' }), 'Chilonzor 7-12 Toshkent, Chilonzor tumani, 7-kvartal, 12-uy')
  await ownedBy(abay, '45', { name: 'Омарова Айгүл Серікқызы', phone: '+77012345678' })
  await ownedBy(twin, '45', { name: 'Омаров Асхат', phone: '+77012345679' })
  await ownedBy(chilonzor, '45', { name: 'Yoʻldoshev Bahodir', phone: '+998901234567' })
  clerk = await asClerk(db, abay)
  uzbekClerk = await asClerk(db, chilonzor)
})

async function found(who: ActingPerson, text: string): Promise<string[]> {
  return (await who.caller.desk.search({ text })).map(hit => `${hit.house}, ${hit.unit}`)
}

describe('the one search box of the desk (Order 172, para 29)', () => {
  it.each(['Абай 12 45', 'Abai 12 45', 'abay 12, kv 45', 'Абай 12-45', 'АБАЙ д. 12 кв. 45', 'алматы абай 12 45'])('finds a flat by «%s»', async text => {
    expect(await found(clerk, text)).toEqual(['Абай 12, 45'])
  })

  it.each(['chilonzor 7-12 45', 'Чилонзор 7-12 45', 'CHILONZOR 7 12 xonadon 45', 'toshkent chilonzor 12-uy 45'])('finds a flat by «%s»', async text => {
    expect(await found(uzbekClerk, text)).toEqual(['Chilonzor 7-12, 45'])
  })

  it.each(['+7 701 234 56 78', '8 701 234-56-78', '8(701)2345678', '77012345678', '701 234 56 78', '7012345678', '701.234.56.78', '007 701 2345678'])('finds a Kazakh phone typed as «%s»', async text => {
    expect(await found(clerk, text)).toEqual(['Абай 12, 45'])
  })

  it.each(['+998 90 123 45 67', '998901234567', '90 123-45-67', '90 123 45 67', '8 90 123 45 67'])('finds an Uzbek phone typed as «%s»', async text => {
    expect(await found(uzbekClerk, text)).toEqual(['Chilonzor 7-12, 45'])
  })

  it.each(['омарова', 'Omarova', 'айгул омарова', 'Aigul Serikkyzy', 'айгүл 45'])('finds a name written as «%s»', async text => {
    expect(await found(clerk, text)).toEqual(['Абай 12, 45'])
  })

  it.each(["Yo'ldoshev", 'yoldoshev bahodir', 'Йўлдошев'])('finds an Uzbek name written as «%s»', async text => {
    expect(await found(uzbekClerk, text)).toEqual(['Chilonzor 7-12, 45'])
  })

  it('finds an account number whole, in groups of 3-3-4, and by its beginning', async () => {
    const unit = abay.premises[44]!
    const number = unit.accountNumber
    for (const text of [number, `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`, `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}`, number.slice(0, 9)]) {
      expect(await found(clerk, text), text).toContain(`Абай 12, ${unit.number}`)
    }
  })

  it('folds the numbers of shops and letters after a number', async () => {
    await db.sql(`update premises set number = '45А/2' where building_id = $1 and number = '50'`, [abay.buildingId])
    expect(await found(clerk, 'абай 12 45а')).toEqual(['Абай 12, 45А/2'])
    expect(await found(clerk, 'abai 45A/2')).toEqual(['Абай 12, 45А/2'])
    expect((await clerk.caller.desk.search({ text: 'абай 12 50' })).flatMap(hit => hit.matched)).not.toContain('PREMISES')
  })

  it('follows a house that got another name', async () => {
    const house = await named(await makeHouse(db, { flats: 2, organisationId: abay.organisationId }), 'Фурманов 3')
    expect(await found(clerk, 'фурманов 2')).toHaveLength(1)
    await named(house, 'Назарбаев 3')
    expect(await found(clerk, 'фурманов 2')).toEqual([])
    expect(await found(clerk, 'nazarbaev 2')).toHaveLength(1)
  })

  it('finds a flat by the phone linked to it, as long as the link lives', async () => {
    const unit = abay.premises[6]!
    const { code } = await serviceTransaction('billing', ctx => issueInvitation(ctx, { buildingId: abay.buildingId, premisesId: unit.premisesId, reason: 'bill' }))
    const tenant = await signIn(freshBrowser(), '+77055550101')
    const { grantId } = await tenant.caller.identity.linkHome({ method: 'INVITATION', invitation: code, role: 'TENANT', fullName: 'Дана' })
    expect(await found(clerk, '8 705 555 01 01')).toEqual(['Абай 12, 7'])
    await tenant.caller.identity.endGrant({ grantId, ground: 'WAIVED_BY_HOLDER' })
    expect(await found(clerk, '8 705 555 01 01')).toEqual([])
  })

  it('says nothing of other houses: not by phone, name, account or address', async () => {
    for (const text of ['+7 701 234 56 79', 'Омаров Асхат', twin.premises[44]!.accountNumber, 'Абай 14 45', 'Chilonzor 45']) expect(await found(clerk, text), text).toEqual([])
    expect(await found(uzbekClerk, 'Омарова')).toEqual([])
  })

  it('answers nothing to nothing and to signs alone', async () => {
    for (const text of ['', '   ', '-', '№', '%', "'"]) expect(await found(clerk, text), text).toEqual([])
  })

  it('is refused to residents and strangers', async () => {
    const owner = await asOwner(db, abay, abay.premises[44]!)
    await expect(owner.caller.desk.search({ text: 'Абай' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(asStranger().caller.desk.search({ text: 'Абай' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const inspector = await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: abay.territoryCode }, { kind: 'STAFF' })
    await expect(inspector.caller.desk.search({ text: 'Абай' })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'desk.notAtDesk' })
  })
})

describe('under row-level security', () => {
  beforeAll(async () => {
    // Thirty more houses of the same organisation, three thousand flats: enough for the planner to choose.
    for (let i = 0; i < 30; i += 1) await named(await makeHouse(db, { flats: 100, organisationId: abay.organisationId, name: `Сейфуллин ${i + 1}` }), `Сейфуллин ${i + 1} Алматы`)
    await db.sql('analyze')
  })

  it.each([['whole word', { word: '45', exact: true }], ['beginning', { word: '7012345678', exact: false }], ['beginning of a name', { word: 'omarov', exact: false }]])('a %s is looked up by the index of words', async (_name, word) => {
    const plan = await openTransaction(clerk.request, ctx => ctx.db.$queryRaw<{ 'QUERY PLAN': unknown }[]>(Prisma.sql`
      explain (format json) select d.building_id, d.premises_id from desk_words d where ${matching(word)} limit 20000`))
    const text = JSON.stringify(plan)
    expect(text).toContain('desk_words_word')
    expect(text).not.toContain('"Seq Scan","Parent Relationship":"Outer"')
    expect(text).toMatch(/"Index Cond":"\(?\(word/)
    // Houses of the clerk are hashed once, not walked for each word.
    expect(text).toContain('hashed SubPlan')
  })

  it('a common word does not hide the rare one beside it', async () => {
    expect(await found(clerk, 'алматы омарова')).toEqual(['Абай 12, 45'])
    expect(await found(clerk, 'алматы абай 12 45')).toEqual(['Абай 12, 45'])
    expect((await clerk.caller.desk.search({ text: 'алматы' })).length).toBe(20)
  })

  it('puts first the house and the flat in the order they were typed', async () => {
    expect((await found(clerk, 'сейфуллин 7 12'))[0]).toBe('Сейфуллин 7, 12')
    expect((await found(clerk, 'сейфуллин 12 7'))[0]).toBe('Сейфуллин 12, 7')
    expect((await found(clerk, 'сейфуллин 1 1'))[0]).toBe('Сейфуллин 1, 1')
    expect((await found(clerk, 'сейфуллин 3 3'))[0]).toBe('Сейфуллин 3, 3')
    expect((await clerk.caller.desk.search({ text: '77' })).every(hit => hit.unit === '77')).toBe(true)
  })

  it('a sign that no text can hold is refused as a mistake, and not a fault of ours', async () => {
    for (const text of ['\0', 'абай \0 12', '🏢'.slice(0, 1)]) await expect(clerk.caller.desk.search({ text })).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'common.invalidInput' })
  })

  it('answers in under a second', async () => {
    for (const text of ['сейфуллин 7 45', 'алматы', '45', 'а', '8 701 234 56 78', 'owner 45']) {
      // The quickest of three: what else the machine does only ever adds.
      const spans: number[] = []
      for (let turn = 0; turn < 3; turn += 1) {
        const from = performance.now()
        await clerk.caller.desk.search({ text })
        spans.push(performance.now() - from)
      }
      expect(Math.min(...spans), text).toBeLessThan(1000)
    }
  })
})
