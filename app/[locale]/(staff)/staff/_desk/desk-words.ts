import type { WordsRecord } from '#app/_client/words.ts'
import type { cardReasons } from '#server/desk/schema.ts'

type Named<Key extends string> = { [K in Key]: string }

/** Words of the desk as `section()` hands them over, with the shared names of funds, units, categories and states. */
export type DeskWords = Named<'title' | 'noCard' | 'nothingDoing' | 'noNetwork' | 'callerName' | 'callerHint' | 'unitTitle'> & {
  search: Named<'label' | 'hint' | 'searching' | 'nothing' | 'more' | 'walk'>
  reason: Named<'label' | (typeof cardReasons)[number]>
  panes: Named<'left' | 'middle' | 'right'>
  act: Named<'request' | 'reading'>
  card: Named<'area' | 'areaValue' | 'persons' | 'owners' | 'account' | 'owed' | 'overpaid' | 'settled' | 'underWay' | 'disputed' | 'lastBill' | 'lastPayment' | 'posted' | 'accepted' | 'dueOn' | 'noBill'
    | 'meters' | 'last' | 'noReading' | 'verified' | 'requests' | 'noRequests' | 'number' | 'category' | 'state'>
  services: Record<string, string>
  meterUnits: Record<string, string>
  urgency: Named<'GAS' | 'URGENT'>
  reading: Named<'title' | 'meter' | 'value' | 'send' | 'sendEmpty' | 'sendNew' | 'sending' | 'confirm' | 'done' | 'noMeters'>
  filing: Named<'title' | 'category' | 'place' | 'text' | 'textHint' | 'emergency' | 'send' | 'sending' | 'done'>
  funds: Record<string, string>
  units: Record<string, string>
  categories: WordsRecord
  states: WordsRecord
  places: WordsRecord
}

export type Caller = { name: string; reason: (typeof cardReasons)[number] }

/** 500 000 0123, as it stands on the paper. */
export function accountGroups(number: string): string {
  return `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`
}
