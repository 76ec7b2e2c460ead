/// <reference lib="webworker" />
import { clientsClaim } from 'workbox-core'
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'
import { CacheFirst, NetworkFirst } from 'workbox-strategies'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] }

// Settled 17: phones are shared. No signed-in HTML, no RSC payload and no answer of /api is ever stored;
// what can be read without a network is one hand-written page per language, fed from IndexedDB.

const language = new URL(self.location.href).searchParams.get('l') ?? 'ru'
const patience = 12_000
const mostStatic = 90

cleanupOutdatedCaches()
precacheAndRoute(self.__WB_MANIFEST.filter((entry) => isMine(typeof entry === 'string' ? entry : entry.url)))
clientsClaim()

/** Of the three offline pages only the one of this worker's language is downloaded. */
function isMine(url: string): boolean {
  const named = /offline\/(uz|kk|ru)\.html$/.exec(url)
  return named === null || named[1] === language
}

registerRoute(
  ({ url, request, sameOrigin }) => sameOrigin && request.mode === 'navigate' && isScreen(url.pathname),
  ({ request }) => pageOrShell(request),
)

// The check of a proof holds nobody's facts: they stand behind # and are judged on the phone, also without a network.
registerRoute(
  ({ url, request, sameOrigin }) => sameOrigin && request.mode === 'navigate' && url.pathname === '/v/proof',
  new NetworkFirst({ cacheName: 'uyim-proof', networkTimeoutSeconds: 5, matchOptions: { ignoreVary: true }, plugins: [{
    cacheKeyWillBeUsed: ({ request }) => Promise.resolve(`/v/proof?lang=${new URL(request.url).searchParams.get('lang') ?? language}`),
    // Kept in another language: better than nothing.
    handlerDidError: () => caches.match('/v/proof', { cacheName: 'uyim-proof', ignoreSearch: true, ignoreVary: true }),
  }] }),
)

// Files with a hash in their name never change; the framework's runtime is among them.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && /^\/_next\/static\/(chunks|css|media)\/.+\.(js|css|woff2|svg)$/.test(url.pathname),
  new CacheFirst({ cacheName: 'uyim-static', plugins: [{ cacheDidUpdate: ({ cacheName }) => keepFew(cacheName) }] }),
)

function isScreen(path: string): boolean {
  return path === '/' || /^\/(uz|kk|ru)(\/|$)/.test(path)
}

/** The network, or our shell when it does not answer; the page that came is passed on and not kept. */
async function pageOrShell(request: Request): Promise<Response> {
  const tired = new Promise<null>((resolve) => setTimeout(resolve, patience, null))
  const page = fetch(request).catch(() => null)
  const answer = await Promise.race([page, tired])
  // Where the shell itself has not come yet, a slow page is better than none.
  return answer ?? (await matchPrecache(`/offline/${language}.html`)) ?? (await page) ?? Response.error()
}

/** The oldest leave: a phone with little room keeps about two releases. */
async function keepFew(cacheName: string): Promise<void> {
  const cache = await caches.open(cacheName)
  const keys = await cache.keys()
  await Promise.all(keys.slice(0, Math.max(0, keys.length - mostStatic)).map((key) => cache.delete(key)))
}

self.addEventListener('message', (event) => {
  if (isRecord(event.data) && event.data['type'] === 'take-over') void self.skipWaiting()
})

// The worker never sends anything itself: one queue, visible to the person. It only wakes the pages.
self.addEventListener('sync', (event: Event) => {
  if (isSync(event)) event.waitUntil(wakePages())
})

async function wakePages(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  for (const page of pages) page.postMessage({ type: 'flush-outbox' })
  // With no page open the browser is asked to try again later.
  if (pages.length === 0) throw new Error('no page is open')
}

function isSync(event: Event): event is ExtendableEvent & { tag: string } {
  return 'tag' in event && event.tag === 'uyim-outbox' && 'waitUntil' in event
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
