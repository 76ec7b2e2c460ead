// Which ways of charging a service has, and what a change of it says otherwise than what holds.
import { invalid } from '#server/kernel/errors.ts'
import { addDays } from '#server/kernel/period.ts'
import type { ChargeMethod, CommonBy, Finding, PremisesKind, Service } from '#server/billing/schema.ts'
import type { HouseService } from '#server/billing/tariffs/rules.ts'

export type Way = { readonly method: ChargeMethod | null; readonly volumeOf: readonly string[]; readonly kinds: readonly PremisesKind[]; readonly seasonal: boolean; readonly commonSharedBy: CommonBy | null }
export type WayField = keyof Way

const own: readonly ChargeMethod[] = ['METER', 'PERSON', 'AREA', 'FIXED']
const shared: readonly ChargeMethod[] = ['PERSON', 'AREA', 'FIXED']
/** A meter of the flat where there are such meters; the house's own where a price of heat is for what it saw. */
export const methodsOf: Record<Service, readonly ChargeMethod[]> = {
  COLD_WATER: own, HOT_WATER: [...own, 'BUILDING_METER'], SEWERAGE: own, ELECTRICITY: own, GAS: own, HEAT: ['BUILDING_METER', 'AREA', 'METER'], WASTE: shared, LIFT: shared,
}
export const sharesCommon = (service: string): boolean => ['COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'GAS'].includes(service)

/** A way in which the house can be charged at all, without what does not belong to it. */
export function judgeWay(service: Service, way: Way): Way {
  if (way.method === null) return { method: null, volumeOf: [], kinds: [], seasonal: false, commonSharedBy: null }
  if (!methodsOf[service].includes(way.method)) throw invalid('services.methodDoesNotFit')
  if (way.kinds.length === 0) throw invalid('services.kindsNeeded')
  if (way.seasonal && service !== 'HEAT') throw invalid('services.seasonDoesNotFit')
  if (way.commonSharedBy !== null && !(way.method === 'METER' && sharesCommon(service))) throw invalid('services.commonDoesNotFit')
  return { ...way, volumeOf: volumesOf(service, way), kinds: [...new Set(way.kinds)].sort() }
}

// Sewerage has no meter of its own: it takes the volumes of the waters.
function volumesOf(service: Service, { method, volumeOf }: Way): string[] {
  if (service !== 'SEWERAGE' || method !== 'METER') return []
  if (volumeOf.length === 0) throw invalid('services.volumeNeeded')
  return [...new Set(volumeOf)].sort()
}

const fields: readonly WayField[] = ['method', 'volumeOf', 'kinds', 'seasonal', 'commonSharedBy']
const plain = (value: unknown) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value)

/** Fields in which two ways differ, in the order in which they are read. */
export function differsIn(one: Way, other: Way): WayField[] {
  return fields.filter(field => plain(one[field]) !== plain(other[field]))
}

type Change = Way & { readonly service: Service; readonly from: string }

/** The rows of the house as they would be with the change. */
export function withChange(rows: readonly HouseService[], { service, from, method, volumeOf, kinds, seasonal, commonSharedBy }: Change): HouseService[] {
  const kept = rows.flatMap(row => row.service !== service || (row.validTo !== null && row.validTo < from) ? [row] : row.validFrom < from ? [{ ...row, validTo: addDays(from, -1) }] : [])
  if (method === null) return kept
  return [...kept, { service, method, volumeOf, kinds, seasonal, validFrom: from, validTo: null, ...(commonSharedBy === null ? {} : { commonSharedBy }) }]
}

/** What would lack that does not lack now. The volumes of a month that is still to come are no lack where the house has the meter. */
export function newFindings(before: readonly Finding[], after: readonly Finding[], houseMetered: boolean): Finding[] {
  const known = new Set(before.map(each => `${each.service}.${each.code}`))
  return after.filter(each => !known.has(`${each.service}.${each.code}`) && !(houseMetered && (each.code === 'noHouseMeter' || each.code === 'noCommonShare')))
}
