// Everything that a reading screen does not need for its first paint: loaded when the phone is idle.
import type { Locale } from '#server/kernel/format.ts'
import { keepAlertsInSight } from './alerts-in-sight.ts'
import { rememberBill, type LastBill } from './last-bill.ts'
import { startOutbox } from './outbox-live.ts'
import { refreshPerson } from './person.ts'
import { putOnShelf } from './shelf.ts'
import { registerWorker } from './worker.ts'

let begun = false
let known: Promise<void> | null = null

/** Once per page: who is here, what waits, which worker. */
export async function begin(locale: Locale, onUpdate: (takeOver: () => void) => void): Promise<void> {
  if (!begun) {
    begun = true
    keepAlertsInSight()
    startOutbox()
    void registerWorker(locale, onUpdate)
  }
  await personKnown()
}

/** Rejects while nobody has said who is here: nothing can be sealed yet, and whoever asked may ask again. */
function personKnown(): Promise<void> {
  known ??= refreshPerson().then((person) => {
    if (person === null) throw new Error('nobody is known here')
  })
  known.catch(() => {
    known = null
  })
  return known
}

export async function keepBill(bill: LastBill): Promise<void> {
  await personKnown()
  await rememberBill(bill)
}

export async function keepOnShelf(name: string, value: unknown): Promise<void> {
  await personKnown()
  await putOnShelf(name, value)
}
