import { readLegalAct } from '#app/_parts/billing/read-legal-act.ts'
import { draftHeatInput, registerInterruptionInput, type DraftHeatInput, type HeatKind, type RegisterInterruptionInput } from '#server/billing/heat/schema.ts'

type Made = { id: string; kind: HeatKind; buildingId: string | null }

/** The form as the procedure takes it; null where something is missing or cannot be read at all. */
export function readHeat(form: FormData, { id, kind, buildingId }: Made): DraftHeatInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const orNull = (name: string) => said(name) || null
  const [country, territoryPrefix] = said('place').split(':')
  const place = {
    country, territoryPrefix, source: said('source'), ...readLegalAct(form),
  }
  const own: Record<HeatKind, Record<string, unknown>> = {
    CONTRACT: { buildingId, premisesId: orNull('unit'), number: said('number'), supplierId: said('supplierId'), mode: said('mode'), areaM2: orNull('unit') === null ? null : orNull('area'), policy: said('policy'), hotWater: form.get('hotWater') !== null,
      customerClass: said('customerClass') },
    SEASON: place, NORM: { ...place, litres: said('litres'), gcalPerM3: orNull('gcal') },
  }
  const read = draftHeatInput.safeParse({ kind, heatId: id, from: said('from'), to: orNull('to'), ...own[kind] })
  return read.success ? read.data : null
}

export function readAct(form: FormData, interruptionId: string, buildingId: string | null): RegisterInterruptionInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const read = registerInterruptionInput.safeParse({ interruptionId, buildingId, service: said('service'), from: said('from'), to: said('to'), act: said('interruption') })
  return read.success ? read.data : null
}
