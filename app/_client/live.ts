// Everything that a reading screen does not need for its first paint: loaded when the phone is idle.
import type { Locale } from '#server/kernel/format.ts'
import { keepAlertsInSight } from './alerts-in-sight.ts'
import { rememberBill, type LastBill } from './last-bill.ts'
import { startOutbox } from './outbox-live.ts'
import { refreshPerson } from './person.ts'
import { putOnShelf } from './shelf.ts'
import { registerWorker } from './worker.ts'

let begun: Promise<unknown> | null = null

/** Once per page: who is here, what waits, which worker. */
export function begin(locale: Locale, onUpdate: (takeOver: () => void) => void): Promise<unknown> {
  if (begun === null) keepAlertsInSight()
  begun ??= refreshPerson().then(() => {
    startOutbox()
    return registerWorker(locale, onUpdate)
  })
  return begun
}

export async function keepBill(bill: LastBill): Promise<void> {
  await begun
  await rememberBill(bill)
}

export async function keepOnShelf(name: string, value: unknown): Promise<void> {
  await begun
  await putOnShelf(name, value)
}
