import { formatDate, formatDateTime, formatMoney, formatPeriod, type Locale } from '#server/kernel/format.ts'
import type { Param, Params } from '#server/notifications/schema.ts'

type Say = (key: string) => string

/** One fact in the reader's language. */
export function sayParam(param: Param, locale: Locale, say: Say): string {
  if (typeof param === 'string') return param
  if ('moment' in param) return formatDateTime(new Date(param.moment))
  if ('day' in param) return formatDate(param.day)
  if ('period' in param) return formatPeriod(param.period, locale)
  if ('money' in param) return formatMoney(BigInt(param.money), param.currency, locale)
  if ('words' in param) return param.words[locale] || param.words.ru || param.words.uz || param.words.kk
  return say(param.key)
}

export function sayParams(params: Params, locale: Locale, say: Say): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, sayParam(param, locale, say)]))
}
