import 'server-only'
import { record } from '#server/audit/record.ts'
import { conflict } from '#server/kernel/errors.ts'
import { openTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { signedPerson } from '#server/identity/policy.ts'
import { tryCode, type CodeGiven } from '#server/identity/try-code.ts'

/**
 * One try, committed before anything is refused; then `work` in one transaction in which the code is used up.
 * Of parallel calls with the same right code exactly one reaches `work`.
 */
export async function consumeCode<T>(request: RequestScope, given: CodeGiven, work: (ctx: Context) => Promise<T>): Promise<T> {
  const sessionHash = await openTransaction(request, async ctx => {
    signedPerson(ctx.actor)
    return ctx.actor.sessionId ?? ''
  })
  await tryCode(request, { ...given, sessionHash })
  return openTransaction(request, async ctx => {
    signedPerson(ctx.actor)
    const rows = await ctx.db.$queryRaw<{ used: boolean }[]>`select auth.use_code(${given.challengeId}::uuid, ${given.purpose}, ${given.contentHash}) as used`
    if (!rows[0]?.used) throw conflict('identity.codeDead')
    await record(ctx, { action: 'identity.consumeCode', buildingId: null, subjectType: 'CHALLENGE', subjectId: given.challengeId, after: { purpose: given.purpose } })
    return work(ctx)
  })
}
