import { beforeAll, describe, expect, test } from 'vitest'
import writeXlsxFile from 'write-excel-file/node'
import { seedReference } from '#prisma/seed/reference/seed.ts'
import { importBatch } from '#server/imports/import-batch.ts'
import { strangerScope } from '#server/infra/context.ts'
import { asManager, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fileOf } from '#test/support/file.ts'
import { bringIn, findingsOf, readBatch } from '#test/support/imports.ts'

let db: TestDatabase
let house: TestHouse
let manager: ActingPerson

beforeAll(async () => {
  db = await testDatabase()
  await seedReference()
  house = await makeHouse(db)
  manager = await asManager(db, house)
})

const bring = (mapping: string, text: string | Uint8Array, options: object = { buildingId: house.buildingId }, name?: string) => bringIn({ mapping, path: fileOf(text, name), person: manager, options })

describe('a house filled from three files of its manager', () => {
  const flats = 'Uy kodi;Turi;Xonadon raqami;Qavat;Umumiy maydon;Yashovchilar\n;kvartira;501;5;62,1;3\n;kvartira;502;5;45,30;2\n;avtoturargoh;P1;-1;13,5;\n'
  const owners = 'Пәтер нөмірі;Аты-жөні;Үлесі;ЖСН;Телефон;Негізі\n501;Омарова Айгүл;1/2;991332300002;8 701 123 45 67;шарт\n501;Омаров Серік;0,5;;;шарт\n502;Ким Илья;1;;12-34;мұра\n'
  const accounts = 'Квартира;Лицевой счёт;Тип плательщика\n501;0012345;физлицо\n502;0012346;физлицо\n'

  test('premises (Uzbek headers), owners (Kazakh), accounts (Russian): all of it stands, twice changes nothing', async () => {
    expect(await bring('premises', flats)).toMatchObject({ state: 'DONE', rowsNew: 3, rowsRefused: 0, rowsApplied: 3 })
    expect(await bring('owners', owners)).toMatchObject({ state: 'DONE', rowsNew: 3, rowsRefused: 0, rowsFlagged: 1 })
    expect(await bring('accounts', accounts)).toMatchObject({ state: 'DONE', rowsNew: 2, rowsRefused: 0 })
    const units = (await manager.caller.premises.list({ buildingId: house.buildingId })).filter(unit => unit.number.startsWith('50'))
    expect(units.map(unit => [unit.number, unit.areaM2, unit.persons, unit.owners.map(owner => `${owner.name} ${owner.share}`), unit.accountNumber !== null])).toEqual([
      ['501', '62.1', 3, ['Омаров Серік 1/2', 'Омарова Айгүл 1/2'], true], ['502', '45.3', 2, ['Ким Илья 1'], true]])
    expect(await db.sql(`select external_number from accounts where building_id = $1 and external_number <> '' order by 1`, [house.buildingId])).toEqual([{ external_number: '0012345' }, { external_number: '0012346' }])
    const [person] = await db.sql<Record<string, string>>(`select phone, personal_id_hash, personal_id_sealed from owners where full_name = 'Омарова Айгүл'`)
    expect(person?.['phone']).toBe('+77011234567')
    expect(JSON.stringify(await db.sql('select payload from import_rows')) + JSON.stringify(person)).not.toContain('991332300002')
    for (const [mapping, text] of [['premises', flats], ['owners', owners], ['accounts', accounts]] as const) {
      expect(await bring(mapping, text), mapping).toMatchObject({ rowsNew: 0, rowsChanged: 0, rowsRefused: 0, rowsApplied: 0 })
    }
    expect(await manager.caller.premises.findings({ buildingId: house.buildingId })).toMatchObject([{ code: 'DQ-06', number: 'Р1' }, { code: 'DQ-07', number: 'Р1' }])
  })

  test('a changed area is written with before and after, under the batch', async () => {
    const batch = await bring('premises', 'Квартира;Общая площадь\n501;62,4\n')
    expect(batch).toMatchObject({ rowsChanged: 1, rowsApplied: 1 })
    const [trail] = await db.sql<{ before: Record<string, unknown>; after: Record<string, unknown>; ground: string }>(`select before, after, ground from audit_entries where action = 'imports.correctPremises' and building_id = $1`, [house.buildingId])
    expect(trail?.ground).toBe(`batch ${batch.batchId}`)
    expect([Number(trail?.before['area_m2']), Number(trail?.after['area_m2'])]).toEqual([62.1, 62.4])
    expect(await db.sql(`select action from audit_entries where subject_id = $1 order by at`, [batch.batchId])).toEqual([
      { action: 'imports.submitFile' }, { action: 'imports.reconcileBatch' }, { action: 'imports.acceptBatch' }, { action: 'imports.importBatch' }])
  })

  test('owners who are registered otherwise are refused: a file is no transfer; shares that are no whole are refused together', async () => {
    const differ = await bring('owners', 'Квартира;ФИО;Доля\n501;Новый Хозяин;1\n502;Ким Илья;1/2\n502;Ли Марина;1/3\n503;Кто Угодно;1\n')
    expect(differ).toMatchObject({ rowsNew: 0, rowsRefused: 4 })
    expect((await findingsOf(differ)).map(each => `${each.row} ${each.code.replace('imports.findings.', '')}`)).toEqual(['2 ownersDiffer', '3 sharesNotWhole', '4 sharesNotWhole', '5 unitUnknown'])
  })
})

test('houses of a city by their codes, their flats by the same codes; the register’s own rules refuse a house', async () => {
  const houses = 'Код дома;КАТО;Название;Адрес;Количество этажей;Тип теплоснабжения;Вид теплоснабжения;Регистрационный код адреса (РКА);Есть канализация\n'
    + 'A-1;751410000;Сад 1;ул. Сад, 1;9;центральное;закрытая;0201300091234567;да\nA-2;751410000;Сад 2;ул. Сад, 2;5;центральное;;;да\nA-3;999999999;Сад 3;ул. Сад, 3;5;;;;\nA-4;751410000;Сад 1;ул. Сад, 1;5;;;;\n'
  const batch = await bring('buildings-kz', houses, {})
  expect(batch).toMatchObject({ rowsNew: 1, rowsRefused: 3 })
  expect((await findingsOf(batch)).map(each => `${each.row} ${each.code}`)).toEqual(['3 errors.buildings.schemeMissing', '4 imports.findings.territoryUnknown', '5 imports.findings.sameAddress'])
  const [built] = await db.sql<{ building_id: string; address_registration_code: string }>(`select building_id, address_registration_code from buildings where external_key = 'A-1'`)
  expect(built?.address_registration_code).toBe('0201300091234567')
  expect((await manager.caller.buildings.passport({ buildingId: built?.building_id ?? '' })).passport).toMatchObject({ storeyCount: 9, heatingScheme: 'closed', hasSewer: true })
  expect(await bring('premises', 'Дом;Квартира;Площадь\nA-1;1;50\nA-2;1;50\n', {})).toMatchObject({ rowsNew: 1, rowsRefused: 1, rowsApplied: 1 })
  const stranger = await asManager(db, await makeHouse(db))
  const foreign = await readBatch({ mapping: 'premises', path: fileOf('Дом;Квартира;Площадь\nA-1;2;50\n'), person: stranger })
  expect(foreign, 'the keys of one organisation never reach houses of another').toMatchObject({ rowsNew: 0, rowsRefused: 1 })
})

test('a spreadsheet: numbers, dates and lost zeros are understood for what they are', async () => {
  const place = await makeHouse(db, { organisationId: house.organisationId, flats: 3 })
  const sheet = await writeXlsxFile([
    [{ value: 'Квартира' }, { value: 'ФИО' }, { value: 'Доля' }, { value: 'Дата' }],
    [{ value: 7, type: Number }, { value: 'Ахметов Асхат' }, { value: 0.5, type: Number }, { value: new Date('2024-05-01T00:00:00Z'), type: Date, format: 'dd.mm.yyyy' }],
    [{ value: 7, type: Number }, { value: 'Ахметова Гүл' }, { value: 0.5, type: Number }, { value: new Date('2024-05-01T00:00:00Z'), type: Date, format: 'dd.mm.yyyy' }],
    [{ value: 8, type: Number }, { value: 'Ли Марина' }, { value: new Date('2026-01-03T00:00:00Z'), type: Date, format: 'dd.mm' }, { value: '01.05.2024' }],
  ]).toBuffer()
  await bring('premises', 'Квартира;Площадь\n7;50\n8;50\n', { buildingId: place.buildingId })
  const batch = await bring('owners', sheet, { buildingId: place.buildingId }, 'owners.xlsx')
  expect(batch).toMatchObject({ fileFormat: 'XLSX', rowsNew: 2, rowsRefused: 1 })
  expect((await findingsOf(batch)).map(each => [each.row, each.column, each.code])).toEqual([[4, 'Доля', 'imports.findings.shareIsDate']])
  expect(await db.sql(`select valid_from::text as since from ownerships where batch_id = $1`, [batch.batchId])).toEqual([{ since: '2024-05-01' }, { since: '2024-05-01' }])
})

test('killed in between, it goes on with the rows that are left; after its end it changes nothing', async () => {
  const place = await makeHouse(db, { organisationId: house.organisationId, flats: 1 })
  const rows = Array.from({ length: 12_000 }, (_, index) => `${index + 100};50`)
  const batch = await readBatch({ mapping: 'premises', path: fileOf(`Квартира;Площадь\n${rows.join('\n')}\n`), person: manager, options: { buildingId: place.buildingId } })
  await manager.caller.imports.accept({ batchId: batch.batchId })
  await expect(importBatch(strangerScope(), { batchId: batch.batchId, onProgress: () => { throw new Error('killed') } })).rejects.toThrow('killed')
  expect((await db.sql<{ n: number }>(`select count(*)::int as n from premises where building_id = $1`, [place.buildingId]))[0]?.n).toBe(5001)
  const both = await Promise.all([importBatch(strangerScope(), batch), importBatch(strangerScope(), batch)])
  expect(both.map(each => each.state)).toEqual(['DONE', 'DONE'])
  expect((await db.sql<{ n: number }>(`select count(*)::int as n from premises where building_id = $1`, [place.buildingId]))[0]?.n).toBe(12_001)
  expect((await importBatch(strangerScope(), batch)).rowsApplied).toBe(12_000)
})

test('refuses what nobody has accepted', async () => {
  const batch = await readBatch({ mapping: 'premises', path: fileOf('Квартира;Площадь\n900;50\n'), person: manager, options: { buildingId: house.buildingId } })
  await expect(importBatch(strangerScope(), batch)).rejects.toThrow('common.conflict')
  expect(await db.sql(`select from premises where number = '900' and building_id = $1`, [house.buildingId])).toEqual([])
})
