import 'server-only'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { parseAccountNumber } from '#server/kernel/ids.ts'
import { compareDecimal, multiplyDecimal, parseDecimal } from '#server/kernel/quantity.ts'
import { serviceTransaction, type RequestScope } from '#server/infra/context.ts'
import { hmac } from '#server/infra/crypto.ts'
import { invitationHash } from '#server/identity/codes/keys.ts'
import { findAccount, findInvitation, lastAmountPaid, type InvitationRow } from '#server/identity/queries.ts'
import { parseInvitation } from '#server/identity/rules.ts'
import type { LinkHomeInput } from '#server/identity/schema.ts'

export type Target = {
  buildingId: string
  premisesId: string
  method: 'INVITATION' | 'ACCOUNT_AND_PAYMENT'
  invitationId: string | null
  basisId: string
  evidenceHash: string
}

/** Who brings the proof; another's use of a code that was used already is told to `onReuse` first. */
type Bearer = { personId: string; onReuse: (row: InvitationRow) => Promise<void> }

/** Under what the tries are counted, so that many sessions cannot share the guessing of one flat. */
export function targetKey(input: LinkHomeInput): string {
  const named = input.method === 'INVITATION' ? parseInvitation(input.invitation) ?? input.invitation : parseAccountNumber(input.accountNumber) ?? input.accountNumber
  return hmac('link-target', input.method, named).slice(0, 32)
}

/** The flat that the person's proof names; every mismatch is one and the same refusal. One's own code again names the same flat: the answer to the first may have been lost. */
export async function findTarget(request: RequestScope, input: LinkHomeInput, bearer: Bearer): Promise<Target> {
  return input.method === 'INVITATION' ? byInvitation(request, input.invitation, bearer) : byAccount(request, input)
}

async function byInvitation(request: RequestScope, typed: string, { personId, onReuse }: Bearer): Promise<Target> {
  const code = parseInvitation(typed)
  if (code === null) throw invalid('identity.invitationShape')
  const hash = invitationHash(code)
  const found = await serviceTransaction('sign-in', ctx => findInvitation(ctx, hash), request)
  if (found === null) throw invalid('identity.invitationWrong')
  const own = found.state === 'USED' && found.usedBy === personId
  if (found.state === 'USED' && !own) {
    await onReuse(found)
    throw conflict('identity.invitationUsed')
  }
  if (!found.live && !own) throw conflict('identity.invitationOld')
  return { ...found, method: 'INVITATION', basisId: found.invitationId, evidenceHash: hash }
}

type AccountProof = { accountNumber: string; lastPaid: string }

async function byAccount(request: RequestScope, input: AccountProof): Promise<Target> {
  const number = parseAccountNumber(input.accountNumber)
  if (number === null) throw invalid('identity.accountShape')
  const amount = parseDecimal(input.lastPaid)
  if (amount === null) throw invalid('identity.amountShape')
  const place = await serviceTransaction('sign-in', ctx => findAccount(ctx, number), request)
  const paid = place && await serviceTransaction('payments', ctx => lastAmountPaid(ctx, place), request)
  if (!place || paid === null || compareDecimal(multiplyDecimal(amount, '100'), paid.toString()) !== 0) throw invalid('identity.linkMismatch')
  return { buildingId: place.buildingId, premisesId: place.premisesId, method: 'ACCOUNT_AND_PAYMENT', invitationId: null, basisId: place.accountId, evidenceHash: hmac('last-payment', number, paid.toString()) }
}
