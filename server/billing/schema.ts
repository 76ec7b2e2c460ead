import * as z from 'zod/mini'
import type { Currency } from '#server/kernel/money.ts'
import { isLocalDate } from '#server/kernel/period.ts'

export const services = ['COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT'] as const
export type Service = (typeof services)[number]
/** What a bill may charge: the services, the two contributions, and the penalty for delay. */
export type Charge = Service | 'MAINTENANCE' | 'SAVINGS' | 'PENALTY'
export type BillFund = 'UTILITIES' | 'CURRENT' | 'SAVINGS' | 'PENALTY'
export type PremisesKind = 'APARTMENT' | 'NON_RESIDENTIAL' | 'PARKING' | 'STORAGE'

/** NET: the figure is without VAT; UNKNOWN can be stored and never published (settled 8). */
export type VatMode = 'NET' | 'INCLUDED' | 'NONE' | 'UNKNOWN'
export type TariffBasis = 'VOLUME' | 'VOLUME_TIERED' | 'TIERED_PER_PERSON' | 'AREA' | 'GCAL' | 'PERSON' | 'FIXED'
export type ChargeMethod = 'METER' | 'AREA' | 'PERSON' | 'BUILDING_METER' | 'FIXED'
/** What the quantity of a line is. SHARE: a flat's part of the house's volume, by area. RECALC: months that were billed before an act came. */
/** How accounts divide what the house's meter saw and no flat. */
export type CommonBy = 'AREA' | 'PERSONS' | 'EQUAL'
export type QuantityOf = 'VOLUME' | 'AREA' | 'PERSONS' | 'ONE' | 'SHARE' | 'PENALTY' | 'RECALC'
export type Unit = 'm3' | 'kWh' | 'Gcal' | 'm2' | 'person' | 'account' | 'day'
/** DAILY: a part of the overdue sum each day, each day rounded. YEARLY: percent a year times a factor, by days of 365, rounded once. */
export type PenaltyFormula = 'DAILY' | 'YEARLY'
/** How a rule counts, and what part of the charge it never passes. */
export type PenaltyTerms = { readonly formula: PenaltyFormula; readonly factor: string; readonly cap: string }
/**
 * An overdue charge: all its days of delay as [first day, days, overdue sum, rate], and what earlier bills charged for it.
 * Days of another rule than the price's carry that rule's terms.
 */
export type PenaltyPart = {
  readonly period: string
  readonly dueOn: string
  readonly charge: string
  readonly before: string
  readonly days: readonly (readonly [string, number, string, string, PenaltyTerms?])[]
}

export type HeatMode = 'BY_AREA' | 'BY_BUILDING_METER' | 'BY_FLAT_METER'
/** What only a price of a heat contract has. COMMON: what the house's meter saw and no flat's own. */
export type HeatPrice = {
  readonly mode: HeatMode | 'COMMON' | 'HOT_WATER' | 'RECALC'
  /** A twelfth of the season in each month, whatever its days. */
  readonly spread?: true
  /** The act that set the season. */
  readonly seasonAct?: string
  /** Gcal of the house's meter, and of it what own meters saw in premises that are no flats, and in flats. */
  readonly house?: string
  readonly apart?: string
  readonly flats?: string
  /** The first month that is made up with this one: all three are since then. */
  readonly since?: string
  /** Of hot water without a meter: the norm, and the price of a unit of it. */
  readonly litres?: string
  readonly gcalPerM3?: string
  readonly perUnit?: string
}
/** A quantity from a day to a day; and an act from whose first day to its last the service was not there. */
export type HeatSpan = readonly [quantity: string, from: string, to: string]
export type HeatOff = readonly [act: string, from: string, to: string]
/** A line of a month billed before, as it would be with all acts known now, and what was charged for it so far. */
export type HeatMonth = {
  readonly period: string
  readonly key: string
  readonly price: string
  readonly days: number
  readonly monthDays: number
  readonly vatBp: number
  readonly spread?: true
  readonly spans: readonly HeatSpan[]
  readonly off: readonly HeatOff[]
  /** Acts counted before that a counter-act has undone since: their number, days, and the paper. */
  readonly undone?: readonly (readonly [act: string, from: string, to: string, by: string])[]
  readonly was: readonly [net: string, vat: string]
}
/** On what a norm of consumption stands: its act and source, and since when. */
export type NormFrom = { readonly actId: string | null; readonly source: string; readonly validFrom: string; readonly demonstration: boolean; readonly verified: boolean }

/** The price before a rise, which volumes paid ahead of it keep within the norm; the law that says so, and for how many months. */
export type PrepaidPrice = { readonly price: string; readonly norm: string; readonly since: string; readonly months: number; readonly source: string; readonly verified: boolean }
/** What was left at the beginning of the month of the volume paid ahead of a rise, what months before took of it, and the sums that it comes from. */
export type PrepaidVolume = PrepaidSums & { readonly left: string; readonly used: string }
/** The advance on the eve, and the service's part of the account's bill of the month before. */
export type PrepaidSums = { readonly advance: string; readonly part: string; readonly whole: string }
/** The dated rule of a service: how many months after a rise. */
export type PrepaidRule = { readonly service: string; readonly months: string; readonly validFrom: string; readonly source: string; readonly verified: boolean }
/** A line of a month billed before, with the volume as it is after readings were corrected, and what was charged for it so far. */
export type VolumeMonth = Pick<PriceItem, 'upTo' | 'prices' | 'perPerson' | 'days' | 'monthDays' | 'vatBp' | 'unit' | 'prepaid'> & {
  readonly period: string
  readonly key: string
  readonly people: number
  readonly quantity: string
  readonly difference: string
  /** What was left of the volume paid ahead of a rise. */
  readonly left?: string
  readonly was: readonly [net: string, vat: string]
}
/** What a house shared in a month billed before, divided again after a reading was corrected: the part of one account as it is now, and what was charged for it so far. */
export type ShareMonth = {
  readonly period: string
  readonly key: string
  readonly unit: Unit
  readonly by: CommonBy
  /** What the house's meter saw, and what is taken off it for own meters. */
  readonly house: string
  readonly flats: string
  readonly price: string
  readonly days: number
  readonly monthDays: number
  readonly vatBp: number
  readonly weight: string
  readonly all: string
  readonly extra?: 1
  readonly was: readonly [net: string, vat: string]
}
export type HeatLine = {
  /** Number of the contract. */
  readonly contract?: string
  readonly spans?: readonly HeatSpan[]
  readonly off?: readonly HeatOff[]
  /** Meters of the flat in the month, one after the other, each with what it saw. */
  readonly meters?: readonly (readonly [serial: string, from: string, to: string, used: string | null])[]
  readonly months?: readonly HeatMonth[]
}

/** One price of a run, as it was when the bills were made. Decimals are canonical strings of major units. */
export type PriceItem = {
  readonly key: string
  readonly service: Charge
  readonly fund: BillFund
  readonly of: QuantityOf
  /** Places (from 1) in the run's list of metered services whose volumes add up. */
  readonly volumeAt: readonly number[]
  readonly unit: Unit
  /** Limits of the tiers; one shorter than `prices`, or as long when the last tier is bounded too. */
  readonly upTo: readonly string[]
  readonly prices: readonly string[]
  /** Limits are for one registered person. */
  readonly perPerson: boolean
  readonly kinds: readonly PremisesKind[]
  readonly stove: boolean | null
  readonly metered: boolean | null
  /** Absent: no matter. */
  readonly privileged?: boolean
  /** First and last day of this price, where the month has more than one. */
  readonly from?: string
  readonly to?: string
  /** Days served of the days of the month. */
  readonly days: number
  readonly monthDays: number
  /** Of a contribution: the days themselves, so that an account open for some of them pays for these. */
  readonly span?: { readonly from: string; readonly to: string }
  /** Of a charge by area, person or account that was not served on all its days: the days on which it was. */
  readonly spans?: readonly { readonly from: string; readonly to: string }[]
  /** VAT added on top, in hundredths of a percent; 0 when included or none. */
  readonly vatBp: number
  readonly vatMode: 'NET' | 'INCLUDED' | 'NONE'
  readonly houseNet: string | null
  readonly houseQuantity: string | null
  readonly houseArea: string | null
  /** Of a share of the house's meter: the days by which its volume was divided, where they are not the month's. */
  readonly houseDays?: number
  readonly tariffId: string | null
  readonly actId: string | null
  readonly source: string
  readonly validFrom: string
  readonly demonstration: boolean
  readonly verified: boolean
  readonly penalty?: PenaltyTerms
  /** Of energy whose price has risen: absent where no flat of the house has paid ahead. */
  readonly prepaid?: PrepaidPrice
  /** Of a heat contract: its lines are made by billing/heat. */
  readonly heat?: HeatPrice
  /** Of what is common to the house: by what it is shared. The house's volume is `houseQuantity`, the rest is in the line. */
  readonly by?: CommonBy
  /** Of what is common: the first month that is made up with this one, and what flats were charged in the months before this one. */
  readonly earlier?: { readonly since: string; readonly flats: string }
  readonly index: { readonly code: string; readonly value: string; readonly multiple: string } | null
}

export type PricePlan = {
  readonly items: readonly PriceItem[]
  readonly volumes: readonly { readonly service: string; readonly norm: string | null; /** Days of the days of the month, of which an estimate is made; absent: all. The norm is cut already. */ readonly served?: readonly [number, number]; /** Absent: no norm. */ readonly normFrom?: NormFrom }[]
}

/** Why a service is not charged this month (settled 9): in the whole house, or in one flat that lacks a volume or a price for so much. */
export type Finding = {
  readonly service: Charge
  readonly code: 'noPrice' | 'vatUnknown' | 'noVatRate' | 'noHouseMeter' | 'noIndex' | 'noVolume' | 'aboveTiers' | 'belowMinimum' | 'aboveFlats' | 'noHeatContract' | 'noSeason' | 'noCommonShare' | 'noSharers' | 'flatsAboveHouse' | 'noHotWaterNorm'
  readonly day: string
  /** A contribution that the law does not allow: of which premises, per m², and what the law allows. */
  readonly kind?: PremisesKind
  /** A service of the house: for which premises it is. */
  readonly kinds?: readonly PremisesKind[]
  readonly price?: string
  readonly limit?: string
  /** Of what is common to the house; the flats' own volumes are charged. */
  readonly common?: true
  /** What was taken off the house's meter, where nothing was left to share. */
  readonly flats?: string
  readonly premisesId?: string
  readonly unitKind?: PremisesKind
  readonly unit?: string
}

/** A line of a bill: its own inputs and its result; the price is the run's item of the same key. */
export type BillLine = {
  readonly key: string
  readonly quantity: string
  readonly people?: number
  /** Absent: by meter. */
  readonly source?: 'AVERAGE' | 'NORM'
  /** Volume charged by estimate earlier and taken off now. */
  readonly before?: string
  readonly prepaid?: PrepaidVolume
  /** 1 when the last minor unit of a division fell on this flat. */
  readonly extra?: 1
  /** Areas or persons with their days, when the account, the area or the persons were not the same all the days of the price; `quantity` is the last of them. */
  readonly parts?: readonly (readonly [string, number])[]
  readonly penalty?: readonly PenaltyPart[]
  readonly heat?: HeatLine
  /** Of a correction: months billed before. */
  readonly volumes?: readonly VolumeMonth[]
  /** Of what was divided again: months billed before. */
  readonly shares?: readonly ShareMonth[]
  /** Of what is common to the house: volumes of all flats together, and the weights of all accounts; `quantity` is one's own. */
  readonly common?: { readonly flats: string; readonly all: string }
  readonly net: string
  readonly vat: string
}

export type Bill = {
  readonly buildingId: string
  readonly accountId: string
  readonly premisesId: string
  readonly period: string
  readonly number: string
  readonly dueOn: string
  readonly currency: Currency
  readonly total: bigint
  readonly vat: bigint
  readonly openingBalance: bigint
  readonly hash: string
  readonly lines: readonly BillLine[]
  readonly prices: PricePlan
  readonly findings: readonly Finding[]
}

export type Cause = 'tariff' | 'volume' | 'people' | 'days' | 'correction'
export const causes: readonly Cause[] = ['tariff', 'volume', 'people', 'days', 'correction']
export type Causes = Readonly<Record<Cause, bigint>>

const id = z.uuid()
/** A day of a year in which anybody of ours lives. */
export const day = z.string().check(z.refine(isLocalDate))
const period = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/))

const accountNumber = z.string().check(z.regex(/^[0-9]{10}$/))

/** A bill by what is printed on it: the account's number and the month. */
export const billKey = z.strictObject({ number: accountNumber, period })
export const houseMonth = z.strictObject({ buildingId: id, period })
export const runBillingInput = z.strictObject({ buildingId: id, period, acceptFindings: z.boolean(), expectedHash: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))) })
/** Without a list: everything of the organisation. */
export const openBillingInput = z.strictObject({ organisationId: id, period, acceptFindings: z.boolean(), buildingIds: z.optional(z.array(id).check(z.minLength(1), z.maxLength(2000))) })
export const continueBillingInput = z.strictObject({ orderId: id })
export const issueBillInput = z.strictObject({ number: accountNumber, period, locale: z.enum(['uz', 'kk', 'ru']) })
/** The id is made by the screen: pressed twice, drawn once. */
export const requestPapersInput = z.strictObject({ buildingId: id, batchId: id, period, locale: z.enum(['uz', 'kk', 'ru']) })
export type RequestPapersInput = z.infer<typeof requestPapersInput>
export const paperBatchKey = z.strictObject({ buildingId: id, batchId: id })
export type PaperBatchKey = z.infer<typeof paperBatchKey>
export const debtorsKey = z.strictObject({ buildingId: id, locale: z.enum(['uz', 'kk', 'ru']) })
export type DebtorsKey = z.infer<typeof debtorsKey>
export const staffBillsInput = z.strictObject({ period })

/** One press: what is wrong is a line of the bill, or an input of it. */
export const disputeBillInput = z.strictObject({
  /** Made by the phone; the same press twice is one request. */
  requestId: id, number: accountNumber, period, kind: z.enum(['LINE', 'INPUT']), subject: z.string().check(z.minLength(1), z.maxLength(80)), submittedAt: z.iso.datetime(),
})
export type DisputeBillInput = z.infer<typeof disputeBillInput>

/** What a meeting decided to pay per m² from a day on; the rate before it ends the day before. */
export const decideContributionInput = z.strictObject({
  buildingId: id, rateId: id, fund: z.enum(['CURRENT', 'SAVINGS']), kind: z.enum(['APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE']),
  perM2: z.string().check(z.regex(/^\d{1,10}(\.\d{1,4})?$/)), from: day, basis: z.string().check(z.trim(), z.minLength(3), z.maxLength(300)),
})

/** Absent: the first house that the actor bills. */
export const contributionsInput = z.strictObject({ buildingId: z.optional(id) })
export type ContributionsInput = z.infer<typeof contributionsInput>

export type DecideContributionInput = z.infer<typeof decideContributionInput>
export type BillKey = z.infer<typeof billKey>
export type HouseMonth = z.infer<typeof houseMonth>
export type RunBillingInput = z.infer<typeof runBillingInput>
export type OpenBillingInput = z.infer<typeof openBillingInput>
export type IssueBillInput = z.infer<typeof issueBillInput>
export type ContinueBillingInput = z.infer<typeof continueBillingInput>
