import 'server-only'
import { countryOfPhone } from '#server/kernel/jurisdiction.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import type { Jobs, QueuedEvent } from '#server/infra/jobs.ts'
import { codeRequested, codeRequestedPayload } from '#server/identity/events.ts'
import { findPersons } from '#server/identity/queries.ts'
import { heardEvents, letterOf, type Letter } from '#server/notifications/letters/rules.ts'
import { applyReport, expireMessages, queueMessage, waitingForReport, type Waiting } from '#server/notifications/outbox/queries.ts'
import { putLetters } from '#server/notifications/queries.ts'
import { deliverDue } from '#server/notifications/sms/deliver.ts'
import { gateways } from '#server/notifications/sms/gateways.ts'

/** A letter to everybody the event reaches; for danger a text message too. Twice is the same as once. */
async function hear(event: QueuedEvent): Promise<void> {
  const letter = letterOf(event.name, { ...event.payload, buildingId: event.buildingId })
  if (letter === null) return
  await serviceTransaction('worker', async ctx => {
    const reached = await putLetters(ctx, {
      buildingId: event.buildingId, dedupeKey: event.id, template: letter.template, params: letter.params, link: letter.link,
      personIds: letter.personIds, premisesIds: letter.premisesIds, happenedAt: event.createdAt, receivedAt: event.createdAt,
    })
    if (letter.sms) await queueForPersons(ctx, { event, reached, sms: letter.sms })
  })
  if (letter.sms) await deliverDue()
}

type Danger = { event: QueuedEvent; reached: string[]; sms: NonNullable<Letter['sms']> }

async function queueForPersons(ctx: Context, { event, reached, sms }: Danger): Promise<void> {
  for (const person of await findPersons(ctx, reached)) {
    if (person.phone === null) continue
    await queueMessage(ctx, {
      buildingId: event.buildingId, dedupeKey: `${event.id} ${person.personId} SMS`, personId: person.personId, challengeId: null,
      template: sms.template, params: sms.params, locale: person.locale, priority: 'EMERGENCY',
    })
  }
}

/** A code goes out at once; the event carries only the challenge (settled 16). */
async function sendCode(event: QueuedEvent): Promise<void> {
  const { challengeId, send } = codeRequestedPayload.parse(event.payload)
  await serviceTransaction('worker', async ctx => {
    const rows = await ctx.db.$queryRaw<{ challenge: { locale: 'uz' | 'kk' | 'ru'; template: string; expiresAt: string; open: boolean } | null }[]>`select auth.code_to_send(${challengeId}::uuid) as challenge`
    const challenge = rows[0]?.challenge
    if (!challenge?.open) return
    await queueMessage(ctx, {
      buildingId: event.buildingId, dedupeKey: `code ${challengeId} ${send}`, personId: null, challengeId, template: challenge.template, params: {},
      locale: challenge.locale, priority: 'CODE', expiresAt: new Date(challenge.expiresAt),
    })
  })
  await deliverDue()
}

async function askReports(): Promise<void> {
  const waiting = await serviceTransaction('worker', waitingForReport)
  for (const gateway of new Map(Object.values(gateways()).flat().map(each => [each.name, each])).values()) {
    const asked = await serviceTransaction('worker', ctx => withNumbers(ctx, waiting.filter(each => each.provider === gateway.name)))
    for (const report of asked.length === 0 ? [] : await gateway.report(asked)) await serviceTransaction('worker', ctx => applyReport(ctx, gateway.name, report))
  }
}

async function withNumbers(ctx: Context, waiting: Waiting[]): Promise<{ providerId: string; to: string }[]> {
  const found: { providerId: string; to: string }[] = []
  for (const each of waiting) {
    const phone = each.personId === null ? await phoneOfCode(ctx, each.challengeId ?? '') : (await findPersons(ctx, [each.personId]))[0]?.phone
    if (phone && countryOfPhone(phone) !== null) found.push({ providerId: each.providerId, to: phone })
  }
  return found
}

async function phoneOfCode(ctx: Context, challengeId: string): Promise<string | null> {
  const rows = await ctx.db.$queryRaw<{ challenge: { phone: string } | null }[]>`select auth.code_to_send(${challengeId}::uuid) as challenge`
  return rows[0]?.challenge?.phone ?? null
}

export const jobs: Jobs = {
  events: { ...Object.fromEntries(heardEvents.map(name => [name, hear])), [codeRequested]: sendCode },
  schedules: [
    { name: 'notifications.deliver', everySeconds: 5, run: async () => { while (await deliverDue() > 0); } },
    { name: 'notifications.askReports', everySeconds: 60, run: askReports },
    { name: 'notifications.expire', everySeconds: 600, run: () => serviceTransaction('worker', expireMessages) },
  ],
}
