import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { expectAccessible, expectFits, openPhone } from '#test/support/browser.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { word } from '#test/support/story-steps.ts'

const { url } = inject('site')
let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers, redirect: 'manual' })
const post = (path: string, headers: Record<string, string>) => fetch(`${url}${path}`, { method: 'POST', headers, body: '{}' })

describe('the port', () => {
  test('says that it lives and that it is ready', async () => {
    expect(await (await get('/api/health')).json()).toEqual({ ok: true })
    const ready = await get('/api/ready')
    expect(await ready.json()).toEqual({ ok: true, database: true, migrations: true, jobs: true })
    expect(await (await get('/api/metrics')).text()).toContain('uyim_http_seconds')
  })

  test('the first page speaks the language of the browser, Uzbek when it knows none', async () => {
    expect((await get('/', { 'accept-language': 'kk-KZ,ru;q=0.8' })).headers.get('location')).toBe('/kk')
    expect((await get('/', { 'accept-language': 'en' })).headers.get('location')).toBe('/uz')
    expect((await get('/', { cookie: 'uyim-locale=ru' })).headers.get('location')).toBe('/ru')
  })

  test('an address that does not exist says so in the language of the person, under the policy', async () => {
    for (const path of ['/foo', '/xx/foo']) {
      const led = await get(path, { cookie: 'uyim-locale=kk' })
      expect([led.status, led.headers.get('location')]).toEqual([307, `/kk${path}`])
      const page = await get(`/kk${path}`)
      expect(page.status).toBe(404)
      expect(page.headers.get('content-security-policy')).toContain("'nonce-")
    }
  })

  test.each([
    ['/foo.bar', 'kk'], ['/xx/foo.bar', 'uz'], ['/robots.txt', 'ru'], ['/h/x/y', 'kk'], ['/v/a/b', 'uz'], ['/api/nothing', 'kk'], ['/_next/nothing', 'ru'], ['/icons/none.svg', 'kk'], ['/%FF', 'uz'],
    ['/ru/nothing/here', 'ru'], ['/kk/a/b.c', 'kk'], ['/uz/staff/nothing', 'uz'], ['/kk/%FF', 'kk'],
  ] as const)('%s is not there, and that is said in %s, without a script, with the way home', async (path, locale) => {
    // The language of the address is stronger than the one chosen before.
    const page = await get(path, { cookie: `uyim-locale=${path.startsWith(`/${locale}`) ? 'xx' : locale}` })
    const html = await page.text()
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(html).toContain(`<html lang="${locale}">`)
    expect(html).toContain(word(locale, 'common.notFound.title'))
    expect(html).toContain(`href="/${locale}"`)
    expect(html).not.toMatch(/could not be found|<script/)
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  test('without a cookie the browser says in which language it is not there', async () => {
    expect(await (await get('/foo.bar', { 'accept-language': 'ru-RU,kk;q=0.5' })).text()).toContain('<html lang="ru">')
  })

  test('a change from another site is refused, and Server Actions do not exist', async () => {
    expect((await post('/api/trpc/x', {})).status).toBe(403)
    expect((await post('/api/trpc/x', { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('/api/trpc/x', { origin: url, 'content-type': 'application/json' })).status).toBe(404)
    expect((await post('/uz', { origin: url, 'next-action': 'x' })).status).toBe(400)
  })

  test('every script of a page bears the nonce of its own policy', async () => {
    const [one, two] = await Promise.all([get('/ru/sign-in'), get('/ru/sign-in')])
    const nonces = [one, two].map(answer => /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '')
    expect(nonces[0]).not.toBe('')
    expect(nonces[0]).not.toBe(nonces[1])
    const scripts = (await one.text()).match(/<script\b[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter(script => !script.includes(`nonce="${nonces[0]}"`))).toEqual([])
    expect(one.headers.get('cache-control')).toMatch(/private.*no-store/)
    expect(one.headers.get('x-content-type-options')).toBe('nosniff')
    expect(one.headers.get('x-powered-by')).toBeNull()
  })

  test('the worker of the phone may serve the whole site', async () => {
    const answer = await get('/sw.js')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('service-worker-allowed')).toBe('/')
  })
})

test.each(['uz', 'kk', 'ru'] as const)('a page that is not there is whole on a phone in %s, and leads home', async locale => {
  const phone = await openPhone(browser, { url, locale })
  await phone.page.goto(`/${locale}/nothing/here.html`)
  await expectAccessible(phone.page)
  await expectFits(phone.page)
  await phone.page.getByRole('link', { name: word(locale, 'common.notFound.home') }).click()
  await phone.page.waitForURL(new RegExp(`/${locale}$`))
  await phone.close()
})

test.each(['uz', 'kk', 'ru'] as const)('the sign-in page in %s is whole on a phone', async locale => {
  const phone = await openPhone(browser, { url, locale })
  await phone.page.goto(`/${locale}/sign-in`)
  expect(await phone.page.getAttribute('html', 'lang')).toBe(locale)
  await expectAccessible(phone.page)
  await expectFits(phone.page)
  await phone.close()
})

test.each(['uz', 'kk', 'ru'] as const)('an empty field says so in %s, whatever the browser speaks, and no more once it is filled', async locale => {
  const phone = await openPhone(browser, { url, locale })
  await phone.page.goto(`/${locale}/sign-in`)
  const field = phone.page.locator('input[name=phone]')
  const said = () => field.evaluate(input => (input as HTMLInputElement).validationMessage)
  await expect.poll(async () => {
    await phone.page.getByRole('button', { name: word(locale, 'identity.signIn.getCode') }).click()
    return said()
  }).toBe(word(locale, 'common.field.missing'))
  await field.pressSequentially('1')
  expect(await said()).toBe('')
  await phone.page.getByRole('button', { name: word(locale, 'identity.signIn.getCode') }).click()
  await phone.page.locator('[id$="-error"]').waitFor()
  expect(await field.inputValue()).toBe('1')
  await phone.close()
})
