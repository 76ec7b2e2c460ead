import 'server-only'
import { invalid } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import type { LocalDate } from '#server/kernel/period.ts'
import { assertBalance, plainText, readDay, readSum, type Totals } from './rules.ts'
import type { Direction, ReadLine, StatementHead } from './schema.ts'

/** First line of every file of this kind. */
export const exchangeMark = '1CClientBankExchange'

type Section = Map<string, string>
type State = { place: 'HEAD' | 'ACCOUNT' | 'DOCUMENT'; head: Section; account: Section | null; accounts: Balance[]; document: Section; documentAt: number; line: number; begun: boolean; totals: Totals; currency: string | null; dated: [LocalDate, LocalDate] | null }
type Balance = { account: string; from: LocalDate; to: LocalDate; opening: bigint; in: bigint | null; out: bigint | null; closing: bigint }
/** `account`: what the file has named so far as its own. */
export type ExchangeReader = { feed: (line: string) => ReadLine | null; account: () => string; end: () => StatementHead }

const documentEnd = /^КонецДокумента/
const own = ['РасчСчет'] as const

/** 1C ClientBankExchange, with what the banks of Kazakhstan made of it; line by line, holding one document at a time. */
export function makeExchangeReader(): ExchangeReader {
  const state: State = { place: 'HEAD', head: new Map(), account: null, accounts: [], document: new Map(), documentAt: 0, line: 0, begun: false, totals: { in: 0n, out: 0n, lines: 0 }, currency: null, dated: null }
  return { feed: line => feed(state, line), account: () => named(state), end: () => end(state) }
}

function feed(state: State, raw: string): ReadLine | null {
  state.line += 1
  const line = raw.trim()
  if (line === '') return null
  if (!state.begun) return begin(state, line)
  if (state.place === 'DOCUMENT') {
    if (!documentEnd.test(line)) return put(state.document, line)
    state.place = 'HEAD'
    return finishDocument(state)
  }
  return feedOutside(state, line)
}

function begin(state: State, line: string): null {
  if (line.replace(/^\uFEFF/, '') !== exchangeMark) throw invalid('statements.notExchange')
  state.begun = true
  return null
}

function feedOutside(state: State, line: string): null {
  if (line.startsWith('СекцияДокумент')) {
    state.place = 'DOCUMENT'
    state.document = new Map()
    state.documentAt = state.line
  } else if (line.startsWith('СекцияРасчСчет')) {
    state.place = 'ACCOUNT'
    state.account = new Map()
  } else if (line.startsWith('КонецРасчСчет')) {
    if (state.account) state.accounts.push(balanceOf(state.account))
    state.place = 'HEAD'
  } else {
    put(state.place === 'ACCOUNT' && state.account ? state.account : state.head, line)
  }
  return null
}

function put(section: Section, line: string): null {
  const at = line.indexOf('=')
  // The first word counts: banks repeat some keys empty below.
  if (at > 0) {
    const key = line.slice(0, at)
    if (!section.get(key)) section.set(key, line.slice(at + 1).trim())
  }
  return null
}

function first(section: Section, keys: readonly string[]): string {
  for (const key of keys) {
    const value = section.get(key)
    if (value) return value
  }
  return ''
}

/** The day under a key; without the key or with no day in it the file is refused. */
function dayOf(section: Section, key: string): LocalDate {
  const text = section.get(key) ?? ''
  if (text === '') throw invalid('statements.keyMissing', { key })
  const day = readDay(text)
  if (day === null) throw invalid('statements.notADay', { key, value: text.slice(0, 30) })
  return day
}

function sumOf(section: Section, key: string): bigint | null {
  const text = section.get(key) ?? ''
  if (text === '') return null
  const sum = readSum(text)
  if (sum === null) throw invalid('statements.notASum', { key, value: text.slice(0, 30) })
  return sum
}

function moneyUnder(section: Section, key: string): bigint {
  return sumOf(section, key) ?? 0n
}

function neededSum(section: Section, key: string): bigint {
  const sum = sumOf(section, key)
  if (sum === null) throw invalid('statements.keyMissing', { key })
  return sum
}

function balanceOf(section: Section): Balance {
  return { account: section.get('РасчСчет') ?? '', from: dayOf(section, 'ДатаНачала'), to: section.get('ДатаКонца') ? dayOf(section, 'ДатаКонца') : dayOf(section, 'ДатаНачала'), opening: neededSum(section, 'НачальныйОстаток'),
    in: sumOf(section, 'ВсегоПоступило'), out: sumOf(section, 'ВсегоСписано'), closing: neededSum(section, 'КонечныйОстаток') }
}

const payerAccount = ['ПлательщикСчет', 'ПлательщикИИК', 'ПлательщикРасчСчет']
const payeeAccount = ['ПолучательСчет', 'ПолучательИИК', 'ПолучательРасчСчет']
const names = { IN: ['ПлательщикНаименование', 'Плательщик1', 'Плательщик'], OUT: ['ПолучательНаименование', 'Получатель1', 'Получатель'] }
const ids = { IN: ['ПлательщикБИН_ИИН', 'ПлательщикИНН'], OUT: ['ПолучательБИН_ИИН', 'ПолучательИНН'] }
const days = { IN: ['ДатаОперации', 'ДатаПоступило', 'ДатаВалютирования', 'ДатаДокумента', 'Дата'], OUT: ['ДатаОперации', 'ДатаСписано', 'ДатаВалютирования', 'ДатаДокумента', 'Дата'] }
const documents = ['НомерДокумента', 'Номер']

function finishDocument(state: State): ReadLine {
  const { document } = state
  const at = { row: state.documentAt }
  const { direction, amount } = moneyOf(state)
  if (amount <= 0n) throw invalid('statements.noAmount', at)
  const date = readDay(first(document, days[direction]))
  if (date === null) throw invalid('statements.noDate', at)
  const currency = first(document, ['Валюта'])
  if (currency !== '') state.currency = oneCurrency(state.currency, currency)
  state.totals = { in: state.totals.in + (direction === 'IN' ? amount : 0n), out: state.totals.out + (direction === 'OUT' ? amount : 0n), lines: state.totals.lines + 1 }
  const [least, most] = state.dated ?? [date, date]
  state.dated = [date < least ? date : least, date > most ? date : most]
  return {
    row: state.totals.lines, date, direction, amount, document: plainText(first(document, documents), 60),
    partyName: plainText(first(document, names[direction]), 200), partyId: first(document, ids[direction]).replace(/\D/g, '').slice(0, 14),
    partyAccount: accountText(first(document, direction === 'IN' ? payerAccount : payeeAccount)), purpose: plainText(purposeOf(document), 500), typedNumber: '', returned: false,
  }
}

function purposeOf(document: Section): string {
  const whole = document.get('НазначениеПлатежа') ?? ''
  if (whole !== '') return whole
  return [1, 2, 3, 4, 5, 6].map(part => document.get(`НазначениеПлатежа${part}`) ?? '').filter(Boolean).join(' ')
}

function oneCurrency(known: string | null, next: string): string {
  if (known !== null && known !== next) throw invalid('statements.severalCurrencies', { first: known, second: next })
  return next
}

function accountText(text: string): string {
  return text.replace(/\s/g, '').toUpperCase().slice(0, 34)
}

/** In or out: by the two sums of the Kazakh dialects, else by whose account the payee's is, else by which date was set. */
function moneyOf(state: State): { direction: Direction; amount: bigint } {
  const { document } = state
  const [credit, debit] = [moneyUnder(document, 'СуммаПриход'), moneyUnder(document, 'СуммаРасход')]
  if (credit !== 0n && debit !== 0n) throw invalid('statements.bothWays', { row: state.documentAt })
  if (credit !== 0n) return { direction: 'IN', amount: credit }
  if (debit !== 0n) return { direction: 'OUT', amount: debit }
  return { direction: directionOf(state), amount: moneyUnder(document, 'Сумма') }
}

function directionOf(state: State): Direction {
  const { document } = state
  const account = named(state)
  const [paid, received] = [accountText(first(document, payerAccount)) === account, accountText(first(document, payeeAccount)) === account]
  if (paid !== received) return received ? 'IN' : 'OUT'
  const [came, left] = [Boolean(document.get('ДатаПоступило')), Boolean(document.get('ДатаСписано'))]
  if (came !== left) return came ? 'IN' : 'OUT'
  throw invalid('statements.noDirection', { row: state.documentAt })
}

/** The account that the file has named so far as its own. */
function named(state: State): string {
  return accountText(first(state.head, own) || (state.account?.get('РасчСчет') ?? ''))
}

function end(state: State): StatementHead {
  if (!state.begun) throw invalid('statements.emptyFile')
  if (state.place !== 'HEAD') throw invalid('statements.cutOff')
  const account = accountOf(state)
  const [from, to] = [dayOf(state.head, 'ДатаНачала'), dayOf(state.head, 'ДатаКонца')]
  if (state.accounts.length === 0) throw invalid('statements.noBalances')
  const head: StatementHead = { account, from, to, ...chained(state.accounts, state.totals), currency: state.currency, lines: state.totals.lines,
    dialect: `${state.head.get('ВерсияФормата') ?? '1'} ${plainText(state.head.get('Отправитель') ?? '', 60)}`.trim() }
  assertBalance(head, state.totals)
  const outside = state.dated?.find(date => date < from || date > to)
  if (outside) throw invalid('statements.outsidePeriod', { from: formatDate(from), to: formatDate(to), date: formatDate(outside) })
  return head
}

/** The account that the file is about; a file about two is refused. */
function accountOf(state: State): string {
  const all = [first(state.head, own), ...state.accounts.map(balance => balance.account)].map(accountText).filter(Boolean)
  if (all[0] === undefined) throw invalid('statements.keyMissing', { key: 'РасчСчет' })
  if (new Set(all).size > 1) throw invalid('statements.severalAccounts')
  return all[0]
}

/** Sections of one account follow each other: what one closes with, the next opens with. Turnovers that are not told are counted. */
function chained(sections: readonly Balance[], counted: Totals): Pick<StatementHead, 'opening' | 'turnoverIn' | 'turnoverOut' | 'closing'> {
  const sorted = sections.toSorted((a, b) => a.from.localeCompare(b.from))
  for (const [index, section] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before && before.closing !== section.opening) throw invalid('statements.daysDoNotMeet', { date: formatDate(section.from) })
  }
  const told = (side: 'in' | 'out') => sections.every(section => section[side] !== null) ? sections.reduce((sum, section) => sum + (section[side] ?? 0n), 0n) : counted[side]
  return { opening: sorted[0]?.opening ?? 0n, closing: sorted.at(-1)?.closing ?? 0n, turnoverIn: told('in'), turnoverOut: told('out') }
}
