import type { OutputOf } from '#app/_client/trpc.ts'
import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { isTiered } from '#server/billing/difference/rules.ts'
import { draftTariffInput, type DraftTariffInput } from '#server/billing/tariffs/schema.ts'

export type OldTariff = NonNullable<OutputOf<'billing.tariffForm'>['from']>
export const tierRows = [1, 2, 3, 4, 5, 6] as const

/** The form as the procedure takes it; null where something is missing or cannot be read at all. */
export function readDraft(form: FormData, tariffId: string, from: OldTariff | null): DraftTariffInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const orNull = (name: string) => said(name) || null
  const condition = (name: string) => said(name) === '' ? null : said(name) === 'yes'
  const [country, territoryPrefix] = said('place').split(':')
  const basis = said('basis')
  const tiered = isTiered(basis as DraftTariffInput['basis'])
  const tiers = tierRows.map(number => ({ upTo: orNull(`upTo${number}`), price: said(`price${number}`) })).filter(tier => tier.price !== '')
  const months = said('months').split(/[\s,]+/).filter(Boolean).map(Number)
  const read = draftTariffInput.safeParse({
    tariffId, country, territoryPrefix, service: said('service'), supplierId: orNull('supplierId'), customerClass: said('customerClass'), basis,
    price: tiered ? null : orNull('price'), tiers: tiered ? tiers : null, stove: condition('stove'), metered: condition('metered'), buildingMeter: condition('buildingMeter'), privileged: condition('privileged'),
    months: months.length === 0 ? null : months, vatMode: said('vatMode'), vatRate: orNull('vatRate'), ...readLegalAct(form),
    source: said('source'), note: said('note'), validFrom: said('validFrom'), validTo: orNull('validTo'), supersedes: from && form.get('supersedes') !== null ? [from.tariffId] : [],
  })
  return read.success ? read.data : null
}
