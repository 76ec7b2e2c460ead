import { createCaller } from '#server/api/root.ts'
import { serviceTransaction, type RequestScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import type { AnnounceMeetingInput, Choice } from '#server/meetings/schema.ts'
import { seedVotingRules } from '#prisma/seed/reference/voting-rules.ts'
import { asOwner, type ActingPerson } from '#test/support/actors.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import type { TestHouse, TestPremises } from '#test/support/factories.ts'

export const noticeDay = '2026-08-03T10:00:00+05:00'
export const votingDay = '2026-08-10T10:00:00+05:00'
export const lastMoment = '2026-08-20T20:00:00+05:00'

export async function seedRules(): Promise<void> {
  await serviceTransaction('reference', seedVotingRules)
}

export function threeWords(text: string): { uz: string; kk: string; ru: string } {
  return { uz: `${text} (uz)`, kk: `${text} (kk)`, ru: `${text} (ru)` }
}

export function noticeOf(house: { buildingId: string }, change: Partial<AnnounceMeetingInput> = {}): AnnounceMeetingInput {
  return {
    buildingId: house.buildingId, meetingId: newId(), title: threeWords('Roof and tariff'), form: 'ABSENTEE_DIGITAL', scope: 'house',
    opensAt: '2026-08-10T09:00', closesAt: '2026-08-20T20:00',
    items: [
      { itemId: newId(), questionType: 'overhaul', question: threeWords('Repair the roof?'), explanation: threeWords('It leaks') },
      { itemId: newId(), questionType: 'tariff', question: threeWords('Tariff of 85 per m²?') },
      { itemId: newId(), questionType: 'general', question: threeWords('Plant trees?') },
    ],
    ...change,
  }
}

export type OpenMeeting = { house: TestHouse; input: AnnounceMeetingInput; place: { buildingId: string; meetingId: string } }

/** Announced on the notice day and opened a week later, or when the notice says; the clock then stands there. */
export async function openMeeting(house: TestHouse, chair: ActingPerson, change: Partial<AnnounceMeetingInput> = {}): Promise<OpenMeeting> {
  const input = noticeOf(house, change)
  const place = { buildingId: house.buildingId, meetingId: input.meetingId }
  await setNow(noticeDay)
  await chair.caller.meetings.announceMeeting(input)
  await setNow(change.opensAt === undefined ? votingDay : `${change.opensAt}:30+05:00`)
  await chair.caller.meetings.openVoting(place)
  return { house, input, place }
}

/** The same person on a browser and an address of their own, so that limits of codes do not count them together. */
export function apart(person: ActingPerson): ActingPerson {
  const request: RequestScope = { ...person.request, browser: newId(), address: newId() }
  return { ...person, request, caller: createCaller({ request }) }
}

export async function ownerOf(db: TestDatabase, house: TestHouse, unit: TestPremises | undefined, options: { level?: number; fresh?: boolean } = {}): Promise<ActingPerson> {
  if (!unit) throw new Error('no such unit')
  return apart(await asOwner(db, house, unit, options))
}

export const secret = 'A'.repeat(43)

export function answersOf(input: AnnounceMeetingInput, choices: readonly Choice[]): { itemId: string; choice: Choice }[] {
  return input.items.map((item, index) => ({ itemId: item.itemId, choice: choices[index % choices.length] ?? 'FOR' }))
}

type Units = readonly { premisesId: string }[]

export type ReadyBallot = { buildingId: string; meetingId: string; draftId: string; ballotId: string; challengeId: string; digest: string; code: string; secret: string }

/** Draft frozen and code sent: everything but the last press. */
export async function readyBallot(person: ActingPerson, meeting: OpenMeeting, { units, choices }: { units: Units; choices: readonly Choice[] }): Promise<ReadyBallot> {
  const draftId = newId()
  const frozen = await person.caller.meetings.freezeBallot({ ...meeting.place, draftId, premisesIds: units.map(unit => unit.premisesId), answers: answersOf(meeting.input, choices) })
  const sent = await person.caller.meetings.requestBallotCode({ ...meeting.place, draftId })
  return { ...meeting.place, draftId, ballotId: newId(), challengeId: sent.challengeId, digest: frozen.digest, code: sent.demoCode ?? '', secret }
}

export async function vote(person: ActingPerson, meeting: OpenMeeting, given: { units: Units; choices: readonly Choice[] }) {
  return person.caller.meetings.castBallot(await readyBallot(person, meeting, given))
}
