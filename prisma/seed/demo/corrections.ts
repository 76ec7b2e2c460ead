import { writeDraft } from '#server/billing/reissue/drafting.ts'
import { postDraft } from '#server/billing/reissue/posting.ts'
import { findCorrection, recountBill, standingBill } from '#server/billing/reissue/queries.ts'
import { housesToRun } from '#server/billing/runs/queries.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addPeriods, periodOf } from '#server/kernel/period.ts'
import { worldId, type World } from '#prisma/seed/demo/world.ts'

const ground = 'Лифт 7 күн тоқтап тұрды, № 17 акт · Лифт стоял 7 дней, акт № 17 (демо)'

/** The lift of the Kazakh house stood still; the bill of flat 30 is taken back and another stands beside it. Those of its neighbours wait. Doing it again changes nothing. */
export async function seedCorrections(world: World): Promise<void> {
  await serviceTransaction('seed', ctx => correct(ctx, world))
}

async function correct(ctx: Context, world: World): Promise<void> {
  const unit = world.premises('abay12', '30')
  const { buildingId } = unit
  const [period, correctionId] = [addPeriods(periodOf(ctx.today), -1), worldId('correction', unit.accountId)]
  const as = (role: 'ACCOUNTANT' | 'MANAGER'): Context => ({ ...ctx, actor: { ...ctx.actor, personId: world.person('KZ', role).personId } })
  const bill = await standingBill(ctx, unit.accountNumber, period)
  if (!bill || await findCorrection(ctx, { buildingId, correctionId })) return
  await ctx.db.$executeRaw`insert into service_interruptions (building_id, interruption_id, service, from_day, to_day, act_number, recorded_by)
    values (${buildingId}::uuid, ${worldId('interruption', 'abay12')}::uuid, 'LIFT', ${`${period}-06`}::date, ${`${period}-12`}::date, '17', ${world.person('KZ', 'MANAGER').personId}::uuid)`
  const [house] = await housesToRun(ctx, [buildingId], period)
  if (!house) return
  const made = await recountBill(ctx, house, bill)
  await writeDraft(as('ACCOUNTANT'), { correctionId, ground, country: 'KZ' }, { bill, made })
  const draft = await findCorrection(ctx, { buildingId, correctionId })
  if (draft) await postDraft(as('MANAGER'), draft, { bill, made })
}
