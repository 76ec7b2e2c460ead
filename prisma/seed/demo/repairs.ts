import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addPeriods, firstDay, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { openMigrationWindow } from '#server/ledger/open-migration-window.ts'
import { postForHouse } from '#server/ledger/post-for-house.ts'
import { approveEstimate } from '#server/repairs/approve-estimate.ts'
import { openProgramme } from '#server/repairs/open-programme.ts'
import { programmesOf } from '#server/repairs/queries.ts'
import { registerEstimate } from '#server/repairs/register-estimate.ts'
import type { OpenProgrammeInput, RegisterEstimateInput } from '#server/repairs/schema.ts'
import type { HouseKey } from '#prisma/seed/demo/houses.ts'
import { worldId, type World } from '#prisma/seed/demo/world.ts'

type ProgrammeFacts = { house: HouseKey; title: string; titles: OpenProgrammeInput['titles']; kind: 'CAPITAL' | 'CURRENT' | 'TARGETED'; decision: string; instalments: number; vatPercent: string; lines: RegisterEstimateInput['lines'] }

const line = (code: string, [name, ru]: readonly [string, string], facts: { unit: string; quantity: string; unitPrice: bigint }) => ({ code, name, names: { ru }, ...facts })

/** Invented estimates with plausible prices of 2026; no contractor stands behind them. Each line has two names, so that each reader finds their own. */
const programmes: readonly ProgrammeFacts[] = [
  {
    house: 'chilonzor12', title: 'Tomni mukammal taʼmirlash', titles: { kk: 'Шатырды күрделі жөндеу', ru: 'Капитальный ремонт крыши' }, kind: 'CAPITAL', decision: '4', instalments: 12, vatPercent: '12',
    lines: [
      line('T-01', ['Eski qoplamani olib tashlash', 'Снятие старого покрытия'], { unit: 'm²', quantity: '640', unitPrice: 1_850_000n }),
      line('T-02', ['Sement tekislash qatlami', 'Цементная стяжка'], { unit: 'm²', quantity: '640', unitPrice: 6_200_000n }),
      line('T-03', ['Ikki qavat eritib yopishtiriladigan qoplama', 'Наплавляемое покрытие в два слоя'], { unit: 'm²', quantity: '665.5', unitPrice: 13_400_000n }),
      line('T-04', ['Parapet va quvurlar atrofini qoplash', 'Примыкания к парапету и трубам'], { unit: 'm', quantity: '148.2', unitPrice: 5_900_000n }),
      line('T-05', ['Suv qochirish voronkalarini almashtirish', 'Замена водосточных воронок'], { unit: 'dona', quantity: '8', unitPrice: 74_000_000n }),
      line('T-06', ['Chiqindini olib chiqish', 'Вывоз мусора'], { unit: 't', quantity: '21.4', unitPrice: 32_000_000n }),
    ],
  },
  {
    house: 'chilonzor14', title: 'Kirish eshiklarini almashtirish', titles: { ru: 'Замена входных дверей' }, kind: 'CURRENT', decision: '2', instalments: 3, vatPercent: '12',
    lines: [line('E-01', ['Metall eshik, domofon bilan', 'Металлическая дверь с домофоном'], { unit: 'dona', quantity: '1', unitPrice: 1_150_000_000n })],
  },
  {
    house: 'abay12', title: 'Кіреберіс есіктері мен домофон', titles: { ru: 'Двери подъездов и домофон', uz: 'Yoʻlak eshiklari va domofon' }, kind: 'TARGETED', decision: '3', instalments: 4, vatPercent: '0',
    lines: [
      line('Е-01', ['Кіреберіс есігі', 'Дверь подъезда'], { unit: 'дана', quantity: '2', unitPrice: 38_500_000n }),
      line('Е-02', ['Домофон, 36 пәтерге', 'Домофон на 36 квартир'], { unit: 'жинақ', quantity: '1', unitPrice: 61_200_000n }),
      line('Е-03', ['Орнату', 'Монтаж'], { unit: 'сағ', quantity: '46', unitPrice: 450_000n }),
    ],
  },
]

/** Money on the savings account of the Kazakh house before its history here begins. */
const savingsOpening = 412_850_000n

function firstDueOn(today: LocalDate): LocalDate {
  const own = `${periodOf(today)}-25`
  return today <= own ? own : `${addPeriods(periodOf(today), 1)}-25`
}

/** Programmes with approved estimates and their first debts, and the savings of the Kazakh house; doing it again changes nothing. */
export async function seedRepairs(world: World): Promise<void> {
  for (const facts of programmes) await serviceTransaction('seed', ctx => seedProgramme(ctx, world, facts))
  await serviceTransaction('seed', ctx => seedSavings(ctx, world))
}

async function seedProgramme(ctx: Context, world: World, facts: ProgrammeFacts): Promise<void> {
  const { buildingId } = world.house(facts.house)
  const programmeId = worldId('programme', facts.house, facts.title)
  if ((await programmesOf(ctx, buildingId)).some(each => each.programmeId === programmeId)) return
  await openProgramme(ctx, { buildingId, programmeId, kind: facts.kind, title: facts.title, titleLocale: world.house(facts.house).locale, titles: facts.titles, year: Number(ctx.today.slice(0, 4)) })
  await registerEstimate(ctx, { buildingId, programmeId, vatPercent: facts.vatPercent, titleLocale: world.house(facts.house).locale, lines: facts.lines })
  await approveEstimate(ctx, {
    buildingId, programmeId, version: 1, decisionNumber: facts.decision, decisionOn: firstDay(periodOf(ctx.today)), instalments: facts.instalments, firstDueOn: firstDueOn(ctx.today), startPercent: '1' })
}

async function seedSavings(ctx: Context, world: World): Promise<void> {
  const { buildingId } = world.house('abay12')
  const transactionId = worldId('savings opening', 'abay12')
  const found = await ctx.db.$queryRaw<unknown[]>`select 1 from ledger_entries where building_id = ${buildingId}::uuid and transaction_id = ${transactionId}::uuid limit 1`
  if (found.length > 0) return
  const period = addPeriods(world.firstPeriod, -1)
  await openMigrationWindow(ctx, { buildingId, windowId: worldId('migration window', 'abay12'), closesOn: ctx.today, basis: 'Қабылдау-тапсыру актісі № 1 (көрсетілім)' })
  await postForHouse(ctx, {
    buildingId, period, transactionId, kind: 'OPENING', valueDate: `${period}-30`, sourceType: 'opening', sourceId: 'savings account',
    lines: [{ ledger: 'BANK', fund: 'SAVINGS', amount: savingsOpening }, { ledger: 'OPENING', fund: 'SAVINGS', amount: -savingsOpening }],
  })
}
