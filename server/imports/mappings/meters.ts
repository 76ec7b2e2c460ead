import 'server-only'
import type { Mapping } from '#server/imports/schema.ts'

// Registers of one meter by day or month: histories for a house or a flat chosen beside the file.

export const heatDaily: Mapping = {
  id: 'heat-daily', target: 'READING', source: 'heat', needs: 'METER_PLACE', right: 'READINGS',
  columns: [
    { field: 'serial', headers: ['meter_id'], kind: 'code', most: 40 },
    { field: 'takenOn', headers: ['date'], kind: 'date', required: true },
    { field: 'register', headers: ['register_heat_kwh'], kind: 'decimal', least: 0, required: true },
  ],
  ignored: ['register_volume_m3'],
  meter: { service: 'HEAT', unit: 'kWh', digits: 7, decimals: 3, serial: 'HEAT-1' },
}

export const heatMonthly: Mapping = {
  id: 'heat-monthly', target: 'READING', source: 'heat', needs: 'METER_PLACE', right: 'READINGS',
  columns: [
    { field: 'takenOn', headers: ['reading_date'], kind: 'date', required: true },
    { field: 'register', headers: ['register_heat_kwh'], kind: 'decimal', least: 0, required: true },
  ],
  ignored: ['month', 'register_heat_gcal', 'consumption_kwh', 'consumption_gcal', 'register_volume_m3', 'consumption_m3'],
  meter: { service: 'HEAT', unit: 'kWh', digits: 7, decimals: 3, serial: 'HEAT-2' },
}

export const electricityDaily: Mapping = {
  id: 'electricity-daily', target: 'READING', source: 'electricity', needs: 'METER_PLACE', right: 'READINGS',
  columns: [
    { field: 'takenOn', headers: ['date'], kind: 'date', required: true },
    { field: 'register', headers: ['register_kwh'], kind: 'decimal', least: 0, required: true },
  ],
  ignored: ['kwh_day'],
  meter: { service: 'ELECTRICITY', unit: 'kWh', digits: 7, decimals: 3, serial: 'EL-1' },
}
