import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSync } from 'otplib'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
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

export function personOf(demo: Demo, role: string, country: 'UZ' | 'KZ', index = 0) {
  const found = demo.people?.filter(person => person.role === role && person.country === country)[index]
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
  await page.locator(`html[lang=${locale}]`).waitFor({ state: 'attached' })
}

/** Comes in as a person of staff does, by password and a one-time key that was not used before. */
export async function signInStaff(page: Page, locale: Locale, person: { login?: string; password?: string; totpSecret?: string }): Promise<void> {
  await page.goto(`/${locale}/staff-sign-in`)
  await page.locator('input[name=login]').fill(person.login ?? '')
  await page.locator('input[name=password]').fill(person.password ?? '')
  await page.locator('input[name=oneTimeKey]').fill(await freshKey(person.totpSecret ?? ''))
  await page.getByRole('button', { name: word(locale, 'identity.staffSignIn.enter'), exact: true }).click()
  await page.waitForURL(address => address.pathname.startsWith(`/${locale}/staff`) && !address.pathname.includes('sign-in'))
}

/** A procedure asked as this page's person, the way its own scripts do. */
export async function procedure<T>(page: Page, path: string, input?: unknown): Promise<T> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`
  const answer = await page.context().request.get(`/api/trpc/${path}${query}`)
  const body = await answer.json() as { result?: { data: { json: T } }; error?: { json?: { message?: string } } }
  if (!body.result) throw new Error(`${path}: ${body.error?.json?.message ?? answer.status()}`)
  return body.result.data.json
}

/** Whatever is opened next goes through the worker. The page itself need not: one that was on its way when the worker stood up is claimed by nobody until the next. */
export const workerReady = (page: Page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true))

/** Runs in the page: what lies in its store under these names is sealed. To open a store that is not there yet would make an empty one, and the page could never make its own. */
export async function shelfHolds(names: string[]): Promise<boolean> {
  if (!(await indexedDB.databases()).some(each => each.name === 'uyim')) return false
  return new Promise(resolve => {
    const opening = indexedDB.open('uyim')
    opening.onsuccess = () => {
      const keys = opening.result.transaction('shelf').objectStore('shelf').getAllKeys()
      keys.onsuccess = () => {
        opening.result.close()
        resolve(names.every(name => keys.result.includes(name)))
      }
    }
  })
}

/** A photo as a phone would take it, with a place in its EXIF that must not survive. */
export async function smallPhoto(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const buffer = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#8899aa' } })
    .withExif({ IFD0: { Copyright: 'canary' }, IFD3: { GPSLatitude: '43/1 15/1 0/1' } }).jpeg().toBuffer()
  return { name: 'meter.jpg', mimeType: 'image/jpeg', buffer }
}

/** One-time keys are good once: the next one, if this person has come in with that of now, in this file or another of the run. */
async function freshKey(secret: string): Promise<string> {
  const folder = process.env['UYIM_SITE_FOLDER']
  const path = folder === undefined ? '' : join(folder, 'used-keys.json')
  const used = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as Record<string, number> : {}
  const step = () => Math.floor(Date.now() / 30_000)
  while (step() <= (used[secret] ?? 0)) await new Promise(resolve => setTimeout(resolve, 30_100 - (Date.now() % 30_000)))
  if (path !== '') writeFileSync(path, JSON.stringify({ ...used, [secret]: step() }))
  return generateSync({ secret })
}

type Shown = { timeline: { event: string; note: string }[] }
const answers: Record<Locale, string> = { uz: 'Usta bugun keladi', kk: 'Шебер бүгін келеді', ru: 'Мастер придёт сегодня' }

/** What the clerk answered: by the keyboard above, or here by hand. */
export async function answerTo(page: Page, locale: Locale, request: { buildingId: string; requestId: string }): Promise<string> {
  const before = (await procedure<Shown>(page, 'requests.one', request)).timeline.find(entry => entry.event === 'answer')
  if (before) return before.note
  await page.goto(`/${locale}/staff/requests/${request.buildingId}/${request.requestId}`)
  const text = page.locator('main textarea')
  // A page that is not yet awake lets the first presses fall.
  for (let tries = 0; tries < 40 && !(await text.isVisible()); tries += 1) {
    await page.getByRole('button', { name: word(locale, 'requests.staff.answer') }).first().click()
    await page.waitForTimeout(500)
  }
  await text.fill(answers[locale])
  await page.locator('main form button[type=submit]').click()
  await page.getByRole('listitem').filter({ hasText: answers[locale] }).first().waitFor()
  return answers[locale]
}
