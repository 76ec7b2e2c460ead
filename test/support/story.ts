import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSync } from 'otplib'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Demo } from '#test/support/server.ts'

export type Locale = 'uz' | 'kk' | 'ru'

/** The words people see, so that a story names buttons as the screen does: word('ru', 'identity.signIn.getCode'). */
export function word(locale: Locale, key: string): string {
  const [domain, ...path] = key.split('.')
  let value: unknown = JSON.parse(readFileSync(join(import.meta.dirname, `../../locales/${locale}/${domain}.json`), 'utf8'))
  for (const part of path) value = (value as Record<string, unknown>)[part]
  if (typeof value !== 'string') throw new Error(`no word ${key} in ${locale}`)
  return value
}

export function personOf(demo: Demo, role: string, country: 'UZ' | 'KZ') {
  const found = demo.people?.find(person => person.role === role && person.country === country)
  if (!found) throw new Error(`the demonstration table has no ${role} in ${country}`)
  return found
}

/** Two screens: the number, the code shown by the demonstration. Ends signed in, wherever the person is led. */
export async function signIn(page: Page, locale: Locale, phone: string): Promise<void> {
  await page.goto(`/${locale}/sign-in`)
  await page.locator('input[name=phone]').fill(phone)
  await page.getByRole('button', { name: word(locale, 'identity.signIn.getCode') }).click()
  const code = /\d{6}/.exec(await page.getByText(/\d{6}/).first().innerText())?.[0] ?? ''
  await page.locator('input[name=code]').fill(code)
  await page.getByRole('button', { name: word(locale, 'identity.code.enter'), exact: true }).click()
  await page.waitForURL(address => !address.pathname.includes('/sign-in'))
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(locale)
}

export async function signInStaff(page: Page, locale: Locale, person: { login?: string; password?: string; totpSecret?: string }): Promise<void> {
  await page.goto(`/${locale}/staff-sign-in`)
  await page.locator('input[name=login]').fill(person.login ?? '')
  await page.locator('input[name=password]').fill(person.password ?? '')
  await page.locator('input[name=oneTimeKey]').fill(generateSync({ secret: person.totpSecret ?? '' }))
  await page.getByRole('button', { name: word(locale, 'identity.staffSignIn.enter'), exact: true }).click()
  await page.waitForURL(address => address.pathname.startsWith(`/${locale}/staff`) && !address.pathname.includes('sign-in'))
}
