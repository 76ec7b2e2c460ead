import 'server-only'
import { record } from '#server/audit/record.ts'
import type { Context } from '#server/infra/context.ts'
import { signedPerson } from '#server/identity/policy.ts'
import type { SetLocaleInput } from '#server/identity/schema.ts'

/** The language in which messages come when no screen says otherwise. */
export async function setLocale(ctx: Context, { locale }: SetLocaleInput): Promise<void> {
  const personId = signedPerson(ctx.actor)
  await ctx.db.$queryRaw`select auth.change_person(${personId}::uuid, ${locale}, null)`
  await record(ctx, { action: 'identity.setLocale', buildingId: null, subjectType: 'PERSON', subjectId: personId, after: { locale } })
}
