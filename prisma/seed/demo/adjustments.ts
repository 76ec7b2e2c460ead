import { serviceTransaction, type Context } from '#server/infra/context.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { addDays, periodOf } from '#server/kernel/period.ts'
import { hashOfConclusion, sessionSigner } from '#server/ledger/adjustments/signing.ts'
import { postToAccount } from '#server/ledger/post-to-account.ts'
import type { HouseKey } from '#prisma/seed/demo/houses.ts'
import { worldId, type World, type WorldPremises } from '#prisma/seed/demo/world.ts'

type Story = { country: Country; house: HouseKey; flat: string; amount: bigint; reason: string; explanation: string; paper: string; decided?: { number: string; grounds: string } }

/** One case that went all the way and one that waits for the inspector, in each country. */
const stories: readonly Story[] = [
  { country: 'KZ', house: 'abay12', flat: '8', amount: -480_000n, reason: 'DOUBLE_CHARGE', explanation: 'Қазанда суық су екі рет есептелген: аспап бойынша да, норма бойынша да.', paper: 'Салыстыру актісі № 14, 05.11.2026',
    decided: { number: 'АЛМ-2026/118', grounds: 'Түбіртектер мен аспап көрсеткіштері салыстырылды, норма бойынша есептеу артық.' } },
  { country: 'KZ', house: 'abay12', flat: '11', amount: -215_000n, reason: 'WRONG_AREA', explanation: 'Взносы начислены по площади до перепланировки, в техпаспорте площадь меньше.', paper: 'Технический паспорт, выписка № 8120' },
  { country: 'UZ', house: 'chilonzor12', flat: '8', amount: -9_600_000n, reason: 'SERVICE_NOT_GIVEN', explanation: 'Oktabrda besh kun issiq suv boʻlmagan, toʻlov toʻliq hisoblangan.', paper: '2026-yil 2-noyabrdagi 31-sonli dalolatnoma',
    decided: { number: 'TSH-2026/57', grounds: 'Uzilish dalolatnomasi va oktabr kvitansiyasi solishtirildi, besh kunlik toʻlov ortiqcha.' } },
  { country: 'UZ', house: 'chilonzor12', flat: '11', amount: -4_150_000n, reason: 'DOUBLE_CHARGE', explanation: 'Chiqindi toʻlovi sentabrda ikki marta yozilgan.', paper: '2026-yil 4-noyabrdagi 33-sonli dalolatnoma' },
]

/** Doing it again changes nothing. */
export async function seedAdjustments(world: World): Promise<void> {
  for (const story of stories) await serviceTransaction('seed', ctx => tell(ctx, world, story))
}

async function tell(ctx: Context, world: World, story: Story): Promise<void> {
  const unit = world.premises(story.house, story.flat)
  const { buildingId, accountId, premisesId } = unit
  const requestId = worldId('adjustment', story.house, story.flat)
  const asker = world.person(story.country, 'ACCOUNTANT').personId
  const asked = await ctx.db.$executeRaw`
    insert into adjustment_requests (building_id, request_id, account_id, premises_id, fund, amount, reason, explanation, papers, requested_by, requested_at)
    select ${buildingId}::uuid, ${requestId}::uuid, ${accountId}::uuid, ${premisesId}::uuid, 'UTILITIES', ${story.amount}, ${story.reason}, ${story.explanation}, array[${story.paper}], ${asker}::uuid,
      app.now() - ${story.decided ? 9 : 1} * interval '1 day'
    where not exists (select 1 from adjustment_requests r where r.building_id = ${buildingId}::uuid and r.request_id = ${requestId}::uuid)`
  if (asked === 1 && story.decided) await close(ctx, { story, unit, requestId, asker, inspector: world.person(story.country, 'INSPECTOR').personId, decided: story.decided })
}

type Closing = { story: Story; unit: WorldPremises; requestId: string; asker: string; inspector: string; decided: NonNullable<Story['decided']> }

async function close(ctx: Context, { story, unit, requestId, asker, inspector, decided }: Closing): Promise<void> {
  const { buildingId, accountId, premisesId } = unit
  const conclusionId = worldId('conclusion', requestId)
  const transactionId = worldId('adjustment posting', requestId)
  const place = { building_id: buildingId, request_id: requestId, premises_id: premisesId, inspector_id: inspector }
  await ctx.db.$executeRaw`insert into adjustment_checks (building_id, request_id, premises_id, inspector_id, started_at)
    values (${buildingId}::uuid, ${requestId}::uuid, ${premisesId}::uuid, ${inspector}::uuid, app.now() - interval '6 days')`
  const conclusion = {
    ...place, conclusion_id: conclusionId, account_id: accountId, number: decided.number, concluded_on: addDays(ctx.today, -3), positive: true, fund: 'UTILITIES', allowed_min: String(story.amount),
    allowed_max: String(story.amount), valid_until: addDays(ctx.today, 27), grounds: decided.grounds, signature_method: sessionSigner.method, signature_level: 0, signed_at: addDays(ctx.today, -3),
  }
  const hash = await hashOfConclusion(ctx, conclusion)
  const whole = { ...conclusion, signed_hash: hash, signature: sessionSigner.sign({ personId: inspector, level: 0, hash }) }
  await ctx.db.$executeRaw`insert into inspection_conclusions select x.* from jsonb_populate_record(null::inspection_conclusions, ${JSON.stringify(whole)}::jsonb) x`
  const period = periodOf(ctx.today)
  await ctx.db.$executeRaw`insert into conclusion_uses (building_id, conclusion_id, account_id, premises_id, fund, amount, period, transaction_id, used_by)
    values (${buildingId}::uuid, ${conclusionId}::uuid, ${accountId}::uuid, ${premisesId}::uuid, 'UTILITIES', ${story.amount}, ${period}, ${transactionId}::uuid, ${asker}::uuid)`
  await postToAccount(ctx, { buildingId, accountId, premisesId, period, transactionId, kind: 'ADJUSTMENT', valueDate: ctx.today, sourceType: 'conclusion', sourceId: conclusionId,
    lines: [{ fund: 'UTILITIES', amount: story.amount, contra: 'INCOME' }] })
}
