import { describe, expect, it } from 'vitest'
import { explainLine, findingInWords, findingWithStep, serviceName, vatPercent } from '#server/billing/explanation/rules.ts'
import { volumeNotes } from '#server/billing/volumes/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { section, texts } from '#server/infra/texts.ts'
import type { Locale } from '#server/kernel/format.ts'
import { flatPrice, makeItem, makeLine } from '#test/support/prices.ts'

const nbsp = (text: string) => text.replaceAll('\u00A0', ' ')
const voice = (locale: Locale) => ({ say: texts(locale), locale, currency: 'KZT' as const })
const line = makeLine('11', { people: 2, net: '113111', vat: '18098' })

describe('a line in words, in three languages from the same code', () => {
  it.each([
    ['ru', '11 м³ на 2 человек', ['6 м³ × 91,96, до 6 м³', '4 м³ × 110,352, до 10 м³', '1 м³ × 137,94, до 20 м³']],
    ['uz', '2 kishiga 11 m³', ['6 m³ × 91,96, 6 m³ gacha', '4 m³ × 110,352, 10 m³ gacha', '1 m³ × 137,94, 20 m³ gacha']],
    ['kk', '2 адамға 11 м³', ['6 м³ × 91,96, 6 м³ мөлшеріне дейін', '4 м³ × 110,352, 10 м³ мөлшеріне дейін', '1 м³ × 137,94, 20 м³ мөлшеріне дейін']],
  ] as const)('%s', (locale, summary, steps) => {
    const explained = explainLine(makeItem(), line, voice(locale))
    expect(nbsp(explained.summary)).toBe(summary)
    expect(explained.steps.map(step => nbsp(step.text))).toEqual(steps)
    expect(explained.steps.map(step => step.value)).toEqual(['551,76', '441,408', '137,94'])
    expect(explained.amount).toEqual({ net: 113_111n, vat: 18_098n })
  })

  it('tells days, estimates and what was taken off', () => {
    const heat = explainLine(flatPrice(['1852.64'], { of: 'AREA', unit: 'm2', service: 'HEAT', days: 13, monthDays: 30 }), makeLine('54.6'), voice('ru'))
    expect(heat.steps.at(-1)).toEqual({ text: '13 из 30 дней месяца', value: '× 13 / 30' })
    expect(explainLine(makeItem(), { ...line, source: 'AVERAGE', before: '3.5' }, voice('uz')).notes).toHaveLength(2)
    expect(explainLine(makeItem(), { ...line, source: 'NORM' }, voice('kk')).notes).toHaveLength(1)
  })

  it.each([
    ['ru', 'Площадь 60; 65,55 м², 20 из 31 дней месяца', ['60 м² × 10 дней', '65,55 м² × 10 дней', 'Цена за месяц 80, дней в месяце 31']],
    ['uz', 'Maydoni 60; 65,55 m², oyning 31 kunidan 20 kuni', ['60 m² × 10 kun', '65,55 m² × 10 kun', 'Bir oylik narx 80, oyda 31 kun']],
    ['kk', 'Алаңы 60; 65,55 м², айдың 31 күнінен 20 күні', ['60 м² × 10 күн', '65,55 м² × 10 күн', 'Бір айлық баға 80, айда 31 күн']],
  ] as const)('tells the days of each area in %s', (locale, summary, steps) => {
    const item = flatPrice(['80'], { of: 'AREA', unit: 'm2', service: 'MAINTENANCE', vatBp: 0, days: 20 })
    const explained = explainLine(item, makeLine('65.55', { parts: [['60', 10], ['65.55', 10]], net: '324000' }), voice(locale))
    expect(nbsp(explained.summary)).toBe(summary)
    expect(explained.steps.map(step => nbsp(step.text))).toEqual(steps)
    expect(explained.steps.map(step => nbsp(step.value))).toEqual(['600', '655,5', '1 255,5 × 80 / 31'])
    expect(explained.amount.net).toBe(324_000n)
  })

  it('tells what the water that went down the drain is made of, and the norm behind an estimate', () => {
    const priced = (service: 'COLD_WATER' | 'HOT_WATER' | 'SEWERAGE', volumeAt: number[]) => flatPrice(['100'], { key: service, service, volumeAt, perPerson: false })
    const items = [priced('COLD_WATER', [1]), priced('HOT_WATER', [2]), priced('SEWERAGE', [1, 2])]
    const plan: PricePlan = { items, volumes: [{ service: 'COLD_WATER', norm: '5' }, { service: 'HOT_WATER', norm: '3.5' }] }
    const cold = makeLine('3', { key: 'COLD_WATER' })
    const hot = makeLine('7', { key: 'HOT_WATER', source: 'NORM' })
    const drain = makeLine('10', { key: 'SEWERAGE', source: 'NORM' })
    const notes = (lines: BillLine[], line: BillLine, locale: Locale) => volumeNotes({ item: items.find(each => each.key === line.key) ?? makeItem(), line }, { lines, prices: plan }, texts(locale)).map(nbsp)
    expect(notes([cold, hot, drain], drain, 'ru')).toEqual(['Холодная вода 3 м³ + Горячая вода 7 м³ (по норме) = 10 м³', 'Норма: 3,5 м³ на человека в месяц × 2 чел.'])
    // Hot water charged by person has no line with a volume: it is the rest.
    expect(notes([cold, drain], drain, 'uz')).toEqual(['Sovuq suv 3 m³ + Issiq suv 7 m³ (norma boʻyicha) = 10 m³', 'Norma: bir kishiga oyiga 3,5 m³ × 2 kishi.'])
    expect(notes([cold, hot, drain], hot, 'kk')).toEqual(['Норма: бір адамға айына 3,5 м³ × 2 адам.'])
    expect(notes([cold, hot, drain], { ...hot, quantity: '6' }, 'ru')).toEqual(['Норма: 3,5 м³ на человека в месяц.'])
    // What does not add up is not told, and a line of a meter alone needs no words.
    expect(notes([makeLine('12', { key: 'COLD_WATER' }), hot, drain], drain, 'ru')).toEqual([])
    expect(notes([cold, hot, drain], cold, 'ru')).toEqual([])
    expect(notes([cold, hot, { ...drain, before: '2' }], { ...drain, before: '2' }, 'ru')).toEqual([])
  })

  it('tells the index behind the savings contribution', () => {
    const item = flatPrice(['21.625'], { of: 'AREA', unit: 'm2', service: 'SAVINGS', index: { code: 'MRP', value: '4325', multiple: '0.005' } })
    expect(nbsp(explainLine(item, makeLine('60'), voice('ru')).notes[0] ?? '')).toBe('0,005 × 4 325 ₸ (МРП) = 21,625 за 1 м²')
  })

  it('tells a share of the house', () => {
    const item = flatPrice(['7364.88'], { of: 'SHARE', unit: 'Gcal', service: 'HEAT', houseNet: '100000', houseQuantity: '62.1', houseArea: '2103.3' })
    const explained = explainLine(item, makeLine('62.1', { net: '2952', extra: 1 }), voice('ru'))
    expect(nbsp(explained.summary)).toBe('Дом израсходовал 62,1 Гкал, ваша доля 62,1 из 2 103,3 м²')
    expect(explained.notes).toHaveLength(1)
  })

  it('names services, VAT and findings', () => {
    expect(serviceName({ service: 'WASTE' }, texts('kk'))).toBe('Қоқыс шығару')
    expect([vatPercent(1600), vatPercent(1250)]).toEqual(['16', '12,5'])
    expect(findingInWords({ service: 'HEAT', code: 'noPrice', day: '2026-10-01' }, texts('ru'))).toContain('01.10.2026')
  })
  it.each(['uz', 'kk', 'ru'] as const)('names the service and the premises of what has no price or index, and what to do next, in %s', locale => {
    const say = texts(locale)
    const codes = Object.keys(section(locale, 'billing.findings'))
    expect(Object.keys(section(locale, 'billing.nextSteps')).sort()).toEqual(codes.sort())
    for (const finding of [{ service: 'COLD_WATER', code: 'noPrice', day: '2026-10-01', kinds: ['APARTMENT', 'PARKING'] }, { service: 'MAINTENANCE', code: 'noPrice', day: '2026-10-01', kind: 'PARKING' },
      { service: 'SAVINGS', code: 'noIndex', day: '2026-10-01', kind: 'PARKING' }] as const) {
      const { words, step } = findingWithStep(finding, say)
      for (const part of [say(`billing.services.${finding.service}`), say('billing.kinds.PARKING'), '01.10.2026']) expect(words).toContain(part)
      expect(step.length).toBeGreaterThan(40)
    }
    expect(findingInWords({ service: 'MAINTENANCE', code: 'noPrice', day: '2026-10-01', kind: 'PARKING' }, say)).not.toBe(findingInWords({ service: 'MAINTENANCE', code: 'noVatRate', day: '2026-10-01', kind: 'PARKING' }, say))
  })
})
