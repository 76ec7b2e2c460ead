// npm run pictures [address dataFolder]: the pictures of the README, taken from the demonstration as it runs.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from '#test/support/launch-browser.ts'
import type { Demo } from '#test/support/server.ts'
import { startSite } from '#test/support/site.ts'
import { personOf, signIn, signInStaff } from '#test/support/story-steps.ts'

const [address, folder] = process.argv.slice(2)
const site = address && folder
  ? { url: address, demo: JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as Demo, stop: () => Promise.resolve() }
  : await startSite()
const out = join(import.meta.dirname, '../../public/readme')
mkdirSync(out, { recursive: true })
const browser = await launchBrowser()

async function pictures(locale: 'uz' | 'kk' | 'ru', phone: string, names: Record<string, string>): Promise<void> {
  const context = await browser.newContext({ baseURL: site.url, viewport: { width: 360, height: 740 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true })
  const page = await context.newPage()
  await signIn(page, locale, phone)
  for (const [name, where] of Object.entries(names)) {
    await page.goto(`/${locale}${where}`, { waitUntil: 'networkidle' })
    await page.screenshot({ path: join(out, `${name}.png`) })
  }
  await context.close()
}

await pictures('kk', personOf(site.demo, 'resident', 'KZ').phone ?? '', { home: '/home', bills: '/bills', fund: '/fund' })
await pictures('uz', personOf(site.demo, 'resident', 'UZ').phone ?? '', { meters: '/meters', meetings: '/meetings' })
await pictures('ru', personOf(site.demo, 'council chair', 'KZ').phone ?? '', { council: '/council' })
const desk = await browser.newContext({ baseURL: site.url, viewport: { width: 1280, height: 800 } })
const page = await desk.newPage()
await signInStaff(page, 'ru', personOf(site.demo, 'clerk', 'KZ'))
await page.locator('[data-search]').fill('абай 12 25')
await page.locator('section button').first().waitFor()
await page.keyboard.press('ArrowDown')
await page.keyboard.press('Enter')
await page.getByRole('heading', { level: 2 }).first().waitFor()
await page.screenshot({ path: join(out, 'desk.png') })
await browser.close()
await site.stop()
