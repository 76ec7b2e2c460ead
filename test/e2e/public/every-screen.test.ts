import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { expectAccessible, expectFits, expectFitsLarge } from '#test/support/browser.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { addressOf, forEachScreen, openPeople, personFor } from '#test/support/screens.ts'

const site = inject('site')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test.each(['uz', 'kk', 'ru'] as const)('every screen in %s is in its language, fits the phone, breaks no rule of axe and reports no error', async locale => {
  const people = await openPeople(browser, site, locale)
  const faults: string[] = []
  let seen = 0
  await forEachScreen(async screen => {
    const context = personFor(people, screen)
    const address = await addressOf(context, locale, screen.path)
    if (address === null) {
      faults.push(`${screen.path}: nobody comes there`)
      return
    }
    const page = await context.newPage()
    page.on('pageerror', error => faults.push(`${screen.path}: ${error.message}`))
    await page.goto(address, { waitUntil: 'load' })
    if (await page.getAttribute('html', 'lang') !== locale) faults.push(`${screen.path}: its language is ${String(await page.getAttribute('html', 'lang'))}`)
    // What axe judges is the same markup in each language: staff and council are asked once.
    if (locale === 'ru' || !['staff', 'council'].includes(screen.kind)) await expectAccessible(page).catch((error: unknown) => faults.push(`${screen.path}: ${(error as Error).message.slice(0, 500)}`))
    if (screen.kind !== 'staff') await expectFits(page).catch((error: unknown) => faults.push(`${screen.path}: ${(error as Error).message.slice(0, 300)}`))
    if (screen.kind !== 'staff') await expectFitsLarge(page).catch((error: unknown) => faults.push(`${screen.path}, text at 200 %: ${(error as Error).message.slice(0, 300)}`))
    await page.close()
    seen += 1
  })
  for (const context of new Set(Object.values(people))) await context.close()
  expect(faults).toEqual([])
  expect(seen).toBeGreaterThan(40)
})
