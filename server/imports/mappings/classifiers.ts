import 'server-only'
import type { Mapping } from '#server/imports/schema.ts'

// Classifiers of territories. Names are never keys; codes are text.

export const kzKatoCities: Mapping = {
  id: 'kz-kato-cities', target: 'TERRITORY', country: 'KZ', source: 'kato', needs: 'NOTHING', right: 'REFERENCE', edition: '2026-07',
  columns: [
    { field: 'code', headers: ['kato'], kind: 'code', lengths: [9], required: true },
    { field: 'kind', headers: ['type'], kind: 'choice', choices: { CITY: ['city'], DISTRICT: ['city_district', 'district'], SETTLEMENT: ['settlement'] }, required: true },
    { field: 'parentCode', headers: ['parent_kato'], kind: 'code', lengths: [9] },
    { field: 'nameKk', headers: ['name_kk'], kind: 'text', most: 200, required: true },
    { field: 'nameRu', headers: ['name_ru'], kind: 'text', most: 200, required: true },
    { field: 'regionPrefix', headers: ['region_prefix'], kind: 'code', lengths: [2] },
    { field: 'regionKk', headers: ['region_kk'], kind: 'text', most: 200 },
    { field: 'regionRu', headers: ['region_ru'], kind: 'text', most: 200 },
  ],
  ignored: ['name_en'],
}

export const kzKatoRegion: Mapping = {
  id: 'kz-kato-region', target: 'TERRITORY', country: 'KZ', source: 'kato', needs: 'NOTHING', right: 'REFERENCE', delimiter: ';', parentByRow: true, edition: 'region file',
  columns: [
    { field: 'ownRow', headers: ['id'], kind: 'code', most: 12, required: true },
    { field: 'parentRow', headers: ['parent_id'], kind: 'code', most: 12 },
    { field: 'code', headers: ['code'], kind: 'code', lengths: [9], required: true },
    { field: 'nameRu', headers: ['name'], kind: 'text', most: 200, required: true },
  ],
  constants: { kind: 'SETTLEMENT' },
}

export const uzRegions: Mapping = {
  id: 'uz-regions', target: 'TERRITORY', country: 'UZ', source: 'soato', needs: 'NOTHING', right: 'REFERENCE', edition: 'soato',
  columns: [
    { field: 'code', headers: ['soato'], kind: 'code', lengths: [4], required: true },
    { field: 'nameUz', headers: ['name_uz_latn'], kind: 'text', most: 200, required: true },
    { field: 'nameCyrillic', headers: ['name_uz_cyrl'], kind: 'text', most: 200 },
    { field: 'nameRu', headers: ['name_ru'], kind: 'text', most: 200 },
  ],
  constants: { kind: 'REGION' },
}

export const uzDistricts: Mapping = {
  id: 'uz-districts', target: 'TERRITORY', country: 'UZ', source: 'soato', needs: 'NOTHING', right: 'REFERENCE', edition: 'soato',
  columns: [
    { field: 'code', headers: ['soato'], kind: 'code', lengths: [7, 10], required: true },
    { field: 'parentCode', headers: ['region_soato'], kind: 'code', lengths: [4], required: true },
    { field: 'nameUz', headers: ['name_uz_latn'], kind: 'text', most: 200, required: true },
    { field: 'nameCyrillic', headers: ['name_uz_cyrl'], kind: 'text', most: 200 },
    { field: 'nameRu', headers: ['name_ru'], kind: 'text', most: 200 },
  ],
  ignored: ['dhp_uz', 'dhp_ru', 'dhp_en'],
  constants: { kind: 'DISTRICT' },
}

/** Mahallas carry a code of another list than SOATO, so it is stored under its own name and lies under no region. */
export const uzMahallas: Mapping = {
  id: 'uz-mahallas', target: 'TERRITORY', country: 'UZ', source: 'dhp', needs: 'NOTHING', right: 'REFERENCE', edition: 'dhp',
  columns: [
    { field: 'code', headers: ['dhp_code'], kind: 'code', lengths: [8], required: true },
    { field: 'nameUz', headers: ['name_uz'], kind: 'text', most: 200, required: true },
  ],
  constants: { kind: 'MAHALLA', codePrefix: 'DHP-' },
}
