import 'server-only'
import { grantOnBuilding, hasRightOnPremises, isService, type Actor } from '#server/kernel/actor.ts'
import { conflict, forbidden, invalid, notFound } from '#server/kernel/errors.ts'
import { jurisdictionOf } from '#server/kernel/jurisdiction.ts'
import { periodOf } from '#server/kernel/period.ts'
import type { FoundHeat } from './heat/records.ts'
import type { HeatKind } from './heat/schema.ts'
import type { ConsumptionNorm } from './norms/queries.ts'
import type { Correction } from './reissue/queries.ts'
import type { CourtPlace } from './court/schema.ts'
import type { HouseToRun } from './runs/queries.ts'
import type { ChangeRow, ServiceHouse } from './services/queries.ts'
import type { TariffPlaces, TariffRow } from './tariffs/queries.ts'

/** Bills are made by the house's accountant or manager, or by the machine on their order. */
export function assertMayRun(actor: Actor, house: HouseToRun | undefined): asserts house is HouseToRun {
  if (house === undefined) throw notFound('billing.houseNotFound')
  if (isService(actor, 'billing', 'seed')) return
  // The database says whether the scope reaches this very house; the grant says that it carries the right at all.
  if (!house.mayRun || grantOnBuilding(actor, 'billing.run', house.buildingId) === null) throw forbidden('billing.runForbidden')
}

/** Papers carry the codes that open flats, a list says who owes: only for who bills this very house. */
export function assertMayPrint<House extends { buildingId: string; reaches: boolean }>(actor: Actor, house: House | null): asserts house is House {
  if (house === null || !house.reaches) throw notFound('billing.houseNotFound')
  if (isService(actor, 'billing')) return
  if (grantOnBuilding(actor, 'billing.run', house.buildingId) === null) throw forbidden('billing.runForbidden')
}

/** One's own bill, or a house one answers for. Somebody else's is not found, never forbidden. */
export function assertMayRead(actor: Actor, place: { buildingId: string; premisesId: string } | null): asserts place is { buildingId: string; premisesId: string } {
  if (place === null) throw notFound('billing.billNotFound')
  if (isService(actor, 'billing', 'payments', 'worker', 'seed')) return
  if (!hasRightOnPremises(actor, 'bill.read', place)) throw notFound('billing.billNotFound')
}

/** The whole organisation at once: only who holds the right over it. */
export function assertMayOrder(actor: Actor, organisationId: string): void {
  const holds = actor.grants.some(grant => grant.scopeType === 'ORGANISATION' && grant.scopeId === organisationId && grant.rights.includes('billing.run'))
  if (!holds && !isService(actor, 'seed')) throw notFound('billing.organisationNotFound')
}

/** In steps there is no door that asks for a staff session first. */
export function assertMayClose(actor: Actor, organisationId: string): void {
  if (actor.kind !== 'STAFF') throw forbidden('common.signInNeeded')
  assertMayOrder(actor, organisationId)
}

/** The organisation that was named, or the one for which the person acts. */
export function organisationOf(actor: Actor, named: string | undefined): string {
  const mine = actor.grants.filter(grant => grant.scopeType === 'ORGANISATION' && grant.rights.includes('billing.run'))
  const chosen = named === undefined ? mine.find(grant => grant.id === actor.actingGrantId) ?? mine[0] : mine.find(grant => grant.scopeId === named)
  if (chosen === undefined) throw notFound('billing.organisationNotFound')
  return chosen.scopeId
}

/** Facts of this transaction: the database knows which places a grant reaches. */
export function assertMaySeeTariffs(reach: TariffPlaces): TariffPlaces {
  if (!reach.mayDraft && !reach.mayPublish) throw forbidden('tariffs.notYours')
  return reach
}

/** A body proposes for the places of its houses, an authority inside its territory. */
export function assertMayDraft(mayDraft: boolean): void {
  if (!mayDraft) throw forbidden('tariffs.placeNotYours')
}

/** The authority of the place, and never who drafted it (four eyes). A draft that one may not see does not exist. */
export function assertMayPublish(tariff: TariffRow | null): TariffRow {
  if (!tariff) throw notFound('tariffs.notFound')
  if (tariff.state !== 'DRAFT') throw conflict('tariffs.notADraft')
  if (!tariff.mayPublish) throw forbidden('tariffs.publisherOnly')
  if (tariff.mine) throw forbidden('tariffs.fourEyes')
  if (tariff.actId === null) throw invalid('tariffs.actNeeded')
  if (tariff.vatMode === 'UNKNOWN') throw invalid('tariffs.vatUnknown')
  return tariff
}

/** Whoever drafted takes it back; the authority sends it back. */
export function assertMayDecline(tariff: TariffRow | null): TariffRow {
  if (!tariff) throw notFound('tariffs.notFound')
  if (tariff.state !== 'DRAFT') throw conflict('tariffs.notADraft')
  if (!tariff.mayPublish && !tariff.mine) throw forbidden('tariffs.publisherOnly')
  return tariff
}

export function assertMayEnd(actor: Actor, tariff: TariffRow | null): TariffRow {
  if (!tariff) throw notFound('tariffs.notFound')
  if (!tariff.mayPublish) throw forbidden('tariffs.publisherOnly', { kind: actor.kind })
  if (tariff.publishedAt === null || tariff.demonstration) throw conflict('tariffs.notPublished')
  return tariff
}

/** Staff of a house bill it; a body and an authority have a word about its place. */
export function assertMaySeeHeat({ places, houses }: { places: boolean; houses: number }): void {
  if (!places && houses === 0) throw forbidden('heat.notYours')
}

/** A season and a norm are drafted for a place around one's houses, a contract for a house one bills. */
export function assertMayDraftHeat(kind: HeatKind, may: boolean): void {
  if (!may) throw kind === 'CONTRACT' ? notFound('billing.houseNotFound') : forbidden('heat.placeNotYours')
}

/** Another person than who drafted (four eyes); what one may not see does not exist. */
export function assertMayPublishHeat(found: FoundHeat | null): FoundHeat {
  if (!found) throw notFound('heat.notFound')
  if (found.state !== 'DRAFT') throw conflict('heat.notADraft')
  if (!found.mayPublish) throw forbidden('heat.publisherOnly')
  if (found.mine) throw forbidden('heat.fourEyes')
  if (found.kind !== 'CONTRACT' && found.actId === null) throw invalid('heat.actNeeded')
  return found
}

/** A draft is taken back by who made it, or sent back; what is published is ended by who may publish. */
export function assertMayEndHeat(found: FoundHeat | null): FoundHeat {
  if (!found) throw notFound('heat.notFound')
  if (!found.mayPublish && !(found.mine && found.state === 'DRAFT')) throw forbidden('heat.publisherOnly')
  if (found.state === 'DECLINED' || found.state === 'TAKEN_BACK' || (found.kind !== 'CONTRACT' && found.demonstration)) throw conflict('heat.notPublished')
  return found
}

/** A norm of consumption has the powers of a tariff of its place. */
export function assertMayEndNorm(norm: ConsumptionNorm | null): ConsumptionNorm {
  if (!norm) throw notFound('norms.notFound')
  if (!norm.mayPublish) throw forbidden('norms.publisherOnly')
  if (norm.state !== 'COMING' && norm.state !== 'IN_FORCE' && norm.state !== 'ENDED' || norm.demonstration) throw conflict('norms.notPublished')
  return norm
}

/** Whoever bills a house writes down the acts of it. */
export function assertMayRegisterInterruption(may: boolean): void {
  if (!may) throw notFound('billing.houseNotFound')
}

/** Courts are asked by the body that keeps the accounts, and only where the country has such packs. */
export function assertMayKeepCourt(place: CourtPlace | null): CourtPlace {
  if (!place) throw notFound('court.accountNotFound')
  if (!place.mayKeep) throw forbidden('court.keeperOnly')
  if (!jurisdictionOf(place.country).courtPacks) throw conflict('court.otherCountry')
  return place
}

export function assertMaySeeCourt(actor: Actor): void {
  if (!actor.grants.some(grant => grant.rights.includes('billing.run'))) throw forbidden('court.keeperOnly')
}

/** Another person than who drafted (four eyes), while nobody has decided. */
export function assertMayPostCorrection(draft: Correction | null): Correction {
  const open = assertMayDeclineCorrection(draft)
  if (open.mine) throw forbidden('billing.correctionFourEyes')
  return open
}

export function assertMayDeclineCorrection(draft: Correction | null): Correction {
  if (!draft) throw notFound('billing.correctionNotFound')
  if (draft.posted || draft.declined) throw conflict('billing.correctionDecided')
  return draft
}

/** The house that is asked for, otherwise the first; somebody else's is not found. */
export function assertMaySeeServices(houses: readonly ServiceHouse[], buildingId: string | undefined): ServiceHouse | null {
  if (buildingId === undefined) return houses[0] ?? null
  return assertMayChangeServices(houses, buildingId)
}

export function assertMayChangeServices(houses: readonly ServiceHouse[], buildingId: string): ServiceHouse {
  const house = houses.find(each => each.buildingId === buildingId)
  if (!house) throw notFound('billing.houseNotFound')
  return house
}

/** Of a house one bills; what one may not see does not exist. */
export function assertMayDecideService(change: ChangeRow | null): ChangeRow {
  if (!change) throw notFound('services.notFound')
  if (change.state !== 'DRAFT') throw conflict('services.notADraft')
  return change
}

/** Another person than who drafted (four eyes). */
export function assertMayPublishService(change: ChangeRow): ChangeRow {
  if (change.mine) throw forbidden('services.fourEyes')
  return change
}

/** A rule of penalties is a country's: whoever has a word there proposes, the authority of all of it publishes. */
export function assertMayDraftPenalty(may: boolean): void {
  if (!may) throw forbidden('penalties.countryNotYours')
}

type JudgedPenalty = { readonly state: string; readonly mayPublish: boolean; readonly mine: boolean; readonly actId: string | null }

export function assertMayPublishPenalty<Rule extends JudgedPenalty>(rule: Rule): Rule {
  if (rule.state !== 'DRAFT') throw conflict('penalties.notADraft')
  if (!rule.mayPublish) throw forbidden('penalties.publisherOnly')
  if (rule.mine) throw forbidden('penalties.fourEyes')
  if (rule.actId === null) throw invalid('penalties.actNeeded')
  return rule
}

/** Whoever drafted takes it back; the authority sends it back. */
export function assertMayDeclinePenalty<Rule extends JudgedPenalty>(rule: Rule): Rule {
  if (rule.state !== 'DRAFT') throw conflict('penalties.notADraft')
  if (!rule.mayPublish && !rule.mine) throw forbidden('penalties.publisherOnly')
  return rule
}

export function assertMayEndPenalty<Rule extends JudgedPenalty>(rule: Rule): Rule {
  if (!rule.mayPublish) throw forbidden('penalties.publisherOnly')
  if (['DRAFT', 'DECLINED', 'TAKEN_BACK'].includes(rule.state)) throw conflict('penalties.notPublished')
  return rule
}

/** A figure of law is a country's, as a rule of penalties is. */
export function assertMayDraftIndex(may: boolean): void {
  if (!may) throw forbidden('indexes.countryNotYours')
}

/** The order in which payments cover debts is all houses': the authority of the whole country drafts it, and another person of it publishes. */
export function assertMayDraftAllocation(may: boolean): void {
  if (!may) throw forbidden('allocation.countryNotYours')
}

/** What two people decide for a whole country or place, and its refusals. */
const decided = {
  indexes: { notFound: 'indexes.notFound', notADraft: 'indexes.notADraft', publisherOnly: 'indexes.publisherOnly', fourEyes: 'indexes.fourEyes', actNeeded: 'indexes.actNeeded', notPublished: 'indexes.notPublished', withdrawFourEyes: 'indexes.withdrawFourEyes', withdrawn: 'indexes.withdrawn', withdrawalProposed: 'indexes.withdrawalProposed', begun: 'indexes.begun' },
  norms: { notFound: 'norms.notFound', notADraft: 'norms.notADraft', publisherOnly: 'norms.publisherOnly', fourEyes: 'norms.fourEyes', actNeeded: 'norms.actNeeded', notPublished: 'norms.notPublished', withdrawFourEyes: 'norms.withdrawFourEyes', withdrawn: 'norms.withdrawn', withdrawalProposed: 'norms.withdrawalProposed', begun: 'norms.begun' },
  allocation: { notFound: 'allocation.notFound', notADraft: 'allocation.notADraft', publisherOnly: 'allocation.publisherOnly', fourEyes: 'allocation.fourEyes', actNeeded: 'allocation.actNeeded' },
} as const

/** The authority, never who drafted it (four eyes), and on an act. What one may not see does not exist. */
export function assertMayPublishRule<Draft extends JudgedPenalty>(of: keyof typeof decided, found: Draft | null): Draft {
  const draft = assertMayDeclineRule(of, found)
  if (!draft.mayPublish) throw forbidden(decided[of].publisherOnly)
  if (draft.mine) throw forbidden(decided[of].fourEyes)
  if (draft.actId === null) throw invalid(decided[of].actNeeded)
  return draft
}

/** Whoever drafted takes it back; the authority sends it back. */
export function assertMayDeclineRule<Draft extends JudgedPenalty>(of: keyof typeof decided, draft: Draft | null): Draft {
  if (!draft) throw notFound(decided[of].notFound)
  if (draft.state !== 'DRAFT') throw conflict(decided[of].notADraft)
  if (!draft.mayPublish && !draft.mine) throw forbidden(decided[of].publisherOnly)
  return draft
}

type Withdrawable = { readonly state: string; readonly from: string; readonly mayPublish: boolean; readonly mine: boolean; readonly withdrawalMine: boolean; readonly withdrawnMine: boolean; /** Not so of what came with the release. */ readonly withdrawable?: boolean }

/** Whoever drafted it, and the authority, may say that what is published is wrong while its month has not begun. Who withdrew it hears that again. */
export function assertMayWithdraw<Draft extends Withdrawable>(of: 'indexes' | 'norms', draft: Draft | null, today: string): Draft {
  if (!draft) throw notFound(decided[of].notFound)
  if (!draft.mayPublish && !draft.mine) throw forbidden(decided[of].publisherOnly)
  if (draft.withdrawnMine) return draft
  if (draft.state === 'WITHDRAWN') throw conflict(decided[of].withdrawn)
  if (!publishedStates.includes(draft.state)) throw conflict(decided[of].notPublished)
  if (periodOf(draft.from) <= periodOf(today)) throw conflict(decided[of].begun)
  if (draft.withdrawable === false) throw conflict(decided[of].notPublished)
  return draft
}
const publishedStates = ['PUBLISHED', 'COMING', 'IN_FORCE', 'ENDED']

/** The authority, and another person than who asked. Who says why has not seen that another did: that is no confirmation. */
export function assertMayConfirmWithdrawal(of: 'indexes' | 'norms', draft: Withdrawable, reason: string | null): void {
  if (draft.withdrawalMine) throw forbidden(decided[of].withdrawFourEyes)
  if (!draft.mayPublish) throw forbidden(decided[of].publisherOnly)
  if (reason !== null) throw conflict(decided[of].withdrawalProposed)
}

/** What another did between the look and the act, by the database's answer: their reason stands, or what was published is gone. */
export function refusedWithdrawal(of: 'indexes' | 'norms', state: string | null, confirmed: boolean): Error | null {
  if (state === 'UY064') return conflict(decided[of].begun)
  if (state === 'UY060') return forbidden(decided[of].withdrawFourEyes)
  return state === 'UY001' ? conflict(confirmed ? decided[of].withdrawn : decided[of].withdrawalProposed) : null
}
