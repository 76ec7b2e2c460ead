import { cookies, headers } from 'next/headers'
import { isLocale, type Locale } from '#server/kernel/format.ts'

/** Where the address names no language we speak: what the server in front of Next understood, else the cookie. */
export async function requestLocale(): Promise<Locale> {
  const [jar, head] = await Promise.all([cookies(), headers()])
  const known = [head.get('x-uyim-locale') ?? '', jar.get('uyim-locale')?.value ?? ''].find(isLocale)
  return known ?? 'ru'
}
