import 'server-only'
import { generateSecret, generateURI } from 'otplib'
import { record } from '#server/audit/record.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { newId } from '#server/kernel/ids.ts'
import { normaliseUz } from '#server/kernel/text.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { hashPassword, seal } from '#server/infra/crypto.ts'
import { leakedPasswords } from '#server/identity/passwords/leaked.ts'
import { judgePassword } from '#server/identity/passwords/rules.ts'
import { managerOf, signedPerson } from '#server/identity/policy.ts'
import { findPerson } from '#server/identity/queries.ts'
import type { RegisterStaffInput } from '#server/identity/schema.ts'

/** A manager takes on a clerk or an accountant: login, password, and the secret of the one-time keys, shown this once. */
export async function registerStaff(ctx: Context, input: RegisterStaffInput): Promise<{ personId: string; totpSecret: string; totpAddress: string }> {
  const parent = managerOf(ctx.actor, input.organisationId)
  const giver = signedPerson(ctx.actor)
  const fault = judgePassword(input.password, input, leakedPasswords)
  if (fault !== null) throw invalid(fault === 'COMMON' ? 'identity.passwordCommon' : 'identity.passwordPersonal')
  const { country } = await findPerson(ctx, giver)
  const totpSecret = generateSecret()
  const passwordHash = await hashPassword(input.password)
  const personId = newId()
  await asService(ctx, 'sign-in', async ({ db }) => {
    const person = { personId, country, phone: null, name: normaliseUz(input.name), locale: ctx.locale }
    await db.$queryRaw`select auth.put_person(${JSON.stringify(person)}::jsonb)::text as id`
    const rows = await db.$queryRaw<{ put: boolean }[]>`select auth.put_staff_credentials(${personId}::uuid, ${input.login}, ${passwordHash}, ${seal('totp', totpSecret)}) as put`
    if (!rows[0]?.put) throw conflict('identity.loginTaken')
    const grant = {
      grantId: input.grantId, personId, organisationId: input.organisationId, role: input.role, scopeType: 'ORGANISATION', scopeId: input.organisationId,
      parentGrantId: parent.id, basisType: 'DOCUMENT', basisId: input.basis, givenBy: giver,
    }
    await db.$queryRaw`select auth.put_grant(${JSON.stringify(grant)}::jsonb)`
  })
  await record(ctx, {
    action: 'identity.registerStaff', buildingId: null, subjectType: 'PERSON', subjectId: personId, ground: input.basis, grantId: parent.id,
    after: { role: input.role, organisationId: input.organisationId, login: input.login },
  })
  return { personId, totpSecret, totpAddress: generateURI({ issuer: 'Uyim', label: input.login, secret: totpSecret }) }
}
