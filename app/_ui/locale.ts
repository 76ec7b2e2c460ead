import { isLocale, type Locale } from '#server/kernel/format.ts'

/** In the order of the switch; each language calls itself by its own name. */
export const languages: readonly { locale: Locale; name: string; short: string }[] = [
  { locale: 'uz', name: 'Oʻzbekcha', short: 'Oʻz' },
  { locale: 'kk', name: 'Қазақша', short: 'Қаз' },
  { locale: 'ru', name: 'Русский', short: 'Рус' },
]

/** The same address in another language: '/kk/bills' becomes '/ru/bills'. */
export function swapLocale(path: string, locale: Locale): string {
  const parts = path.split('/').filter(Boolean)
  const rest = isLocale(parts[0] ?? '') ? parts.slice(1) : parts
  return `/${[locale, ...rest].join('/')}`
}
