// Houses of the demonstration and their units. The two twins exist to show that they see nothing of each other.
import type { Locale } from '#server/kernel/format.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'

export type HouseKey = 'abay12' | 'abay14' | 'chilonzor12' | 'chilonzor14'
export type PremisesKind = 'APARTMENT' | 'NON_RESIDENTIAL' | 'PARKING' | 'STORAGE'
type Share = readonly [numerator: number, denominator: number]

export type UnitFacts = {
  kind: PremisesKind
  number: string
  entrance: number
  floor: number
  rooms: number | null
  areaM2: string
  livingAreaM2: string | null
  /** Registered persons. */
  persons: number
  electricStove: boolean
  shares: readonly Share[]
}

export type HouseFacts = {
  key: HouseKey
  country: Country
  twin: boolean
  /** Place in account numbers. */
  order: number
  locale: Locale
  territoryCode: string
  /** Short address people use. */
  name: string
  addressUz: string
  addressKk: string
  addressRu: string
  latitude: string
  longitude: string
  organisation: { kind: 'ASSOCIATION' | 'MANAGEMENT_COMPANY'; name: string; phone: string; method: 'ASSOCIATION' | 'ORGANISATION' }
  /** Fields of the annex of Order 172, by column name; those not named are 'not given'. */
  passport: Readonly<Record<string, string | number | boolean>>
  units: readonly UnitFacts[]
}

type Riser = { rooms: number; areaM2: string; livingAreaM2: string }
type Block = { entrances: number; firstFloor: number; lastFloor: number; risers: readonly Riser[]; electricStove: boolean }

const whole: readonly Share[] = [[1, 1]]
const sharesOf: Record<string, readonly Share[]> = { '7': [[1, 2], [1, 2]], '12': [[2, 3], [1, 3]], '19': [[1, 3], [1, 3], [1, 3]] }
const persons = [2, 1, 3, 4, 2, 5, 1, 2, 3]

function flats({ entrances, firstFloor, lastFloor, risers, electricStove }: Block): UnitFacts[] {
  const units: UnitFacts[] = []
  for (let entrance = 1; entrance <= entrances; entrance += 1) {
    for (let floor = firstFloor; floor <= lastFloor; floor += 1) {
      for (const riser of risers) {
        const number = String(units.length + 1)
        units.push({ kind: 'APARTMENT', number, entrance, floor, ...riser, persons: persons[units.length % persons.length] ?? 2, electricStove, shares: sharesOf[number] ?? whole })
      }
    }
  }
  return units
}

type Row = { kind: PremisesKind; prefix: string; floor: number; areas: readonly string[] }

function plain({ kind, prefix, floor, areas }: Row): UnitFacts[] {
  return areas.map((areaM2, index) => ({ kind, number: `${prefix}${index + 1}`, entrance: 1, floor, rooms: null, areaM2, livingAreaM2: null, persons: 0, electricStove: false, shares: whole }))
}

const kzRisers: readonly Riser[] = [
  { rooms: 3, areaM2: '62.10', livingAreaM2: '41.30' },
  { rooms: 2, areaM2: '45.30', livingAreaM2: '28.90' },
  { rooms: 2, areaM2: '47.85', livingAreaM2: '29.40' },
  { rooms: 3, areaM2: '78.40', livingAreaM2: '52.60' },
]
const uzRisers: readonly Riser[] = [
  { rooms: 2, areaM2: '46.80', livingAreaM2: '29.10' },
  { rooms: 1, areaM2: '32.50', livingAreaM2: '17.80' },
  { rooms: 3, areaM2: '58.70', livingAreaM2: '39.20' },
  { rooms: 2, areaM2: '47.25', livingAreaM2: '30.05' },
]

const kzPassport = {
  cadastral_number: '20:311:045:120', ato_classifier_code: '751410000', address_registration_code: '0201300091234567',
  intended_purpose: 'apartmentBuilding', stock_category: 'residential', condominium_registered: true, has_technical_passport: true,
  balance_ownership: 'privateCondominium', elevator_count: 1, has_electricity: true, year_built: 1986, commissioning_year: 1986,
  last_overhaul_date: '2009-08-20', total_residential: 36, total_non_residential: 4, total_parking: 6, storey_count: 10,
  apartment_count: 36, non_residential_count: 4, heating_type: 'central', heating_scheme: 'closed', gas_supply_type: 'networkNatural',
  has_gas_pipeline: true, hot_water_type: 'central', water_supply_type: 'centralised', has_water_pipe: true, sewerage_type: 'centralised',
  has_sewer: true, common_meter_count: 2, building_condition: 'operatingNeedsOverhaul', barrier_free: false, wall_type: 'panel',
  entrance_count: 1, total_area_m2: '2493.15', tax_number: '991240000008',
} as const
const uzPassport = {
  cadastral_number: '10:03:02:01:05:0712:0001', intended_purpose: 'apartmentBuilding', stock_category: 'residential',
  condominium_registered: true, has_technical_passport: true, balance_ownership: 'privateCondominium', elevator_count: 0, has_electricity: true,
  year_built: 1974, commissioning_year: 1974, never_overhauled: true, total_residential: 40, total_non_residential: 0, total_parking: 0,
  storey_count: 5, apartment_count: 40, non_residential_count: 0, heating_type: 'central', heating_scheme: 'closed', gas_supply_type: 'networkNatural',
  has_gas_pipeline: true, hot_water_type: 'central', water_supply_type: 'centralised', has_water_pipe: true, sewerage_type: 'centralised',
  has_sewer: true, common_meter_count: 2, building_condition: 'operatingNeedsOverhaul', barrier_free: false, wall_type: 'panel',
  entrance_count: 2, total_area_m2: '1852.50', tax_number: '301234567',
} as const

export const houseFacts: readonly HouseFacts[] = [
  {
    key: 'abay12', country: 'KZ', twin: false, order: 1, locale: 'kk', territoryCode: '751410000', name: 'Абай 12',
    addressUz: 'Olmaota, Bostandiq tumani, Abay shoh koʻchasi, 12', addressKk: 'Алматы, Бостандық ауданы, Абай даңғылы, 12', addressRu: 'Алматы, Бостандыкский район, пр. Абая, 12',
    latitude: '43.238900', longitude: '76.915300',
    organisation: { kind: 'ASSOCIATION', name: 'МИБ/ОСИ «Абай 12» (демо)', phone: '+77010000112', method: 'ASSOCIATION' },
    passport: kzPassport,
    units: [
      ...flats({ entrances: 1, firstFloor: 2, lastFloor: 10, risers: kzRisers, electricStove: false }),
      ...plain({ kind: 'NON_RESIDENTIAL', prefix: 'Н', floor: 1, areas: ['84.20', '61.75', '112.40', '48.05'] }),
      ...plain({ kind: 'PARKING', prefix: 'П', floor: -1, areas: ['13.50', '13.50', '13.50', '14.20', '14.20', '15.00'] }),
    ],
  },
  {
    key: 'abay14', country: 'KZ', twin: true, order: 2, locale: 'ru', territoryCode: '751410000', name: 'Абай 14',
    addressUz: 'Olmaota, Bostandiq tumani, Abay shoh koʻchasi, 14', addressKk: 'Алматы, Бостандық ауданы, Абай даңғылы, 14', addressRu: 'Алматы, Бостандыкский район, пр. Абая, 14',
    latitude: '43.239300', longitude: '76.915900',
    organisation: { kind: 'ASSOCIATION', name: 'МИБ/ОСИ «Абай 14» (демо)', phone: '+77010000114', method: 'ASSOCIATION' },
    passport: { ...kzPassport, cadastral_number: '20:311:045:121', address_registration_code: '0201300091234568', total_residential: 12, total_non_residential: 0, total_parking: 0, apartment_count: 12, non_residential_count: 0, storey_count: 3, elevator_count: 0, total_area_m2: '700.95' },
    units: flats({ entrances: 1, firstFloor: 1, lastFloor: 3, risers: kzRisers, electricStove: false }),
  },
  {
    key: 'chilonzor12', country: 'UZ', twin: false, order: 3, locale: 'uz', territoryCode: '1726294', name: 'Chilonzor 7-12',
    addressUz: 'Toshkent, Chilonzor tumani, 7-kvartal, 12-uy', addressKk: 'Ташкент, Шыланзар ауданы, 7-квартал, 12-үй', addressRu: 'Ташкент, Чиланзарский район, квартал 7, дом 12',
    latitude: '41.285600', longitude: '69.204500',
    organisation: { kind: 'MANAGEMENT_COMPANY', name: '«Chilonzor uy boshqaruvi» MCHJ (namoyish)', phone: '+998900000712', method: 'ORGANISATION' },
    passport: uzPassport,
    units: flats({ entrances: 2, firstFloor: 1, lastFloor: 5, risers: uzRisers, electricStove: false }),
  },
  {
    key: 'chilonzor14', country: 'UZ', twin: true, order: 4, locale: 'uz', territoryCode: '1726294', name: 'Chilonzor 7-14',
    addressUz: 'Toshkent, Chilonzor tumani, 7-kvartal, 14-uy', addressKk: 'Ташкент, Шыланзар ауданы, 7-квартал, 14-үй', addressRu: 'Ташкент, Чиланзарский район, квартал 7, дом 14',
    latitude: '41.286100', longitude: '69.205200',
    organisation: { kind: 'MANAGEMENT_COMPANY', name: '«Qatortol uy servis» MCHJ (namoyish)', phone: '+998900000714', method: 'ORGANISATION' },
    passport: { ...uzPassport, cadastral_number: '10:03:02:01:05:0714:0001', total_residential: 20, apartment_count: 20, entrance_count: 1, total_area_m2: '926.25' },
    units: flats({ entrances: 1, firstFloor: 1, lastFloor: 5, risers: uzRisers, electricStove: false }),
  },
]
