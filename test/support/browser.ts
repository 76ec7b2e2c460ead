import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

export type PhoneOptions = { url: string; locale?: 'uz' | 'kk' | 'ru'; width?: number; height?: number; touch?: boolean; expectedErrors?: RegExp[] }
export type Phone = { context: BrowserContext; page: Page; close: () => Promise<void> }

const tags = { uz: 'uz-UZ', kk: 'kk-KZ', ru: 'ru-RU' }
// What Chromium itself reports of an answer that a test provokes on purpose (offline, 4xx) is not a fault of the page.
const network = /Failed to load resource|net::ERR_INTERNET_DISCONNECTED|net::ERR_ABORTED/

const axe = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')

/** A phone of 360 px; whatever the page writes to console.error fails the test when it is closed. */
export async function openPhone(browser: Browser, { url, locale = 'uz', width = 360, height = 740, touch = true, expectedErrors = [] }: PhoneOptions): Promise<Phone> {
  const context = await browser.newContext({
    baseURL: url, viewport: { width, height }, hasTouch: touch, isMobile: touch, deviceScaleFactor: touch ? 2 : 1,
    locale: tags[locale], timezoneId: 'Asia/Tashkent', serviceWorkers: 'allow',
  })
  context.setDefaultTimeout(60_000)
  const faults: string[] = []
  const hear = (page: Page) => {
    page.on('pageerror', error => faults.push(`${page.url()}: ${error.stack ?? error.message}`))
    page.on('console', message => {
      if (message.type() === 'error' && !network.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
  }
  context.on('page', hear)
  const page = await context.newPage()
  return {
    context, page,
    close: async () => {
      await context.close()
      expect(faults.filter(fault => !expectedErrors.some(expected => expected.test(fault))), 'the page reported errors').toEqual([])
    },
  }
}

/** A wide screen of a clerk. */
export function openDesk(browser: Browser, options: PhoneOptions): Promise<Phone> {
  return openPhone(browser, { width: 1280, height: 800, touch: false, ...options })
}

/** What fades or slides in has come: half faded in, nothing has the contrast it will have. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    await Promise.all(passing.map(animation => animation.finished.catch(() => null)))
  })
}

/** No violation of accessibility on what is shown now, and the language of the page is said. */
export async function expectAccessible(page: Page): Promise<void> {
  await still(page)
  await page.evaluate(axe)
  // Only what is broken is described: to describe all that is well takes longer than to judge it.
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
  expect(violations.map(violation => ({ id: violation.id, where: violation.nodes.map(node => node.html.slice(0, 160)) })), `axe on ${page.url()}`).toEqual([])
}

/** With text at twice its size too; a sum stays inside its card. */
export async function expectFitsLarge(page: Page): Promise<void> {
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%' })
  await expectFits(page)
  const outside = await page.evaluate(() => [...document.querySelectorAll('data.figures')].flatMap(sum => {
    const card = sum.closest('.rounded-card')
    return card && sum.getBoundingClientRect().right > card.getBoundingClientRect().right ? [sum.textContent] : []
  }))
  expect(outside, `sums leave their cards on ${page.url()}`).toEqual([])
}

/** Nothing may be cut off or scroll sideways at the width of the phone. */
export async function expectFits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(over, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(0)
}
