import { describe, expect, it } from 'vitest'
import { bareNumber, normaliseUz, searchKey, smsNormalise, smsParts, smsSize } from '#server/kernel/text.ts'

describe('Uzbek spelling as it is stored (uzbekistan.md 10.1)', () => {
  it.each(["'", '`', '\u00B4', '\u2018', '\u2019', '\u02BC', '\u2032', '\u02BB'])('takes %s after o and g and elsewhere', (sign) => {
    expect(normaliseUz(`to${sign}lov, G${sign}isht, ta${sign}lim`)).toBe('to\u02BBlov, G\u02BBisht, ta\u02BClim')
  })

  it('leaves quotes, feet and words of other scripts alone', () => {
    for (const text of ["'salom'", "'bozor'", "5' va 6'", '‘uy’', "О'збекистон", "д'Артаньян"]) expect(normaliseUz(text)).toBe(text)
  })

  it('keeps the last letter of a word together with its sign', () => {
    expect(normaliseUz("tog' va bo'")).toBe('tog\u02BB va bo\u02BB')
  })

  it('quotes a word that ends in o without swallowing the quote', () => {
    expect(normaliseUz("'kino'")).toBe("'kino'")
    expect(normaliseUz("'so'z'")).toBe("'so\u02BBz'")
  })

  it('composes what was typed in pieces', () => {
    expect(normaliseUz('й'.normalize('NFD'))).toBe('й')
  })
})

describe('search keys', () => {
  it.each([
    ['xudud', 'hudud', 'ҳудуд', 'худуд', 'XUDUD'],
    ['toʻlov', 'tolov', 'тўлов', "to'lov", 'to‘lov', 'Тўлов'],
    ['Қайрат', 'Кайрат', 'Qayrat', 'Kayrat'],
    ['Әсел', 'Асел', 'Asel'],
    ['Үміт', 'Умит', 'Umit'],
    ['Өтеген', 'Отеген'],
    ['Ахмедов', 'Axmedov', 'Akhmedov', 'Ahmedov'],
    ['Артём', 'Артем'],
    ['Дилёр', 'Dilyor'],
    ['Ёқубов', 'Yoqubov'],
    ['объект', 'obyekt'],
    ['Ержан', 'Erjan', 'Yerzhan'],
    ['Цой', 'Tsoy'],
    ['Şahar', 'shahar', 'шаҳар'],
    ['Абай', 'Abay', 'Abai'],
    ['Айгүл Серікқызы', 'Aigul Serikkyzy', 'Айгул Сериккызы', 'Aygul Serikqyzy'],
    ['Сейітқали', 'Seitkali', 'Сейткали'],
    ['Дмитрий', 'Dmitry', 'Dmitriy'],
    ['Мария', 'Maria', 'Mariya'],
    ['Йўлдошев', 'Yoʻldoshev'],
    ['Абай  көшесі, 12-үй', 'абай кошеси 12 уй'],
  ])('of %s meet with its other spellings', (word, ...spellings) => {
    expect(spellings.map(searchKey)).toEqual(spellings.map(() => searchKey(word)))
  })

  it('keep different words and numbers apart', () => {
    expect(searchKey('кв. 45')).not.toBe(searchKey('кв. 54'))
    expect(searchKey('Алматы')).not.toBe(searchKey('Алмалы'))
    expect(searchKey(' №12/3 ')).toBe('12 3')
    expect(searchKey('')).toBe('')
  })
})

describe('length of SMS (messaging.md 1.2)', () => {
  it.each([
    ['a', 160, 1], ['a', 161, 2], ['a', 306, 2], ['a', 307, 3], ['ж', 70, 1], ['ж', 71, 2], ['ж', 134, 2], ['ж', 135, 3], ['{', 80, 1],
    ['{', 81, 2], ['', 0, 0],
  ])('%s × %d makes %d', (character, count, parts) => {
    expect(smsParts(character.repeat(count))).toBe(parts)
  })

  it('does not cut a sign of two units at the edge of a part', () => {
    expect(smsParts(`${'a'.repeat(152)}{${'a'.repeat(151)}`)).toBe(2)
    expect(smsParts(`${'a'.repeat(152)}{${'a'.repeat(152)}`)).toBe(3)
    expect(smsParts(`${'ж'.repeat(66)}😀${'ж'.repeat(66)}`)).toBe(3)
  })

  it.each([
    ['Uyim: tasdiqlash kodi 482913. Hech kimga aytmang. 5 daqiqa amal qiladi.', 'GSM-7', 71, 1],
    ['Уй: растау коды 482913. Ешкімге айтпаңыз. 5 минут жарамды.', 'UCS-2', 58, 1],
    ['Уй: код 482913. Никому не сообщайте. Действует 5 минут.', 'UCS-2', 55, 1],
  ])('sends “%s” in %s, %d units, %d part', (text, ...expected) => {
    const { coding, units, parts } = smsSize(text)
    expect([coding, units, parts]).toEqual(expected)
  })

  it('halves the price of an Uzbek text by plain apostrophes', () => {
    const text = `Toʻlovingiz qabul qilindi${'.'.repeat(89)}`
    expect(smsSize(text)).toEqual({ coding: 'UCS-2', units: 114, parts: 2 })
    expect(smsSize(smsNormalise(text))).toEqual({ coding: 'GSM-7', units: 114, parts: 1 })
  })
})

describe('signs of an SMS', () => {
  it('become plain in a Latin text', () => {
    expect(smsNormalise('Toʻlov №5 — 1\u00A0234,50\u202Fsoʻm… «aʼlo» 10 ₸ ‘x’ “y”')).toBe('To\'lov N5 - 1 234,50 so\'m... "a\'lo" 10 tg \'x\' "y"')
  })

  it('keep the № of a Cyrillic text', () => {
    expect(smsNormalise('Счёт № 5: 18\u00A0420\u00A0₸')).toBe('Счёт № 5: 18 420 тг')
  })
})

it.each([
  ['№ 123', '123'], ['№123', '123'], ['№ № 5', '5'], ['No 123', '123'], ['No. 123', '123'], ['no123', '123'], ['N 123', '123'], ['Nº 7', '7'], [' № 94-I ', '94-I'], ['№ ЗРУ-581', 'ЗРУ-581'], ['204-son', '204'], ['204-сонли', '204'],
  ['94-I', '94-I'], ['N-12', 'N-12'], ['N12', 'N12'], ['NOTA 5', 'NOTA 5'], ['Нормы 3', 'Нормы 3'], ['12/3-П', '12/3-П'], ['12 sonata', '12 sonata'], ['№', ''],
])('the number of a paper is kept without its sign: %s is %s', (typed, kept) => {
  expect(bareNumber(typed)).toBe(kept)
  expect(bareNumber(kept), 'twice is the same as once').toBe(kept)
})
