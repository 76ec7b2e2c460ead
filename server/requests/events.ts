import 'server-only'

/** What this domain announces; notifications turns each into a message to everybody in `personIds`, once per request and event. */
export type RequestAnnounced = {
  requestId: string
  number: number
  category: string
  place: string
  emergency: boolean
  state: string
  /** register, assign, start, answer, reportDone, accept, reject, silence, extend, transfer, decline; 'file' and 'join' too. */
  event: string
  /** Its place in the timeline: (requestId, seq) is the key of a message. */
  seq: number
  /** Public words: the answer, the act, the reason. */
  note: string
  dueOn: string
  extendedTo: string | null
  /** Result to be confirmed by the resident until this day. */
  silenceEndsOn: string | null
  /** Who asked and who joined, where a person is linked. */
  personIds: string[]
  /** Flats of all of them, for people without a link. */
  premisesIds: string[]
  executorOrganisationId: string | null
}

/** Payload: RequestAnnounced. */
export const requestFiled = 'requests.requestFiled'
/** Payload: RequestAnnounced. */
export const requestMoved = 'requests.requestMoved'
/** Payload: RequestAnnounced; executor is a supplier (K29: applications of consumers are passed to suppliers). */
export const requestPassedToSupplier = 'requests.passedToSupplier'
