import { gzipSync } from 'node:zlib'
import type { BrowserContext } from 'playwright-core'

/** What a page loads a moment after it has come never does: a slow machine says 'loaded' after that moment, a quick one before. */
const nothingLater = () => {
  const later = window.setTimeout.bind(window)
  window.setTimeout = ((work: () => void, pause?: number) => later(work, (pause ?? 0) >= 300 ? 3_600_000 : pause)) as typeof window.setTimeout
}

/** Bytes, gz level 6, of every script a fresh browser takes to show the page; nomodule scripts are never asked for. Null where the address led elsewhere or to nothing; `found: false` weighs the page that says there is nothing. */
export async function scriptWeight(context: BrowserContext, address: string, { found = true } = {}): Promise<number | null> {
  const page = await context.newPage()
  await page.addInitScript(nothingLater)
  const bodies = new Map<string, Promise<number>>()
  page.on('response', response => {
    if (response.request().resourceType() !== 'script' || response.request().serviceWorker() !== null) return
    bodies.set(response.url(), response.body().then(body => gzipSync(body, { level: 6 }).byteLength, () => 0))
  })
  try {
    const answer = await page.goto(address, { waitUntil: 'load' })
    if (answer?.status() !== (found ? 200 : 404) || new URL(page.url()).pathname !== new URL(address).pathname) return null
    return (await Promise.all(bodies.values())).reduce((sum, bytes) => sum + bytes, 0)
  } finally {
    await page.close()
  }
}
