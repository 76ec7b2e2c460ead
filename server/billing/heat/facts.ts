// What the lines of heat contracts are made from, as app.heat_facts gives it.
import 'server-only'
import type { LocalDate, Period } from '#server/kernel/period.ts'
import type { BillLine, Finding, HeatMode, HeatOff, PremisesKind, PrepaidVolume, PriceItem } from '#server/billing/schema.ts'
import type { HouseFacts, SharedVolume, Tariff } from '#server/billing/tariffs/rules.ts'
import type { Range } from './rules.ts'

export type Contract = {
  readonly contractId: string
  /** null: of the house, for every flat without one of its own. */
  readonly premisesId: string | null
  readonly number: string
  readonly supplier: string
  readonly mode: HeatMode
  readonly areaM2: string | null
  readonly policy: 'IN_SEASON' | 'SPREAD_12'
  readonly hotWater: boolean
  readonly customerClass: 'POPULATION' | 'OTHER'
  readonly from: LocalDate
  readonly to: LocalDate | null
}

/** A heat meter with its days in the month; `used` null: no reading of the month. */
export type HeatMeter = {
  readonly meterId: string
  readonly serial: string
  readonly from: LocalDate
  readonly to: LocalDate
  readonly isNew: boolean
  readonly gone: boolean
  readonly used: string | null
  readonly average: string | null
  /** Charged by estimate before and not covered by a reading yet. */
  readonly owed: string | null
}

export type PersonsSince = readonly [since: LocalDate, persons: number]

/** An account with the days of the month on which it was open. */
export type Unit = Range & {
  readonly accountId: string
  readonly premisesId: string
  readonly kind: PremisesKind
  readonly number: string
  /** Of the last day; `areas`: from a day on so much, where it changed. */
  readonly areaM2: string
  readonly areas?: readonly (readonly [since: LocalDate, areaM2: string])[]
  readonly meters?: readonly HeatMeter[]
  readonly hotMeter?: true
  /** From a day on so many persons, the earliest first. */
  readonly persons?: readonly PersonsSince[]
  /** From the day after the application. */
  readonly absences?: readonly { readonly persons: number; readonly from: LocalDate; readonly to: LocalDate | null }[]
}

export type Norm = {
  readonly territoryPrefix: string; readonly demonstration: boolean; readonly litres: string; readonly gcalPerM3: string | null; readonly actId: string | null; readonly source: string; readonly verified: boolean
  readonly validFrom: LocalDate; readonly validTo: LocalDate | null
}

/** `act`: the legal act that set it. */
export type Season = Range & { readonly act: string | null }

export type HeatFacts = {
  readonly contracts: readonly Contract[]
  /** In the order of their premises. */
  readonly units: readonly Unit[]
  readonly houseMeters: readonly HeatMeter[]
  /** What they saw since it was shared last; null: what is common cannot be told. Absent: no such meter. */
  readonly shared?: SharedVolume | null
  /** Acts that bills have counted and a counter-act has undone; absent where there is none. */
  readonly undone?: readonly { readonly service: string; readonly from: LocalDate; readonly to: LocalDate; readonly act: string; readonly by: string }[]
  readonly interruptions: readonly { readonly service: string; readonly from: LocalDate; readonly to: LocalDate; readonly act: string }[]
  readonly seasons: readonly Season[]
  readonly norms: readonly Norm[]
  readonly otherTariffs: readonly Tariff[]
  /** Heat lines of months that were billed before an act of them was known, their prices, and what was recalculated since. */
  readonly charged: readonly { readonly accountId: string; readonly period: Period; readonly lines: readonly BillLine[] }[]
  readonly prices: Readonly<Record<Period, readonly PriceItem[]>>
  readonly recalculated: readonly { readonly accountId: string; readonly period: Period; readonly key: string; readonly net: string; readonly vat: string }[]
}

/** A contract in the days of the month for which it is a flat's. */
export type Segment = Range & { readonly contract: Contract }

export type House = {
  readonly facts: HouseFacts
  readonly heat: HeatFacts
  readonly month: Range
  readonly off: Readonly<Record<'HEAT' | 'HOT_WATER', readonly HeatOff[]>>
  /** Days of the season in the month. */
  readonly season: readonly Season[]
  /** By account. */
  readonly segments: ReadonlyMap<string, readonly Segment[]>
}

/** What is written beside the lines of an account. */
export type HeatAccount = {
  readonly accountId: string
  readonly lines: readonly BillLine[]
  /** Hot water by the contract; its volume, where a norm says it, also counts for what goes down the drain. */
  readonly hot: boolean
  readonly volume: string | null
  readonly settled: readonly string[]
  readonly estimates: readonly { readonly meter_id: string; readonly volume: string }[]
  /** What is left of the volumes paid ahead of a rise, by the key of the price. */
  readonly prepaid?: Readonly<Record<string, PrepaidVolume>>
  readonly recalculated: readonly { readonly charge_period: Period; readonly line_key: string; readonly net: string; readonly vat: string }[]
}

/** Who has no bill of the month any more: recalculated on the closed account itself. */
export type LeftAccount = Pick<HeatAccount, 'accountId' | 'recalculated'>

/** What one way of charging made: prices, lines by account, and what could not be charged. */
export type Made = {
  readonly items: readonly PriceItem[]
  readonly lines: readonly { readonly accountId: string; readonly line: BillLine }[]
  readonly findings: readonly Finding[]
}

export const nothing: Made = { items: [], lines: [], findings: [] }
