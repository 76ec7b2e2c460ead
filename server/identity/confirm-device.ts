import 'server-only'
import { record } from '#server/audit/record.ts'
import { notFound } from '#server/kernel/errors.ts'
import type { Context } from '#server/infra/context.ts'
import { mayConfirmDevice, signedPerson } from '#server/identity/policy.ts'
import type { DeviceInput } from '#server/identity/schema.ts'

/** An older live device says 'this is me too'; the newer one stops being fresh at once (settled 14). */
export async function confirmDevice(ctx: Context, { device }: DeviceInput): Promise<void> {
  mayConfirmDevice(ctx.actor)
  const rows = await ctx.db.$queryRaw<{ name: string | null }[]>`select auth.confirm_device(${device}) as name`
  if (!rows[0] || rows[0].name === null) throw notFound('identity.deviceNotWaiting')
  await record(ctx, {
    action: 'identity.confirmDevice', buildingId: null, subjectType: 'PERSON', subjectId: signedPerson(ctx.actor), after: { device: rows[0].name },
  })
}
