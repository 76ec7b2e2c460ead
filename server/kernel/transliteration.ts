// Uzbek between its two scripts (uzbekistan.md 10.2). Never store the result as the only copy of
// a name: it is shown only where the person's own spelling is missing, and it helps the search.

/** Every sign that people type for oʻ, gʻ and the tutuq belgisi. */
export const apostrophes = "'`\u00B4\u2018\u2019\u201B\u02B9\u02BB\u02BC\u2032\uFF07"

const turnedComma = '\u02BB'
const tutuq = '\u02BC'

const latinOf: Readonly<Record<string, string>> = {
  а: 'a', б: 'b', в: 'v', г: 'g', ғ: `g${turnedComma}`, д: 'd', е: 'e', ё: 'yo', ж: 'j', з: 'z', и: 'i', й: 'y',
  к: 'k', қ: 'q', л: 'l', м: 'm', н: 'n', о: 'o', ў: `o${turnedComma}`, п: 'p', р: 'r', с: 's', т: 't', у: 'u',
  ф: 'f', х: 'x', ҳ: 'h', ц: 's', ч: 'ch', ш: 'sh', щ: 'sh', ъ: tutuq, ы: 'i', ь: '', э: 'e', ю: 'yu', я: 'ya',
}

const cyrillicOf: Readonly<Record<string, string>> = {
  a: 'а', b: 'б', d: 'д', e: 'е', f: 'ф', g: 'г', h: 'ҳ', i: 'и', j: 'ж', k: 'к', l: 'л', m: 'м', n: 'н', o: 'о',
  p: 'п', q: 'қ', r: 'р', s: 'с', t: 'т', u: 'у', v: 'в', x: 'х', y: 'й', z: 'з', [tutuq]: 'ъ', ch: 'ч', sh: 'ш',
  yo: 'ё', yu: 'ю', ya: 'я', ye: 'е', [`o${turnedComma}`]: 'ў', [`g${turnedComma}`]: 'ғ', [`s${tutuq}h`]: 'сҳ', tsi: 'ци',
}

// What the Latin spelling has lost and no rule brings back; with suffixes of case and number.
const exceptions: Readonly<Record<string, string>> = {
  sentabr: 'сентябрь', oktabr: 'октябрь', dekabr: 'декабрь', noyabr: 'ноябрь', fevral: 'февраль', aprel: 'апрель',
  iyun: 'июнь', iyul: 'июль', budjet: 'бюджет', vaksina: 'вакцина', konferensiya: 'конференция', sement: 'цемент',
  sirk: 'цирк', kalendar: 'календарь', rol: 'роль', yoga: 'йога', obyekt: 'объект',
  [`mo${turnedComma}jiza`]: 'мўъжиза',
}

const word = new RegExp(`[\\p{L}\\p{M}](?:[\\p{L}\\p{M}${apostrophes}]*[\\p{L}\\p{M}])?`, 'gu')
const guarded = /\S+@\S+|[a-z]+:\/\/\S+|\S*[\p{L}\d]\.[\p{L}\d]\S*|\d+\p{L}+/giu
const romanNumeral = /^(?=.{2})X{0,3}(?:IX|IV|V?I{0,3})$/
const suffixes = /^(?:lar)?(?:imiz|ingiz|im|ing|si|i|ning|ni|dagi|dan|da|gacha|ga|cha|dek)*$/
const latinUnits = new RegExp(`tsi(?=ya|on)|s${tutuq}h|[og]${turnedComma}|ch|sh|yo(?!${turnedComma})|y[aue]|[a-z]|${tutuq}`, 'gi')
const vowels = 'аеёиоуўэюяы'

/** True when a word has letters of both scripts, or a Cyrillic О or Г with an apostrophe ("О‘збекистон"). */
export function isMixedScript(text: string): boolean {
  return (text.normalize('NFC').match(word) ?? []).some(isMixedWord)
}

/** Cyrillic words to Latin; words of mixed script or with letters of another language stay as they are. */
export function toLatin(text: string): string {
  return text.normalize('NFC').replace(word, (each) => (isMixedWord(each) ? each : latinWord(each)))
}

/** Latin words (with U+02BB and U+02BC, see `normaliseUz`) to Cyrillic; addresses and numerals stay. */
export function toCyrillic(text: string): string {
  let result = ''
  let end = 0
  const source = text.normalize('NFC')
  for (const found of source.matchAll(guarded)) {
    result += cyrillicWords(source.slice(end, found.index)) + found[0]
    end = found.index + found[0].length
  }
  return result + cyrillicWords(source.slice(end))
}

function isMixedWord(text: string): boolean {
  if (!/\p{Script=Cyrillic}/u.test(text)) return false
  return /\p{Script=Latin}/u.test(text) || new RegExp(`[ОоГг][${apostrophes}]`, 'u').test(text)
}

function latinWord(text: string): string {
  const letters = [...text]
  if (!letters.every((letter) => letter.toLowerCase() in latinOf)) return text
  const allCapital = letters.length > 1 && text === text.toUpperCase()
  return letters
    .map((letter, index) => {
      const latin = latinLetter(letters.map((each) => each.toLowerCase()), index)
      if (letter === letter.toLowerCase()) return latin
      const next = letters[index + 1]
      const capital = allCapital || (next !== undefined && next !== next.toLowerCase())
      return capital ? latin.toUpperCase() : latin.slice(0, 1).toUpperCase() + latin.slice(1)
    })
    .join('')
}

// Letters whose Latin form depends on their neighbours; '' is the edge of the word.
const contextual: Readonly<Record<string, (before: string, after: string) => string>> = {
  е: (before) => (before === '' || `${vowels}ъь`.includes(before) ? 'ye' : 'e'),
  о: (before) => (before === 'ь' ? 'yo' : 'o'),
  с: (_before, after) => (after === 'ҳ' ? `s${tutuq}` : 's'),
  ц: (before) => (before !== '' && vowels.includes(before) ? 'ts' : 's'),
  ъ: (before, after) => (before === 'ў' || before === 'ғ' || after === 'е' ? '' : tutuq),
}

function latinLetter(letters: readonly string[], index: number): string {
  const letter = letters[index] ?? ''
  const found = contextual[letter]?.(letters[index - 1] ?? '', letters[index + 1] ?? '')
  return found ?? latinOf[letter] ?? letter
}

function cyrillicWords(text: string): string {
  return text.replace(word, (each) => {
    const foreign = /[^a-z\u02BB\u02BC]|w|c(?!h)/i.test(each)
    return foreign || romanNumeral.test(each) ? each : cyrillicWord(each)
  })
}

function cyrillicWord(text: string): string {
  const known = exceptionOf(text)
  if (known !== null) return known
  return text.replace(latinUnits, (unit, index: number) => {
    const lower = unit.toLowerCase()
    const before = text.slice(index - 1, index).toLowerCase()
    const isOpenE = lower === 'e' && (index === 0 || `aeiou${turnedComma}`.includes(before))
    const cyrillic = isOpenE ? 'э' : (cyrillicOf[lower] ?? unit)
    if (unit === lower) return cyrillic
    return unit === unit.toUpperCase() ? capitals(cyrillic, text) : cyrillic.slice(0, 1).toUpperCase() + cyrillic.slice(1)
  })
}

// One capital letter that becomes two («сҳ», «ци») stays one capital, unless the word is all capitals.
function capitals(cyrillic: string, text: string): string {
  const allCapital = text.length > 1 && text === text.toUpperCase()
  return allCapital ? cyrillic.toUpperCase() : cyrillic.slice(0, 1).toUpperCase() + cyrillic.slice(1)
}

function exceptionOf(text: string): string | null {
  const lower = text.toLowerCase()
  const stem = Object.keys(exceptions).find((each) => lower.startsWith(each) && suffixes.test(lower.slice(each.length)))
  if (stem === undefined) return null
  const suffix = lower.slice(stem.length)
  const found = exceptions[stem] ?? ''
  const base = /^[aeiou]/.test(suffix) ? found.replace(/ь$/, '') : found
  const whole = base + suffix.replace(latinUnits, (unit) => cyrillicOf[unit] ?? unit)
  if (text.length > 1 && text === text.toUpperCase()) return whole.toUpperCase()
  return text === lower ? whole : whole.slice(0, 1).toUpperCase() + whole.slice(1)
}
