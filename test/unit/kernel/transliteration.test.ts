import { describe, expect, it } from 'vitest'
import { isMixedScript, toCyrillic, toLatin } from '#server/kernel/transliteration.ts'

describe('Cyrillic to Latin (uzbekistan.md 10.2)', () => {
  it.each([
    ['аъло', 'aʼlo'], ['эълон', 'eʼlon'], ['объект', 'obyekt'], ['браконьер', 'brakonyer'], ['мотивация', 'motivatsiya'],
    ['пицца', 'pitssa'], ['Исҳоқ', 'Isʼhoq'], ['дае', 'daye'], ['ДЬЕ', 'DYE'], ['мўъжиза', 'moʻjiza'], ['ЧА', 'CHA'], ['Ча', 'Cha'],
    ['йўл', 'yoʻl'], ['Ўзбекистон', 'Oʻzbekiston'], ['КЎЧА', 'KOʻCHA'], ['ғишт', 'gʻisht'], ['тонг', 'tong'], ['ер', 'yer'],
    ['бульон', 'bulyon'], ['цирк', 'sirk'], ['Юлдуз, Ёқуб-Шоҳ', 'Yulduz, Yoqub-Shoh'],
  ])('%s is %s', (cyrillic, latin) => {
    expect(toLatin(cyrillic)).toBe(latin)
  })

  it('leaves words of other languages and of mixed script as they are', () => {
    expect(toLatin('Әсел Oʻzbekiston О‘збекистон')).toBe('Әсел Oʻzbekiston О‘збекистон')
  })
})

describe('Latin to Cyrillic', () => {
  it.each([
    ['aʼlo', 'аъло'], ['eʼlon', 'эълон'], ['Isʼhoq', 'Исҳоқ'], ['yoʻl', 'йўл'], ['motivatsiya', 'мотивация'], ['SHAHAR', 'ШАҲАР'],
    ['Choʻlpon', 'Чўлпон'], ['yer', 'ер'], ['ekspert', 'эксперт'], ['poema', 'поэма'], ['moʻjiza', 'мўъжиза'], ['obyektlar', 'объектлар'],
    ['sentabrgacha', 'сентябрьгача'], ['roli', 'роли'], ['Oktabr', 'Октябрь'], ['SIRK', 'ЦИРК'], ['sirka', 'сирка'],
    ['ISʼHOQ', 'ИСҲОҚ'],
  ])('%s is %s', (latin, cyrillic) => {
    expect(toCyrillic(latin)).toBe(cyrillic)
  })

  it('protects addresses, units, Roman numerals and foreign words', () => {
    const text = 'info@uyim.uz https://uyim.uz/bills uyim.uz 5kg XXI web'
    expect(toCyrillic(`${text} asr`)).toBe(`${text} аср`)
  })
})

describe('mixed script', () => {
  it('is flagged, and not in words that stand beside each other', () => {
    expect(['О‘збекистон', 'Oзбекистон', 'Toшкент'].map(isMixedScript)).toEqual([true, true, true])
    expect(['Ўзбекистон', 'Oʻzbekiston', 'uy уй', ''].map(isMixedScript)).toEqual([false, false, false, false])
  })
})
