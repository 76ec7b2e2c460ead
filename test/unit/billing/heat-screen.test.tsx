import { expect, it, vi } from 'vitest'
import { ActRecord } from '#app/[locale]/(staff)/staff/heat/act-record.tsx'
import { HeatDrafts } from '#app/[locale]/(staff)/staff/heat/heat-drafts.tsx'
import { HeatRecord } from '#app/[locale]/(staff)/staff/heat/heat-record.tsx'
import { ActTable, ContractTable, NormTable, SeasonTable } from '#app/[locale]/(staff)/staff/heat/heat-tables.tsx'
import type { Desk } from '#app/[locale]/(staff)/staff/heat/heat-words.ts'
import { newId } from '#server/kernel/ids.ts'
import { markupOf } from '#test/support/markup.ts'

vi.mock('#app/[locale]/(staff)/staff/heat/withdraw-form.tsx', () => ({ WithdrawForm: ({ counted }: { counted: boolean }) => counted ? '[UNDO]' : '[WITHDRAW]' }))

const [building, season, norm, contract, free, counted, undone] = [newId(), newId(), newId(), newId(), newId(), newId(), newId()]
const decided = { from: '2026-11-18', to: '2027-03-15', declinedReason: null, mine: false, mayPublish: false }
const place = { country: 'UZ' as const, territoryPrefix: '1726', place: 'Toshkent', actId: 'a', actNumber: '17', actUrl: null, source: 'Gazette', demonstration: false }
const desk: Desk = {
  seasons: [{ ...decided, ...place, id: season, state: 'DRAFT' }], norms: [{ ...decided, ...place, id: norm, state: 'IN_FORCE', litres: '120.5', gcalPerM3: '0.055' }],
  contracts: [{ ...decided, id: contract, state: 'DECLINED', declinedReason: 'Not as the paper says', mine: false, buildingId: building, house: 'Chilonzor 7-12', premisesId: newId(), unitKind: 'APARTMENT', unitNumber: '45', number: 'T-1', supplier: 'Issiqlik', mode: 'BY_FLAT_METER', areaM2: '54.6', policy: 'IN_SEASON', hotWater: true, customerClass: 'POPULATION' }],
  houses: [{ buildingId: building, name: 'Chilonzor 7-12' }], units: [{ premisesId: newId(), kind: 'APARTMENT', number: '45', areaM2: '54.6' }], mayDraft: true,
  acts: [{ id: free, service: 'HEAT', from: '2026-11-19', to: '2026-11-21', act: '14/7', recordedAt: new Date('2026-12-01T00:00:00Z'), mine: true, counted: null, withdrawnReason: null, counterAct: null },
    { id: counted, service: 'HEAT', from: '2026-11-22', to: '2026-11-23', act: '15/7', recordedAt: new Date('2026-12-01T00:00:00Z'), mine: false, counted: '2026-11', withdrawnReason: null, counterAct: null },
    { id: undone, service: 'HEAT', from: '2026-11-24', to: '2026-11-25', act: '16/7', recordedAt: new Date('2026-12-01T00:00:00Z'), mine: false, counted: '2026-11', withdrawnReason: 'Another house', counterAct: '99' }],
  choices: { places: [{ country: 'UZ', prefix: '', name: '' }, { country: 'UZ', prefix: '1726', name: 'Toshkent' }], acts: [{ actId: 'a', country: 'UZ', kind: 'ORDER', number: '17', issuedOn: '2026-10-01', title: 'Order', url: '', verified: true }], suppliers: [{ organisationId: newId(), country: 'UZ', name: 'Issiqlik' }] },
}

it.each(['uz', 'kk', 'ru'] as const)('the screen of heat says every word in %s, and leads from each row to its record', locale => {
  const shown = markupOf(
    <>
      <ContractTable desk={desk} building={building} locale={locale} /><SeasonTable desk={desk} building={building} locale={locale} /><NormTable desk={desk} building={building} locale={locale} /><ActTable desk={desk} building={building} locale={locale} />{[free, counted, undone].map(id => <ActRecord key={id} desk={desk} building={building} actId={id} locale={locale} />)}
      {[`SEASON.${season}`, `NORM.${norm}`, `CONTRACT.${contract}`].map(open => <HeatRecord key={open} desk={desk} building={building} open={open} today="2026-11-21" locale={locale} />)}
    </>)
  expect(shown).not.toMatch(/undefined|\{\{|(heat|billing|tariffs|identity|errors)\.[a-z]+[.A-Z]/)
  for (const open of [`SEASON.${season}`, `NORM.${norm}`, `CONTRACT.${contract}`]) expect(shown).toContain(`open=${open}`)
  for (const word of ['54,6', '120,5', '14/7', 'T-1', '18.11.2026', 'Not as the paper says', 'Another house', 'ACT.']) expect(shown).toContain(word)
})

it('a form of a house without a house says so, and so does a record that is gone', () => {
  expect(markupOf(<HeatDrafts desk={desk} building={undefined} kind="CONTRACT" locale="ru" />)).toContain('Сначала выберите дом.')
  expect(markupOf(<HeatRecord desk={desk} building={building} open="SEASON.x" today="2026-11-21" locale="ru" />)).toContain('Такой записи нет.')
})

it('an act that bills have counted is undone by another person than who wrote it, and one that is withdrawn not again', () => {
  const shown = (id: string, mine: boolean) => markupOf(<ActRecord desk={{ ...desk, acts: desk.acts.map(act => ({ ...act, mine })) }} building={building} actId={id} locale="ru" />)
  expect(shown(free, true)).toContain('[WITHDRAW]')
  expect(shown(counted, false)).toContain('[UNDO]')
  expect(shown(counted, true)).not.toContain('[UNDO]')
  expect(shown(undone, false)).toMatch(/отменён актом № 99/)
  expect(shown(undone, false)).not.toMatch(/UNDO|WITHDRAW/)
})
