import 'server-only'
import { countryOfPhone } from '#server/kernel/jurisdiction.ts'
import { smsNormalise, smsParts } from '#server/kernel/text.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { env } from '#server/infra/env.ts'
import { log } from '#server/infra/log.ts'
import { counter } from '#server/infra/metrics.ts'
import { slot } from '#server/infra/slot.ts'
import type { SmsGateway, SmsResult } from '#server/infra/sms.ts'
import { texts } from '#server/infra/texts.ts'
import { deriveCode } from '#server/identity/codes/keys.ts'
import { codeMessage } from '#server/identity/codes/text.ts'
import { findPersons } from '#server/identity/queries.ts'
import { gateways } from '#server/notifications/sms/gateways.ts'
import { claimMessages, keepAttempt, nameAtGateway, settleMessage, type Ending, type Queued } from '#server/notifications/outbox/queries.ts'
import { decide, type Decision } from '#server/notifications/outbox/rules.ts'

type Letter = { to: string; text: string }
type Challenge = { challengeId: string; purpose: string; contentHash: string; phone: string; template: string; params: Record<string, string>; locale: Queued['locale']; open: boolean }

const sentTexts = () => counter({ name: 'uyim_sms_total', help: 'Text messages given to gateways', labels: ['provider', 'outcome'] })

/** Sends what is due; each message is settled by itself, so that one hanging gateway holds up nothing else. */
export async function deliverDue(limit = 20): Promise<number> {
  const due = await serviceTransaction('worker', ctx => claimMessages(ctx, limit))
  await Promise.all(due.map(message => deliver(message).catch((error: unknown) => {
    log.error({ err: error, messageId: message.messageId }, 'a message was not sent')
    return settle(message, { state: 'QUEUED', waitSeconds: 60, problem: 'INTERNAL' })
  })))
  return due.length
}

function settle(message: Queued, ending: Ending): Promise<void> {
  return serviceTransaction('worker', ctx => settleMessage(ctx, message, ending))
}

async function deliver(message: Queued): Promise<void> {
  const { letter, now } = await serviceTransaction('worker', async ctx => ({ letter: await write(ctx, message), now: ctx.now }))
  if (letter === null) return settle(message, { state: 'SUPPRESSED', problem: 'NO_ADDRESS' })
  if (message.expiresAt < now) return settle(message, { state: 'EXPIRED', problem: 'LATE' })
  const country = countryOfPhone(letter.to)
  const known = country === null ? [] : gateways()[country]
  if (known.length === 0) {
    alarm('gateway', `no gateway for ${country ?? 'this number'}`)
    return settle(message, { state: 'FAILED', problem: 'NO_GATEWAY' })
  }
  return settle(message, await tryGateways(message, letter, { known, lifeSeconds: Math.max(60, Math.floor((message.expiresAt.getTime() - now.getTime()) / 1000)) }))
}

type Ways = { known: SmsGateway[]; lifeSeconds: number }

/** From the first gateway on; one that cannot is passed by within the same attempt. */
async function tryGateways(message: Queued, letter: Letter, { known, lifeSeconds }: Ways): Promise<Ending> {
  for (const [index, gateway] of known.entries()) {
    const result = await send(message, letter, { gateway, lifeSeconds })
    const parts = smsParts(letter.text)
    if (result.accepted) return { state: 'ACCEPTED', provider: gateway.name, providerId: result.providerId, parts }
    const decision = decide(result.error, { attempts: message.attempts, priority: message.priority, hasOther: index + 1 < known.length })
    if ('alarm' in decision && decision.alarm) alarm(`${gateway.name} ${result.error}`, `${gateway.name}: ${result.error}`)
    if (decision.act !== 'switch') return endingOf(decision, result.error, { provider: gateway.name, providerId: gateway.nameOf?.(message.messageId) ?? null, parts })
  }
  return { state: 'FAILED', problem: 'NO_GATEWAY' }
}

function endingOf(decision: Exclude<Decision, { act: 'switch' }>, problem: string, accepted: { provider: string; providerId: string | null; parts: number }): Ending {
  if (decision.act === 'accept') return { state: 'ACCEPTED', ...accepted }
  if (decision.act === 'wait') return { state: 'QUEUED', waitSeconds: decision.seconds, problem }
  return { state: decision.act === 'lose' ? 'UNKNOWN' : 'FAILED', problem }
}

async function send(message: Queued, letter: Letter, { gateway, lifeSeconds }: { gateway: SmsGateway; lifeSeconds: number }): Promise<SmsResult> {
  await serviceTransaction('worker', ctx => nameAtGateway(ctx, message, { provider: gateway.name, providerId: gateway.nameOf?.(message.messageId) ?? null }))
  const result = await gateway.send({ id: message.messageId, to: letter.to, text: letter.text, lifeSeconds })
  const outcome = result.accepted ? 'ACCEPTED' : result.error
  sentTexts().inc({ provider: gateway.name, outcome })
  await serviceTransaction('worker', ctx => keepAttempt(ctx, message, { provider: gateway.name, outcome, providerId: result.accepted ? result.providerId : null, response: result.response }))
  return result
}

/** Address and text are made at the moment of sending and kept nowhere. */
async function write(ctx: Context, message: Queued): Promise<Letter | null> {
  if (message.challengeId !== null) return writeCode(ctx, message.challengeId)
  const [person] = await findPersons(ctx, [message.personId ?? ''])
  if (!person?.phone) return null
  return { to: person.phone, text: smsNormalise(texts(message.locale)(`notifications.sms.${message.template}`, message.params)) }
}

async function writeCode(ctx: Context, challengeId: string): Promise<Letter | null> {
  const rows = await ctx.db.$queryRaw<{ challenge: Challenge | null }[]>`select auth.code_to_send(${challengeId}::uuid) as challenge`
  const challenge = rows[0]?.challenge
  if (!challenge?.open) return null
  const code = deriveCode(challengeId, challenge)
  const words = texts(challenge.locale)(`notifications.sms.${challenge.template}`, { ...challenge.params, code })
  return { to: challenge.phone, text: codeMessage(words, { host: new URL(env.APP_URL).hostname, code }) }
}

const hour = 60 * 60 * 1000

/** Once an hour per cause, not per message. */
function alarm(cause: string, words: string): void {
  const last = slot('sms.alarms', () => new Map<string, number>())
  const now = performance.now()
  if (now - (last.get(cause) ?? -hour) < hour) return
  last.set(cause, now)
  log.error({ cause }, `ALARM: text messages: ${words}`)
}
