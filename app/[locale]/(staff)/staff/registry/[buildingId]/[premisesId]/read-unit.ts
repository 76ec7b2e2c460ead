import { parseDecimal } from '#server/kernel/quantity.ts'
import { correctPremisesInput, type CorrectPremisesInput } from '#server/premises/schema.ts'

export type UnitFacts = { number: string; entrance: number | null; floor: number | null; rooms: number | null; areaM2: string; livingAreaM2: string | null; cadastralNumber: string | null; electricStove: boolean }
export type Place = { buildingId: string; premisesId: string }

/** What was changed in the form, and only that; null where a figure cannot be read or the ground is missing. */
export function readCorrection(form: FormData, at: Place, was: UnitFacts): CorrectPremisesInput | null {
  const said = (name: string) => String(form.get(name) ?? '').trim()
  const figure = (name: string) => said(name) === '' ? null : Number(said(name))
  const area = (text: string) => text === '' ? null : parseDecimal(text) ?? text
  const now = {
    number: said('number'), entrance: figure('entrance'), floor: figure('floor'), rooms: figure('rooms'), areaM2: area(said('areaM2')), livingAreaM2: area(said('livingAreaM2')),
    cadastralNumber: said('cadastralNumber') || null, electricStove: form.get('electricStove') !== null,
  }
  const changed = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== was[name as keyof UnitFacts]))
  const from = said('areaFrom')
  const read = correctPremisesInput.safeParse({ ...at, ...changed, ...('areaM2' in changed && from !== '' ? { areaFrom: from } : {}), ground: said('ground') })
  return read.success ? read.data : null
}
