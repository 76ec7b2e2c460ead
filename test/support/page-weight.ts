import { gzipSync } from 'node:zlib'
import type { BrowserContext } from 'playwright-core'

/** Bytes, gz level 6, of every script a fresh browser takes to show the page; nomodule scripts are never asked for. */
export async function scriptWeight(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage()
  const bodies = new Map<string, Promise<number>>()
  page.on('response', response => {
    if (response.request().resourceType() !== 'script' || response.request().serviceWorker() !== null) return
    bodies.set(response.url(), response.body().then(body => gzipSync(body, { level: 6 }).byteLength, () => 0))
  })
  try {
    await page.goto(address, { waitUntil: 'load' })
    return (await Promise.all(bodies.values())).reduce((sum, bytes) => sum + bytes, 0)
  } finally {
    await page.close()
  }
}
