import 'server-only'
import { record } from '#server/audit/record.ts'
import { forbidden } from '#server/kernel/errors.ts'
import type { Context } from '#server/infra/context.ts'
import { randomToken, sha256 } from '#server/infra/crypto.ts'
import { recoveryHash } from '#server/identity/codes/keys.ts'
import { signedPerson } from '#server/identity/policy.ts'
import { recoveryText } from '#server/identity/rules.ts'

/** Ten codes of 120 bits for the day the one-time keys are lost, shown this once; all older ones die (identity 1.8). */
export async function issueRecoveryCodes(ctx: Context): Promise<{ codes: string[] }> {
  const me = signedPerson(ctx.actor)
  const codes = Array.from({ length: 10 }, () => recoveryText(sha256(randomToken())))
  const rows = await ctx.db.$queryRaw<{ put: boolean }[]>`select auth.put_recovery_codes(${codes.map(code => recoveryHash(code))}::text[]) as put`
  if (!rows[0]?.put) throw forbidden('identity.keysNeedFreshSignIn')
  await record(ctx, { action: 'identity.issueRecoveryCodes', buildingId: null, subjectType: 'PERSON', subjectId: me })
  return { codes }
}
