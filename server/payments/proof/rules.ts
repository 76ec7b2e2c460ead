import { addDays, type LocalDate } from '#server/kernel/period.ts'

/** A charge whose day has not come: the total of a bill, an instalment. Minor units. */
export type Upcoming = { dueOn: LocalDate; amount: bigint }
export type Standing = { inDefault: boolean; overdue: bigint; validUntil: LocalDate }
type Facts = { balance: bigint; moving: bigint; upcoming: readonly Upcoming[] }

/** So long a proof is believed where nothing falls due sooner. */
export const proofDays = 10

/**
 * Is anything overdue? Money pays what is oldest first, so what is owed beyond charges whose day has not come is late.
 * What a provider has accepted counts as paid: crossing the due day with it on its way makes nobody a debtor.
 * The proof holds until the day before something unpaid becomes late, at most ten days.
 */
export function standingOf({ balance, moving, upcoming }: Facts, today: LocalDate): Standing {
  const left = balance - moving
  const later = upcoming.filter(each => each.dueOn >= today)
  const notYet = later.reduce((sum, each) => sum + each.amount, 0n)
  const overdue = left > notYet ? left - notYet : 0n
  const latest = addDays(today, proofDays)
  const due = left > 0n ? later.map(each => each.dueOn).toSorted()[0] : undefined
  return { inDefault: overdue > 0n, overdue, validUntil: due !== undefined && due < latest ? due : latest }
}

/** A public key as browsers read it (JWK, P-256), and the short name by which a proof says which one signed it. */
export type ProofKey = { id: string; x: string; y: string }

/** What a proof says: of a flat, never of a person, and no sum. */
export type ProofFacts = { number: string; house: string; unit: string; madeAt: string; validUntil: LocalDate }

const version = '1'
const plain = (text: string) => text.replace(/[|\n\r]/g, ' ').slice(0, 80)

/** The signed text: short, so that its QR code is read from a scratched screen. */
export function proofText({ number, house, unit, madeAt, validUntil }: ProofFacts): string {
  return [version, number, plain(house), plain(unit), madeAt, validUntil].join('|')
}

/** What a signed text says; null when it is none of ours. */
export function readProof(text: string): ProofFacts | null {
  const [given, number = '', house = '', unit = '', madeAt = '', validUntil = '', ...more] = text.split('|')
  if (given !== version || more.length > 0 || !/^\d{10}$/.test(number) || !/^\d{4}-\d{2}-\d{2}$/.test(validUntil)) return null
  return { number, house, unit, madeAt, validUntil }
}
