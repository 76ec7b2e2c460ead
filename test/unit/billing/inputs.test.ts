import { expect, it } from 'vitest'
import { inputsInWords, type InputFacts } from '#server/billing/inputs/rules.ts'
import { texts } from '#server/infra/texts.ts'

const nothing: InputFacts = { areaM2: '60', areaChanges: [], persons: [], absences: [], privileges: [], owners: [], electricStove: false, meters: [], services: [], heat: [], acts: [] }

it('days without a service name the services and their days, never the number of acts', () => {
  const acts = [{ service: 'LIFT', from: '2026-10-06', to: '2026-10-12', act: '17' }, { service: 'LIFT', from: '2026-10-20', to: '2026-10-21', act: '18' }, { service: 'HEAT', from: '2026-10-25', to: '2026-10-25', act: '19' }]
  expect(inputsInWords({ ...nothing, acts }, texts('ru')).find(each => each.subject === 'ACTS')).toMatchObject({ value: 'Лифт, Отопление', notes: ['Лифт: с 06.10.2026 по 12.10.2026, акт № 17', expect.stringContaining('акт № 18'), expect.stringContaining('акт № 19'), expect.stringContaining('пришёл после квитанции')] })
})
