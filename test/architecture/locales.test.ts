import { describe, expect, test } from 'vitest'
import { filesUnder, quotedKeys, read } from './sources.ts'

const languages = ['uz', 'kk', 'ru'] as const
type Language = (typeof languages)[number]
// What Intl.PluralRules (and so i18next) asks for.
const forms: Record<Language, string[]> = { uz: ['one', 'other'], kk: ['one', 'other'], ru: ['one', 'few', 'many', 'other'] }
const plural = /_(zero|one|two|few|many|other)$/

function leaves(value: unknown, path: string): [string, unknown][] {
  if (value === null || typeof value !== 'object') return [[path, value]]
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`))
}

const domainOf = (path: string, language: string) => path.replace(`locales/${language}/`, '').replace('.json', '').replaceAll('/', '.')
const files = (language: string) => filesUnder(`locales/${language}`).filter(path => path.endsWith('.json'))
const words = Object.fromEntries(languages.map(language => [language,
  new Map(files(language).flatMap(path => leaves(JSON.parse(read(path)), domainOf(path, language))))])) as Record<Language, Map<string, unknown>>
const stems = (language: Language) => new Set([...words[language].keys()].map(key => key.replace(plural, '')))

const sources = ['app', 'server', 'prisma/seed'].flatMap(filesUnder).filter(path => /[.](ts|tsx|mjs)$/.test(path))
const quoted = new Set(sources.flatMap(path => quotedKeys(read(path))))
const known = stems('ru')

describe('the three languages are complete and equal (architecture.md 5.7)', () => {
  test('the same files', () => {
    for (const language of ['uz', 'kk']) expect(files(language).map(path => domainOf(path, language))).toEqual(files('ru').map(path => domainOf(path, 'ru')))
  })

  test.each(['uz', 'kk'] as const)('%s has the keys of ru, no more and no less', language => {
    const [own, others] = [stems(language), stems('ru')]
    expect([...others].filter(key => !own.has(key)), `missing in ${language}`).toEqual([])
    expect([...own].filter(key => !others.has(key)), `missing in ru`).toEqual([])
  })

  test.each(languages)('%s has every plural form', language => {
    const counted = new Set([...words[language].keys()].filter(key => plural.test(key)).map(key => key.replace(plural, '')))
    const lacking = [...counted].flatMap(key => forms[language].filter(form => !words[language].has(`${key}_${form}`)).map(form => `${key}_${form}`))
    expect(lacking).toEqual([])
  })

  test.each(languages)('%s has words everywhere', language => {
    expect([...words[language]].filter(([, text]) => typeof text !== 'string' || text.trim() === '').map(([key]) => key)).toEqual([])
  })

  test('the holes are the same in all three', () => {
    const holes = (language: Language) => {
      const found = new Map<string, string>()
      for (const [key, text] of words[language]) {
        const names = [...String(text).matchAll(/\{\{\s*([\w]+)/g)].map(match => match[1]).filter(name => name !== 'count').sort().join(',')
        const stem = key.replace(plural, '')
        found.set(stem, [found.get(stem) ?? '', names].sort().at(-1) ?? '')
      }
      return found
    }
    const [uz, kk, ru] = [holes('uz'), holes('kk'), holes('ru')]
    expect([...ru].filter(([key, names]) => uz.get(key) !== names || kk.get(key) !== names).map(([key, names]) => `${key}: ru {${names}}, uz {${uz.get(key)}}, kk {${kk.get(key)}}`)).toEqual([])
  })

  test('Uzbek is written with U+02BB and U+02BC, Kazakh and Russian without look-alikes', () => {
    expect([...words.uz].filter(([, text]) => /[A-Za-z][`'‘’ʹ′]|[`'‘’][A-Za-z]/.test(String(text))).map(([key, text]) => `${key}: ${String(text)}`)).toEqual([])
    const mixed = /[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі][A-Za-z]|[A-Za-z][А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]/
    for (const language of ['kk', 'ru'] as const) expect([...words[language]].filter(([, text]) => mixed.test(String(text).replace(/\{\{.*?\}\}/g, ' '))).map(([key, text]) => `${language} ${key}: ${String(text)}`)).toEqual([])
  })
})

describe('words and code agree', () => {
  test('every key that the code names exists', () => {
    const asked = sources.flatMap(path => [...read(path).matchAll(/\b(?:t|section\(locale,|texts\([^)]*\)\()\(?\s*'([a-z][\w-]*(?:[.][\w-]+)+)'/g)].map(match => [path, match[1] ?? ''] as const))
    const prefixes = new Set([...known].flatMap(key => key.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))))
    expect(asked.filter(([, key]) => !prefixes.has(key)).map(([path, key]) => `${path}: ${key}`)).toEqual([])
  })

  test('every key is asked for, by itself or by its section', () => {
    const sections = sources.flatMap(path => [...read(path).matchAll(/section\(\s*\w+,\s*'([a-z][\w-]*)'/g)].map(match => match[1] ?? ''))
    const starts = new Set([...[...quoted].filter(text => text.includes('.')), ...sections])
    const orphans = [...known].filter(key => {
      const parts = key.split('.')
      if (parts[0] === 'errors' || parts[0] === 'offline') return false
      return !parts.some((_, index) => starts.has(parts.slice(0, index + 1).join('.')))
    })
    expect(orphans).toEqual([])
  })
})

describe('error codes are keys of sentences', () => {
  const maker = /\b(?:invalid|forbidden|notFound|conflict|unavailable)\(\s*['`]([a-z][A-Za-z0-9-]*[.][A-Za-z0-9]+)['`]/g
  const thrown = sources.flatMap(path => [...read(path).matchAll(maker)].map(match => [path, match[1] ?? ''] as const))

  test('every code has its sentence in the three languages', () => {
    expect(thrown.length).toBeGreaterThan(0)
    const lacking = thrown.filter(([, code]) => languages.some(language => !stems(language).has(`errors.${code}`)))
    expect(lacking.map(([path, code]) => `${path}: ${code}`)).toEqual([])
  })

  test('every sentence of an error is used', () => {
    const said = new Set([...quoted, ...thrown.map(([, code]) => code)])
    // A code with a hole at its end: `meters.ask${…}`.
    const heads = sources.flatMap(path => [...read(path).matchAll(/`([a-z][\w-]*[.][A-Za-z0-9]*)\$\{/g)].map(match => match[1] ?? ''))
    const orphans = [...known].filter(key => key.startsWith('errors.')).map(key => key.slice('errors.'.length))
      .filter(code => !said.has(code) && !said.has(code.split('.')[1] ?? '') && !heads.some(head => code.startsWith(head)))
    expect(orphans).toEqual([])
  })
})
