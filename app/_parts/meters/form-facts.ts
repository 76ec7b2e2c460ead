import type { MeterFacts, PreviousReading, ReadingWindow, UsualRange } from '#server/meters/rules.ts'

/** What a form must know of a meter, with a network and without: no names, no phones. */
export type FormMeter = MeterFacts & {
  buildingId: string
  meterId: string
  serial: string
  house: string
  flat: string
  last: PreviousReading | null
  usual: UsualRange | null
  window: ReadingWindow
}

export type FormWords = {
  last: string
  first: string
  register: string
  registerN: string
  hint: string
  hintDecimals: string
  used: string
  usedOnly: string
  notes: Record<string, string>
  photo: string
  photoHint: string
  send: string
  sendEmpty: string
  sending: string
  yes: string
  no: string
  accepted: string
  acceptedTitle: string
  flagged: string
  flaggedTitle: string
  kept: string
  keptSignedOut: string
  keptTitle: string
  notKept: string
  photoLost: string
  another: string
  waiting: Record<string, string>
}
