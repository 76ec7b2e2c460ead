import type { Locale } from '#server/kernel/format.ts'
import type { WordsRecord } from './words.ts'

/** `meters` and `requests` are the sections `form`, `offline` and names of those files, `errors` their errors. */
export type OfflineWords = {
  locale: Locale
  offline: WordsRecord
  outbox: WordsRecord
  act: WordsRecord
  photo: WordsRecord
  meters: WordsRecord
  requests: WordsRecord
}
