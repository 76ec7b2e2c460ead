import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { addPeriods, daysInPeriod, periodOf, type LocalDate, type Period } from '#server/kernel/period.ts'
import { addDecimal, subtractDecimal } from '#server/kernel/quantity.ts'
import { worldId, type World, type WorldHouse, type WorldPremises } from '#prisma/seed/demo/world.ts'

type Device = {
  meterId: string
  premisesId: string | null
  service: 'COLD_WATER' | 'ELECTRICITY' | 'HEAT'
  unit: 'm3' | 'kWh' | 'Gcal'
  serial: string
  registers: number
  digits: number
  decimals: number
  verifiedUntil: LocalDate
  /** What it used in a month, per register. */
  used: (period: Period) => string[]
}
type Reading = { meterId: string; premisesId: string | null; readingId: string; takenOn: LocalDate; period: Period; values: string[]; parts: string[]; consumption: string; source: string }

const twoTariffs = new Set(['7', '12', '19', '33'])
/** Whose verification has run out: the council member's own, so that nobody is ashamed of a neighbour's. */
const expired = { number: '14', until: '2026-09-01' } as const
/** Cold water of the resident of each country, in the last month of the history. */
const shownLast = { number: '25', value: '471' } as const

/** Devices of all flats and houses with a history of twelve months; doing it again changes nothing. */
export async function seedMeters(world: World): Promise<void> {
  await serviceTransaction('seed', async ctx => {
    const last = addPeriods(periodOf(ctx.today), -1)
    if (last < world.firstPeriod) return
    const periods = periodsBetween(addPeriods(last, -11) > world.firstPeriod ? world.firstPeriod : addPeriods(last, -11), last)
    const busy = new Set(world.people.flatMap(person => person.units.map(unit => unit.premisesId)))
    for (const house of world.houses) {
      const devices = devicesOf(house)
      await insertDevices(ctx, house, devices)
      await insertReadings(ctx, house, devices.flatMap(device => historyOf(house, device, periods)))
      await insertReadings(ctx, house, devices.flatMap(device => currentOf(ctx, house, { device, periods, skip: busy })))
    }
  })
}

function periodsBetween(first: Period, last: Period): Period[] {
  const periods: Period[] = []
  for (let period = first; period <= last; period = addPeriods(period, 1)) periods.push(period)
  return periods
}

/** 0 … below, the same at every seeding for the same words. */
function chance(below: number, ...words: string[]): number {
  return Number.parseInt(worldId('chance', ...words).slice(0, 8), 16) % below
}

function devicesOf(house: WorldHouse): Device[] {
  const units = house.premises.filter(unit => unit.kind === 'APARTMENT' || unit.kind === 'NON_RESIDENTIAL')
  const flats = units.flatMap(unit => [coldWater(house, unit), electricity(house, unit)])
  const water: Device = {
    ...common(house, null, 'COLD_WATER'), unit: 'm3', registers: 1, digits: 6, decimals: 1,
    used: period => [flats.filter(each => each.service === 'COLD_WATER').map(each => each.used(period)[0] ?? '0').reduce(addDecimal, String(3 + chance(6, house.key, period)))],
  }
  return [...flats, water, heat(house)]
}

function common(house: WorldHouse, unit: WorldPremises | null, service: Device['service']): Pick<Device, 'meterId' | 'premisesId' | 'service' | 'serial' | 'verifiedUntil'> {
  const words = [house.key, unit?.kind ?? 'BUILDING', unit?.number ?? '', service]
  const isExpired = !house.twin && service === 'COLD_WATER' && isFlat(unit, expired.number)
  return {
    meterId: worldId('meter', ...words), premisesId: unit?.premisesId ?? null, service, serial: String(40_000_000 + chance(9_999_999, 'serial', ...words)),
    verifiedUntil: isExpired ? expired.until : `20${28 + chance(5, 'verified', ...words)}-0${1 + chance(9, 'month', ...words)}-15`,
  }
}

function isFlat(unit: WorldPremises | null, number: string): boolean {
  return unit?.kind === 'APARTMENT' && unit.number === number
}

function coldWater(house: WorldHouse, unit: WorldPremises): Device {
  const persons = unit.kind === 'APARTMENT' ? Math.max(1, unit.persons) : 2
  return {
    ...common(house, unit, 'COLD_WATER'), unit: 'm3', registers: 1, digits: 5, decimals: 3,
    used: period => [String(persons * 3 + chance(persons + 3, 'water', house.key, unit.number, period))],
  }
}

function electricity(house: WorldHouse, unit: WorldPremises): Device {
  const registers = unit.kind === 'APARTMENT' && twoTariffs.has(unit.number) ? 2 : 1
  const persons = unit.kind === 'APARTMENT' ? Math.max(1, unit.persons) : 6
  return {
    ...common(house, unit, 'ELECTRICITY'), unit: 'kWh', registers, digits: 6, decimals: 0,
    used: period => {
      const winter = [11, 12, 1, 2].includes(Number(period.slice(5))) ? 25 : 0
      const total = 55 + persons * 38 + winter + chance(30, 'light', house.key, unit.number, period)
      const night = Math.floor(total * 3 / 10)
      return registers === 2 ? [String(total - night), String(night)] : [String(total)]
    },
  }
}

const heatByMonth = [62, 55, 41, 14, 0, 0, 0, 0, 0, 18, 40, 57]

function heat(house: WorldHouse): Device {
  return {
    ...common(house, null, 'HEAT'), unit: 'Gcal', registers: 1, digits: 6, decimals: 3,
    used: period => {
      const season = heatByMonth[Number(period.slice(5)) - 1] ?? 0
      return [season === 0 ? '0' : `${Math.floor(season * house.premises.length / 46)}.${String(100 + chance(900, 'heat', house.key, period))}`]
    },
  }
}

function historyOf(house: WorldHouse, device: Device, periods: readonly Period[]): Reading[] {
  const before = addPeriods(periods[0] ?? '', -1)
  const parts = periods.map(period => device.used(period))
  let values = firstValues(house, device, parts)
  const base: Reading = {
    meterId: device.meterId, premisesId: device.premisesId, readingId: worldId('reading', device.meterId, before), takenOn: `${before}-25`, period: before,
    values, parts: values.map(() => '0'), consumption: '0', source: 'SYSTEM' }
  return [base, ...periods.map((period, index) => {
    const used = parts[index] ?? []
    values = values.map((value, register) => addDecimal(value, used[register] ?? '0'))
    const day = device.premisesId === null ? daysInPeriod(period) : 22 + chance(6, 'day', device.meterId, period)
    return {
      meterId: device.meterId, premisesId: device.premisesId, readingId: worldId('reading', device.meterId, period), takenOn: `${period}-${String(day).padStart(2, '0')}`, period,
      values, parts: used, consumption: used.reduce(addDecimal, '0'), source: device.premisesId === null ? 'CLERK' : 'RESIDENT' }
  })]
}

function firstValues(house: WorldHouse, device: Device, parts: readonly string[][]): string[] {
  const resident = house.premises.find(unit => unit.premisesId === device.premisesId && unit.kind === 'APARTMENT' && unit.number === shownLast.number)
  if (resident && device.service === 'COLD_WATER') return [subtractDecimal(shownLast.value, parts.map(each => each[0] ?? '0').reduce(addDecimal, '0'))]
  return Array.from({ length: device.registers }, (_, register) => String(100 + chance(device.service === 'ELECTRICITY' ? 9000 : 700, 'first', device.meterId, String(register))))
}

/** Some neighbours have sent this month's already; the people of the demonstration have not. */
function currentOf(ctx: Context, house: WorldHouse, { device, periods, skip }: { device: Device; periods: readonly Period[]; skip: ReadonlySet<string> }): Reading[] {
  const period = periodOf(ctx.today)
  const today = Number(ctx.today.slice(8))
  const day = today - chance(3, 'now', device.meterId, period)
  if (device.premisesId === null || skip.has(device.premisesId) || day < (house.country === 'KZ' ? 20 : 1) || chance(5, 'sent', device.premisesId, period) > 1) return []
  const last = historyOf(house, device, periods).at(-1)
  if (!last) return []
  const parts = device.used(period)
  return [{
    ...last, readingId: worldId('reading', device.meterId, period), takenOn: `${period}-${String(day).padStart(2, '0')}`, period, parts,
    values: last.values.map((value, register) => addDecimal(value, parts[register] ?? '0')), consumption: parts.reduce(addDecimal, '0'), source: 'RESIDENT' }]
}

async function insertDevices(ctx: Context, house: WorldHouse, devices: readonly Device[]): Promise<void> {
  await ctx.db.$executeRaw`
    insert into meters (building_id, meter_id, premises_id, service, kind, serial, unit, registers, digits, decimals, installed_on, verified_until)
    select ${house.buildingId}::uuid, x."meterId", x."premisesId", x.service, case when x."premisesId" is null then 'BUILDING' else 'UNIT' end, x.serial, x.unit, x.registers, x.digits, x.decimals,
      '2021-06-01', x."verifiedUntil"
    from jsonb_to_recordset(${JSON.stringify(devices)}::jsonb) as x("meterId" uuid, "premisesId" uuid, service text, serial text, unit text, registers int, digits int, decimals int, "verifiedUntil" date)
    on conflict do nothing`
}

async function insertReadings(ctx: Context, house: WorldHouse, readings: readonly Reading[]): Promise<void> {
  const rows = JSON.stringify(readings.map(({ values, parts, ...each }) => ({ ...each, values: `{${values.join(',')}}`, parts: `{${parts.join(',')}}` })))
  await ctx.db.$executeRaw`
    with given as (
      select * from jsonb_to_recordset(${rows}::jsonb) as x("meterId" uuid, "premisesId" uuid, "readingId" uuid, "takenOn" date, period text, values text, parts text, consumption numeric, source text)),
    claimed as (
      insert into reading_ids (reading_id, building_id, premises_id, meter_id, taken_on, content_hash)
      select "readingId", ${house.buildingId}::uuid, "premisesId", "meterId", "takenOn", md5(values) || md5("meterId"::text) from given on conflict do nothing returning reading_id)
    insert into readings (building_id, meter_id, taken_on, reading_id, premises_id, period, register_values, consumption, register_consumptions, state, source, submitted_at, received_at)
    select ${house.buildingId}::uuid, g."meterId", g."takenOn", g."readingId", g."premisesId", g.period, g.values::numeric[], g.consumption, g.parts::numeric[], 'ACCEPTED', g.source,
      g."takenOn" + time '14:00', g."takenOn" + time '14:00'
    from given g join claimed c on c.reading_id = g."readingId"`
}
