import 'server-only'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInstance, type i18n } from 'i18next'
import { locales, type Locale } from '#server/kernel/format.ts'
import { slot } from '#server/infra/slot.ts'

export type Texts = (key: string, params?: Record<string, unknown>) => string
/** Words of one screen as they travel to a client component. */
export type Words = { [key: string]: string | Words }

function readFolder(folder: string): Record<string, unknown> {
  const words: Record<string, unknown> = {}
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) words[entry.name] = readFolder(join(folder, entry.name))
    else if (entry.name.endsWith('.json')) words[entry.name.slice(0, -5)] = JSON.parse(readFileSync(join(folder, entry.name), 'utf8'))
  }
  return words
}

function makeInstance(): i18n {
  const instance = createInstance()
  const resources = Object.fromEntries(locales.map(locale => [locale, { words: readFolder(join(process.cwd(), 'locales', locale)) }]))
  void instance.init({ resources, lng: 'ru', fallbackLng: false, defaultNS: 'words', ns: ['words'], initAsync: false, showSupportNotice: false,
    interpolation: { escapeValue: false }, returnNull: false } as Parameters<i18n['init']>[0])
  return instance
}

/** Text by key `domain.screen.name`, with `{{params}}` and plurals; a missing key shows itself, and a test finds it. */
export function texts(locale: Locale): Texts {
  const fixed = slot('texts', makeInstance).getFixedT(locale, 'words')
  return (key, params) => String(fixed(key, params ?? {}))
}

/** Nested words under a key, to hand to a client component as a prop. */
export function section(locale: Locale, key: string): Words {
  let words: unknown = slot('texts', makeInstance).getResourceBundle(locale, 'words')
  for (const part of key.split('.')) words = words !== null && typeof words === 'object' ? (words as Record<string, unknown>)[part] : undefined
  if (words === null || typeof words !== 'object') throw new Error(`No words under ${key}`)
  return words as Words
}
