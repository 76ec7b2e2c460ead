import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { expectAccessible, expectFits, openDesk, openPhone, type Phone } from '#test/support/browser.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { answerTo, personOf, procedure, shelfHolds, signIn, signInStaff, smallPhoto, word, workerReady, type Locale } from '#test/support/story-steps.ts'

const { url, demo } = inject('site')
let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  // Each phone says at its closing which errors its pages reported.
  for (const phone of phones.values()) await phone.close()
  await browser.close()
})

type Story = { locale: Locale; country: 'UZ' | 'KZ'; role: string; index: number }
// Each language is told by its own person, so that every one of them votes, pays and sends for the first time.
const stories: Story[] = [
  { locale: 'uz', country: 'UZ', role: 'resident', index: 0 },
  { locale: 'kk', country: 'KZ', role: 'resident', index: 0 },
  { locale: 'ru', country: 'KZ', role: 'council member', index: 1 },
]

// Kept in hand until the end: what they filed is answered later, and read where it was filed.
const phones = new Map<Locale, Phone>()
const filed = new Map<Locale, { buildingId: string; requestId: string }>()

async function look(page: Page): Promise<void> {
  await expectFits(page)
  await expectAccessible(page)
}

describe.each(stories)('a resident at 360 px in $locale ($country)', ({ locale, country, role, index }) => {
  const person = personOf(demo, role, country, index)
  let phone: Phone
  let page: Page

  beforeAll(async () => {
    phone = await openPhone(browser, { url, locale })
    phones.set(locale, phone)
    page = phone.page
  })

  test('signs in by code on two screens', async () => {
    await signIn(page, locale, person.phone ?? '')
    await page.goto(`/${locale}/home`)
    await look(page)
  })

  test('has seen nothing but Home, and without a network reads the last bill and finds the meters and where to complain', async () => {
    await workerReady(page)
    // The page keeps them when it has nothing else to do. `waitForFunction` takes a promise for a yes.
    await expect.poll(() => page.evaluate(shelfHolds, ['last-bill', 'meters', 'request-places'])).toBe(true)
    await phone.context.setOffline(true)
    await page.goto(`/${locale}/meters`).catch(() => null)
    await page.locator('#bill .figures').first().waitFor()
    await page.locator('#reading input[name=r0]').waitFor()
    await page.locator('#request textarea').waitFor({ state: 'attached' })
    await look(page)
    await phone.context.setOffline(false)
  })

  test('confirms the new device from an older one', async () => {
    const me = await procedure<{ demoDevice: string | null }>(page, 'identity.me')
    const older = await openPhone(browser, { url, locale })
    await older.page.goto(`/api/auth/demo-device/${me.demoDevice ?? ''}`)
    await older.page.goto(`/${locale}/profile`)
    await older.page.getByRole('button', { name: word(locale, 'identity.device.yes') }).first().click()
    await older.page.getByText(word(locale, 'identity.device.confirmed')).waitFor()
    await look(older.page)
    await older.close()
    expect((await procedure<{ fresh: boolean }>(page, 'identity.me')).fresh).toBe(false)
  })

  test('reads a bill and how one line was computed', async () => {
    await page.goto(`/${locale}/bills`)
    await look(page)
    await page.locator(`a[href*="/bills/"]`).first().click()
    await page.waitForURL(/\/bills\/\d{10}\/\d{4}-\d{2}$/)
    await look(page)
    await page.locator('main a[href*="/bills/"]').filter({ hasNot: page.locator('svg[data-back]') }).nth(1).click()
    await page.getByRole('heading', { name: word(locale, 'billing.line.how') }).waitFor()
    await look(page)
  })

  test('loses the network, submits a reading with a photo, regains it, and it is sent once', async () => {
    await page.goto(`/${locale}/meters`)
    await look(page)
    const meters = await procedure<MeterSeen[]>(page, 'meters.listMine')
    const meter = meters.find(each => each.last !== null && each.registers === 1 && each.usual !== null)
    if (!meter?.last || !meter.usual) throw new Error('the demonstration has no ordinary meter')
    await page.goto(`/${locale}/meters/${meter.meterId}`)
    await look(page)
    await workerReady(page)
    const value = String(Math.ceil(Number(meter.last.values[0]) + (Number(meter.usual.low) + Number(meter.usual.high)) / 2))
    await phone.context.setOffline(true)
    await page.locator('#register-0').fill(value)
    await page.locator('input[type=file]').first().setInputFiles(await smallPhoto())
    await page.getByRole('img', { name: word(locale, 'common.photo.preview') }).waitFor()
    await page.locator('main button[type=submit]').click()
    await page.getByText(word(locale, 'meters.form.kept')).first().waitFor()
    await page.goto(`/${locale}/meters`).catch(() => null)
    await page.getByText(word(locale, 'offline.title')).first().waitFor()
    const leaving = page.waitForRequest(/meters[.]submitReading/)
    await phone.context.setOffline(false)
    expect((await leaving).postData()).toMatch(/"photos":\["[A-Za-z0-9+/]{1000}/)
    await page.goto(`/${locale}/meters`)
    await expect.poll(async () => (await procedure<MeterSeen[]>(page, 'meters.listMine')).find(each => each.meterId === meter.meterId)?.last?.values[0]).toBe(value)
    // The list that was opened before it had left no longer says 'waiting'.
    await page.getByRole('link', { name: word(locale, `meters.services.${meter.service}`) }).filter({ hasText: word(locale, 'meters.list.sent') }).first().waitFor()
    const history = await procedure<{ shown: string[] }[]>(page, 'meters.history', { buildingId: meter.buildingId, meterId: meter.meterId })
    expect(history.at(-1)?.shown.filter(shown => shown === value).length).toBe(1)
  })

  test('votes with the code bound to exactly these answers', async () => {
    await page.goto(`/${locale}/meetings`)
    await look(page)
    await page.getByRole('link', { name: word(locale, 'meetings.list.vote') }).first().click()
    await page.waitForURL(/\/meetings\/[0-9a-f-]+$/)
    await look(page)
    await page.getByRole('link', { name: word(locale, 'meetings.page.vote') }).click()
    await page.waitForURL(/\/vote$/)
    for (const question of await page.locator('fieldset').all()) await question.getByText(word(locale, 'meetings.vote.FOR'), { exact: true }).click()
    await look(page)
    await page.getByRole('button', { name: word(locale, 'meetings.vote.next') }).click()
    await page.waitForURL(/\/confirm/)
    const code = /\d{6}/.exec(await page.getByText(/\d{6}/).first().innerText())?.[0] ?? ''
    await look(page)
    await page.locator('input[name=code]').fill(code)
    await page.getByRole('button', { name: word(locale, 'meetings.confirm.vote') }).click()
    await page.waitForURL(/\/receipt/)
    await page.getByText(word(locale, 'meetings.receipt.checked')).waitFor()
    await look(page)
  })

  test('complains in under a minute and sees the number and the day', async () => {
    await page.goto(`/${locale}/requests/new`)
    // Sent empty, the form leads to what is missing.
    await expect.poll(async () => {
      await page.getByRole('button', { name: word(locale, 'requests.form.send') }).click()
      return page.locator('textarea').evaluate(text => text === document.activeElement)
    }).toBe(true)
    await page.locator('textarea').fill(`${word(locale, 'requests.categories.LIFT')} 360`)
    await page.locator('select').nth((await page.locator('select').count()) - 1).waitFor()
    await page.getByLabel(word(locale, 'requests.form.category')).selectOption('LIFT')
    await look(page)
    await page.getByRole('button', { name: word(locale, 'requests.form.send') }).click()
    await page.getByRole('link', { name: word(locale, 'requests.form.open') }).click()
    await page.waitForURL(/\/requests\/[0-9a-f-]+\/[0-9a-f-]+/)
    const [requestId = '', buildingId = ''] = new URL(page.url()).pathname.split('/').reverse()
    filed.set(locale, { buildingId, requestId })
    await look(page)
  })

  test('pays a share through the provider door and is never shown it as debt again', async () => {
    await page.goto(`/${locale}/fund`)
    await look(page)
    await page.locator('main a[href*="/pay/"]').first().click()
    await page.waitForURL(/\/pay\/\d{10}/)
    await look(page)
    const number = /\d{10}/.exec(page.url())?.[0] ?? ''
    const sum = page.locator('input[name=amount]')
    if (await sum.count() > 0) await sum.fill('1500')
    await page.locator('main button[type=submit]').first().click()
    await page.waitForURL(/\/demo-provider\//)
    await look(page)
    await page.locator('main button[type=submit]').click()
    await page.getByText(word(locale, 'payments.demo.done'), { exact: true }).waitFor()
    await page.getByRole('link', { name: word(locale, 'payments.demo.back') }).click()
    await page.waitForURL(new RegExp(`/pay/${number}`))
    const after = await procedure<{ inFlight: { items: unknown[] }; payments: { state: string; acceptedAt: string; postedAt: string | null }[] }>(page, 'payments.screen', { number })
    expect(after.inFlight.items).toEqual([])
    expect(after.payments[0]).toMatchObject({ state: 'PAID' })
    await page.locator('a[href*="/pay/receipt/"]').first().click()
    for (const moment of ['paid', 'accepted', 'posted']) await page.getByRole('term').filter({ hasText: word(locale, `payments.moments.${moment}`) }).waitFor()
    expect(await page.locator('main').innerText()).not.toContain(word(locale, 'payments.moments.notYet'))
    await look(page)
    const [paper] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: word(locale, 'payments.receipt.download') }).click()])
    expect(paper.suggestedFilename()).toMatch(/[.]pdf$/)
  })
})

type MeterSeen = { meterId: string; service: string; buildingId: string; registers: number; last: { values: string[] } | null; usual: { low: string; high: string } | null }

describe.each<Story & { neighbour: { role: string; index: number } }>([
  { locale: 'uz', country: 'UZ', role: 'council chair', index: 0, neighbour: { role: 'resident', index: 0 } },
  { locale: 'kk', country: 'KZ', role: 'council member', index: 0, neighbour: { role: 'resident', index: 0 } },
  { locale: 'ru', country: 'KZ', role: 'council chair', index: 0, neighbour: { role: 'resident', index: 0 } },
])('the house council on a phone in $locale ($country)', ({ locale, country, role, index, neighbour }) => {
  test('sees the money, the flats without readings, the turnout and the complaints, and no names', async () => {
    const [member, resident] = [personOf(demo, role, country, index), personOf(demo, neighbour.role, country, neighbour.index)]
    const phone = await openPhone(browser, { url, locale })
    await signIn(phone.page, locale, member.phone ?? '')
    for (const [path, said] of Object.entries(councilSays)) {
      await phone.page.goto(`/${locale}/council${path}`)
      expect(await phone.page.getAttribute('html', 'lang'), path).toBe(locale)
      expect(await phone.page.locator('h1').count(), path).toBe(1)
      const seen = await phone.page.locator('main').innerText()
      expect(seen, path).toContain(word(locale, said))
      if (path !== '/owners') expect(seen, `${path} names a resident`).not.toContain(resident.name)
      await look(phone.page)
    }
    await phone.close()
  })
})

// What each screen of the council must say: among the requests, the complaint of the story.
const councilSays = {
  '': 'council.money.title', '/money': 'council.money.total', '/readings': 'council.readings.title', '/requests': 'requests.categories.LIFT', '/meetings': 'meetings.council.title', '/owners': 'identity.claims.title',
}

type Told = { buildingId: string; requestId: string; text: string }

/** Finds in the queue what a resident of the story complained of, and answers it by keyboard alone. */
async function answerTheStory(page: Page): Promise<void> {
  let told: Told | undefined
  for (let at = 1; at <= 5 && !told; at += 1) {
    const { rows } = await procedure<{ rows: Told[] }>(page, 'requests.queue', { only: 'OPEN', page: at })
    told = rows.find(row => row.text.endsWith(' 360'))
  }
  if (!told) throw new Error('the complaint of the story is not in the queue')
  await page.goto(`/ru/staff/requests/${told.buildingId}/${told.requestId}`)
  await look(page)
  const answer = page.locator('main textarea')
  await expect.poll(async () => {
    if (!(await answer.isVisible())) await page.keyboard.press('r')
    return answer.isVisible()
  }).toBe(true)
  await answer.focus()
  await page.keyboard.type('Мастер придёт сегодня')
  await page.locator('main form button[type=submit]').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('listitem').filter({ hasText: 'Мастер придёт сегодня' }).first().waitFor()
  await look(page)
}

describe('the clerk in a browser', () => {
  test('finds the caller by keyboard alone, reads the card, files a request on behalf of the caller, and answers the resident', async () => {
    const clerk = personOf(demo, 'clerk', 'KZ')
    const desk = await openDesk(browser, { url, locale: 'ru' })
    const { page } = desk
    const { keyboard } = page
    await signInStaff(page, 'ru', clerk)
    await page.locator('[data-search]').focus()
    await keyboard.type('абай 12 25')
    const found = page.getByRole('region', { name: word('ru', 'desk.panes.left') })
    await found.getByRole('button').first().waitFor()
    await page.getByLabel(word('ru', 'desk.callerName')).focus()
    await keyboard.type('Айгүл')
    await page.locator('[data-search]').focus()
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await page.getByRole('region', { name: word('ru', 'desk.panes.middle') }).getByRole('heading', { level: 2 }).first().waitFor()
    await look(page)
    // A slow network: the clerk sends before the list of categories has come.
    await page.route('**/api/trpc/requests.categories*', async route => { await new Promise(done => setTimeout(done, 3000)); await route.continue() })
    await keyboard.press('r')
    const doing = page.getByRole('region', { name: word('ru', 'desk.panes.right') })
    await doing.locator('textarea').focus()
    await keyboard.type('Не работает домофон')
    await keyboard.press('Tab')
    await doing.getByRole('button', { name: word('ru', 'desk.filing.send') }).focus()
    await keyboard.press('Enter')
    await expect.poll(() => doing.innerText()).toMatch(/№ \d+/)
    await look(page)
    await answerTheStory(page)
    await desk.close()
  })
})

describe('the answer of the clerk', () => {
  test.each([['UZ', ['uz']], ['KZ', ['kk', 'ru']]] as const)('in %s is told to the resident, and read on the own phone in the own language', async (country, locales) => {
    const desk = await openDesk(browser, { url, locale: locales[0] })
    await signInStaff(desk.page, locales[0], personOf(demo, 'clerk', country))
    for (const locale of locales) {
      const [phone, request] = [phones.get(locale), filed.get(locale)]
      if (!phone || !request) throw new Error(`nobody complained in ${locale}`)
      const answer = await answerTo(desk.page, locale, request)
      const { page } = phone
      const letter = page.getByRole('link', { name: word(locale, 'notifications.requestStates.ANSWERED') }).first()
      await expect.poll(async () => {
        await page.goto(`/${locale}/inbox`)
        return letter.isVisible()
      }, { timeout: 120_000, interval: 2000 }).toBe(true)
      await look(page)
      await letter.click()
      await page.waitForURL(new RegExp(`/${locale}/requests/${request.buildingId}/${request.requestId}$`))
      expect(await page.getAttribute('html', 'lang')).toBe(locale)
      await page.getByText(word(locale, 'requests.states.ANSWERED'), { exact: true }).first().waitFor()
      const told = page.getByRole('listitem').filter({ hasText: word(locale, 'requests.events.answer') }).filter({ hasText: answer })
      expect(await told.count()).toBe(1)
      await look(page)
    }
    await desk.close()
  })
})
