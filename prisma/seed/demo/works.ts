import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { addDays, periodOf } from '#server/kernel/period.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { moveProgramme } from '#server/repairs/move-programme.ts'
import { titleOf } from '#server/repairs/rules.ts'
import type { RegisterStageInput } from '#server/repairs/schema.ts'
import { programmesOf } from '#server/repairs/queries.ts'
import type { HouseKey } from '#prisma/seed/demo/houses.ts'
import { world, worldId, type World } from '#prisma/seed/demo/world.ts'

type ActFacts = { kind: 'ACT' | 'INVOICE'; number: string; contractor: string; what: string; amount: bigint; owners: bigint }
type StageFacts = { title: string; titles: RegisterStageInput['titles']; plan: bigint; act?: ActFacts; done?: string }
type WorksFacts = { house: HouseKey; country: 'UZ' | 'KZ'; contract: string; contractor: string; payers: readonly string[]; stages: readonly StageFacts[] }

/** Works that have begun in each country: a stage with its paper and what is still to come. Contractors and papers are invented. */
const works: readonly WorksFacts[] = [
  {
    house: 'chilonzor12', country: 'UZ', contract: '17', contractor: '«Tom Qurilish» MCHJ (oʻylab topilgan)', payers: ['2', '3', '6', '9', '12', '15', '18', '24'],
    stages: [
      { title: 'Eski qoplamani olib tashlash', titles: { kk: 'Ескі жабынды алу', ru: 'Снятие старого покрытия' }, plan: 1_300_000_000n, done: 'TQ-1',
        act: { kind: 'ACT', number: 'KS-2 № 1', contractor: '«Tom Qurilish» MCHJ (oʻylab topilgan)', what: 'Eski qoplama olib tashlandi, chiqindi chiqarildi', amount: 240_000_000n, owners: 72_000_000n } },
      { title: 'Tekislash va yangi qoplama', titles: { kk: 'Тегістеу және жаңа жабын', ru: 'Выравнивание и новое покрытие' }, plan: 8_000_000_000n },
    ],
  },
  {
    house: 'abay12', country: 'KZ', contract: '8', contractor: '«Есік Сервис» (демо)', payers: ['3', '5', '6', '12', '14', '18', '20', '22', '25', '28', '30', '33'],
    stages: [
      { title: 'Тапсырыс және өлшеу', titles: { ru: 'Заказ и замер', uz: 'Buyurtma va oʻlchash' }, plan: 40_000_000n,
        act: { kind: 'INVOICE', number: 'ШФ-204', contractor: '«Есік Сервис» (демо)', what: 'Екі есіктің өлшемі, алғытөлем · Замер двух дверей, предоплата', amount: 4_200_000n, owners: 4_200_000n } },
      { title: 'Есік пен домофонды орнату', titles: { ru: 'Установка дверей и домофона', uz: 'Eshik va domofonni oʻrnatish' }, plan: 90_000_000n },
    ],
  },
]

/** Begins the works of the demonstration on the money of those who have paid; doing it again changes nothing. */
export async function seedWorks(world: World): Promise<void> {
  for (const facts of works) await serviceTransaction('seed', ctx => begin(ctx, world, facts))
}

type Started = { facts: WorksFacts; buildingId: string; programmeId: string; person: string }

async function begin(ctx: Context, world: World, facts: WorksFacts): Promise<void> {
  const { buildingId } = world.house(facts.house)
  const programme = (await programmesOf(ctx, buildingId)).find(each => each.state === 'COLLECTING')
  if (!programme) return
  const { programmeId } = programme
  await payFirst(ctx, world, { facts, buildingId, programmeId })
  await moveProgramme(ctx, { buildingId, programmeId, event: 'startWork', ground: `№ ${facts.contract}`, contract: { number: facts.contract, datedOn: addDays(ctx.today, -2), contractor: facts.contractor } })
  const person = world.person(facts.country, 'ACCOUNTANT').personId
  for (const [place, stage] of facts.stages.entries()) await tell(ctx, { facts, buildingId, programmeId, person }, { ...stage, n: place + 1 })
}

/** First parts of some neighbours, settled by the database as everybody's are. */
async function payFirst(ctx: Context, world: World, { facts, buildingId, programmeId }: Omit<Started, 'person'>): Promise<void> {
  const provider = facts.country === 'UZ' ? 'payme' : 'kaspi'
  const premises = facts.payers.map(number => world.premises(facts.house, number).premisesId)
  const paid = await ctx.db.$queryRaw<{ paymentId: string }[]>`
    insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, invoice_id, fund, amount, currency, state,
      provider_time, expires_at, created_at, performed_at, value_date)
    select v.building_id, md5('works' || v.invoice_id)::uuid, ${provider}, 'operator', left(md5('works' || v.invoice_id), 24), ${worldId('merchant', provider)}::uuid, v.account_id, v.premises_id, v.number,
      v.invoice_id, v.fund, v.amount, v.currency, 'PENDING', app.now() - interval '1 day', app.now() - interval '12 hours', app.now() - interval '1 day', app.now() - interval '1 day', app.today() - 1
      from (select distinct on (i.premises_id) i.* from payment_invoices i where i.building_id = ${buildingId}::uuid and i.fund = ${`PROGRAMME:${programmeId}`}
        and i.premises_id = any(${premises}::uuid[]) and i.state = 'OPEN' order by i.premises_id, i.due_on) v
    returning payment_id as "paymentId"`
  for (const { paymentId } of paid) {
    await ctx.db.$queryRaw`select app.settle_payments(array[row(${buildingId}::uuid, ${paymentId}::uuid, md5('call' || ${paymentId})::uuid, app.today() - 1, null)::app.settlement], app.moment())::text`
  }
  await ctx.db.$executeRaw`update event_queue set handled_at = app.now() where building_id = ${buildingId}::uuid and name = 'payments.posted' and handled_at is null`
}

async function tell(ctx: Context, { facts, buildingId, programmeId, person }: Started, { n, plan, act, done, ...names }: StageFacts & { n: number }): Promise<void> {
  const stageId = worldId('stage', facts.house, String(n))
  const title = titleOf(names, world.house(facts.house).locale)
  await ctx.db.$executeRaw`insert into repair_stages (building_id, programme_id, stage_id, n, title, title_locale, titles, plan, due_on, registered_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${stageId}::uuid, ${n}, ${title.text}, ${title.locale}, ${JSON.stringify(title.others)}::jsonb, ${plan}, ${addDays(ctx.today, 30 * n)}::date, ${person}::uuid)`
  if (!act) return
  const [actId, transactionId] = [worldId('act', facts.house, act.number), worldId('act posting', facts.house, act.number)]
  await ctx.db.$executeRaw`insert into repair_acts (building_id, programme_id, act_id, stage_id, kind, number, dated_on, contractor, what, amount, owners_amount, transaction_id, recorded_by)
    values (${buildingId}::uuid, ${programmeId}::uuid, ${actId}::uuid, ${stageId}::uuid, ${act.kind}, ${act.number}, ${ctx.today}::date, ${act.contractor}, ${act.what}, ${act.amount}, ${act.owners},
      ${transactionId}::uuid, ${person}::uuid)`
  const fund = `PROGRAMME:${programmeId}` as const
  await postForHouse(ctx, { buildingId, period: periodOf(ctx.today), transactionId, kind: 'SPENDING', valueDate: ctx.today, sourceType: 'repairAct', sourceId: actId,
    lines: [{ ledger: 'EXPENSE', fund, amount: act.owners }, { ledger: 'BANK', fund, amount: -act.owners }] })
  const paper = (subjectType: string, subjectId: string, words: string) => storeFile(ctx, { buildingId, premisesId: null, fileId: worldId('paper', subjectType, subjectId), kind: 'ACT', subjectType, subjectId, shared: true, bytes: pageOf(words) })
  await paper('repairAct', actId, `Demonstration: ${act.kind} ${n}`)
  if (done === undefined) return
  await ctx.db.$executeRaw`update repair_stages set completed_on = ${ctx.today}::date, completion_act = ${done}, completed_by = ${person}::uuid
    where building_id = ${buildingId}::uuid and programme_id = ${programmeId}::uuid and stage_id = ${stageId}::uuid`
  await paper('repairStage', stageId, `Demonstration: stage ${n} is done`)
}

/** A page of one line, as a PDF. */
export function pageOf(words: string): Uint8Array {
  const text = `BT /F1 18 Tf 72 720 Td (${words.replaceAll(/[()\\]/g, '')}) Tj ET`
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>']
  let made = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const place = made.length
    made += `${index + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const table = made.length
  made += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map(place => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`
  return new TextEncoder().encode(made)
}
