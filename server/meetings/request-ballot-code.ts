import 'server-only'
import { record } from '#server/audit/record.ts'
import { requestCode, type CodeSent } from '#server/identity/request-code.ts'
import { openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { texts } from '#server/infra/texts.ts'
import { conflict, notFound } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { smsNormalise, smsParts } from '#server/kernel/text.ts'
import { findDraft, type DraftRow } from '#server/meetings/ballots/queries.ts'
import { mostInWords, shortDigest, smsWordings, type SmsFacts } from '#server/meetings/ballots/rules.ts'
import { mayVote } from '#server/meetings/policy.ts'
import { findHouse, meetingAt } from '#server/meetings/queries.ts'
import { checkVotable, choicesOf } from '#server/meetings/rules.ts'
import type { DraftInput } from '#server/meetings/schema.ts'

/** Sends the code of a frozen ballot; the message repeats house, day of the meeting, units and answers, so that eyes can check (identity 1.4). */
export async function requestBallotCode(request: RequestScope, input: DraftInput): Promise<CodeSent> {
  const wanted = await openTransaction(request, ctx => wantedCode(ctx, input))
  return requestCode(request, { purpose: 'vote', smsTemplate: 'vote', ...wanted })
}

async function wantedCode(ctx: Context, input: DraftInput): Promise<{ contentHash: string; params: Record<string, string> }> {
  const draft = await findDraft(ctx, input, input.draftId)
  if (draft === null) throw notFound()
  mayVote(ctx.actor, { buildingId: input.buildingId, premisesIds: draft.seats.map(seat => seat.premisesId), leastLevel: 2 })
  if (draft.state !== 'FROZEN') throw conflict('meetings.draftChanged')
  const meeting = await meetingAt(ctx, input)
  checkVotable(meeting, ctx.now)
  const house = await findHouse(ctx, input.buildingId)
  await record(ctx, {
    action: 'meetings.requestBallotCode', buildingId: input.buildingId, premisesId: draft.seats[0]?.premisesId ?? null,
    subjectType: 'ballotDraft', subjectId: input.draftId, after: { meetingId: input.meetingId },
  })
  return { contentHash: draft.digest, params: wordingOf(ctx, { house: house?.name ?? '', opensAt: meeting.opensAt }, draft) }
}

/** The first wording that fits into one part, with the line by which browsers fill the code in if it can be; else the fullest of two parts. */
function wordingOf(ctx: Context, { house, opensAt }: { house: string; opensAt: Date }, draft: DraftRow): SmsFacts {
  const t = texts(ctx.locale)
  const chosen = choicesOf(draft.choices)
  const answers = chosen.length > mostInWords ? t('meetings.sms.digest', { digest: shortDigest(draft.digest) }) : chosen.map(choice => ({ choice, word: t(`meetings.sms.${choice}`) }))
  const units = [...new Set(draft.seats.map(seat => t(`meetings.sms.unit.${seat.kind}`, { number: seat.unit })))]
  const bare = formatDate(localDateOf(opensAt)).slice(0, 5)
  const wordings = smsWordings({ house, on: { named: t('meetings.sms.meeting', { date: bare }), bare }, units, answers })
  const partsOf = (facts: SmsFacts, line: string) => smsParts(smsNormalise(t('notifications.sms.vote', { ...facts, code: '000000' })) + line)
  const line = `\n@${new URL(env.APP_URL).hostname} #000000`
  const full = wordings.slice(0, 3)
  return full.find(facts => partsOf(facts, line) === 1) ?? wordings.find(facts => partsOf(facts, '') === 1)
    ?? wordings.find(facts => partsOf(facts, '') === 2) ?? wordings.at(-1) ?? wordings[0]
}
