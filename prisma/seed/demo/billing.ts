import { runBilling } from '#server/billing/run-billing.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addPeriods, periodOf, type Period } from '#server/kernel/period.ts'
import { seedHistory, seedMerchants } from '#prisma/seed/demo/payments.ts'
import { tariffId } from '#prisma/seed/reference/tariffs.ts'
import { worldId, type World, type WorldHouse } from '#prisma/seed/demo/world.ts'

type Service = { service: string; method: 'METER' | 'AREA' | 'PERSON' | 'BUILDING_METER'; volumeOf?: string[]; kinds?: string[]; seasonal?: boolean; onlyWithLift?: boolean }

const flats = ['APARTMENT']
const water: readonly Service[] = [
  { service: 'COLD_WATER', method: 'METER' }, { service: 'HOT_WATER', method: 'METER' },
  { service: 'SEWERAGE', method: 'METER', volumeOf: ['COLD_WATER', 'HOT_WATER'] }, { service: 'ELECTRICITY', method: 'METER' },
]
const services: Record<'KZ' | 'UZ', readonly Service[]> = {
  KZ: [...water,
    { service: 'HEAT', method: 'BUILDING_METER', kinds: ['APARTMENT', 'NON_RESIDENTIAL'], seasonal: true },
    { service: 'WASTE', method: 'PERSON' }, { service: 'LIFT', method: 'AREA', onlyWithLift: true }],
  UZ: [...water, { service: 'GAS', method: 'METER' }, { service: 'HEAT', method: 'AREA', seasonal: true }, { service: 'WASTE', method: 'PERSON' }],
}

type Rate = { fund: 'CURRENT' | 'SAVINGS'; kind: string; perM2: string | null; indexCode: string | null; indexMultiple: string | null; from: string; to: string | null; basis: string }
const all = ['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE']
const everyKind = (rate: Omit<Rate, 'kind'>, kinds: readonly string[] = all): Rate[] => kinds.map(kind => ({ ...rate, kind }))
const none = { indexCode: null, indexMultiple: null }
const meeting = 'Меншік иелері жиналысының шешімі (көрсетілім)'

const rates: Record<'KZ' | 'UZ', readonly Rate[]> = {
  KZ: [
    ...everyKind({ fund: 'CURRENT', perM2: '80', ...none, from: '2025-01-01', to: '2026-06-30', basis: meeting }, flats),
    ...everyKind({ fund: 'CURRENT', perM2: '85', ...none, from: '2026-07-01', to: null, basis: meeting }, flats),
    // Other units may pay more, at most twice as much (kazakhstan.md 4.1).
    ...everyKind({ fund: 'CURRENT', perM2: '120', ...none, from: '2025-01-01', to: null, basis: meeting }, all.slice(1)),
    ...everyKind({ fund: 'SAVINGS', perM2: null, indexCode: 'MRP', indexMultiple: '0.005', from: '2025-01-01', to: null, basis: '16.04.1997 № 94-I Заң: 1 м² үшін кемінде 0,005 АЕК' }),
  ],
  UZ: everyKind({ fund: 'CURRENT', perM2: '1823', ...none, from: '2025-01-01', to: null, basis: 'Toshkent boʻyicha oʻrtacha, 2026-yil fevral (namoyish)' }),
}

/** What the houses are charged for and twelve months of bills up to the last full month; doing it again changes nothing. */
export async function seedBilling(world: World): Promise<void> {
  const last = await serviceTransaction('seed', async ctx => {
    for (const house of world.houses) {
      await insertServices(ctx, house)
      await insertRates(ctx, house)
    }
    await insertDrafts(ctx, world)
    await insertHeatDrafts(ctx, world)
    await insertServiceDrafts(ctx, world)
    return addPeriods(periodOf(ctx.today), -1)
  })
  // A month is paid before the next is billed, so that the opening balance of each bill is what it would have been.
  await seedMerchants()
  for (let back = 11; back >= 0; back -= 1) {
    for (const house of world.houses) {
      await billHouse(house, addPeriods(last, -back))
      if (back > 0) await seedHistory(world, house)
    }
  }
  await serviceTransaction('seed', ctx => forgetOldNews(ctx, world, last))
}

const drafts = {
  KZ: { prefix: '75', service: 'SEWERAGE', unit: 'm3', price: '92.4', currency: 'KZT', vatMode: 'NET', actId: 'kz-order-249-2020', supersedes: 'KZ-ALA-SEWER-DEMO', source: 'Жеткізушінің хаты (көрсетілім)' },
  UZ: { prefix: '1726', service: 'SEWERAGE', unit: 'm3', price: '1240', currency: 'UZS', vatMode: 'INCLUDED', actId: 'uz-cm-204-2024', supersedes: 'UZ-TAS-SEWER-DEMO', source: 'Yetkazib beruvchining xati (namoyish)' },
} as const

/** The accountant's draft of a tariff of next year waits for the second person. */
async function insertDrafts(ctx: Context, world: World): Promise<void> {
  for (const country of ['KZ', 'UZ'] as const) {
    const draft = drafts[country]
    await ctx.db.$executeRaw`insert into tariffs (tariff_id, country, territory_prefix, service, basis, unit, price, vat_mode, currency, act_id, source, valid_from, demonstration, drafted_by, drafted_at, supersedes)
      values (${worldId('tariff', country)}::uuid, ${country}, ${draft.prefix}, ${draft.service}, 'VOLUME', ${draft.unit}, ${draft.price}::numeric, ${draft.vatMode}, ${draft.currency}, ${draft.actId}, ${draft.source},
        '2027-01-01', true, ${world.person(country, 'ACCOUNTANT').personId}::uuid, app.now(), ${[tariffId(draft.supersedes)]}::text[]::uuid[]) on conflict (tariff_id) do nothing`
  }
}

const heat = {
  KZ: { supplier: 'Жылу желілері (көрсетілім)', mode: 'BY_BUILDING_METER', number: '2027/12', prefix: '7514', act: 'kz-order-249-2020', source: 'Әкімдіктің шешімі (көрсетілім)' },
  UZ: { supplier: 'Issiqlik taʼminoti (namoyish)', mode: 'BY_AREA', number: '2027/7', prefix: '1726', act: 'uz-cm-204-2024', source: 'Hokimlik qarori (namoyish)' },
} as const

/** A heat contract of each house for next year, and the season after the next, wait for the second person; nothing is charged by them yet. */
async function insertHeatDrafts(ctx: Context, world: World): Promise<void> {
  for (const country of ['KZ', 'UZ'] as const) {
    const [draft, supplierId, accountant] = [heat[country], worldId('organisation', 'heat', country), world.person(country, 'ACCOUNTANT').personId]
    await ctx.db.$executeRaw`insert into organisations (organisation_id, country, kind, name, demonstration) values (${supplierId}::uuid, ${country}, 'SUPPLIER', ${draft.supplier}, true) on conflict do nothing`
    await ctx.db.$executeRaw`insert into service_seasons (season_id, country, territory_prefix, service, from_day, to_day, act_id, source, demonstration, drafted_by, drafted_at)
      values (${worldId('season', country)}::uuid, ${country}, ${draft.prefix}, 'HEAT', '2027-10-18', '2028-04-10', ${draft.act}, ${draft.source}, true, ${accountant}::uuid, app.now()) on conflict do nothing`
    for (const house of world.houses.filter(each => each.country === country)) {
      await ctx.db.$executeRaw`insert into heat_contracts (building_id, contract_id, number, supplier_id, mode, season_policy, hot_water, customer_class, valid_from, drafted_by, drafted_at)
        values (${house.buildingId}::uuid, ${worldId('heat', house.key)}::uuid, ${draft.number}, ${supplierId}::uuid, ${draft.mode}, 'IN_SEASON', false, 'POPULATION', '2027-01-01', ${accountant}::uuid, app.now()) on conflict do nothing`
    }
  }
}

const commonGround = { KZ: 'Меншік иелері жиналысының № 4 хаттамасы (көрсетілім)', UZ: 'Mulkdorlar yigʻilishining 4-son bayoni (namoyish)' } as const

/** What the house's cold water meter saw and no flat is to be shared by area from the next year on; waits for the second person. */
async function insertServiceDrafts(ctx: Context, world: World): Promise<void> {
  for (const { key, buildingId, country } of world.houses) {
    await ctx.db.$executeRaw`insert into house_service_changes (building_id, change_id, service, valid_from, method, premises_kinds, common_shared_by, ground, drafted_by, drafted_at)
      values (${buildingId}::uuid, ${worldId('service change', key)}::uuid, 'COLD_WATER', '2027-01-01', 'METER', ${[...flats]}::text[], 'AREA', ${commonGround[country]}, ${world.person(country, 'ACCOUNTANT').personId}::uuid, app.now()) on conflict do nothing`
  }
}

async function insertServices(ctx: Context, house: WorldHouse): Promise<void> {
  const lifts = Number(house.passport['elevator_count'] ?? 0)
  const rows = services[house.country].filter(each => !each.onlyWithLift || lifts > 0)
    .map(each => ({ volumeOf: [], kinds: flats, seasonal: false, ...each }))
  await ctx.db.$executeRaw`insert into house_services (building_id, service, valid_from, method, volume_of, premises_kinds, seasonal)
    select ${house.buildingId}::uuid, x.service, '2025-01-01', x.method, x."volumeOf", x.kinds, x.seasonal
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(service text, method text, "volumeOf" text[], kinds text[], seasonal boolean)
     where not exists (select 1 from house_services s where s.building_id = ${house.buildingId}::uuid)`
}

async function insertRates(ctx: Context, house: WorldHouse): Promise<void> {
  const rows = rates[house.country].map(rate => ({ ...rate, id: worldId('rate', house.key, rate.fund, rate.kind, rate.from) }))
  await ctx.db.$executeRaw`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, index_code, index_multiple, basis, valid_from, valid_to)
    select ${house.buildingId}::uuid, x.id, x.fund, x.kind, x."perM2", x."indexCode", x."indexMultiple", x.basis, x."from", x."to"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, fund text, kind text, "perM2" numeric, "indexCode" text, "indexMultiple" numeric,
        basis text, "from" date, "to" date)
     where not exists (select 1 from contribution_rates c where c.building_id = ${house.buildingId}::uuid and c.rate_id = x.id)`
}

async function billHouse(house: WorldHouse, period: Period): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    const rows = await ctx.db.$queryRaw<{ billed: boolean }[]>`select exists (select 1 from billing_runs r
      where r.building_id = ${house.buildingId}::uuid and r.period = ${period}) as billed`
    if (rows[0]?.billed) return
    await runBilling(ctx, { buildingId: house.buildingId, period, acceptFindings: false })
  })
}

/** Only the last month is news; nobody wants a year of messages on the first day. */
async function forgetOldNews(ctx: Context, world: World, last: Period): Promise<void> {
  const houses = world.houses.map(house => house.buildingId)
  await ctx.db.$executeRaw`update event_queue set handled_at = app.now() where building_id = any(${houses}::text[]::uuid[])
    and name = 'billing.billsIssued' and payload ->> 'period' <> ${last} and handled_at is null`
}
