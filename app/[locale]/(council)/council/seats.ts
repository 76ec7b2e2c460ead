import { redirect } from 'next/navigation'
import { whoActs } from '#app/_parts/identity/who-acts.ts'
import { caller } from '#server/api/caller.ts'
import type { OutputOf } from '#app/_client/trpc.ts'
import type { Locale } from '#server/kernel/format.ts'

export type Api = Awaited<ReturnType<typeof caller>>
/** `chairs`: the seat of the chair, who takes members in and lets them go. */
export type Seat = { buildingId: string; house: string; chairs: boolean }
type Me = NonNullable<OutputOf<'identity.me'>>

/** The houses in whose council this person sits; the one of the address first in hand. Screens only choose: every figure is guarded where it is read. */
export async function councilSeat(locale: Locale, asked: string | undefined, place: string): Promise<{ api: Api; me: Me; seats: Seat[]; seat: Seat | null }> {
  const api = await caller(locale)
  const me = await whoActs(locale)
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/${place}`)
  const seats: Seat[] = []
  const held = me.roles.filter((each) => each.role === 'CHAIR' || each.role === 'COUNCIL_MEMBER')
  for (const { buildingId, grantId, place: house } of held) {
    // Who acts as one of their roles has the rights of that one alone.
    if (buildingId === null || (me.actingGrantId !== null && me.actingGrantId !== grantId) || seats.some((seat) => seat.buildingId === buildingId)) continue
    seats.push({ buildingId, house, chairs: held.some((each) => each.buildingId === buildingId && each.role === 'CHAIR') })
  }
  return { api, me, seats, seat: seats.find((seat) => seat.buildingId === asked) ?? seats[0] ?? null }
}
