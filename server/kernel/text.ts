import { apostrophes } from './transliteration.ts'

const turnedComma = '\u02BB'
const tutuq = '\u02BC'
const mark = `[${apostrophes}]`
const letter = `(?!${mark})[\\p{L}\\p{M}]`
const wordWithMarks = new RegExp(`(${mark}*)(${letter}(?:${letter}|${mark}+(?=${letter}))*)(${mark}*)`, 'gu')
const runOfMarks = new RegExp(`${mark}+`, 'gu')
const allMarks = new RegExp(mark, 'gu')

/**
 * Uzbek spelling as it is stored: oʻ gʻ with U+02BB, the tutuq belgisi with U+02BC, whatever
 * apostrophe was typed. Quotes around words and feet after figures stay. Twice is the same as once.
 */
export function normaliseUz(text: string): string {
  return text.normalize('NFC').replace(wordWithMarks, (whole, ...groups: string[]) => {
    const [opening = '', letters = '', closing = ''] = groups
    if (/[^\p{Script=Latin}\p{M}]/u.test(letters.replace(allMarks, ''))) return whole
    const inside = letters.replace(runOfMarks, (run, place: number) => (run.length === 1 ? signAfter(letters.charAt(place - 1)) : run))
    const endsInLetter = closing.length === 1 && opening === '' && /[oOgG]$/.test(letters)
    return opening + inside + (endsInLetter ? turnedComma : closing)
  })
}

function signAfter(before: string): string {
  return /[oOgG]/.test(before) ? turnedComma : tutuq
}

/**
 * The number of a paper without the sign that every screen and print sets before it: «№ 123», 'No. 123', 'N 123' and
 * '123-son' are 123. A letter of the number itself stays: 'N-12', 'НП-7', '94-I'.
 */
export function bareNumber(text: string): string {
  return text.trim().replace(/^(?:(?:№|n[º°]|no?(?:\.|(?=\s)))\s*)+/iu, '').replace(/^no(?=\d)/i, '').replace(/(\d)[\s-]*(?:son|сон)(?:li|ли)?$/iu, '$1')
}

const foldedCyrillic: Readonly<Record<string, string>> = {
  а: 'a', ә: 'a', б: 'b', в: 'v', г: 'g', ғ: 'g', д: 'd', е: 'e', ё: 'yo', ж: 'j', з: 'z', и: 'i', і: 'i', й: 'y',
  к: 'k', қ: 'k', л: 'l', м: 'm', н: 'n', ң: 'n', о: 'o', ө: 'o', ў: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u',
  ұ: 'u', ү: 'u', ф: 'f', х: 'h', ҳ: 'h', һ: 'h', ц: 's', ч: 'ch', ш: 'sh', щ: 'sh', ъ: '', ы: 'i', ь: '', э: 'e',
  ю: 'yu', я: 'ya',
}

// Letters of the proposed Uzbek and of the new Kazakh alphabet that are two letters today.
const newLetters: Readonly<Record<string, string>> = { ş: 'sh', ç: 'ch', ı: 'i' }

// No lookbehind anywhere: iPhones before iOS 16.4 cannot read it.
// In this order, on bare small Latin letters, whichever script they came from.
const latinFolds: readonly (readonly [from: RegExp, to: string])[] = [
  [/q/g, 'k'],
  [/x/g, 'h'],
  [/w/g, 'v'],
  [/k+h/g, 'h'],
  [/zh/g, 'j'],
  [/t+s/g, 's'],
  [/y+e/g, 'e'],
  [/([b-df-hj-np-tvz])yo/g, '$1e'],
  // Abai and Abay, Serikqyzy and Серікқызы, Maria and Мария.
  [/y(?![aeou])/g, 'i'],
  [/i+y(?=[aeou])/g, 'i'],
  [/i{2,}/g, 'i'],
]

/**
 * One key for all spellings of a word: scripts, apostrophes, х and ҳ, е and ё, ә and а, Latin
 * ways of writing names meet ('xudud', 'hudud', 'ҳудуд'). To compare, never to show.
 */
export function searchKey(text: string): string {
  const bare = [...text.normalize('NFC').toLowerCase()].map(bareLetter).join('').replace(allMarks, '')
  const folded = latinFolds.reduce((all, [from, to]) => all.replace(from, to), bare)
  return folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

// Without its marks, save those of й, ё, ş and ç, which make other letters.
function bareLetter(letter: string): string {
  const base = letter.normalize('NFD').replace(/\p{M}/gu, '')
  return foldedCyrillic[letter] ?? newLetters[letter] ?? foldedCyrillic[base] ?? base
}

/**
 * Replaces what would turn a Latin SMS into UCS-2 (70 characters instead of 160) by plain signs;
 * a Cyrillic text keeps its № and says «тг».
 */
export function smsNormalise(text: string): string {
  const cyrillic = /\p{Script=Cyrillic}/u.test(text)
  return text
    .replace(/[\u02BB\u02BC\u2018\u2019]/g, "'")
    .replace(/[\u00A0\u202F]/g, ' ')
    .replace(/[«»“”„]/g, '"')
    .replace(/[–—]/g, '-')
    .replace(/…/g, '...')
    .replace(/№/g, cyrillic ? '№' : 'N')
    .replace(/₸/g, cyrillic ? 'тг' : 'tg')
}

const gsmBasic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const gsmExtended = new Set('\f^{}\\[~]|€')

export type SmsSize = { readonly coding: 'GSM-7' | 'UCS-2'; readonly units: number; readonly parts: number }

/** How many SMS the text costs. */
export function smsParts(text: string): number {
  return smsSize(text).parts
}

/** GSM-7: 160 alone, 153 in each of several parts; UCS-2: 70 and 67. */
export function smsSize(text: string): SmsSize {
  const characters = [...text]
  const plain = characters.every((each) => gsmBasic.has(each) || gsmExtended.has(each))
  const sizes = characters.map((each) => (plain ? (gsmExtended.has(each) ? 2 : 1) : each.length))
  const units = sizes.reduce((all, size) => all + size, 0)
  if (units <= (plain ? 160 : 70)) return { coding: plain ? 'GSM-7' : 'UCS-2', units, parts: units === 0 ? 0 : 1 }
  return { coding: plain ? 'GSM-7' : 'UCS-2', units, parts: packed(sizes, plain ? 153 : 67) }
}

// A character of two units never falls across the edge of a part.
function packed(sizes: readonly number[], capacity: number): number {
  let parts = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > capacity) {
      parts += 1
      used = 0
    }
    used += size
  }
  return parts
}
