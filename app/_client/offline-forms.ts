// The two forms of the shell without a network. They are filled by the screens of meters and requests:
// they read what the phone remembers (`takeFromShelf('meters')`, put there by `KeepOffline`), judge with
// the same rules.ts as the server, and leave through `sendThroughOutbox`.
import type { Locale } from '#server/kernel/format.ts'
import { h } from './dom.ts'
import type { WordsRecord } from './words.ts'

/** `meters` and `requests` are the sections `form` and `offline` of those files, `errors` their errors. */
export type OfflineWords = {
  locale: Locale
  offline: WordsRecord
  outbox: WordsRecord
  act: WordsRecord
  photo: WordsRecord
  meters: WordsRecord
  requests: WordsRecord
}

export async function mountReadingForm(root: HTMLElement, words: OfflineWords): Promise<void> {
  root.replaceChildren(notReady(words))
}

export async function mountRequestForm(root: HTMLElement, words: OfflineWords): Promise<void> {
  root.replaceChildren(notReady(words))
}

function notReady(words: OfflineWords): HTMLElement {
  const { notReady: text } = words.offline
  return h('p', { class: 'text-note' }, typeof text === 'string' ? text : '')
}
