// What the house's meter saw and no flat, shared among the accounts where the house has decided so: prices of their own.
// How much it is, only the statement of the run knows: it has the volumes of all flats.
import 'server-only'
import { addDecimal } from '#server/kernel/quantity.ts'
import { partsOf, startsOf } from '#server/billing/dates/rules.ts'
import { daysTogether, servedDays, within } from '#server/billing/served/rules.ts'
import { spansOf, vatOf, type HouseFacts, type HouseService, type Planned, type Priced, type SharedVolume } from '#server/billing/tariffs/rules.ts'
import type { CommonBy, Finding, PriceItem } from '#server/billing/schema.ts'

type SharedService = HouseService & { readonly commonSharedBy: CommonBy }
type Share = { readonly row: SharedService; readonly served: number; readonly saw: SharedVolume; readonly volumeAt: number }

/** The plan with the common part of its services; the very same where the house shares none. */
export function withCommon(facts: HouseFacts, planned: Planned): Planned {
  const shared = facts.services.filter(isShared)
  if (shared.length === 0) return planned
  const made = [...Map.groupBy(shared, each => each.service).values()].map(rows => priceCommon(facts, planned, rows))
  const common = made.flatMap(each => each.items)
  const items = planned.plan.items.flatMap((item, index, all) =>
    all[index + 1]?.service === item.service ? [item] : [item, ...common.filter(each => each.service === item.service)])
  return { plan: { ...planned.plan, items }, findings: [...planned.findings, ...made.flatMap(each => each.findings)] }
}

function isShared(row: HouseService): row is SharedService {
  return row.commonSharedBy !== undefined
}

type Made = { readonly items: readonly PriceItem[]; readonly findings: readonly Finding[] }

/** One service: nothing where its flats have no price, which has a finding of its own already. */
function priceCommon(facts: HouseFacts, { plan }: Planned, rows: readonly SharedService[]): Made {
  const [first] = rows
  if (!first || !plan.items.some(each => each.service === first.service && each.of === 'VOLUME')) return { items: [], findings: [] }
  const saw = sawOf(facts, first)
  if ('code' in saw) return { items: [], findings: [saw] }
  const volumeAt = plan.volumes.findIndex(each => each.service === first.service) + 1
  const served = daysTogether(facts, facts.services.filter(each => each.service === first.service))
  const items: PriceItem[] = []
  for (const row of rows) {
    const spans = pricesOf(facts, row)
    if ('code' in spans) return { items: [], findings: [{ ...spans, common: true }] }
    for (const span of spans) {
      const item = priceItem(span, { row, served, saw, volumeAt })
      if ('code' in item) return { items: [], findings: [item] }
      items.push(items.length === 0 ? item : { ...item, key: `${item.key}.${items.length + 1}` })
    }
  }
  return { items, findings: [] }
}

function sawOf({ buildingVolumes, period }: HouseFacts, { service, kinds }: SharedService): SharedVolume | Finding {
  const found = buildingVolumes.find(each => each.service === service)
  return found?.shared ?? { service, code: found === undefined ? 'noHouseMeter' : 'noCommonShare', day: `${period}-01`, kinds, common: true }
}

// One price of a unit, whatever the flats' tiers, stoves and privileges: the one published for houses with a meter, where there is one.
function pricesOf(facts: HouseFacts, row: SharedService): Priced[] | Finding {
  const known = facts.tariffs.filter(each => each.service === row.service && each.basis === 'VOLUME')
  const tariffs = known.some(each => each.published) ? known.filter(each => each.published) : known
  const parts = partsOf(facts.period, tariffs, startsOf(facts, 'VAT')).map(part => within(row, part)).map(part => ({ ...part, days: servedDays(facts, row, part) })).filter(part => part.days > 0)
  return spansOf({ facts, service: { ...row, method: 'BUILDING_METER' }, rows: [], volumes: [] }, { tariffs, parts, flats: { stove: null, privileged: null, metered: null } })
}

// The volume is the month's: where the price or the way of sharing changes, each takes its days of it.
function priceItem({ tariff, rate, ...span }: Priced, { row, served, saw, volumeAt }: Share): PriceItem | Finding {
  const vat = vatOf(tariff, rate)
  if (typeof vat === 'string') return { service: row.service, code: vat, day: span.from, kinds: row.kinds, common: true }
  return {
    key: `${row.service}.common`, service: row.service, fund: 'UTILITIES', of: 'SHARE', by: row.commonSharedBy, volumeAt: [volumeAt],
    unit: tariff.unit, upTo: [], prices: [tariff.price ?? '0'], perPerson: false, kinds: row.kinds, stove: null, metered: null,
    days: span.days, monthDays: served, ...(span.days < served ? { from: span.from, to: span.to } : {}), ...vat,
    ...(saw.since === undefined ? {} : { earlier: { since: saw.since, flats: addDecimal(saw.flats ?? '0', saw.apart ?? '0') } }),
    houseNet: null, houseQuantity: saw.volume, houseArea: null, tariffId: tariff.tariffId, actId: tariff.actId, source: tariff.source, validFrom: tariff.validFrom,
    demonstration: tariff.demonstration, verified: tariff.verified, index: null,
  }
}
