import { expect } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asManager, asOwner, type ActingPerson } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'
import { houseWithKeepers } from '#test/support/keepers.ts'

/** A small PDF: what a scan is to the store. */
export const scan = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF').toString('base64')

export type Key = { buildingId: string; programmeId: string }
type More = Record<string, unknown>
export type RepairWorld = Awaited<ReturnType<typeof repairWorld>>

/** An Uzbek house of two flats (60 and 40 m²) with its keepers, a twin of another organisation, and a provider to pay through. */
export async function repairWorld(db: TestDatabase) {
  const { house, manager, accountant, owner, today } = await houseWithKeepers(db, 'UZ')
  const twin = await makeHouse(db, { country: 'UZ', flats: 1 })
  const twinManager = await asManager(db, twin)
  const owners = [owner, await asOwner(db, house, house.premises[1]!)] as const
  const doors = await openDoors()
  const payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  const place = { house, manager, today }
  return {
    db, house, twin, manager, accountant, twinManager, owners, owner, today, payme, close: () => doors.close(),
    approve: (key: Key, total: bigint) => approve(place, key, total),
    collecting: (title = 'Tom taʼmiri') => collecting(place, title),
    fund: (key: Key, who: ActingPerson = owners[0]) => fundOf(key, who),
    pay: (number: string, amount: bigint) => pay(payme, number, amount),
    payAll: async (key: Key) => {
      for (const who of owners) for (const each of (await fundOf(key, who)).shares[0]!.instalments) await pay(payme, each.number, each.amount)
    },
    stage: (key: Key, more: More = {}, who: ActingPerson = manager) => who.caller.repairs.registerStage({ ...key, stageId: newId(), title: 'Tomni ochish', plan: 400_000n, dueOn: null, ...more }),
    act: (key: Key & { stageId: string }, more: More = {}, who: ActingPerson = manager) => who.caller.repairs.registerAct({
      ...key, actId: newId(), kind: 'ACT', number: newId().slice(0, 20), datedOn: today, contractor: 'Qurilish MCHJ', what: 'Eski qoplama olib tashlandi', amount: 100_000n, ownersAmount: 100_000n, scans: [scan], ...more }),
    start: (key: Key) => manager.caller.repairs.moveProgramme({ ...key, event: 'startWork', ground: 'Shartnoma 5', contract: { number: '5', datedOn: today, contractor: 'Qurilish MCHJ' } }),
    verify: () => db.sql('select * from app.verify_ledger() limit 3'),
  }
}

type Place = { house: TestHouse; manager: ActingPerson; today: string }

async function approve({ manager, today }: Place, key: Key, total: bigint) {
  const { version } = await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Ish', unit: 'm2', quantity: '1', unitPrice: total }] })
  return manager.caller.repairs.approveEstimate({ ...key, version, decisionNumber: String(version), decisionOn: today, instalments: 1, firstDueOn: today, startPercent: '0' })
}

/** Estimate 1 000 000, the owners' part 300 000: 180 000 and 120 000, in one part that is due today. */
async function collecting(place: Place, title: string): Promise<Key> {
  const key = { buildingId: place.house.buildingId, programmeId: newId() }
  await place.manager.caller.repairs.openProgramme({ ...key, kind: 'CAPITAL', title, year: 2026 })
  await approve(place, key, 1_000_000n)
  return key
}

async function fundOf({ buildingId, programmeId }: Key, who: ActingPerson) {
  return (await who.caller.repairs.fund({ buildingId })).programmes.find(each => each.programmeId === programmeId)!
}

async function pay(payme: FakePayme, number: string, amount: bigint): Promise<void> {
  const id = FakePayme.newTransaction()
  expect((await payme.create(id, number, Number(amount))).result).toMatchObject({ state: 1 })
  expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
}
