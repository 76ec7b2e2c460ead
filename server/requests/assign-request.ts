import 'server-only'
import type { Context } from '#server/infra/context.ts'
import { notFound } from '#server/kernel/errors.ts'
import { moveRequest, type Moved } from '#server/requests/move-request.ts'
import { canAnswerRequest } from '#server/requests/policy.ts'
import { executorsOf } from '#server/requests/queries.ts'
import type { AssignRequestInput } from '#server/requests/schema.ts'

/** Gives the request to the house's manager or to a supplier (K29); the applicant is told to whom. */
export async function assignRequest(ctx: Context, input: AssignRequestInput): Promise<Moved> {
  const executor = (await executorsOf(ctx, input.buildingId)).find(each => each.organisationId === input.organisationId)
  if (!executor) throw notFound('requests.executorUnknown')
  return moveRequest(ctx, input, {
    move: 'assign', may: canAnswerRequest, note: input.note, params: { executor: executor.name }, executorOrganisationId: executor.organisationId, toSupplier: executor.kind === 'SUPPLIER' })
}
