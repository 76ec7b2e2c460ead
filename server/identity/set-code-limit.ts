import 'server-only'
import { record } from '#server/audit/record.ts'
import { invalid } from '#server/kernel/errors.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { maySetCodeLimit } from '#server/identity/policy.ts'
import type { SetCodeLimitInput } from '#server/identity/schema.ts'

/** Whoever keeps the service of a country sets a limit of its one-time codes from today on; a stop that rested on the old one is over. */
export async function setCodeLimit(ctx: Context, input: SetCodeLimitInput): Promise<void> {
  const grant = maySetCodeLimit(ctx.actor, input.scope)
  if (input.name === 'MONEY_DAY' && input.scope.startsWith('+')) throw invalid('identity.codeLimitScope')
  await asService(ctx, 'reference', ({ db }) => db.$executeRaw`
    insert into code_limits (name, scope, valid_from, value, source) values (${input.name}, ${input.scope}, app.today(), ${BigInt(input.value)}, ${input.basis})
    on conflict (name, scope, valid_from) do update set value = excluded.value, source = excluded.source`)
  await asService(ctx, 'sign-in', ({ db }) => db.$queryRaw`select auth.lift_stop(${input.name === 'MONEY_DAY' ? 'MONEY' : 'PREFIX'}, ${input.scope})::text as lifted`)
  await record(ctx, {
    action: 'identity.setCodeLimit', buildingId: null, subjectType: 'CODES', subjectId: input.scope, ground: input.basis, grantId: grant.id,
    after: { name: input.name, value: input.value },
  })
}
