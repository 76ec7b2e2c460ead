import 'server-only'
import { notFound } from '#server/kernel/errors.ts'
import type { Mapping } from '#server/imports/schema.ts'
import { astanaBuildings } from './astana.ts'
import { buildingsRegister } from './buildings.ts'
import { kzKatoCities, kzKatoRegion, uzDistricts, uzMahallas, uzRegions } from './classifiers.ts'
import { electricityDaily, heatDaily, heatMonthly } from './meters.ts'
import { accountsRegister, ownersRegister, premisesRegister } from './registry.ts'

let known: readonly Mapping[] | undefined

/** Every kind of file that can be taken in, in the order in which a house is filled. */
export function allMappings(): readonly Mapping[] {
  return (known ??= [
    buildingsRegister('KZ'), buildingsRegister('UZ'), premisesRegister, ownersRegister, accountsRegister, electricityDaily, heatDaily, heatMonthly,
    astanaBuildings, kzKatoCities, kzKatoRegion, uzRegions, uzDistricts, uzMahallas,
  ])
}

export function mappingOf(id: string): Mapping {
  const mapping = allMappings().find(each => each.id === id)
  if (!mapping) throw notFound('imports.mappingUnknown', { mapping: id })
  return mapping
}
