import type { WordsRecord } from '#app/_client/words.ts'
import type { cardReasons } from '#server/desk/schema.ts'

type Named<Key extends string> = { [K in Key]: string }

/** Words of the desk as `section()` hands them over, with the shared names of categories and states. */
export type DeskWords = Named<'title' | 'noCard' | 'nothingDoing' | 'noNetwork' | 'callerName' | 'callerMissing'> & {
  search: Named<'label' | 'hint' | 'searching' | 'nothing'>
  reason: Named<'label' | (typeof cardReasons)[number]>
  panes: Named<'left' | 'middle' | 'right'>
  act: Named<'request' | 'reading'>
  card: Named<'area' | 'persons' | 'owners' | 'share' | 'account' | 'owed' | 'overpaid' | 'lastBill' | 'dueOn' | 'noBill' | 'meters' | 'last' | 'noReading'
    | 'verified' | 'requests' | 'noRequests' | 'number' | 'category' | 'state'>
  funds: Record<string, string>
  services: Record<string, string>
  reading: Named<'title' | 'meter' | 'value' | 'send' | 'sending' | 'confirm' | 'done' | 'noMeters'>
  filing: Named<'title' | 'category' | 'place' | 'text' | 'textHint' | 'emergency' | 'send' | 'sending' | 'done'>
  categories: WordsRecord
  states: WordsRecord
  places: WordsRecord
}
