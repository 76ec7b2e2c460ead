import { expect, it, vi } from 'vitest'
import { PenaltyRule } from '#app/[locale]/(staff)/staff/penalties/penalty-rule.tsx'
import type { PenaltyDesk, PenaltyRow } from '#app/[locale]/(staff)/staff/penalties/penalty-words.ts'
import { ServiceChange } from '#app/[locale]/(staff)/staff/services/service-change.tsx'
import type { ServicesDesk } from '#app/[locale]/(staff)/staff/services/service-words.ts'
import { readService } from '#app/[locale]/(staff)/staff/services/read-service.ts'
import { isSteep } from '#server/billing/penalties/rules.ts'
import { judgeWay, newFindings, withChange } from '#server/billing/services/rules.ts'
import { texts } from '#server/infra/texts.ts'
import { newId } from '#server/kernel/ids.ts'
import { markupOf } from '#test/support/markup.ts'

// Buttons live in the browser; here only which of them are offered.
vi.mock('#app/[locale]/(staff)/staff/services/service-acts.tsx', () => ({ ServiceActs: ({ mine }: { mine: boolean }) => mine ? '[TAKE_BACK]' : '[PUBLISH][DECLINE]' }))
vi.mock('#app/[locale]/(staff)/staff/penalties/penalty-acts.tsx', () => ({ PenaltyActs: ({ does, least }: { does: readonly string[]; least: string }) => `[${does.join()} ${least}]` }))

type Opened = NonNullable<ServicesDesk['open']>
const [building, change] = [newId(), newId()]
const before: Opened['before'] = { service: 'WASTE', method: 'PERSON', volumeOf: [], kinds: ['APARTMENT'], seasonal: false, commonSharedBy: null, from: '2025-01-01', to: null, state: 'IN_FORCE' }
const opened: Opened = {
  change: { id: change, service: 'WASTE', from: '2026-12-01', method: 'AREA', volumeOf: [], kinds: ['APARTMENT', 'PARKING'], seasonal: false, commonSharedBy: null, ground: 'Minutes No 4', state: 'DRAFT', mine: false, declinedReason: null },
  before, differs: ['method', 'kinds'],
  effect: { prices: [], findings: [{ service: 'WASTE', code: 'noPrice', day: '2026-12-01', kinds: ['APARTMENT'] }], charged: { units: 36, metered: 0, norm: null, persons: 80, empty: 3, areaM2: '2100.5', houseMeter: false }, byHeatContract: false },
}
const bare = /undefined|\{\{|(services|penalties|billing|tariffs|errors)\.[a-z]+[.A-Z]/

it.each(['uz', 'kk', 'ru'] as const)('a change of a service says in %s what was, what becomes, of whom it is charged and what lacks', locale => {
  const shown = markupOf(<ServiceChange opened={opened} buildingId={building} closed="/x?building=1" locale={locale} />)
  expect(shown).not.toMatch(bare)
  for (const word of ['01.12.2026', '2 100,5', 'Minutes No 4', '/staff/tariffs?service=WASTE']) expect(shown.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')).toContain(word)
  const metered = markupOf(<ServiceChange opened={{ ...opened, change: { ...opened.change, method: 'METER', mine: true }, before: null, effect: { ...opened.effect!, findings: [], charged: { ...opened.effect!.charged, metered: 30, norm: '4.5' } } }} buildingId={building} closed="/x" locale={locale} />)
  expect(metered).not.toMatch(bare)
  expect(metered).toContain('4,5')
})

it('who drafted a change is not offered to publish it, and what ends says so', () => {
  const shown = (more: Partial<Opened['change']>) => markupOf(<ServiceChange opened={{ ...opened, change: { ...opened.change, ...more } }} buildingId={building} closed="/x" locale="ru" />)
  expect(shown({})).toContain('[PUBLISH]')
  expect(shown({ mine: true })).not.toContain('[PUBLISH]')
  expect(shown({ method: null })).toContain('больше не будет в квитанциях')
})

it('the form gives only what the way needs', () => {
  const form = new FormData()
  for (const [key, value] of [['service', 'SEWERAGE'], ['from', '2026-12-01'], ['method', 'METER'], ['volumeOf', 'COLD_WATER'], ['kinds', 'APARTMENT'], ['kinds', 'PARKING'], ['ground', 'Minutes']] as const) form.append(key, value)
  expect(readService(form, { changeId: change, buildingId: building })).toMatchObject({ method: 'METER', volumeOf: ['COLD_WATER'], kinds: ['APARTMENT', 'PARKING'], commonSharedBy: null, seasonal: false })
  form.set('method', 'NONE')
  expect(readService(form, { changeId: change, buildingId: building })).toMatchObject({ method: null })
  form.delete('ground')
  expect(readService(form, { changeId: change, buildingId: building })).toBeNull()
})

it('a way is judged by its service; a change cuts the row before and takes the place of the same day', () => {
  const way = { method: 'METER' as const, volumeOf: ['HOT_WATER', 'COLD_WATER'], kinds: ['APARTMENT' as const], seasonal: false, commonSharedBy: null }
  expect(judgeWay('SEWERAGE', way).volumeOf).toEqual(['COLD_WATER', 'HOT_WATER'])
  expect(judgeWay('COLD_WATER', way).volumeOf).toEqual([])
  expect(() => judgeWay('LIFT', way)).toThrow('services.methodDoesNotFit')
  const row = { service: 'WASTE' as const, method: 'PERSON' as const, volumeOf: [], kinds: ['APARTMENT' as const], seasonal: false, validFrom: '2025-01-01', validTo: null }
  const area = { ...way, method: 'AREA' as const, volumeOf: [], service: 'WASTE' as const, from: '2026-12-01' }
  expect(withChange([row], area).map(each => [each.method, each.validFrom, each.validTo])).toEqual([['PERSON', '2025-01-01', '2026-11-30'], ['AREA', '2026-12-01', null]])
  expect(withChange([{ ...row, validFrom: '2026-12-01' }], area).map(each => each.method)).toEqual(['AREA'])
  expect(withChange([row], { ...area, method: null })).toEqual([{ ...row, validTo: '2026-11-30' }])
  const lacks = [{ service: 'HEAT' as const, code: 'noHouseMeter' as const, day: '2026-12-01' }, { service: 'WASTE' as const, code: 'noPrice' as const, day: '2026-12-01' }]
  expect(newFindings([], lacks, true).map(each => each.code)).toEqual(['noPrice'])
  expect(newFindings(lacks.slice(1), lacks, false).map(each => each.code)).toEqual(['noHouseMeter'])
})

const rule: PenaltyRow = {
  ruleId: 'new', country: 'KZ', fund: 'UTILITIES', payerKind: 'NATURAL', formula: 'YEARLY', dailyPercent: null, factor: '1.25', capPercent: '100', enabled: true, verified: false, source: 'Gazette', actId: 'a', actNumber: '17', actTitle: 'Order', actUrl: null, from: '2026-12-01', to: null,
  countedTo: null, state: 'DRAFT', mine: false, mayPublish: true, declinedReason: null,
}
const desk: PenaltyDesk = { rows: [rule, { ...rule, ruleId: 'old', factor: '1.5', from: '2020-01-01', state: 'IN_FORCE', countedTo: '2026-10-31', enabled: false }], countries: ['KZ'], mayDraft: ['KZ'], acts: [], rates: [] }

it.each(['uz', 'kk', 'ru'] as const)('a rule of penalties says in %s what it takes the place of, through when bills have counted, and that nobody has checked it', locale => {
  const shown = ['new', 'old', 'gone'].map(id => markupOf(<PenaltyRule desk={desk} ruleId={id} today="2026-11-21" locale={locale} />))
  expect(shown.join('')).not.toMatch(bare)
  expect(shown[0]).toMatch(/30\.11\.2026.*1,5/)
  expect(shown[1]).toContain('31.10.2026')
})

it('a draft of one’s own is taken back, one without an act is not published, a rule that is off is only ended', () => {
  const shown = (change: Partial<PenaltyRow>) => markupOf(<PenaltyRule desk={{ ...desk, rows: [{ ...rule, ...change }] }} ruleId="new" today="2026-11-21" locale="ru" />)
  expect(shown({})).toContain('[PUBLISH,DECLINE ')
  expect(shown({ mine: true })).toContain('[DECLINE ')
  expect(shown({ actId: null, actNumber: null })).toContain('[DECLINE ')
  expect(shown({ state: 'IN_FORCE' })).toContain('[SWITCH_OFF,END 2026-12-01]')
  expect(shown({ state: 'IN_FORCE', enabled: false, countedTo: '2026-12-31' })).toContain('[END 2026-12-31]')
  expect(shown({ state: 'IN_FORCE', mayPublish: false })).not.toContain('[')
})

it.each(['uz', 'kk', 'ru'] as const)('what its drafter took back is not called declined, in %s', locale => {
  const t = texts(locale)
  const shown = (state: 'DECLINED' | 'TAKEN_BACK') => [markupOf(<PenaltyRule desk={{ ...desk, rows: [{ ...rule, state, declinedReason: 'why' }] }} ruleId="new" today="2026-11-21" locale={locale} />),
    markupOf(<ServiceChange opened={{ ...opened, change: { ...opened.change, state, declinedReason: 'why' } }} buildingId={building} closed="/x" locale={locale} />)]
  const words = (state: string) => t(`tariffs.sentBack.${state}`, { reason: 'why' })
  for (const html of shown('TAKEN_BACK')) expect(html).toContain(words('TAKEN_BACK'))
  for (const html of shown('TAKEN_BACK')) expect(html).not.toContain(words('DECLINED'))
  for (const html of shown('DECLINED')) expect(html).toContain(words('DECLINED'))
})

it.each(['uz', 'kk', 'ru'] as const)('a rate of more than double the rule before, or above 1 %% a day where it has none, is told to who reads the draft, in %s', locale => {
  const t = texts(locale)
  const percent = (rate: string) => t('penalties.rates.DAILY', { rate })
  const daily = (rate: string): PenaltyRow => ({ ...rule, formula: 'DAILY', factor: null, dailyPercent: rate })
  const old = (change: Partial<PenaltyRow>): PenaltyRow => ({ ...rule, ruleId: 'old', from: '2020-01-01', state: 'IN_FORCE', ...change })
  const told = (draft: PenaltyRow, ...before: PenaltyRow[]) => {
    const shown = markupOf(<PenaltyRule desk={{ ...desk, rows: [draft, ...before] }} ruleId="new" today="2026-11-21" locale={locale} />)
    if (shown.includes(t('penalties.open.steepFirst', { rate: percent('5') }))) return 'above 1 %'
    return shown.includes(t('penalties.open.steep', { rate: percent('5'), before: percent('2') })) ? 'double' : null
  }
  for (const mine of [true, false]) {
    expect(told({ ...daily('5'), mine })).toBe('above 1 %')
    expect(told({ ...daily('5'), mine }, old({})), 'the rule before is of another formula').toBe('above 1 %')
    expect(told({ ...daily('5'), mine }, old({ formula: 'DAILY', factor: null, dailyPercent: '2' }))).toBe('double')
  }
  expect(told(daily('5'), old({ formula: 'DAILY', factor: null, dailyPercent: '3' })), 'the law has been dear before').toBeNull()
  expect(told({ ...daily('5'), state: 'IN_FORCE' }), 'what is published is the law').toBeNull()
  expect([isSteep('1', null), isSteep('1.0001', null), isSteep('0.2', '0.1'), isSteep('0.21', '0.1')]).toEqual([false, true, false, true])
})
