import { caller } from '#server/api/caller.ts'
import type { OutputOf } from '#app/_client/trpc.ts'
import type { Locale } from '#server/kernel/format.ts'

export type Me = NonNullable<OutputOf<'identity.me'>>
export type Account = OutputOf<'billing.mine'>[number]
export type Meter = OutputOf<'meters.listMine'>[number]
export type Meeting = OutputOf<'meetings.listMine'>[number]
export type Payable = OutputOf<'payments.mine'>[number]
export type MyRequest = OutputOf<'requests.listMine'>[number]

/** From where and of what one may complain: for the form without a network. */
type Asking = { homes: OutputOf<'requests.askingPlaces'>; categories: OutputOf<'requests.categories'> }

export type HomeFacts = { me: Me; accounts: Account[]; meters: Meter[]; meetings: Meeting[]; requests: MyRequest[]; payables: Payable[]; unread: number; asking: Asking }

/** All that Home shows, asked at once; null: nobody is signed in. */
export async function readHome(locale: Locale): Promise<HomeFacts | null> {
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) return null
  const [accounts, meters, meetings, requests, payables, unread, homes, categories] = await Promise.all([
    api.billing.mine(), api.meters.listMine(), api.meetings.listMine(), api.requests.listMine(), api.payments.mine(), api.notifications.unread(),
    api.requests.askingPlaces(), api.requests.categories(),
  ])
  return { me, accounts, meters, meetings, requests, payables, unread, asking: { homes, categories } }
}

export type House = { buildingId: string; name: string; units: { kind: string; number: string }[] }

/** Flats, parking places and cellars of one house are one home. */
export function housesOf(me: Me): House[] {
  const houses: House[] = []
  for (const { buildingId, building, kind, number } of me.homes) {
    const known = houses.find((house) => house.buildingId === buildingId)
    if (known) known.units.push({ kind, number })
    else houses.push({ buildingId, name: building, units: [{ kind, number }] })
  }
  return houses
}

/** The same facts of one house; what is the person's own (devices, the link) stays. */
export function factsOfHouse(facts: HomeFacts, buildingId: string): HomeFacts {
  return {
    ...facts,
    accounts: facts.accounts.filter((account) => account.house.buildingId === buildingId),
    meters: facts.meters.filter((meter) => meter.buildingId === buildingId),
    meetings: facts.meetings.filter((meeting) => meeting.buildingId === buildingId),
    requests: facts.requests.filter((request) => request.buildingId === buildingId),
    payables: facts.payables.filter((payable) => payable.buildingId === buildingId),
  }
}
