// A stock of houses as large as wanted, for benches and for the clerk's search: areas, rooms and storeys as the flat
// profile says, people who are nobody. The same seed gives the same stock.
import type { Client } from 'pg'
import { searchKey } from '#server/kernel/text.ts'
import { kazakhNames } from '#prisma/seed/demo/names.ts'
import { areaAt, chanceOf, drawer, readProfile } from '#prisma/seed/scale/profile.ts'

export type StockOptions = { accounts: number; seed?: number; organisationId?: string; onProgress?: (done: number) => void }
export type Stock = { organisationId: string; houses: { buildingId: string; units: number }[]; accounts: number }

type House = { id: string; name: string; storeys: number; entrances: number; perFloor: number; year: number; wall: string; flats: number }
type Unit = { house: string; id: string; account: string; owner: string; ownership: string; number: string; entrance: number; floor: number; rooms: number; area: string; persons: number; name: string; key: string; phone: string | null }
type Draw = { chance: () => number; id: () => string; rooms: (chance: number) => string; area: (rooms: string, chance: number) => string }

const streets = ['Достық', 'Сарыарқа', 'Тәуелсіздік', 'Бөгенбай батыр', 'Қабанбай батыр', 'Мәңгілік Ел', 'Республика', 'Жеңіс', 'Иманов', 'Кенесары', 'Абылай хан', 'Желтоқсан']
const batch = 10_000

// Time goes on by one step for each id, so that rows lie in the order in which they are made.
function idMaker(chance: () => number): () => string {
  let count = 0
  const hex = (length: number) => Math.floor(chance() * 16 ** length).toString(16).padStart(length, '0')
  return () => {
    count += 1
    const time = (0x019600000000 + Math.floor(count / 4096)).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${(count % 4096).toString(16).padStart(3, '0')}-8${hex(3)}-${hex(6)}${hex(6)}`
  }
}

function makeHouses(accounts: number, draw: Draw): House[] {
  const profile = readProfile()
  const [storeys, years, walls] = [drawer(profile.floors), drawer(profile.built_year), drawer(profile.wall_type)]
  const houses: House[] = []
  for (let left = accounts; left > 0;) {
    const tall = Number(storeys(draw.chance()))
    const entrances = tall > 14 ? 1 + Math.floor(draw.chance() * 2) : 1 + Math.floor(draw.chance() * 5)
    const flats = Math.min(left, tall * 4 * entrances)
    houses.push({ id: draw.id(), name: `${streets[houses.length % streets.length] ?? ''} ${1 + Math.floor(houses.length / streets.length)}`, storeys: tall, entrances, perFloor: 4,
      year: Number(years(draw.chance())), wall: walls(draw.chance()), flats })
    left -= flats
  }
  return houses
}

function pick(list: readonly string[], chance: number): string {
  return list[Math.floor(chance * list.length)] ?? ''
}

function makeUnit(house: House, index: number, draw: Draw): Unit {
  const rooms = draw.rooms(draw.chance())
  const name = `${pick(kazakhNames.last, draw.chance())} ${pick(kazakhNames.first, draw.chance())} ${pick(kazakhNames.middle, draw.chance())}`
  const perEntrance = house.storeys * house.perFloor
  return {
    house: house.id, id: draw.id(), account: draw.id(), owner: draw.id(), ownership: draw.id(), number: String(index + 1),
    entrance: Math.min(house.entrances, 1 + Math.floor(index / perEntrance)), floor: 1 + Math.floor((index % perEntrance) / house.perFloor),
    rooms: Number(rooms), area: draw.area(rooms, draw.chance()), persons: 1 + Math.floor(draw.chance() * 5), name, key: searchKey(name),
    phone: draw.chance() < 0.8 ? `+7707${String(Math.floor(draw.chance() * 1e7)).padStart(7, '0')}` : null,
  }
}

const json = 'jsonb_to_recordset($1::jsonb)'

async function insertHouses(client: Client, houses: House[], organisation: string): Promise<void> {
  await client.query(`insert into organisations (organisation_id, country, kind, name, demonstration) values ($1, 'KZ', 'MANAGEMENT_COMPANY', 'Үлкен қор', true) on conflict do nothing`, [organisation])
  for (let from = 0; from < houses.length; from += batch) {
    const rows = JSON.stringify(houses.slice(from, from + batch).map(house => ({ ...house, key: searchKey(house.name) })))
    await client.query(`insert into buildings (building_id, country, territory_code, name, address_kk, address_ru, search_key, external_key, demonstration, storey_count, year_built, wall_type, entrance_count, apartment_count)
      select x.id, 'KZ', '710000000', x.name, x.name, x.name, x.key, 'scale', true, x.storeys, x.year, x.wall, x.entrances, x.flats
        from ${json} as x(id uuid, name text, key text, storeys int, year int, wall text, entrances int, flats int)`, [rows])
    await client.query(`insert into building_managements (building_id, management_id, organisation_id, method, basis, valid_from)
      select x.id, app.new_id(), $2::uuid, 'ORGANISATION', 'scale', '2020-01-01' from ${json} as x(id uuid)`, [rows, organisation])
  }
}

const unitStatements = [
  `insert into premises (building_id, premises_id, kind, number, entrance, floor, rooms, area_m2)
    select x.house, x.id, 'APARTMENT', x.number, x.entrance, x.floor, x.rooms, x.area from ${json} as x(house uuid, id uuid, number text, entrance int, floor int, rooms int, area numeric)`,
  `insert into owners (building_id, owner_id, full_name, search_key, phone, locale)
    select x.house, x.owner, x.name, x.key, x.phone, 'kk' from ${json} as x(house uuid, owner uuid, name text, key text, phone text)`,
  `insert into ownerships (building_id, ownership_id, premises_id, owner_id, share_numerator, share_denominator, valid_from, basis, source)
    select x.house, x.ownership, x.id, x.owner, 1, 1, '2020-01-01', 'scale', 'scale' from ${json} as x(house uuid, ownership uuid, id uuid, owner uuid)`,
  `insert into registered_persons (building_id, premises_id, valid_from, persons, source)
    select x.house, x.id, '2020-01-01', x.persons, 'scale' from ${json} as x(house uuid, id uuid, persons int)`,
  `with numbered as (select x.*, app.next_account_number('KZ') as number from ${json} as x(house uuid, id uuid, account uuid)),
    known as (insert into account_numbers (number, building_id, account_id, premises_id) select number, house, account, id from numbered)
    insert into accounts (building_id, account_id, premises_id, number, opened_on) select house, account, id, number, '2025-01-01' from numbered`,
]

/**
 * Writes the stock through a connection that may (a superuser's, or one in the scope of the service 'seed');
 * each ten thousand accounts are a transaction of their own unless one is open.
 */
export async function generateStock(client: Client, { accounts, seed = 1, organisationId, onProgress }: StockOptions): Promise<Stock> {
  const chance = chanceOf(seed)
  const profile = readProfile()
  const rooms = drawer(Object.fromEntries(Object.entries(profile.area_by_rooms).map(([key, value]) => [key, value.n])))
  const draw: Draw = {
    chance, id: idMaker(chance), rooms,
    area: (key, at) => areaAt(profile.area_by_rooms[key] ?? { n: 1, p5: 30, p25: 40, p50: 50, p75: 60, p95: 80 }, at),
  }
  const organisation = organisationId ?? draw.id()
  const houses = makeHouses(accounts, draw)
  await insertHouses(client, houses, organisation)
  let units: Unit[] = []
  let done = 0
  const flush = async () => {
    const rows = JSON.stringify(units)
    for (const statement of unitStatements) await client.query(statement, [rows])
    done += units.length
    units = []
    onProgress?.(done)
  }
  for (const house of houses) {
    for (let index = 0; index < house.flats; index += 1) units.push(makeUnit(house, index, draw))
    if (units.length >= batch) await flush()
  }
  if (units.length > 0) await flush()
  for (const table of ['buildings', 'premises', 'owners', 'ownerships', 'accounts', 'account_numbers', 'registered_persons']) await client.query(`analyze ${table}`)
  return { organisationId: organisation, houses: houses.map(house => ({ buildingId: house.id, units: house.flats })), accounts: done }
}
