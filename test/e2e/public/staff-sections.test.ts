import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { expectAccessible, expectFits, openDesk } from '#test/support/browser.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { personOf, signInStaff, word } from '#test/support/story-steps.ts'

const { url, demo } = inject('site')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test.each(['uz', 'kk', 'ru'] as const)('all sections of the staff are in sight at 1280 px, and one list at 360, by keyboard, in %s', async locale => {
  const desk = await openDesk(browser, { url, locale })
  const { page } = desk
  await signInStaff(page, locale, personOf(demo, 'management body', locale === 'uz' ? 'UZ' : 'KZ'))
  const sections = page.getByRole('navigation', { name: word(locale, 'common.staff.sections') })
  const links = sections.getByRole('link')
  const count = await links.count()
  expect(count).toBeGreaterThanOrEqual(8)
  const boxes = await Promise.all((await links.all()).map(link => link.boundingBox()))
  expect(boxes.filter(box => box === null || box.x < 0 || box.x + box.width > 1280 || box.height < 40)).toEqual([])
  // One row: the desk below keeps its height.
  expect(new Set(boxes.map(box => box?.y)).size).toBe(1)
  expect(await sections.evaluate(nav => nav.scrollWidth <= nav.clientWidth)).toBe(true)

  await links.first().focus()
  for (let next = 1; next < count; next += 1) await page.keyboard.press('Tab')
  expect(await links.last().evaluate(link => link === document.activeElement)).toBe(true)

  await page.setViewportSize({ width: 360, height: 740 })
  expect(await links.count(), 'closed').toBe(0)
  await expectFits(page)
  await expectAccessible(page)
  const opener = sections.locator('summary')
  await opener.focus()
  await page.keyboard.press('Enter')
  expect(await links.count(), 'opened').toBe(count)
  await expectFits(page)
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/${locale}/staff/requests$`))
  expect(await sections.locator('summary').innerText()).toContain(word(locale, 'common.staff.requests'))
  await desk.close()
})
