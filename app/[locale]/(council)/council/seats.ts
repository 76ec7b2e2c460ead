import { redirect } from 'next/navigation'
import { caller } from '#server/api/caller.ts'
import type { OutputOf } from '#app/_client/trpc.ts'
import type { Locale } from '#server/kernel/format.ts'

export type Api = Awaited<ReturnType<typeof caller>>
export type Seat = { buildingId: string; house: string }
type Me = NonNullable<OutputOf<'identity.me'>>

/** The houses in whose council this person sits; the one of the address first in hand. Screens only choose: every figure is guarded where it is read. */
export async function councilSeat(locale: Locale, asked: string | undefined, place: string): Promise<{ api: Api; me: Me; seats: Seat[]; seat: Seat | null }> {
  const api = await caller(locale)
  const me = await api.identity.me()
  if (!me) redirect(`/${locale}/sign-in?next=/${locale}/${place}`)
  const seats: Seat[] = []
  for (const { role, buildingId, place: house } of me.roles) {
    if (buildingId !== null && (role === 'CHAIR' || role === 'COUNCIL_MEMBER') && !seats.some((seat) => seat.buildingId === buildingId)) seats.push({ buildingId, house })
  }
  return { api, me, seats, seat: seats.find((seat) => seat.buildingId === asked) ?? seats[0] ?? null }
}
