import 'server-only'
import type { Actor } from '#server/kernel/actor.ts'
import { conflict, forbidden, invalid, notFound } from '#server/kernel/errors.ts'
import type { TariffPlaces, TariffRow } from './queries.ts'

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
