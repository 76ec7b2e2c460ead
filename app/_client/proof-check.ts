import { formatDate, formatDateTime } from '#server/kernel/format.ts'
import { readProof, type ProofFacts, type ProofKey } from '#server/payments/proof/rules.ts'
import { phoneToday } from './phone-clock.ts'

// The page /v/proof: judges a signed proof by the key that the page was given, with no network.
type Answer = 'empty' | 'good' | 'expired' | 'bad' | 'old'

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), sign => sign.charCodeAt(0))
}

async function isSigned({ x, y }: ProofKey, said: string, signature: string): Promise<boolean> {
  const key = await crypto.subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytesOf(signature), new TextEncoder().encode(said))
}

/** What our own key signed; null for anything else. */
async function factsOf(key: ProofKey, text: string): Promise<ProofFacts | null> {
  const [id = '', said = '', signature = ''] = text.split('.')
  return id === key.id && await isSigned(key, said, signature) ? readProof(new TextDecoder().decode(bytesOf(said))) : null
}

async function judge(key: ProofKey, text: string): Promise<{ answer: Answer; facts: ProofFacts | null }> {
  if (text === '') return { answer: 'empty', facts: null }
  if (!('subtle' in crypto)) return { answer: 'old', facts: null }
  const facts = await factsOf(key, text).catch(() => null)
  return { answer: facts === null ? 'bad' : facts.validUntil < phoneToday() ? 'expired' : 'good', facts }
}

function show(root: HTMLElement, { answer, facts }: Awaited<ReturnType<typeof judge>>): void {
  for (const part of root.querySelectorAll<HTMLElement>('[data-answer]')) part.hidden = part.dataset['answer'] !== answer
  const shown = root.querySelector<HTMLElement>('[data-facts]')
  if (shown) shown.hidden = facts === null
  if (!facts) return
  const words = { ...facts, madeAt: formatDateTime(new Date(facts.madeAt)), validUntil: formatDate(facts.validUntil) }
  for (const part of root.querySelectorAll<HTMLElement>('[data-fact]')) part.textContent = words[part.dataset['fact'] as keyof ProofFacts] ?? ''
}

function start(): void {
  const root = document.getElementById('proof')
  if (!root) return
  const key = JSON.parse(root.dataset['key'] ?? '{}') as ProofKey
  const check = () => void judge(key, location.hash.slice(1)).then(found => { show(root, found) })
  check()
  window.addEventListener('hashchange', check)
  // The other languages of the page are asked about the same proof.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[hreflang]')) link.addEventListener('click', () => { link.hash = location.hash })
}

/** Kept for the next check, which may be in a cellar without a network. */
async function keep(): Promise<void> {
  if (!navigator.onLine) return
  if (!await navigator.serviceWorker.getRegistration()) await navigator.serviceWorker.register(`/sw.js?l=${document.documentElement.lang}`, { scope: '/' })
  await (await caches.open('uyim-proof')).add(`${location.pathname}?lang=${document.documentElement.lang}`)
}

start()
if ('serviceWorker' in navigator) void keep().catch(() => undefined)
