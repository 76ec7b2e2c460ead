import 'server-only'
import { record } from '#server/audit/record.ts'
import { newId } from '#server/kernel/ids.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { hmac } from '#server/infra/crypto.ts'
import { invitationHash } from '#server/identity/codes/keys.ts'
import { mayIssueInvitation } from '#server/identity/policy.ts'
import { reachesWith } from '#server/identity/queries.ts'
import { invitationText, printInvitation } from '#server/identity/rules.ts'
import { notFound } from '#server/kernel/errors.ts'

export type InvitationPlace = {
  buildingId: string
  premisesId: string
  /** The bill on which it is printed: the next one replaces it. Empty: whichever is open is printed again. */
  reason: string
  /** Days it stays good; a bill's is 45. */
  days?: number
}

/** The code to print on the paper bill of a flat, 'K3M9P-0QXZ4': fifty bits, single use, the same on every reprint. */
export async function issueInvitation(ctx: Context, place: InvitationPlace): Promise<{ code: string; expiresAt: Date }> {
  mayIssueInvitation(ctx.actor, place.buildingId)
  if (ctx.actor.kind !== 'SERVICE' && !(await reachesWith(ctx, 'account.read', place.buildingId))) throw notFound()
  const { row, made } = await asService(ctx, 'sign-in', inner => openOrNew(inner, place))
  if (made) {
    await record(ctx, {
      action: 'identity.issueInvitation', buildingId: place.buildingId, premisesId: place.premisesId, subjectType: 'INVITATION', subjectId: row.invitationId,
      ...(place.reason === '' ? {} : { ground: place.reason }),
    })
  }
  return { code: printInvitation(invitationText(hmac('invitation', row.invitationId))), expiresAt: row.expiresAt }
}

type Row = { invitationId: string; expiresAt: Date }

async function openOrNew(ctx: Context, place: InvitationPlace): Promise<{ row: Row; made: boolean }> {
  const id = place.reason === '' ? newId() : idOf(place)
  // A reprint of an old bill shows its own code and leaves the newer one alone.
  const found = await ctx.db.$queryRaw<Row[]>`
    select invitation_id as "invitationId", expires_at as "expiresAt" from invitations
    where building_id = ${place.buildingId}::uuid and premises_id = ${place.premisesId}::uuid
      and (invitation_id = ${id}::uuid or (${place.reason === ''} and state = 'OPEN' and expires_at > app.now()))`
  if (found[0]) return { row: found[0], made: false }
  await ctx.db.$executeRaw`update invitations set state = 'REPLACED'
    where building_id = ${place.buildingId}::uuid and premises_id = ${place.premisesId}::uuid and state = 'OPEN'`
  const made = await ctx.db.$queryRaw<Row[]>`
    insert into invitations (building_id, invitation_id, premises_id, code_hash, expires_at)
    values (${place.buildingId}::uuid, ${id}::uuid, ${place.premisesId}::uuid, ${invitationHash(invitationText(hmac('invitation', id)))},
      app.now() + make_interval(days => ${place.days ?? 45}::int))
    returning invitation_id as "invitationId", expires_at as "expiresAt"`
  if (!made[0]) throw new Error('the invitation was not stored')
  return { row: made[0], made: true }
}

/** One bill, one code: printing the same bill twice never makes a second one. */
function idOf(place: InvitationPlace): string {
  const hex = hmac('invitation-id', place.buildingId, place.premisesId, place.reason)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
