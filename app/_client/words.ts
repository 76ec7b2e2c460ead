import { pluralCategory, type Locale } from '#server/kernel/format.ts'

/** Words of one screen, as `section()` of the server hands them over. */
export type WordsRecord = { readonly [key: string]: string | WordsRecord }

/** 'Sent {{value}}' with its figures. A missing parameter stays visible, so that a test can see it. */
export function fill(template: string, params: Readonly<Record<string, string | number>> = {}): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}

/** The form of `key` for a count: keys `<key>_one`, `_few`, `_many`, `_other`, as i18next names them. */
export function countWords(
  words: Readonly<Record<string, unknown>>,
  key: string,
  { count, locale, ...params }: { count: number; locale: Locale; [param: string]: string | number },
): string {
  const chosen = words[`${key}_${pluralCategory(count, locale)}`] ?? words[`${key}_other`]
  return fill(typeof chosen === 'string' ? chosen : key, { count, ...params })
}
