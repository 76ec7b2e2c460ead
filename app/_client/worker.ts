import type { Locale } from '#server/kernel/format.ts'

/**
 * Registers the worker of one language, so that a phone downloads one offline shell and not three.
 * A new release waits until the person agrees; a new language takes over at once.
 */
export async function registerWorker(locale: Locale, onUpdate: (takeOver: () => void) => void): Promise<void> {
  if (process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return
  try {
    const registration = await navigator.serviceWorker.register(`/sw.js?l=${locale}`, { scope: '/', updateViaCache: 'none' })
    const offer = () => offerUpdate(registration, locale, onUpdate)
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer))
    offer()
  } catch {
    // No worker: the pages work as before, only not without a network.
  }
}

function offerUpdate(registration: ServiceWorkerRegistration, locale: Locale, onUpdate: (takeOver: () => void) => void): void {
  const { waiting, active } = registration
  if (!waiting || !active) return
  const takeOver = () => waiting.postMessage({ type: 'take-over' })
  if (!active.scriptURL.endsWith(`?l=${locale}`)) return takeOver()
  onUpdate(() => {
    navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true })
    takeOver()
  })
}
