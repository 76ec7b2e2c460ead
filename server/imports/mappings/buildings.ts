import 'server-only'
import { passportValues } from '#server/buildings/schema.ts'
import { texts } from '#server/infra/texts.ts'
import { locales } from '#server/kernel/format.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { ColumnRule, Mapping } from '#server/imports/schema.ts'

// Headers and permitted values are the words of the annex in the three languages, as the passport screen shows them.
function words(key: string): string[] {
  return locales.map(locale => texts(locale)(key))
}

function field(name: string, rule: Omit<ColumnRule, 'field' | 'headers'>, more: readonly string[] = []): ColumnRule {
  return { field: name, headers: [...words(`buildings.passport.fields.${name}`), ...more], ...rule }
}

function choice(name: keyof typeof passportValues): ColumnRule {
  return field(name, { kind: 'choice', choices: Object.fromEntries(passportValues[name].map(value => [value, words(`buildings.passport.values.${name}.${value}`)])) })
}

const count = { kind: 'integer', least: 0, greatest: 100_000 } as const
const yesNo = { kind: 'yesNo' } as const

export function buildingsRegister(country: Country): Mapping {
  return {
    id: `buildings-${country.toLowerCase()}`, target: 'BUILDING', country, source: 'register', needs: 'NOTHING', right: 'REGISTER',
    columns: [
      { field: 'externalKey', headers: ['uy kodi', 'үй коды', 'код дома', 'house code', 'building'], kind: 'code', most: 80, required: true },
      { field: 'territoryCode', headers: ['hudud kodi', 'soato', 'аумақ коды', 'като', 'код территории', 'соато', 'kato'], kind: 'code', lengths: country === 'KZ' ? [9] : [4, 7, 10], required: true },
      { field: 'name', headers: ['nomi', 'qisqa manzil', 'атауы', 'қысқа мекенжай', 'название', 'краткий адрес', 'name'], kind: 'text', most: 120, required: true },
      { field: 'addressUz', headers: ['manzil', 'manzil oʻzbekcha'], kind: 'text', most: 300 },
      { field: 'addressKk', headers: ['мекенжай', 'мекенжайы'], kind: 'text', most: 300 },
      { field: 'addressRu', headers: ['адрес', 'адрес дома', 'address'], kind: 'text', most: 300 },
      field('cadastralNumber', { kind: 'text', most: 200 }),
      field('atoClassifierCode', { kind: 'code', most: 500 }),
      field('addressRegistrationCode', { kind: 'code', lengths: [16] }, ['рка', 'rka']),
      choice('intendedPurpose'), choice('stockCategory'),
      field('condominiumRegistered', yesNo), field('hasTechnicalPassport', yesNo), choice('balanceOwnership'),
      field('elevatorCount', { kind: 'integer', least: 0, greatest: 99 }), field('hasElectricity', yesNo),
      field('yearBuilt', { kind: 'integer', least: 1800, greatest: 2100 }), field('lastOverhaulDate', { kind: 'date' }),
      field('totalResidential', count), field('totalNonResidential', count), field('totalParking', count),
      field('storeyCount', { kind: 'integer', least: 1, greatest: 100 }), field('apartmentCount', count), field('nonResidentialCount', count),
      choice('heatingType'), choice('heatingScheme'), choice('gasSupplyType'), field('hasGasPipeline', yesNo), choice('hotWaterType'), choice('waterSupplyType'),
      field('hasWaterPipe', yesNo), choice('sewerageType'), field('hasSewer', yesNo), field('commonMeterCount', count), choice('buildingCondition'),
      field('disposalReason', { kind: 'text', most: 500 }), field('barrierFree', yesNo),
      field('entranceCount', { kind: 'integer', least: 1, greatest: 60 }), field('totalAreaM2', { kind: 'area' }), field('wallType', { kind: 'text', most: 60 }),
    ],
  }
}
