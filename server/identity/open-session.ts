import 'server-only'
import { record } from '#server/audit/record.ts'
import { conflict } from '#server/kernel/errors.ts'
import type { Locale } from '#server/kernel/format.ts'
import { newId } from '#server/kernel/ids.ts'
import { countryOfPhone } from '#server/kernel/jurisdiction.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { randomToken, sha256 } from '#server/infra/crypto.ts'
import { emit } from '#server/infra/event-queue.ts'
import { browserKey } from '#server/identity/codes/keys.ts'
import { deviceAdded } from '#server/identity/events.ts'
import { mayAskForCode } from '#server/identity/policy.ts'
import { waitingCode } from '#server/identity/queries.ts'
import { deviceName } from '#server/identity/rules.ts'
import type { OpenSessionInput } from '#server/identity/schema.ts'
import { tryCode } from '#server/identity/try-code.ts'

export type OpenedSession = { sid: string; personId: string; isNew: boolean; fresh: boolean; otherDevices: number; locale: Locale }
type Answer = { personId: string; new: boolean; fresh: boolean; otherDevices: number; locale: Locale }

const noHouse = '00000000-0000-0000-0000-000000000000'

/** Signs a resident in by the code that this very browser asked for. The session's secret goes into the envelope only. */
export async function openSession(request: RequestScope, input: OpenSessionInput): Promise<OpenedSession> {
  mayAskForCode(request.browser)
  const waiting = await serviceTransaction('sign-in', ctx => waitingCode(ctx, browserKey(request.browser)), request)
  if (waiting === null) throw conflict('identity.codeDead')
  const { phone } = await tryCode(request, { challengeId: waiting.challengeId, purpose: 'signIn', contentHash: '', code: input.code, sessionHash: '' })
  const sid = randomToken()
  const answer = await serviceTransaction('sign-in', ctx => open(ctx, { sid, challengeId: waiting.challengeId, phone }), request)
  return { sid, personId: answer.personId, isNew: answer.new, fresh: answer.fresh, otherDevices: answer.otherDevices, locale: answer.locale }
}

async function open(ctx: Context, { sid, challengeId, phone }: { sid: string; challengeId: string; phone: string }): Promise<Answer> {
  const device = deviceName(ctx.request.userAgent)
  const facts = {
    challengeId, sessionHash: sha256(sid), personId: newId(), country: countryOfPhone(phone), locale: ctx.locale,
    deviceName: device, browserKey: browserKey(ctx.request.browser),
  }
  const rows = await ctx.db.$queryRaw<{ answer: Answer | null }[]>`select auth.open_session(${JSON.stringify(facts)}::jsonb) as answer`
  const answer = rows[0]?.answer
  if (!answer) throw conflict('identity.codeDead')
  // Whoever signs in in another language reads it now: messages follow.
  if (answer.locale !== ctx.locale) await ctx.db.$queryRaw`select auth.change_person(${answer.personId}::uuid, ${ctx.locale}, null)`
  await record(ctx, {
    action: 'identity.openSession', buildingId: null, subjectType: 'PERSON', subjectId: answer.personId,
    after: { new: answer.new, fresh: answer.fresh, device },
  })
  if (!answer.new && answer.fresh) {
    await emit(ctx, { name: deviceAdded, buildingId: noHouse, payload: { personIds: [answer.personId], device, fresh: answer.fresh } })
  }
  return { ...answer, locale: ctx.locale }
}
