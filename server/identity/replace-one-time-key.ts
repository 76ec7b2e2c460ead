import 'server-only'
import { generateSecret, generateURI } from 'otplib'
import { record } from '#server/audit/record.ts'
import { forbidden } from '#server/kernel/errors.ts'
import type { Context } from '#server/infra/context.ts'
import { seal } from '#server/infra/crypto.ts'
import { signedPerson } from '#server/identity/policy.ts'
import { findPerson } from '#server/identity/queries.ts'

/** A new secret of the one-time keys for a new telephone, shown this once; keys of the old one are worth nothing from now on. */
export async function replaceOneTimeKey(ctx: Context): Promise<{ totpSecret: string; totpAddress: string }> {
  const me = signedPerson(ctx.actor)
  const totpSecret = generateSecret()
  const rows = await ctx.db.$queryRaw<{ put: boolean }[]>`select auth.replace_totp(${seal('totp', totpSecret)}) as put`
  if (!rows[0]?.put) throw forbidden('identity.keysNeedFreshSignIn')
  await record(ctx, { action: 'identity.replaceOneTimeKey', buildingId: null, subjectType: 'PERSON', subjectId: me })
  return { totpSecret, totpAddress: generateURI({ issuer: 'Uyim', label: (await findPerson(ctx, me)).name, secret: totpSecret }) }
}
