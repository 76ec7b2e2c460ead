import { judgePassport } from '#server/buildings/rules.ts'
import type { Passport } from '#server/buildings/schema.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { searchKey } from '#server/kernel/text.ts'
import { readCell, type ColumnPlan, type Problem } from '#server/imports/rules.ts'
import type { Cell, Finding, Flat, Mapping, StagedRow, Target, Values } from '#server/imports/schema.ts'

export type Place = { readonly country: Country; readonly today: LocalDate; readonly houseKey: string; readonly serial: string | null }
export type Understood = { readonly staged: readonly StagedRow[]; readonly findings: readonly Finding[] }

type Part = { target: Target; houseKey?: string; unitKey?: string; itemKey?: string; payload: Record<string, unknown>; problems?: readonly Problem[] }
type Builder = (values: Values, mapping: Mapping, place: Place) => Part[]

const text = (values: Values, field: string): string => (typeof values[field] === 'string' ? values[field] : '')

function territory(code: string, values: Record<string, unknown>): Part {
  const names = [values['name_uz'], values['name_kk'], values['name_ru'], values['cyrillic']].filter(Boolean).join(' ')
  const { cyrillic: _searchedOnly, ...payload } = values
  return { target: 'TERRITORY', itemKey: code, payload: { ...payload, code, search_key: searchKey(names) } }
}

/** What a settlement of the Kazakh classifier is: its code and the beginning of its name say so. */
function katoKind(code: string, name: string): string {
  if (code.endsWith('0000000')) return 'REGION'
  if (/^г\./u.test(name)) return 'CITY'
  if (/(^|\s)район(\s|$)/iu.test(name)) return 'DISTRICT'
  return /\s(г\.а|с\.о|п\.а)\.?$/iu.test(name) ? 'GROUP' : 'SETTLEMENT'
}

/** Told by the file, or taken from its kind; a row of the Uzbek list with ten figures is a heading over districts. */
function territoryKind(values: Values, mapping: Mapping, code: string): { kind: string; kind_assumed?: true } {
  const told = text(values, 'kind')
  if (told !== '') return { kind: told }
  if (mapping.parentByRow) return { kind: katoKind(code, text(values, 'nameRu')), kind_assumed: true }
  const kind = String(mapping.constants?.['kind'] ?? 'SETTLEMENT')
  return { kind: kind === 'DISTRICT' && code.length === 10 ? 'GROUP' : kind, kind_assumed: true }
}

/** The parent that a row names; the region of its code is only assumed, and yields to one that is known better. */
function territoryParent(values: Values, region: string): { parent_code: string | null; parent_assumed?: true } {
  const told = text(values, 'parentCode')
  return told !== '' || region === '' ? { parent_code: told || null } : { parent_code: region, parent_assumed: true }
}

const buildTerritory: Builder = (values, mapping, { country }) => {
  const region = text(values, 'regionPrefix').replace(/.+/, '$&0000000')
  const code = String(mapping.constants?.['codePrefix'] ?? '') + text(values, 'code')
  const shared = { country, edition: mapping.edition ?? '' }
  const kind = territoryKind(values, mapping, code)
  const own = territory(code, {
    ...shared, ...kind, ...territoryParent(values, region === code ? '' : region),
    name_uz: text(values, 'nameUz'), name_kk: text(values, 'nameKk'), name_ru: kind.kind === 'CITY' ? text(values, 'nameRu').replace(/^г\.\s*/u, '') : text(values, 'nameRu'), cyrillic: text(values, 'nameCyrillic'),
    ...(mapping.parentByRow ? { own_row: text(values, 'ownRow'), parent_row: text(values, 'parentRow') } : {}),
  })
  if (region === '' || region === code) return [own]
  return [territory(region, { ...shared, kind: 'REGION', kind_assumed: true, parent_code: null, name_uz: '', name_kk: text(values, 'regionKk'), name_ru: text(values, 'regionRu'), derived: true }), own]
}

const passportOfFields: Readonly<Record<string, string>> = {
  cadastralNumber: 'cadastral_number', atoClassifierCode: 'ato_classifier_code', addressRegistrationCode: 'address_registration_code', intendedPurpose: 'intended_purpose',
  stockCategory: 'stock_category', condominiumRegistered: 'condominium_registered', hasTechnicalPassport: 'has_technical_passport', balanceOwnership: 'balance_ownership',
  elevatorCount: 'elevator_count', hasElectricity: 'has_electricity', yearBuilt: 'year_built', lastOverhaulDate: 'last_overhaul_date', totalResidential: 'total_residential',
  totalNonResidential: 'total_non_residential', totalParking: 'total_parking', storeyCount: 'storey_count', apartmentCount: 'apartment_count', nonResidentialCount: 'non_residential_count',
  heatingType: 'heating_type', heatingScheme: 'heating_scheme', gasSupplyType: 'gas_supply_type', hasGasPipeline: 'has_gas_pipeline', hotWaterType: 'hot_water_type',
  waterSupplyType: 'water_supply_type', hasWaterPipe: 'has_water_pipe', sewerageType: 'sewerage_type', hasSewer: 'has_sewer', commonMeterCount: 'common_meter_count',
  buildingCondition: 'building_condition', disposalReason: 'disposal_reason', barrierFree: 'barrier_free', entranceCount: 'entrance_count', totalAreaM2: 'total_area_m2',
  wallType: 'wall_type', latitude: 'latitude', longitude: 'longitude',
}

/** The annex's own rules on the row: an error refuses the house, a warning is told. */
function judged(values: Values, { country, today }: Place): Problem[] {
  const passport = Object.fromEntries(Object.keys(passportOfFields).map(field => [field, values[field] ?? null])) as unknown as Passport
  return judgePassport({ ...passport, commissioningYear: null, neverOverhauled: false }, { country, today, apartments: null, nonResidential: null, buildingMeters: null, premisesAreaM2: null })
    .map(each => ({ severity: each.severity === 'ERROR' ? 'REFUSED' : 'FLAGGED', code: `${each.severity === 'ERROR' ? 'errors.buildings' : 'buildings.findings'}.${each.code}`, params: each.params, column: each.field }))
}

const buildBuilding: Builder = (values, mapping, place) => {
  const key = text(values, 'externalKey')
  const name = text(values, 'name') || `${String(mapping.constants?.['namePrefix'] ?? '')}${key}`
  const [addressUz, addressKk, addressRu] = ['addressUz', 'addressKk', 'addressRu'].map(field => text(values, field))
  const columns = Object.fromEntries(Object.entries(passportOfFields).flatMap(([field, column]) => values[field] === null || values[field] === undefined ? [] : [[column, values[field]]]))
  const house: Part = {
    target: 'BUILDING', houseKey: key, problems: judged(values, place),
    payload: { ...columns, country: place.country, territory_code: text(values, 'territoryCode'), name, address_uz: addressUz, address_kk: addressKk, address_ru: addressRu,
      address_state: `${addressUz}${addressKk}${addressRu}` === '' ? 'NOT_GIVEN' : 'GIVEN', external_key: key, search_key: searchKey(`${name} ${addressUz} ${addressKk} ${addressRu}`) },
  }
  const flats = Array.isArray(values['flats']) ? values['flats'] as readonly Flat[] : []
  return [house, ...flatParts(flats, { houseKey: key, mapping, place })]
}

/** Flats seen without a number get the next one from the lowest floor up, and are marked so. */
function flatParts(flats: readonly Flat[], { houseKey, mapping, place: { today } }: { houseKey: string; mapping: Mapping; place: Place }): Part[] {
  const byFloor = flats.map((flat, index) => ({ flat, index })).sort((a, b) => (a.flat.floor ?? 0) - (b.flat.floor ?? 0) || a.index - b.index)
  return byFloor.flatMap(({ flat }, index): Part[] => {
    const number = String(index + 1)
    const unitKey = `APARTMENT:${number}`
    const unit: Part = { target: 'PREMISES', houseKey, unitKey, payload: { kind: 'APARTMENT', number, number_state: 'ASSIGNED', floor: flat.floor, rooms: flat.rooms, area_m2: flat.area } }
    return mapping.constants?.['openAccounts'] ? [unit, { target: 'ACCOUNT', houseKey, unitKey, payload: { payer_kind: 'NATURAL', opened_on: today } }] : [unit]
  })
}

function unitOf(values: Values): { kind: string; number: string; unitKey: string } {
  const kind = text(values, 'kind') || 'APARTMENT'
  const number = text(values, 'number')
  return { kind, number, unitKey: `${kind}:${number}` }
}

const buildPremises: Builder = (values, _mapping, place) => {
  const { kind, number, unitKey } = unitOf(values)
  const problems: Problem[] = []
  const area = text(values, 'areaM2')
  if (kind === 'APARTMENT' && Number(area) > 1000) problems.push({ severity: 'FLAGGED', code: 'imports.findings.areaLarge', params: { value: area }, column: 'areaM2' })
  if (typeof values['persons'] === 'number' && values['persons'] > 30) problems.push({ severity: 'FLAGGED', code: 'imports.findings.manyPersons', params: { value: values['persons'] }, column: 'persons' })
  const given = { entrance: values['entrance'], floor: values['floor'], rooms: values['rooms'], living_area_m2: values['livingAreaM2'], cadastral_number: values['cadastralNumber'], electric_stove: values['electricStove'], persons: values['persons'] }
  return [{ target: 'PREMISES', houseKey: text(values, 'house') || place.houseKey, unitKey, problems,
    payload: { kind, number, number_state: 'GIVEN', area_m2: area, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined)) } }]
}

const buildOwner: Builder = (values, _mapping, place) => {
  const { unitKey } = unitOf(values)
  const share = values['share'] !== null && typeof values['share'] === 'object' && 'numerator' in values['share'] ? values['share'] : { numerator: '1', denominator: '1' }
  const name = text(values, 'fullName')
  return [{ target: 'OWNER', houseKey: text(values, 'house') || place.houseKey, unitKey, itemKey: text(values, 'personalId') || searchKey(name),
    payload: { kind: text(values, 'ownerKind') || 'PERSON', full_name: name, search_key: searchKey(name), phone: values['phone'] ?? null, personal_id: text(values, 'personalId') || null,
      share_numerator: share.numerator, share_denominator: share.denominator, since: text(values, 'since') || null, basis: text(values, 'basis') } }]
}

const buildAccount: Builder = (values, _mapping, place) => {
  const { kind, unitKey } = unitOf(values)
  return [{ target: 'ACCOUNT', houseKey: text(values, 'house') || place.houseKey, unitKey,
    payload: { external_number: text(values, 'externalNumber'), payer_kind: text(values, 'payerKind') || (kind === 'NON_RESIDENTIAL' ? 'LEGAL' : 'NATURAL'),
      opened_on: text(values, 'openedOn') || place.today, ...(typeof values['persons'] === 'number' ? { persons: values['persons'] } : {}) } }]
}

const buildReading: Builder = (values, mapping, place) => {
  const serial = text(values, 'serial') || place.serial || mapping.meter?.serial || ''
  return [{ target: 'READING', houseKey: place.houseKey, unitKey: serial, itemKey: text(values, 'takenOn'), payload: { serial, taken_on: text(values, 'takenOn'), register: text(values, 'register') } }]
}

const builders: Record<Target, Builder> = { TERRITORY: buildTerritory, BUILDING: buildBuilding, PREMISES: buildPremises, OWNER: buildOwner, ACCOUNT: buildAccount, READING: buildReading }

/** One row of the file as the things it holds, and everything there is to tell about it. A refused row holds nothing. */
export function understandRow(at: { row: number; cells: readonly Cell[] }, { plan, mapping, place }: { plan: ColumnPlan; mapping: Mapping; place: Place }): Understood {
  const findings: Finding[] = []
  const values: Record<string, Values[string]> = {}
  for (const { rule, index, header } of plan.places) {
    const { value, problems } = readCell(at.cells[index] ?? null, rule, place.country)
    values[rule.field] = value
    for (const problem of problems) findings.push({ row: at.row, part: 0, column: header, severity: problem.severity, code: problem.code, params: problem.params })
  }
  if (findings.some(each => each.severity === 'REFUSED')) return { staged: [refusedRow(at.row, values, { mapping, place })], findings }
  const parts = builders[mapping.target](values, mapping, place)
  const headerOf = (field: string | undefined) => plan.places.find(each => each.rule.field === field)?.header ?? field ?? ''
  for (const [part, { problems = [] }] of parts.entries()) {
    for (const problem of problems) findings.push({ row: at.row, part, column: headerOf(problem.column), severity: problem.severity, code: problem.code, params: problem.params })
  }
  const refused = findings.some(each => each.severity === 'REFUSED')
  return { findings, staged: parts.map((each, part) => ({ row: at.row, part, target: each.target, houseKey: each.houseKey ?? '', unitKey: each.unitKey ?? '', itemKey: each.itemKey ?? '', payload: each.payload, refused })) }
}

/** A row whose quotes are broken: refused, and nothing of it is known. */
export function unreadRow(row: number, at: { mapping: Mapping; place: Place }): Understood {
  return { staged: [refusedRow(row, {}, at)], findings: [{ row, part: 0, column: '', severity: 'REFUSED', code: 'imports.findings.brokenQuotes', params: {} }] }
}

// The key is kept where it could be read, so that what hangs on a refused house is refused with it.
function refusedRow(row: number, values: Values, { mapping, place }: { mapping: Mapping; place: Place }): StagedRow {
  const houseKey = mapping.target === 'BUILDING' ? text(values, 'externalKey') : text(values, 'house') || place.houseKey
  return { row, part: 0, target: mapping.target, houseKey, unitKey: mapping.target === 'OWNER' && values['number'] ? unitOf(values).unitKey : '', itemKey: `refused ${row}`, payload: {}, refused: true }
}
