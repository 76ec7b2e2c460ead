// The demonstration world: fixed ids, people and facts, invented by us. Everything here is plain data,
// so that parts of the seed, tests and the demonstration table say the same.
import { createHash } from 'node:crypto'
import type { Locale } from '#server/kernel/format.ts'
import { luhnDigit } from '#server/kernel/ids.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { houseFacts, type HouseFacts, type HouseKey, type PremisesKind, type UnitFacts } from '#prisma/seed/demo/houses.ts'
import { peopleFacts, type DemoRole, type PersonFacts } from '#prisma/seed/demo/people.ts'
import { ownerName } from '#prisma/seed/demo/names.ts'

export type WorldOwner = {
  ownerId: string
  ownershipId: string
  kind: 'PERSON' | 'ORGANISATION' | 'STATE'
  name: string
  phone: string | null
  locale: Locale
  shareNumerator: number
  shareDenominator: number
  since: LocalDate
}

export type WorldPremises = UnitFacts & {
  buildingId: string
  premisesId: string
  accountId: string
  accountNumber: string
  payerKind: 'NATURAL' | 'LEGAL'
  owners: WorldOwner[]
}

export type WorldHouse = HouseFacts & {
  buildingId: string
  /** The association or company that manages it; its twin has another. */
  organisationId: string
  managementId: string
  /** The call centre that answers for the houses of a country. */
  callCentreId: string
  callCentreManagementId: string
  premises: WorldPremises[]
}

export type WorldPerson = PersonFacts & {
  personId: string
  /** Scope of a staff grant; null for residents. */
  organisationId: string | null
  /** The units this person owns or rents, with the owner rows of the register (null: tenant). */
  units: { buildingId: string; premisesId: string; accountId: string; ownerId: string | null }[]
}

export type World = {
  houses: WorldHouse[]
  house: (key: HouseKey) => WorldHouse
  people: WorldPerson[]
  person: (country: Country, role: DemoRole) => WorldPerson
  premises: (key: HouseKey, number: string, kind?: PremisesKind) => WorldPremises
  callCentres: { organisationId: string; country: Country; name: string; phone: string }[]
  /** First month that has a history. */
  firstPeriod: string
}

/** The same id at every seeding for the same words: `worldId('meter', 'abay12', '25', 'COLD_WATER')`. */
export function worldId(...words: string[]): string {
  const hex = createHash('sha256').update(`uyim demo|${words.join('|')}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

// Numbers of the demonstration lie beyond those that app.next_account_number reaches.
function accountNumber(house: HouseFacts, order: number): string {
  const digits = `${house.country === 'UZ' ? '7' : '5'}9${house.order}${String(order).padStart(6, '0')}`
  return digits + luhnDigit(digits)
}

function makePremises(house: HouseFacts): WorldPremises[] {
  return house.units.map((unit, index) => {
    const words = [house.key, unit.kind, unit.number]
    return {
      ...unit,
      buildingId: worldId('building', house.key),
      premisesId: worldId('premises', ...words),
      accountId: worldId('account', ...words),
      accountNumber: accountNumber(house, index + 1),
      payerKind: unit.kind === 'NON_RESIDENTIAL' ? 'LEGAL' : 'NATURAL',
      owners: unit.shares.map(([shareNumerator, shareDenominator], place) => makeOwner(house, unit.number, { kind: unit.kind, place, shareNumerator, shareDenominator })),
    }
  })
}

type OwnerPlace = { kind: PremisesKind; place: number; shareNumerator: number; shareDenominator: number }

function makeOwner(house: HouseFacts, number: string, { kind, place, shareNumerator, shareDenominator }: OwnerPlace): WorldOwner {
  const person = peopleFacts.find(each => each.home === house.key && each.role !== 'TENANT' && place === 0
    && each.homes.some(home => home.kind === kind && home.number === number))
  const words = person ? ['person', person.key] : [kind, number, String(place)]
  return {
    ownerId: worldId('owner', house.key, ...words),
    ownershipId: worldId('ownership', house.key, kind, number, String(place)),
    kind: kind === 'NON_RESIDENTIAL' ? 'ORGANISATION' : 'PERSON',
    name: person?.name ?? ownerName(house, kind, `${number}.${place}`),
    phone: person?.phone ?? null,
    locale: person?.locale ?? house.locale,
    shareNumerator,
    shareDenominator,
    since: person ? '2014-09-01' : `20${10 + (Number(number.replace(/\D/g, '')) % 12)}-0${1 + (place % 9)}-15`,
  }
}

function makeHouse(facts: HouseFacts): WorldHouse {
  return {
    ...facts,
    buildingId: worldId('building', facts.key),
    organisationId: worldId('organisation', facts.key),
    managementId: worldId('management', facts.key),
    callCentreId: worldId('organisation', 'call-centre', facts.country),
    callCentreManagementId: worldId('management', 'call-centre', facts.key),
    premises: makePremises(facts),
  }
}

function makePerson(facts: PersonFacts, houses: WorldHouse[]): WorldPerson {
  const house = houses.find(each => each.key === facts.home)
  if (!house) throw new Error(`no house ${facts.home}`)
  const units = facts.homes.map(home => {
    const premises = house.premises.find(each => each.kind === home.kind && each.number === home.number)
    if (!premises) throw new Error(`no premises ${home.number} in ${facts.home}`)
    return { buildingId: house.buildingId, premisesId: premises.premisesId, accountId: premises.accountId,
      ownerId: facts.role === 'TENANT' ? null : premises.owners[0]?.ownerId ?? null }
  })
  const staff = facts.role === 'CLERK' ? house.callCentreId : facts.role === 'MANAGER' || facts.role === 'ACCOUNTANT' ? house.organisationId : null
  return { ...facts, personId: worldId('person', facts.key), organisationId: staff, units }
}

function found<T>(thing: T | undefined, words: string): T {
  if (thing === undefined) throw new Error(`the demonstration has no ${words}`)
  return thing
}

function makeWorld(): World {
  const houses = houseFacts.map(makeHouse)
  const people = peopleFacts.map(facts => makePerson(facts, houses))
  const house = (key: HouseKey) => found(houses.find(each => each.key === key), key)
  return {
    houses, people, house,
    person: (country, role) => found(people.find(each => each.country === country && each.role === role), `${role} in ${country}`),
    premises: (key, number, kind = 'APARTMENT') => found(house(key).premises.find(each => each.number === number && each.kind === kind), `${kind} ${number} in ${key}`),
    callCentres: [
      { organisationId: worldId('organisation', 'call-centre', 'KZ'), country: 'KZ', name: 'Байланыс орталығы · Контакт-центр (демо)', phone: '+77010000109' },
      { organisationId: worldId('organisation', 'call-centre', 'UZ'), country: 'UZ', name: 'Yagona aloqa markazi (namoyish)', phone: '+998900001055' },
    ],
    firstPeriod: '2025-11',
  }
}

export const world: World = makeWorld()
