import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { smsNormalise, smsSize } from '#server/kernel/text.ts'
import { mostInWords, smsWordings, type SmsFacts } from '#server/meetings/ballots/rules.ts'
import type { Choice } from '#server/meetings/schema.ts'

type Meetings = { sms: Record<Choice, string> & { digest: string; meeting: string; unit: Record<string, string> } }
const locales = ['uz', 'kk', 'ru'] as const
type Locale = (typeof locales)[number]
const read = (locale: Locale, domain: string): unknown => JSON.parse(readFileSync(`locales/${locale}/${domain}.json`, 'utf8'))
const words = (locale: Locale) => (read(locale, 'meetings') as Meetings).sms
const template = (locale: Locale) => (read(locale, 'notifications') as { sms: { vote: string } }).sms.vote
const fill = (text: string, params: Record<string, string>) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => params[name] ?? '')
const textOf = (locale: Locale, facts: SmsFacts) => smsNormalise(fill(template(locale), { ...facts, code: '481920' }))
const flat = (locale: Locale, number = '45') => fill(words(locale).unit['APARTMENT'] ?? '', { number })
const on = (locale: Locale) => ({ named: fill(words(locale).meeting, { date: '21.11' }), bare: '21.11' })
const choiceOf: Record<string, Choice> = { F: 'FOR', N: 'AGAINST', A: 'ABSTAIN' }
const answersOf = (locale: Locale, letters: string) => [...letters].map(letter => ({ choice: choiceOf[letter] ?? 'FOR', word: words(locale)[choiceOf[letter] ?? 'FOR'] }))
const houses: Record<Locale, string> = { uz: 'Chilonzor 7-12', kk: 'Абай 12', ru: 'Абая 12' }
const longHouses: Record<Locale, string> = {
  uz: 'Toshkent shahri Yunusobod tumani 14-mavze 27-uy', kk: '«Асыл тау» тұрғын үй кешені, Абылай хан даңғылы, 12-үй', ru: 'Жилой комплекс «Асыл тау», проспект Абылай хана, дом 12',
}

describe('the message of a vote code (identity 1.3, 1.4)', () => {
  it.each(locales)('names house, day of the meeting, unit and three answers in one part in %s', locale => {
    const full = smsWordings({ house: houses[locale], on: on(locale), units: [flat(locale)], answers: answersOf(locale, 'FNA') }).slice(0, 3).find(facts => smsSize(textOf(locale, facts)).parts === 1)
    if (!full) throw new Error('no wording fits')
    const text = textOf(locale, full)
    expect(smsSize(text)).toMatchObject({ parts: 1, coding: locale === 'uz' ? 'GSM-7' : 'UCS-2' })
    for (const word of [houses[locale], '21.11', '45', '1-', '2-', '3-', '481920']) expect(text).toContain(smsNormalise(word))
  })

  it.each(locales)('fits any five answers into one part in %s: each word once when one by one is too long', locale => {
    for (let number = 0; number < 3 ** mostInWords; number += 1) {
      const letters = number.toString(3).padStart(mostInWords, '0').replace(/[012]/g, digit => 'FNA'[Number(digit)] ?? 'F')
      const answers = answersOf(locale, letters)
      const fitting = smsWordings({ house: houses[locale], on: on(locale), units: [flat(locale)], answers }).slice(0, 3).find(facts => smsSize(textOf(locale, facts)).parts === 1)
      expect(fitting, letters).toBeDefined()
    }
  })

  it('says the same answers whichever way it counts them', () => {
    const [full, , together] = smsWordings({ house: 'Абай 12', on: on('ru'), units: ['кв.45'], answers: [
      { choice: 'FOR', word: 'за' }, { choice: 'AGAINST', word: 'против' }, { choice: 'FOR', word: 'за' }, { choice: 'ABSTAIN', word: 'возд.' }, { choice: 'FOR', word: 'за' }] })
    expect(full.answers).toBe('1-за 2-против 3-за 4-возд. 5-за')
    expect(together?.answers).toBe('1,3,5-за 2-против 4-возд.')
  })

  it.each(locales)('names the day of the meeting in every wording, and the word for a meeting where it fits, in %s', locale => {
    const wordings = smsWordings({ house: longHouses[locale], on: on(locale), units: [flat(locale)], answers: answersOf(locale, 'FNAFN') })
    expect(wordings.every(facts => textOf(locale, facts).includes('21.11'))).toBe(true)
    expect(smsWordings({ house: houses[locale], on: on(locale), units: [flat(locale)], answers: answersOf(locale, 'FF') }).find(facts => smsSize(textOf(locale, facts)).parts === 1)?.meeting).toBe(on(locale).named)
  })

  it.each(locales)('shortens a long name of the house in the middle, and no answer, in %s', locale => {
    const wordings = smsWordings({ house: longHouses[locale], on: on(locale), units: [flat(locale)], answers: answersOf(locale, 'FNF') })
    const one = wordings.find(facts => smsSize(textOf(locale, facts)).parts === 1)
    expect(one).toBeDefined()
    if (locale === 'uz') expect(one?.house).toBe(longHouses.uz)
    else expect(one?.house).toMatch(/^.{6,10}[.]{2}.{4,8}$/u)
    expect(one?.house).toContain(longHouses[locale].slice(-4))
    expect(one?.answers).toContain(words(locale).AGAINST)
  })

  it('names the first units of a whole row and how many more there are, only when nothing else fits', () => {
    const units = Array.from({ length: 30 }, (_, index) => `парк.${index + 1}`)
    const wordings = smsWordings({ house: 'Абай 12', on: on('ru'), units, answers: [{ choice: 'FOR', word: 'за' }] })
    expect(wordings[0].unit.split(',')).toHaveLength(30)
    expect(wordings.at(-1)?.unit).toBe('парк.1,парк.2,парк.3+27')
    expect(smsSize(textOf('ru', wordings.at(-1)!)).parts).toBe(1)
  })

  it.each(locales)('with more questions than fit names the four signs that the screen shows, in one part in %s', locale => {
    const [full, ...others] = smsWordings({ house: houses[locale], on: on(locale), units: [flat(locale)], answers: fill(words(locale).digest, { digest: '7K2M' }) })
    expect(textOf(locale, full)).toContain('7K2M')
    expect(smsSize(textOf(locale, full)).parts).toBe(1)
    expect(others.every(facts => facts.answers === full.answers)).toBe(true)
  })

  it.each(locales)('tells a flat from a parking place of the same number in %s', locale => {
    const names = Object.values(words(locale).unit).map(name => fill(name, { number: '12' }))
    expect(new Set(names).size).toBe(4)
  })
})
