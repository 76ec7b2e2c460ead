import { createHash, randomBytes } from 'node:crypto'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addDays, addPeriods, compareDates, periodOf, type LocalDate, type Period } from '#server/kernel/period.ts'
import type { Message } from '#server/payments/doors/message.ts'
import { answerPayme } from '#server/payments/payme/answer.ts'
import { demoClick, demoPaymeKey, demoPaynetKey, demoUzum } from '#server/payments/screen/queries.ts'
import { registerMerchant } from '#server/payments/register-merchant.ts'
import { replaceMerchantKey } from '#server/payments/replace-merchant-key.ts'
import type { RegisterMerchantInput } from '#server/payments/schema.ts'
import type { HouseKey } from '#prisma/seed/demo/houses.ts'
import { worldId, type World, type WorldHouse, type WorldPremises } from '#prisma/seed/demo/world.ts'

export type DemoAccount = { country: 'UZ' | 'KZ'; number: string; building: string; unit: string; kind: 'ACCUMULATING' | 'ONE_TIME'; amountMinor: number }

const near = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10']
const common = { scopeType: 'OPERATOR', scopeId: null, shortAddress: true, accountField: 'ls', refunds: 'ALLOWED', answerFormat: 'JSON', activeFrom: '2025-01-01' } as const

/** The operator's merchants at the short addresses: what the demonstration's provider page and outside tests call. */
const merchants: readonly RegisterMerchantInput[] = [
  { ...common, merchantId: worldId('merchant', 'payme'), provider: 'payme', segment: 'operator', country: 'UZ', externalId: worldId('payme').replaceAll('-', '').slice(0, 24),
    mostAmount: 100_000_000_000n, allowedAddresses: [], payPage: 'https://checkout.paycom.uz' },
  { ...common, merchantId: worldId('merchant', 'click'), provider: 'click', segment: 'operator', country: 'UZ', externalId: '27182', merchantUserId: '16180', serviceId: demoClick().serviceId,
    mostAmount: 100_000_000_000n, allowedAddresses: [], payPage: 'https://my.click.uz/services/pay' },
  { ...common, merchantId: worldId('merchant', 'uzum'), provider: 'uzum', segment: 'operator', country: 'UZ', externalId: '', serviceId: demoUzum().serviceId,
    mostAmount: 100_000_000_000n, allowedAddresses: [], payPage: 'https://uzumbank.uz/open-service' },
  { ...common, merchantId: worldId('merchant', 'kaspi'), provider: 'kaspi', segment: 'operator', country: 'KZ', externalId: 'Uyim',
    mostAmount: 1_000_000_000n, allowedAddresses: near, payPage: '' },
  { ...common, merchantId: worldId('merchant', 'paynet'), provider: 'paynet', segment: 'operator', country: 'UZ', externalId: '', accountField: 'client_id',
    mostAmount: 100_000_000_000n, allowedAddresses: [], payPage: 'Uyim' },
]

/** Merchants, what the houses have paid so far, and the first repair shares through Payme's own door. Doing it again changes nothing. */
export async function seedPayments(world: World): Promise<void> {
  await seedMerchants()
  for (const house of world.houses) await seedHistory(world, house)
  await seedShares(world)
}

export async function seedMerchants(): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    for (const merchant of merchants) await registerMerchant(ctx, { ...merchant, demonstration: true })
    await replaceMerchantKey(ctx, { merchantId: worldId('merchant', 'payme'), key: demoPaymeKey(), test: true })
    await replaceMerchantKey(ctx, { merchantId: worldId('merchant', 'paynet'), key: demoPaynetKey(), test: true })
    await replaceMerchantKey(ctx, { merchantId: worldId('merchant', 'click'), key: demoClick().secret, test: true })
    await replaceMerchantKey(ctx, { merchantId: worldId('merchant', 'uzum'), key: `${demoUzum().login}:${demoUzum().password}`, test: true })
  })
}

type Bill = { accountId: string; premisesId: string; period: Period; dueOn: LocalDate; total: bigint; number: string }
type Past = Bill & { paidOn: LocalDate }

const lateFlats: Partial<Record<HouseKey, readonly string[]>> = { abay12: ['9', '17', '31'], chilonzor12: ['8', '21', '37'] }
const onceLate: Partial<Record<HouseKey, string>> = { chilonzor12: '30' }

/** Bills of past months are paid before their day; the last one is still open for the people one can sign in as and for some neighbours. */
export async function seedHistory(world: World, house: WorldHouse): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    const bills = await billsOf(ctx, house)
    const last = addPeriods(periodOf(ctx.today), -1)
    const shown = new Set(world.people.flatMap(person => person.units.map(unit => unit.premisesId)))
    const byPremises = new Map(house.premises.map(unit => [unit.premisesId, unit]))
    const past: Past[] = []
    for (const bill of bills) {
      const unit = byPremises.get(bill.premisesId)
      const paidOn = unit ? payDay(ctx, bill, { last, shown, unit, house: house.key, late: lateFlats[house.key] ?? [] }) : null
      if (paidOn !== null) past.push({ ...bill, paidOn })
    }
    for (const period of [...new Set(past.map(each => each.period))].sort()) await settlePast(ctx, house, past.filter(each => each.period === period))
  })
}

type Habits = { last: Period; shown: ReadonlySet<string>; unit: WorldPremises; house: HouseKey; late: readonly string[] }

function payDay(ctx: Context, bill: Bill, { last, shown, unit, house, late }: Habits): LocalDate | null {
  const chance = Number.parseInt(createHash('sha256').update(`${bill.accountId}${bill.period}`).digest('hex').slice(0, 4), 16)
  if (bill.period === last && (shown.has(unit.premisesId) || chance % 10 < 4)) return null
  if (late.includes(unit.number) && bill.period > addPeriods(last, -3)) return null
  // Before the day of the bill, but for one who once was ten days late: the next bill says what that cost.
  const [due, delay] = [Number(bill.dueOn.slice(8)), onceLate[house] === unit.number && bill.period === addPeriods(last, -2) ? 10 : 0]
  const paidOn = delay > 0 ? addDays(bill.dueOn, delay) : `${addPeriods(bill.period, 1)}-${String(3 + (chance % (due - 5))).padStart(2, '0')}`
  return compareDates(paidOn, ctx.today) < 0 ? paidOn : null
}

async function billsOf(ctx: Context, house: WorldHouse): Promise<Bill[]> {
  return ctx.db.$queryRaw<Bill[]>`select b.account_id as "accountId", b.premises_id as "premisesId", b.period::text as period, to_char(b.due_on, 'YYYY-MM-DD') as "dueOn", b.total, a.number::text as number
    from bills b join accounts a on a.building_id = b.building_id and a.account_id = b.account_id
    where b.building_id = ${house.buildingId}::uuid and b.total > 0
      and not exists (select 1 from payment_transactions t where t.building_id = b.building_id and t.account_id = b.account_id and t.amount = b.total
        and t.value_date > (b.period || '-01')::date + interval '1 month' - interval '1 day' and t.value_date < (b.period || '-01')::date + interval '2 months')
    order by b.period, b.account_id`
}

/** Payments of the past, settled by the same function of the database on the days they were made. */
async function settlePast(ctx: Context, house: WorldHouse, past: readonly Past[]): Promise<void> {
  const provider = house.country === 'UZ' ? 'payme' : 'kaspi'
  const rows = JSON.stringify(past.map(each => ({
    accountId: each.accountId, premisesId: each.premisesId, number: each.number, amount: each.total.toString(), paidOn: each.paidOn,
    paymentId: worldId('past payment', each.accountId, each.period), externalId: createHash('sha256').update(`past ${each.accountId} ${each.period}`).digest('hex').slice(0, 24),
  })))
  await ctx.db.$executeRaw`
    with past as (
      insert into payment_dedupe (provider, service, method, external_id, building_id, payment_id)
      select ${provider}, 'operator', 'create', r."externalId", ${house.buildingId}::uuid, r."paymentId" from jsonb_to_recordset(${rows}::jsonb) as r("externalId" text, "paymentId" uuid))
    insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, amount, currency, state,
      provider_time, expires_at, created_at, performed_at, value_date)
    select ${house.buildingId}::uuid, r."paymentId", ${provider}, 'operator', r."externalId", ${worldId('merchant', provider)}::uuid, r."accountId", r."premisesId", r.number, r.amount,
      ${house.country === 'UZ' ? 'UZS' : 'KZT'}, 'PENDING', r.at, r.at + interval '12 hours', r.at, r.at + interval '2 seconds', r."paidOn"
      from (select x.*, (x."paidOn" + time '09:00' + (abs(hashtext(x."externalId")) % 36000) * interval '1 second') at time zone interval '5 hours' as at
        from jsonb_to_recordset(${rows}::jsonb) as x("accountId" uuid, "premisesId" uuid, number text, amount bigint, "paidOn" date, "paymentId" uuid, "externalId" text)) r`
  // Month by month: two payments of one account never settle in one statement.
  for (const period of new Set(past.map(each => each.period))) {
    await ctx.db.$queryRaw`select app.settle_payments(array_agg(row(t.building_id, t.payment_id, md5('call' || t.payment_id)::uuid, t.value_date, null)::app.settlement order by t.account_id), app.moment())::text
      from payment_transactions t where t.building_id = ${house.buildingId}::uuid and t.state = 'PENDING'
        and t.payment_id = any(${past.filter(each => each.period === period).map(each => worldId('past payment', each.accountId, each.period))}::uuid[])`
  }
  // What was paid long ago is no news to anybody.
  await ctx.db.$executeRaw`update event_queue set handled_at = app.now() where building_id = ${house.buildingId}::uuid and name = 'payments.posted' and handled_at is null`
}

const sharePayers: Partial<Record<HouseKey, readonly string[]>> = { chilonzor12: ['1', '2', '3', '6', '9', '12', '15', '18', '20', '24', '28', '36'], chilonzor14: ['2', '7'] }

/** Some neighbours pay their first part of the repair, the way everybody does: through the door. */
async function seedShares(world: World): Promise<void> {
  for (const [key, numbers] of Object.entries(sharePayers) as [HouseKey, readonly string[]][]) {
    const house = world.house(key)
    const premises = numbers.map(number => world.premises(key, number).premisesId)
    const invoices = await serviceTransaction('seed', ctx => ctx.db.$queryRaw<{ number: string; amount: bigint }[]>`
      select distinct on (v.premises_id) v.number::text as number, v.amount from payment_invoices v
       where v.building_id = ${house.buildingId}::uuid and v.premises_id = any(${premises}::uuid[])
         and not exists (select 1 from payment_invoices p where p.building_id = v.building_id and p.premises_id = v.premises_id and p.state = 'PAID')
       order by v.premises_id, v.due_on`)
    for (const { number, amount } of invoices) await payThroughDoor(number, Number(amount))
  }
}

async function payThroughDoor(number: string, amount: number): Promise<void> {
  const id = randomBytes(12).toString('hex')
  const now = await serviceTransaction('seed', ctx => Promise.resolve(ctx.now.getTime()))
  const send = async (method: string, params: Record<string, unknown>): Promise<void> => {
    const message: Message = { method: 'POST', query: '', authorization: `Basic ${btoa(`Paycom:${demoPaymeKey()}`)}`, accept: '', body: JSON.stringify({ id: 1, method, params }), segment: null, address: '127.0.0.1', busy: false }
    const { body } = await answerPayme(message)
    if (!body.includes('"result"')) throw new Error(`the demonstration could not pay ${number}: ${body}`)
  }
  await send('CreateTransaction', { id, time: now, amount, account: { ls: number } })
  await send('PerformTransaction', { id })
}

type DemoProviders = { payme: { key: string; accountField: string }; click: { serviceId: string; secret: string }
  uzum: { serviceId: string; login: string; password: string; accountField: string }; kaspi: Record<string, never>
  paynet: { login: string; password: string; accountField: string } }

/** What demo.json tells of the providers as they come to exist. */
export function demoProviders(): DemoProviders {
  const [login = '', password = ''] = demoPaynetKey().split(':')
  return { payme: { key: demoPaymeKey(), accountField: 'ls' }, click: demoClick(), uzum: { ...demoUzum(), accountField: 'ls' }, kaspi: {}, paynet: { login, password, accountField: 'client_id' } }
}

/** Numbers that can be paid right now: accounts of the people one can sign in as, and open instalments. */
export async function demoAccounts(world: World): Promise<DemoAccount[]> {
  const shown = world.people.flatMap(person => person.units.map(unit => unit.premisesId))
  const houses = [world.house('chilonzor12').buildingId, world.house('abay12').buildingId]
  const rows = await serviceTransaction('seed', ctx => ctx.db.$queryRaw<(Omit<DemoAccount, 'amountMinor'> & { amount: bigint })[]>`
    select b.country::text as country, a.number::text as number, b.name as building, p.number as unit, 'ACCUMULATING' as kind,
      greatest(coalesce((select sum(f.value::bigint) from account_heads h, jsonb_each_text(h.balances) f
        where h.building_id = a.building_id and h.account_id = a.account_id and f.value::bigint > 0), 0), 100000)::bigint as amount
      from accounts a join buildings b using (building_id) join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
     where a.building_id = any(${houses}::uuid[]) and a.premises_id = any(${shown}::uuid[]) and a.closed_on is null
    union all
    select open.country, open.number, open.building, open.unit, 'ONE_TIME', open.amount from (
      select b.country::text, v.number::text, b.name as building, p.number as unit, v.amount,
        row_number() over (partition by v.building_id order by v.due_on, (v.premises_id = any(${shown}::uuid[])) desc, v.number) as place
        from payment_invoices v join buildings b using (building_id) join premises p on p.building_id = v.building_id and p.premises_id = v.premises_id
       where v.building_id = any(${houses}::uuid[]) and v.state = 'OPEN') open where open.place <= 12
    order by country desc, kind, number`)
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: Number(amount) }))
}
