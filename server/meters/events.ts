import 'server-only'

/** What this domain announces; notifications turns them into messages. */
export type ReadingSubmitted = {
  readingId: string
  meterId: string
  premisesId: string | null
  /** Who is told: the sender, or nobody when a clerk entered it without a linked person. */
  personId: string | null
  service: string
  serial: string
  unit: string
  /** As the device shows it: '00482', registers parted by ' / '. */
  shown: string
  takenOn: string
  /** The month it counts for. */
  period: string
  late: boolean
  state: 'ACCEPTED' | 'FLAGGED'
  /** Questions that still stand when it is FLAGGED. */
  flags: string[]
  source: string
}

/** Payload: ReadingSubmitted. A dated receipt is due (003, clause 30). */
export const readingSubmitted = 'meters.readingSubmitted'
/** Payload: ReadingSubmitted, of the reading that stands now. */
export const readingCorrected = 'meters.readingCorrected'
/** Payload: { meterId, newMeterId, premisesId, service, serial, on }. */
export const meterReplaced = 'meters.meterReplaced'
