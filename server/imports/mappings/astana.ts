import 'server-only'
import type { Mapping } from '#server/imports/schema.ts'

/**
 * Houses of Astana from listings: storeys, year, walls, and the flats that were seen, without numbers and addresses.
 * Numbers are assigned by floor and marked so; the address stays 'not given' (settled 25). Accounts are opened.
 */
export const astanaBuildings: Mapping = {
  id: 'astana-buildings', target: 'BUILDING', country: 'KZ', source: 'astana-sample', needs: 'NOTHING', right: 'REGISTER',
  columns: [
    { field: 'externalKey', headers: ['building_no'], kind: 'code', most: 20, required: true },
    { field: 'territoryCode', headers: ['district_en'], kind: 'choice', required: true,
      choices: { 711110000: ['Almaty'], 711210000: ['Yesil'], 711310000: ['Saryarka'], 711410000: ['Baikonur'], 711510000: ['Nura'], 711610000: ['Saryshyk'] } },
    { field: 'latitude', headers: ['approx_lat'], kind: 'decimal', least: -90, greatest: 90 },
    { field: 'longitude', headers: ['approx_lon'], kind: 'decimal', least: -180, greatest: 180 },
    { field: 'storeyCount', headers: ['floors'], kind: 'integer', least: 1, greatest: 100 },
    { field: 'wallType', headers: ['wall_type'], kind: 'text', most: 60 },
    { field: 'yearBuilt', headers: ['built_year'], kind: 'integer', least: 1800, greatest: 2100 },
    { field: 'flats', headers: ['flats_json'], kind: 'flats', required: true },
  ],
  ignored: ['flats_seen'],
  constants: { namePrefix: '№', numbersAssigned: true, openAccounts: true },
}
