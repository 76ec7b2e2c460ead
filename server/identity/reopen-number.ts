import 'server-only'
import { record } from '#server/audit/record.ts'
import { conflict, forbidden, invalid, notFound } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { documentHash } from '#server/identity/codes/keys.ts'
import { numberOpened } from '#server/identity/events.ts'
import { shutNumbers, wordsFor, type ShutRow } from '#server/identity/numbers/queries.ts'
import { mayOpenNumber, signedPerson } from '#server/identity/policy.ts'
import { reachesWith, registeredOwners, visibleBuilding } from '#server/identity/queries.ts'
import { judgeConfirmations, type Confirmation } from '#server/identity/rules.ts'
import type { ReopenNumberInput } from '#server/identity/schema.ts'

/**
 * Somebody of the council, or who keeps the register, saw the holder's paper: one word. The second, of another person about the
 * same paper, opens the number that a hundred wrong codes shut (identity 1.2). Nobody opens their own.
 */
export async function reopenNumber(ctx: Context, input: ReopenNumberInput): Promise<{ state: 'WAITING_SECOND' | 'OPENED' }> {
  const me = signedPerson(ctx.actor)
  await visibleBuilding(ctx, input.buildingId)
  const { side, grant } = mayOpenNumber(ctx.actor, { buildingId: input.buildingId, keepsRegister: await reachesWith(ctx, 'registry.write', input.buildingId) })
  // Two at the same moment: the second must see the first's word.
  await ctx.db.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`number ${input.numberKey}`}, 0))`
  const rows = (await shutNumbers(ctx, side)).filter(row => row.numberKey === input.numberKey && row.buildingId === input.buildingId)
  const place = rows.find(row => row.premisesId === input.premisesId)
  if (!place) throw notFound('identity.numberNotShut')
  if (place.personId === me) throw forbidden('identity.ownNumber')
  const ownerId = await provenOwner(ctx, input, place)
  const mine: Confirmation = { confirmedBy: me, ownerId: ownerId ?? '', documentType: input.documentType, documentHash: documentHash(input.documentType, input.documentNumber) }
  const earlier = (await wordsFor(ctx, [input.numberKey])).filter(word => word.buildingId === input.buildingId && word.closedAt.getTime() === place.closedAt.getTime())
  const verdict = judgeConfirmations(earlier, mine, { again: 'identity.secondPersonNeeded', differ: 'identity.wordsDiffer' })
  await keep(ctx, { place, mine, ownerId })
  await record(ctx, {
    action: 'identity.reopenNumber', buildingId: input.buildingId, premisesId: place.premisesId, subjectType: 'NUMBER', subjectId: input.numberKey, grantId: grant?.id ?? null,
    ground: input.documentType, after: { ownerId, side, verdict: verdict === 'FIRST' ? 'FIRST' : 'OPENED' },
  })
  if (verdict === 'FIRST') return { state: 'WAITING_SECOND' }
  await open(ctx, place, [...earlier.map(word => word.confirmedBy), me])
  return { state: 'OPENED' }
}

/** An owner is one of today's register, proved by any paper; a tenant shows who they are. */
async function provenOwner(ctx: Context, input: ReopenNumberInput, place: ShutRow): Promise<string | null> {
  if (place.role === 'TENANT') {
    if (input.documentType === 'TITLE') throw invalid('identity.personalPaper')
    return null
  }
  const owners = await registeredOwners(ctx, input.buildingId, [place.premisesId])
  if (!owners.some(owner => owner.ownerId === input.ownerId)) throw notFound('identity.ownerNotRegistered')
  return input.ownerId ?? null
}

async function keep(ctx: Context, { place, mine, ownerId }: { place: ShutRow; mine: Confirmation; ownerId: string | null }): Promise<void> {
  await ctx.db.$executeRaw`
    insert into number_reopenings (building_id, reopening_id, premises_id, number_key, closed_at, person_id, owner_id, document_type, document_hash, said_by, said_at)
    select ${place.buildingId}::uuid, ${newId()}::uuid, ${place.premisesId}::uuid, ${place.numberKey}, ${place.closedAt}, ${place.personId}::uuid, ${ownerId}::uuid,
      ${mine.documentType}, ${mine.documentHash}, ${mine.confirmedBy}::uuid, app.now()`
}

async function open(ctx: Context, place: ShutRow, by: string[]): Promise<void> {
  const opened = await asService(ctx, 'sign-in', ({ db }) => db.$queryRaw<{ opened: boolean }[]>`
    select auth.open_number(${place.numberKey}, ${place.closedAt}, ${place.buildingId}::uuid, ${by}::uuid[]) as opened`)
  if (!opened[0]?.opened) throw conflict('identity.numberNotShut')
  await emit(ctx, { name: numberOpened, buildingId: place.buildingId, payload: { premisesId: place.premisesId, personIds: place.personId === null ? [] : [place.personId], unit: place.number } })
}
