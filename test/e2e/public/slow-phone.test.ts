import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { expectFits, openPhone, type Phone } from '#test/support/browser.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { personOf, procedure, signIn, smallPhoto, word } from '#test/support/story-steps.ts'

// A slow network and a slow phone: what is typed, pressed and photographed while the page is not yet awake, and what waits when the network goes.
const { url, demo } = inject('site')
let browser: Browser
let phone: Phone
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  phone = await openPhone(browser, { url, locale: 'ru', expectedErrors: [/fetching the script/] })
  page = phone.page
  // No worker: it would hold scripts that came before.
  await phone.context.route('**/sw.js*', route => route.abort())
  await signIn(page, 'ru', personOf(demo, 'resident', 'KZ', 1).phone ?? '')
})
afterAll(async () => {
  await phone.close()
  await browser.close()
})

/** The page stands there and its scripts do not come until it is woken. */
async function openAsleep(path: string): Promise<() => void> {
  let wake = () => {}
  const awake = new Promise<void>(resolve => { wake = resolve })
  await page.route('**/_next/static/**/*.js', async route => { await awake; await route.fallback() })
  await page.goto(path, { waitUntil: 'commit' })
  return wake
}

describe('before the scripts of a page have come', () => {
  test('what was typed, chosen and sent is kept out of the address, said to be kept, and sent once when they come', async () => {
    const before = await procedure<unknown[]>(page, 'requests.listMine')
    const wake = await openAsleep('/ru/requests/new')
    await page.locator('textarea').fill('Не работает кнопка вызова')
    await page.locator('#request-category').selectOption('LIFT')
    await page.locator('input[type=file]').setInputFiles(await smallPhoto())
    const send = page.getByRole('button', { name: word('ru', 'requests.form.send') })
    await send.click()
    await send.click()
    expect(await page.evaluate(() => getComputedStyle(document.body, '::after').content)).toBe(`"${word('ru', 'common.shell.held')}"`)
    expect(page.url()).toBe(`${url}/ru/requests/new`)
    const leaving = page.waitForRequest(/requests[.]fileRequest/)
    wake()
    const sent = (await leaving).postData() ?? ''
    expect(sent).toContain('Не работает кнопка вызова')
    expect(sent, 'the photo goes with it').toMatch(/"photos":\["[A-Za-z0-9+/]{1000}/)
    await page.getByRole('link', { name: word('ru', 'requests.form.open') }).waitFor()
    const mine = await procedure<unknown[]>(page, 'requests.listMine')
    expect(mine.length, 'pressed twice, it is one request').toBe(before.length + 1)
  })

  test('the invitation code and the name of a person never stand in an address, and stay in the form', async () => {
    const wake = await openAsleep('/ru/profile/link-home')
    await page.getByText(word('ru', 'identity.linkHome.tenant'), { exact: true }).click()
    await page.locator('input[name=invitation]').fill('ABCDE-FGHJK')
    await page.getByRole('button', { name: word('ru', 'identity.linkHome.act') }).click()
    wake()
    await page.locator('main [role=alert]').waitFor()
    expect(page.url()).toBe(`${url}/ru/profile/link-home`)
    expect(await page.locator('input[name=invitation]').inputValue()).toBe('ABCDE-FGHJK')
    expect(await page.locator('input[name=role][value=TENANT]').isChecked()).toBe(true)
  })
})

describe('when the scripts of a page never come', () => {
  const scripts = '**/_next/static/**/*.js'
  const again = () => page.getByRole('link', { name: word('ru', 'common.shell.openAgain') })
  const invitation = () => page.locator('input[name=invitation]')
  // A page that is only beginning has no early hands yet either.
  const awake = () => expect.poll(() => page.evaluate(() => document.readyState !== 'loading' && window.uyimEarly === undefined), { timeout: 30_000 }).toBe(true)

  test('that is said, and opened again it is whole with what was typed, which no other person ever sees', async () => {
    await page.route(scripts, route => route.abort())
    await page.goto('/ru/profile/link-home')
    await page.getByText(word('ru', 'identity.linkHome.tenant'), { exact: true }).click()
    await invitation().fill('ABCDE-FGHJK')
    await invitation().press('Enter')
    await again().waitFor({ timeout: 60_000 })
    expect(await page.evaluate(() => getComputedStyle(document.body, '::after').content), 'it no longer says that it is loading').toBe('none')
    await expectFits(page)
    await page.unroute(scripts)
    await again().click()
    await awake()
    expect(await invitation().inputValue()).toBe('ABCDE-FGHJK')
    expect(await page.locator('input[name=role][value=TENANT]').isChecked()).toBe(true)
    expect(await again().count()).toBe(0)

    await page.route(scripts, route => route.abort())
    await page.goto('/ru/profile/link-home')
    await page.evaluate(() => document.querySelector('input[name=invitation]')?.insertAdjacentHTML('afterend', '<input type="password" id="beside">'))
    await page.locator('#beside').fill('secret-17')
    await invitation().fill('KMNPQ-RSTUV')
    await page.goto('/api/health')
    const kept = await page.evaluate(() => {
      const there = sessionStorage.getItem('uyim:typed')
      localStorage.setItem('uyim:person', 'somebody else')
      return there
    })
    expect(kept).toContain('KMNPQ-RSTUV')
    expect(kept).not.toContain('secret-17')
    await page.unroute(scripts)
    await page.goto('/ru/profile/link-home')
    await awake()
    expect(await invitation().inputValue()).not.toBe('KMNPQ-RSTUV')
    expect(await page.evaluate(() => sessionStorage.getItem('uyim:typed'))).toBeNull()
  })
})

/** What the page would load or begin a moment later does not come: the network goes in that very moment. */
const nothingLater = () => {
  const later = window.setTimeout.bind(window)
  window.setTimeout = ((work: () => void, pause?: number) => later(work, pause === 300 || pause === 600 ? 3_600_000 : pause)) as typeof window.setTimeout
}

/** Runs in the page: how many letters of the outbox have not been taken yet. */
const lettersWaiting = () => new Promise<number>(resolve => {
  const opening = indexedDB.open('uyim')
  opening.onsuccess = () => {
    const letters = opening.result.transaction('outbox').objectStore('outbox').getAll()
    letters.onsuccess = () => {
      opening.result.close()
      resolve((letters.result as { state: string }[]).filter(letter => letter.state !== 'sent').length)
    }
  }
})

describe('when the network goes a moment after a form has come', () => {
  test('a reading whose photo is still being made small is kept with it, and leaves by itself when the network is back', async () => {
    await page.addInitScript(nothingLater)
    const meters = await procedure<{ meterId: string; registers: number; last: { values: string[] } | null; usual: { low: string; high: string } | null }[]>(page, 'meters.listMine')
    const meter = meters.find(each => each.last !== null && each.registers === 1 && each.usual !== null)
    if (!meter?.last || !meter.usual) throw new Error('the demonstration has no ordinary meter')
    await page.goto(`/ru/meters/${meter.meterId}`)
    await page.getByRole('button', { name: word('ru', 'meters.form.sendEmpty') }).waitFor()
    await phone.context.setOffline(true)
    // A slow phone: the picture takes its time.
    await page.evaluate(() => {
      const real = window.createImageBitmap.bind(window) as (source: ImageBitmapSource, options?: ImageBitmapOptions) => Promise<ImageBitmap>
      window.createImageBitmap = (async (source: ImageBitmapSource, options?: ImageBitmapOptions) => {
        await new Promise(done => requestAnimationFrame(() => setTimeout(done, 1500)))
        return real(source, options)
      }) as typeof window.createImageBitmap
    })
    await page.locator('#register-0').fill(String(Math.ceil(Number(meter.last.values[0]) + (Number(meter.usual.low) + Number(meter.usual.high)) / 2)))
    await page.locator('input[type=file]').setInputFiles(await smallPhoto())
    await page.locator('main button[type=submit]').click()
    await page.getByText(word('ru', 'meters.form.kept')).first().waitFor()
    const leaving = page.waitForRequest(/meters[.]submitReading/)
    await phone.context.setOffline(false)
    expect((await leaving).postData()).toMatch(/"photos":\["[A-Za-z0-9+/]{1000}/)
    await expect.poll(() => page.evaluate(lettersWaiting)).toBe(0)
  })

  test('signing out says that the session could not be ended, and before that what still waits, however early it is pressed', async () => {
    await page.goto('/ru/requests/new')
    await page.locator('textarea').fill('Перила шатаются')
    await page.locator('#request-category').selectOption('LIFT')
    await page.route('**/requests.fileRequest*', route => route.abort())
    await page.getByRole('button', { name: word('ru', 'requests.form.send') }).click()
    await page.getByText(word('ru', 'requests.form.kept')).waitFor()
    await page.goto('/ru/profile')
    await page.getByRole('button', { name: word('ru', 'identity.profile.signOutHere') }).click()
    await page.getByText(/Есть 1 неотправленная запись/).waitFor()
    await phone.context.setOffline(true)
    await page.getByRole('button', { name: word('ru', 'identity.profile.signOut'), exact: true }).click()
    await page.getByText(word('ru', 'identity.profile.notSignedOut')).waitFor()
    await phone.context.setOffline(false)
    await page.getByRole('button', { name: word('ru', 'identity.profile.signOutHere') }).click()
    await page.getByRole('button', { name: word('ru', 'identity.profile.signOut'), exact: true }).click()
    await page.waitForURL('**/ru/sign-in')
    expect(await procedure(page, 'identity.me')).toBeNull()
  })
})
