import 'server-only'
import { record } from '#server/audit/record.ts'
import { forbidden, invalid } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { countryOfPhone, maskPhone, parsePhone } from '#server/kernel/jurisdiction.ts'
import { smsParts } from '#server/kernel/text.ts'
import { openTransaction, serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { hmac } from '#server/infra/crypto.ts'
import { env } from '#server/infra/env.ts'
import { emit } from '#server/infra/event-queue.ts'
import { log } from '#server/infra/log.ts'
import { counter } from '#server/infra/metrics.ts'
import { texts } from '#server/infra/texts.ts'
import { addressKey, blockKey, browserKey, codeHash, deriveCode, phoneKey } from '#server/identity/codes/keys.ts'
import { codeMessage } from '#server/identity/codes/text.ts'
import { codeRequested, codesStopped } from '#server/identity/events.ts'
import { mayAskForCode, signedPerson } from '#server/identity/policy.ts'
import { findPerson } from '#server/identity/queries.ts'
import { minutesOf, prefixOf, refusedRequest, type CodeAnswer } from '#server/identity/rules.ts'
import type { CodePurpose } from '#server/identity/schema.ts'

export type CodeWanted = {
  purpose: CodePurpose
  /** sha256 hex of exactly what the code will confirm; empty for sign-in. */
  contentHash: string
  /** Only for sign-in; otherwise the code goes to the person's own number. */
  phone?: string
  /** Key under sms.* of locales/<l>/notifications.json. */
  smsTemplate: string
  params: Record<string, string>
}

export type CodeSent = {
  challengeId: string
  maskedPhone: string
  expiresAt: Date
  resendAfterSeconds: number
  /** False: the same code was sent a moment ago and is still good. */
  sent: boolean
  /** The code itself, only in the demonstration (settled 22). */
  demoCode: string | null
}

const noHouse = '00000000-0000-0000-0000-000000000000'
const lifeSeconds: Record<CodePurpose, number> = { signIn: 300, vote: 600, phoneChange: 600 }

/** Asks for a one-time code: the same steps for known and unknown numbers, the limits by SQL (identity 1.2). */
export async function requestCode(request: RequestScope, wanted: CodeWanted): Promise<CodeSent> {
  mayAskForCode(request.browser)
  const asker = wanted.purpose === 'signIn' ? stranger(wanted) : await openTransaction(request, knownPerson)
  const challengeId = newId()
  const facts = {
    ...asker, challengeId, purpose: wanted.purpose, contentHash: wanted.contentHash, params: wanted.params, locale: request.locale,
    template: wanted.smsTemplate, codeHash: codeHash(challengeId, wanted, deriveCode(challengeId, wanted)), phoneKey: phoneKey(asker.phone), blockKey: blockKey(asker.phone), parts: partsOf(request, wanted),
    browserKey: browserKey(request.browser), addressKey: addressKey(request.address), prefix: prefixOf(asker.phone), lifeSeconds: lifeSeconds[wanted.purpose],
  }
  const answer = await serviceTransaction('sign-in', ctx => ask(ctx, facts), request)
  if (answer.state !== 'OPEN') throw refusedRequest(answer)
  return {
    challengeId: answer.challengeId, maskedPhone: maskPhone(answer.phone), expiresAt: new Date(answer.expiresAt), sent: answer.sent,
    resendAfterSeconds: answer.resendAfterSeconds, demoCode: env.DEMO ? deriveCode(answer.challengeId, wanted) : null,
  }
}

/** How many parts of a text message the code will cost, before it is made. */
function partsOf({ locale }: RequestScope, { smsTemplate, params }: CodeWanted): number {
  const code = '000000'
  return smsParts(codeMessage(texts(locale)(`notifications.sms.${smsTemplate}`, { ...params, code }), { host: new URL(env.APP_URL).hostname, code }))
}

type Asker = { phone: string; personId: string | null; sessionHash: string }

function stranger({ phone }: CodeWanted): Asker {
  const number = parsePhone(phone ?? '')
  if (number === null) throw invalid('identity.phoneShape')
  return { phone: number, personId: null, sessionHash: '' }
}

async function knownPerson(ctx: Context): Promise<Asker> {
  const personId = signedPerson(ctx.actor)
  const person = await findPerson(ctx, personId)
  if (person.phone === null) throw forbidden('identity.noPhone')
  return { phone: person.phone, personId, sessionHash: ctx.actor.sessionId ?? '' }
}

type Facts = { phone: string; purpose: CodePurpose } & Record<string, unknown>

async function ask(ctx: Context, facts: Facts): Promise<CodeAnswer> {
  const rows = await ctx.db.$queryRaw<{ answer: CodeAnswer }[]>`select auth.request_code(${JSON.stringify(facts)}::jsonb) as answer`
  const answer = rows[0]?.answer
  if (!answer) throw new Error('auth.request_code answered nothing')
  if (answer.state === 'OPEN' && answer.sent) {
    await emit(ctx, { name: codeRequested, buildingId: noHouse, payload: { challengeId: answer.challengeId, send: answer.sends } })
    await record(ctx, {
      action: 'identity.requestCode', buildingId: null, subjectType: 'CHALLENGE', subjectId: answer.challengeId,
      after: { purpose: facts.purpose, phone: hmac('audit-phone', facts.phone).slice(0, 16), send: answer.sends },
    })
  }
  if (answer.state === 'STOPPED' && answer.first) await tellKeepers(ctx, answer, facts.phone)
  return answer
}

const stops = () => counter({ name: 'uyim_code_stops_total', help: 'Days and hours in which codes were stopped', labels: ['cause'] })

/** Once per day or hour that is used up: an alarm for the machine room, a letter for whoever keeps the service. */
async function tellKeepers(ctx: Context, { cause, scope, seconds }: Extract<CodeAnswer, { state: 'STOPPED' }>, phone: string): Promise<void> {
  stops().inc({ cause })
  log.error({ cause, scope, seconds }, 'ALARM: one-time codes are stopped')
  const keepers = await ctx.db.$queryRaw<{ id: string }[]>`select auth.keepers_of(${countryOfPhone(phone) ?? ''})::text as id`
  await emit(ctx, { name: codesStopped, buildingId: noHouse, payload: { personIds: keepers.map(each => each.id), cause, scope, minutes: minutesOf(seconds) } })
  await record(ctx, { action: 'identity.stopCodes', buildingId: null, subjectType: 'CODES', subjectId: scope, ground: cause })
}
