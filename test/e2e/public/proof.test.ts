import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { formatMoney } from '#server/kernel/format.ts'
import { expectAccessible, expectFits, openPhone } from '#test/support/browser.ts'
import { FakePayme } from '#test/support/fakes/payme.ts'
import { launchBrowser } from '#test/support/launch-browser.ts'
import { personOf, procedure, signIn, word } from '#test/support/story-steps.ts'

const { url, demo } = inject('site')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

type Screen = { overdue: string; proof: { address: string } | null }

/** The first account of a person, with whatever is overdue paid as Payme pays; its number. */
async function withoutDebt(page: Page): Promise<string> {
  const [account] = await procedure<{ number: string }[]>(page, 'payments.mine')
  const number = account?.number ?? ''
  const { proof, overdue } = await procedure<Screen>(page, 'payments.proof', { number })
  if (proof !== null) return number
  const { paymeKey } = await procedure<{ paymeKey: string }>(page, 'payments.demoProvider')
  const payme = new FakePayme(url, paymeKey)
  const id = FakePayme.newTransaction()
  await payme.create(id, number, Number(overdue))
  expect((await payme.perform(id)).result).toMatchObject({ state: 2 })
  return number
}

test('a proof is shown by a resident and checked by a stranger with no network, in each language; one changed sign is refused', async () => {
  const resident = await openPhone(browser, { url, locale: 'uz' })
  await signIn(resident.page, 'uz', personOf(demo, 'council chair', 'UZ').phone ?? '')
  const number = await withoutDebt(resident.page)
  const { proof } = await procedure<Screen>(resident.page, 'payments.proof', { number })
  await resident.page.goto(`/uz/pay/${number}/proof`)
  await resident.page.getByAltText(word('uz', 'payments.proof.qr')).waitFor()
  await expectAccessible(resident.page)
  await resident.close()

  const signed = new URL(proof?.address ?? url).hash
  const stranger = await openPhone(browser, { url, locale: 'ru' })
  const { page } = stranger
  for (const locale of ['uz', 'kk', 'ru'] as const) {
    await page.goto(`/v/proof?lang=${locale}`)
    await page.getByText(word(locale, 'payments.proof.check.empty')).waitFor()
    await page.goto(`/v/proof?lang=${locale}${signed}`)
    await page.getByText(word(locale, 'payments.proof.check.good')).waitFor()
    expect(await page.locator('[data-fact=number]').innerText()).toBe(number)
    await expectAccessible(page)
    await expectFits(page)
  }
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
  await expect.poll(() => page.evaluate(() => caches.open('uyim-proof').then(kept => kept.keys()).then(keys => keys.length))).toBeGreaterThan(0)
  await stranger.context.setOffline(true)
  await page.goto(`/v/proof?lang=ru${signed}`)
  await page.getByText(word('ru', 'payments.proof.check.good')).waitFor()
  await page.goto(`/v/proof?lang=kk${signed.slice(0, -3)}${signed.endsWith('AAA') ? 'BBB' : 'AAA'}`)
  await page.getByText(word('kk', 'payments.proof.check.bad')).waitFor()
  await page.goto(`/v/proof${signed}`)
  await page.locator('[data-answer=good]:visible').waitFor()
  await stranger.close()
})

test('whoever holds the address of a bill pays it without signing in, in each language; a sum that is none is kept and said', async () => {
  const resident = await openPhone(browser, { url, locale: 'uz' })
  await signIn(resident.page, 'uz', personOf(demo, 'resident', 'UZ').phone ?? '')
  const [account] = await procedure<{ number: string }[]>(resident.page, 'payments.mine')
  await resident.page.goto(`/uz/pay/${account?.number ?? ''}`)
  const address = await resident.page.getByRole('link', { name: word('uz', 'payments.payFor.ask') }).getAttribute('href') ?? ''
  await resident.close()

  const stranger = await openPhone(browser, { url, locale: 'ru' })
  const { page } = stranger
  const path = new URL(address).pathname
  for (const locale of ['uz', 'kk', 'ru'] as const) {
    await page.goto(`${path}?lang=${locale}`)
    expect(await page.getAttribute('html', 'lang')).toBe(locale)
    expect(await page.locator('script').count()).toBe(0)
    await expectFits(page)
    await expectAccessible(page)
  }
  await page.locator('input[name=amount]').fill('много')
  await page.getByRole('button', { name: word('ru', 'payments.payFor.change') }).click()
  await page.getByText(word('ru', 'payments.screen.amountWrong')).waitFor()
  expect(await page.locator('input[name=amount]').inputValue()).toBe('много')
  await page.locator('input[name=amount]').fill('25000,50')
  await page.getByRole('button', { name: word('ru', 'payments.payFor.change') }).click()
  await page.getByRole('link', { name: /Payme/ }).click()
  await page.waitForURL(/demo-provider[/]payme/)
  expect(await page.locator('main').innerText()).toMatch(/25[\s\u00A0]000,50/)
  expect((await page.goto(`${path.slice(0, -10)}AAAAAAAAAA?lang=ru`))?.status()).toBe(404)
  await page.getByText(word('ru', 'payments.payFor.gone')).first().waitFor()
  await stranger.close()
})

type Pay = { due: string; payable: { owed: { fund: string; amount: string }[] }; rule: { fundOrder: string[] } }

test('the pay screen says what the very sum that is typed covers, by the dated order', async () => {
  const { page, close } = await openPhone(browser, { url, locale: 'ru' })
  await signIn(page, 'ru', personOf(demo, 'resident', 'KZ').phone ?? '')
  const [account] = await procedure<{ number: string }[]>(page, 'payments.mine')
  const { payable, rule } = await procedure<Pay>(page, 'payments.screen', { number: account?.number ?? '' })
  const owed = rule.fundOrder.flatMap(fund => payable.owed.filter(each => each.fund === fund && BigInt(each.amount) > 0n))
  expect(owed.length, 'two funds owe').toBeGreaterThan(1)
  // All of the first, and one tenge of the second.
  const sum = BigInt(owed[0]?.amount ?? 0) + 100n
  await page.goto(`/ru/pay/${account?.number}`)
  await page.locator('input[name=amount]').fill(`${sum / 100n},${String(sum % 100n).padStart(2, '0')}`)
  await page.locator('main form details summary').click()
  expect(await page.locator('main form dt').allInnerTexts()).toEqual(owed.slice(0, 2).map(each => word('ru', `payments.funds.${each.fund}`)))
  const covered = async () => (await page.locator('main form dd').allInnerTexts()).map(text => text.replace(/\s/g, ''))
  const money = (amount: bigint) => formatMoney(amount, 'KZT', 'ru').replace(/\s/g, '')
  expect(await covered()).toEqual([money(sum - 100n), money(100n)])
  await page.locator('input[name=amount]').fill('1')
  expect(await covered()).toEqual([money(100n)])
  await expectAccessible(page)
  await close()
})
