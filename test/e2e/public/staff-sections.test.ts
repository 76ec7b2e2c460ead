import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { expectAccessible, expectFits, openDesk } from '#test/support/browser.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { personOf, signInStaff, word, type Locale } from '#test/support/story-steps.ts'

const { url, demo } = inject('site')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

// One desk for all languages of a country: a one-time key is good once.
test.each([['UZ', 'uz'], ['KZ', 'kk']] as const)('all sections of the staff in %s are in sight at 1280 px, in one row at 1366, and one list at 360, by keyboard', async (country, own) => {
  const desk = await openDesk(browser, { url, locale: own })
  await signInStaff(desk.page, own, personOf(demo, 'management body', country))
  for (const locale of ['uz', 'kk', 'ru'] as const) await expectSections(desk.page, locale)
  // Debts go to a court as packs of papers in Uzbekistan alone.
  expect(await desk.page.locator('nav a[href$="/staff/court-packs"]').count() > 0).toBe(country === 'UZ')
  await expectTick(desk.page, own)
  await expectPapers(desk.page, own)
  await expectWalk(desk.page, own)
  await expectDevice(desk.page, own)
  await expectProgramme(desk.page, own)
  await expectOtherFigure(desk.page, own)
  // Whoever goes comes back to the door of the staff, not of the residents.
  await desk.page.getByRole('button', { name: word(own, 'common.shell.signOut') }).click()
  await desk.page.waitForURL(`**/${own}/staff-sign-in`)
  await desk.close()
})

/** Lines of a bank that wait for a person: J and K walk them, and the screen stays whole. */
async function expectWalk(page: Page, locale: Locale): Promise<void> {
  await page.goto(`/${locale}/staff/statements/worklist`)
  const lines = page.locator('main tbody tr')
  await page.waitForFunction(() => document.querySelectorAll('main tbody tr[aria-current=true]').length === 1)
  for (const [key, place] of [['j', 1], ['j', 2], ['k', 1]] as const) {
    await expect.poll(async () => {
      if (await lines.nth(place).getAttribute('aria-current') === 'true') return true
      await page.keyboard.press(key)
      return false
    }).toBe(true)
  }
}

/** A device joins the register by its act and is replaced by another: the figures of both are asked for. */
async function expectDevice(page: Page, locale: Locale): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`/${locale}/staff/registry`)
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('table').last().getByRole('link').last().click()
  for (const [act, one, send, figures] of [['register', 'A', 'sendRegister', { first0: '7' }], ['replace', 'B', 'sendReplace', { last0: '5', first0: '1' }]] as const) {
    const form = page.locator('details', { hasText: word(locale, `meters.staff.device.${act}`) }).last()
    await form.locator('summary').click()
    if (act === 'register') await form.locator('[name=service]').selectOption('GAS')
    const typed = { serial: `E2E-${locale}-${one}`, act: '17 / 2026', ...figures }
    for (const [name, value] of Object.entries(typed)) await form.locator(`[name=${name}]`).fill(value)
    await form.getByRole('button', { name: word(locale, `meters.staff.device.${send}`) }).click()
    // Less than the device showed before: asked, and confirmed.
    if (act === 'replace') await form.getByRole('button', { name: word(locale, 'meters.staff.device.yes') }).click()
    await page.getByText(`E2E-${locale}-${one}`).first().waitFor()
    await page.waitForURL(/placed=1/)
  }
  await expectAccessible(page)
}

/** A repair begins on a form that the list of programmes leads to; what the server never heard opens once, with what was typed before the page was opened anew. */
async function expectProgramme(page: Page, locale: Locale): Promise<void> {
  await page.goto(`/${locale}/staff/repairs`)
  await page.getByRole('link', { name: word(locale, 'repairs.open.link') }).click()
  const send = page.getByRole('button', { name: word(locale, 'repairs.open.send') })
  await send.waitFor()
  await page.locator(`[name=${locale}]`).fill('E2E 17')
  await page.route('**/api/trpc/repairs.openProgramme*', async route => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await send.click()
  await page.getByRole('alert').getByText(word(locale, 'errors/common.noNetwork')).waitFor()
  await page.reload()
  await expect.poll(() => page.locator(`[name=${locale}]`).inputValue()).toBe('E2E 17')
  await send.click()
  await page.getByRole('heading', { name: 'E2E 17', level: 1 }).waitFor()
  await page.goto(`/${locale}/staff/repairs`)
  expect(await page.getByRole('table').getByText('E2E 17').count(), 'sent twice, it is one').toBe(1)
}

/** The answer was lost, the reading was not: another figure is told from it, and goes as a reading of its own by one press. */
async function expectOtherFigure(page: Page, locale: Locale): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`/${locale}/staff`)
  await page.locator('[data-search]').fill(locale === 'uz' ? 'chilonzor 7-12 9' : 'абай 12 9')
  await page.getByRole('region', { name: word(locale, 'desk.panes.left') }).getByRole('button').first().click()
  await page.getByRole('region', { name: word(locale, 'desk.panes.middle') }).getByRole('button', { name: word(locale, 'desk.act.reading') }).click()
  const doing = page.getByRole('region', { name: word(locale, 'desk.panes.right') })
  const figure = doing.locator('input[inputmode=decimal]').first()
  await doing.getByLabel(word(locale, 'desk.callerName')).fill('Aziz')
  const write = (key: string, value: string) => doing.getByRole('button', { name: word(locale, `desk.reading.${key}`).replace('{{value}}', value), exact: true })
  const yes = doing.getByRole('button', { name: word(locale, 'desk.reading.confirm') })
  // What the rules ask of such a figure is answered with yes.
  const press = async (button: Locator, told: Locator) => {
    await button.click()
    for (await yes.or(told).first().waitFor(); !await told.isVisible(); await yes.or(told).first().waitFor()) await yes.click()
  }
  await page.route('**/api/trpc/meters.submitReading*', async route => {
    const answer = await route.fetch()
    if (answer.ok()) await route.abort()
    else await route.fulfill({ response: answer })
  })
  await figure.fill('99990')
  await press(write('send', '99990'), doing.getByRole('alert').getByText(word(locale, 'desk.noNetwork')))
  await page.unroute('**/api/trpc/meters.submitReading*')
  await figure.fill('99991')
  await write('send', '99991').click()
  await press(write('sendNew', '99991'), doing.getByRole('status').getByText(word(locale, 'desk.reading.done')))
}

/** A month is closed for good: nothing goes before the tick, one call after it, and the tick is asked for again on a page opened anew. */
async function expectTick(page: Page, locale: Locale): Promise<void> {
  let calls = 0
  await page.route('**/api/trpc/billing.closeMonth*', async route => {
    calls += 1
    await route.abort()
  })
  await page.goto(`/${locale}/staff/month`)
  const agree = page.getByRole('checkbox', { name: word(locale, 'month.close.agree') })
  const [before = '', after = ''] = word(locale, 'month.close.act').split('{{period}}')
  const close = page.getByRole('button').filter({ hasText: new RegExp(`^${before}.+${after}$`) })
  await agree.waitFor()
  expect(await close.isDisabled()).toBe(true)
  await close.click({ force: true })
  expect(calls).toBe(0)
  await agree.check()
  await close.click()
  await page.getByRole('alert').getByText(word(locale, 'errors/common.noNetwork')).waitFor()
  expect(calls).toBe(1)
  await page.unroute('**/api/trpc/billing.closeMonth*')
  await page.reload()
  expect(await agree.isChecked()).toBe(false)
  expect(await close.isDisabled()).toBe(true)
}

/** The bills of a house on paper: ordered, drawn by the worker while one looks, taken away as one file. Without a network that is said. */
async function expectPapers(page: Page, locale: Locale): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`/${locale}/staff/billing`)
  await page.getByRole('table').getByRole('link').first().click()
  // The network goes when the page is whole, not on the way to it.
  await page.waitForURL(/\/staff\/billing\/[^/]+\/\d{4}-\d{2}/)
  const order = page.getByRole('button', { name: word(locale, 'billing.runs.papers.order') })
  // What the page needs to answer a press has come before the network goes.
  await order.waitFor()
  await page.waitForLoadState('networkidle')
  await page.context().setOffline(true)
  await order.click()
  await page.getByRole('alert').getByText(word(locale, 'errors/common.noNetwork')).waitFor()
  await page.context().setOffline(false)
  await order.click()
  const download = page.getByRole('button', { name: word(locale, 'billing.runs.papers.download') }).first()
  await download.waitFor({ timeout: 120_000 })
  const [file] = await Promise.all([page.waitForEvent('download'), download.click()])
  expect(file.suggestedFilename()).toMatch(/^uyim-[0-9]{4}-[0-9]{2}-(uz|kk|ru)[.]pdf$/)
}

async function expectSections(page: Page, locale: Locale): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`/${locale}/staff`)
  const sections = page.getByRole('navigation', { name: word(locale, 'common.staff.sections') })
  const links = sections.getByRole('link')
  const count = await links.count()
  expect(count).toBeGreaterThanOrEqual(8)
  const boxes = await Promise.all((await links.all()).map(link => link.boundingBox()))
  expect(boxes.filter(box => box === null || box.x < 0 || box.x + box.width > 1280 || box.height < 40)).toEqual([])
  // At most two rows: the desk below keeps its height.
  expect(new Set(boxes.map(box => box?.y)).size).toBeLessThanOrEqual(2)
  expect(await sections.evaluate(nav => nav.scrollWidth <= nav.clientWidth)).toBe(true)

  await links.first().focus()
  for (let next = 1; next < count; next += 1) await page.keyboard.press('Tab')
  expect(await links.last().evaluate(link => link === document.activeElement)).toBe(true)

  // One row on a common desk, and nothing smaller under the finger.
  await page.setViewportSize({ width: 1366, height: 768 })
  expect(new Set((await Promise.all((await links.all()).map(link => link.boundingBox()))).map(box => box?.y)).size).toBe(1)

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
}
