// The two forms of the shell without a network: they read what the phone remembers (`takeFromShelf('meters')`
// and `'request-places'`, put there by `KeepOffline`), judge with the same rules.ts as the server, and leave
// through `sendThroughOutbox`.
import type { AskingHome } from '#app/_parts/requests/form-facts.ts'
import type { FormMeter } from '#app/_parts/meters/form-facts.ts'
import { formatDateTime } from '#server/kernel/format.ts'
import type { CategoryFacts } from '#server/requests/rules.ts'
import { h } from './dom.ts'
import { wordOf } from './offline-fields.ts'
import { drawReadingForm } from './offline-reading.ts'
import { drawRequestForm } from './offline-request.ts'
import type { OfflineWords } from './offline-words.ts'
import { takeFromShelf } from './shelf.ts'
import { fill } from './words.ts'

export async function mountReadingForm(root: HTMLElement, words: OfflineWords): Promise<void> {
  const held = await takeFromShelf('meters')
  const meters = listOf<FormMeter>(held?.value)
  if (!held || meters.length === 0) return root.replaceChildren(note(wordOf(words, 'meters.offline.none')))
  const place = h('div', { class: 'flex flex-col gap-4' })
  root.replaceChildren(place, note(fill(wordOf(words, 'meters.offline.asOf'), { time: formatDateTime(held.at) })))
  drawReadingForm(place, meters, words)
}

export async function mountRequestForm(root: HTMLElement, words: OfflineWords): Promise<void> {
  const value = (await takeFromShelf('request-places'))?.value
  const held = typeof value === 'object' && value !== null ? value as { homes?: unknown; categories?: unknown } : {}
  const facts = { homes: listOf<AskingHome>(held.homes), categories: listOf<CategoryFacts>(held.categories) }
  if (facts.homes.length === 0 || facts.categories.length === 0) return root.replaceChildren(note(wordOf(words, 'requests.offline.none')))
  drawRequestForm(root, facts, words)
}

function note(text: string): HTMLElement {
  return h('p', { class: 'text-small text-note' }, text)
}

/** What we put on the shelf ourselves, sealed: its shape is ours. */
function listOf<Item>(value: unknown): Item[] {
  return Array.isArray(value) ? value as Item[] : []
}
