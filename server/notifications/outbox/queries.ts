import 'server-only'
import { newId } from '#server/kernel/ids.ts'
import type { Locale } from '#server/kernel/format.ts'
import type { Context } from '#server/infra/context.ts'
import { log } from '#server/infra/log.ts'
import type { SmsReport } from '#server/infra/sms.ts'
import { lifeMinutes, notBefore, type Priority } from '#server/notifications/outbox/rules.ts'

export type Queued = {
  buildingId: string; messageId: string; personId: string | null; challengeId: string | null; template: string; locale: Locale
  params: Record<string, string>; priority: Priority; attempts: number; expiresAt: Date
}

export type NewMessage = Pick<Queued, 'buildingId' | 'personId' | 'challengeId' | 'template' | 'locale' | 'params' | 'priority'> & { dedupeKey: string; expiresAt?: Date }

/** Puts a text message into the outbox, once per dedupe key; quiet hours are kept here. */
export async function queueMessage(ctx: Context, message: NewMessage): Promise<void> {
  const expires = message.expiresAt ?? new Date(ctx.now.getTime() + lifeMinutes(message.priority) * 60_000)
  await ctx.db.$executeRaw`
    insert into messages (building_id, message_id, dedupe_key, person_id, challenge_id, channel, template, locale, params, priority, not_before, expires_at, created_at, changed_at)
    values (${message.buildingId}::uuid, ${newId()}::uuid, ${message.dedupeKey}, ${message.personId}::uuid, ${message.challengeId}::uuid, 'SMS', ${message.template},
      ${message.locale}, ${JSON.stringify(message.params)}::jsonb, ${message.priority}, ${notBefore(message.priority, ctx.now)}, ${expires}, app.now(), app.now())
    on conflict (building_id, dedupe_key) do nothing`
}

/** Takes due messages for this worker alone. One that a dead worker left in the middle comes back after two minutes. */
export async function claimMessages(ctx: Context, limit: number): Promise<Queued[]> {
  return ctx.db.$queryRaw<Queued[]>`
    update messages m set state = 'SENDING', attempts = m.attempts + 1, changed_at = app.now()
    from (select building_id, message_id from messages
          where not_before <= app.now() and (state = 'QUEUED' or (state = 'SENDING' and changed_at < app.now() - interval '2 minutes' and priority in ('CODE', 'EMERGENCY')))
          order by case priority when 'CODE' then 0 when 'EMERGENCY' then 1 else 2 end, not_before limit ${limit} for update skip locked) due
    where m.building_id = due.building_id and m.message_id = due.message_id
    returning m.building_id as "buildingId", m.message_id as "messageId", m.person_id as "personId", m.challenge_id as "challengeId", m.template, m.locale,
      m.params, m.priority, m.attempts, m.expires_at as "expiresAt"`
}

export type Ending =
  | { state: 'ACCEPTED'; provider: string; providerId: string | null; parts: number }
  | { state: 'QUEUED'; waitSeconds: number; problem: string }
  | { state: 'FAILED' | 'EXPIRED' | 'SUPPRESSED' | 'UNKNOWN'; problem: string }

/** A report may have come before our own answer: what is no longer SENDING is left alone. */
export async function settleMessage(ctx: Context, message: Queued, ending: Ending): Promise<void> {
  const accepted = ending.state === 'ACCEPTED' ? ending : null
  await ctx.db.$executeRaw`
    update messages set state = case when state = 'SENDING' then ${ending.state} else state end, changed_at = app.now(),
      provider = coalesce(${accepted?.provider ?? null}, provider), provider_message_id = coalesce(${accepted?.providerId ?? null}, provider_message_id),
      parts = coalesce(${accepted?.parts ?? null}::int, parts), problem = ${'problem' in ending ? ending.problem : null},
      not_before = case when ${ending.state} = 'QUEUED' then app.now() + make_interval(secs => ${'waitSeconds' in ending ? ending.waitSeconds : 0}) else not_before end
    where building_id = ${message.buildingId}::uuid and message_id = ${message.messageId}::uuid`
}

export type Attempt = { provider: string; outcome: string; providerId: string | null; response: string }

export async function keepAttempt(ctx: Context, message: Queued, attempt: Attempt): Promise<void> {
  await ctx.db.$executeRaw`
    insert into delivery_attempts (building_id, message_id, number, provider, outcome, provider_message_id, response, at)
    values (${message.buildingId}::uuid, ${message.messageId}::uuid, ${message.attempts}, ${attempt.provider}, ${attempt.outcome}, ${attempt.providerId}, ${attempt.response}, app.now())
    on conflict do nothing`
}

/** Before the gateway is asked: where it lets us name the message, its report can already find it. */
export async function nameAtGateway(ctx: Context, message: Queued, gateway: { provider: string; providerId: string | null }): Promise<void> {
  await ctx.db.$executeRaw`
    update messages set provider = ${gateway.provider}, provider_message_id = ${gateway.providerId}
    where building_id = ${message.buildingId}::uuid and message_id = ${message.messageId}::uuid`
}

/** Keeps what a gateway says; a final state is never left, an unknown word changes nothing and is shouted about. */
export async function applyReport(ctx: Context, provider: string, report: SmsReport): Promise<boolean> {
  if (report.unmapped) log.error({ provider, word: report.word }, 'ALARM: a gateway used a word that our table does not know')
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    update messages set state = case when ${report.state} = 'ACCEPTED' and state = 'SENDING' then 'SENDING' else ${report.state} end, changed_at = app.now(),
      provider = coalesce(provider, ${provider}), provider_message_id = coalesce(provider_message_id, ${report.providerId})
    where channel = 'SMS' and state in ('SENDING', 'ACCEPTED')
      and (message_id::text = ${report.id ?? ''} or (provider = ${provider} and provider_message_id = ${report.providerId ?? ''}))
    returning message_id as id`
  return rows.length > 0
}

export type Waiting = { providerId: string; provider: string; personId: string | null; challengeId: string | null }

/** Accepted and not yet told what became of them; asked from the gateway itself. */
export async function waitingForReport(ctx: Context): Promise<Waiting[]> {
  return ctx.db.$queryRaw<Waiting[]>`
    select provider_message_id as "providerId", provider, person_id as "personId", challenge_id as "challengeId" from messages
    where state = 'ACCEPTED' and provider_message_id is not null and changed_at < app.now() - interval '20 seconds' order by changed_at limit 200`
}

/** Nobody will tell any more: accepted becomes unknown, unsent becomes expired. */
export async function expireMessages(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`update messages set state = case when state = 'QUEUED' then 'EXPIRED' else 'UNKNOWN' end, changed_at = app.now()
    where (state = 'ACCEPTED' and expires_at < app.now() - interval '1 day') or (state = 'QUEUED' and expires_at < app.now())
      or (state = 'SENDING' and changed_at < app.now() - interval '1 day')`
}
