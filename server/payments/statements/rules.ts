import { invalid } from '#server/kernel/errors.ts'
import { isBin, isIin, isPinfl, isStir } from '#server/kernel/identifiers.ts'
import { isAccountNumber } from '#server/kernel/ids.ts'
import { isLocalDate, type LocalDate } from '#server/kernel/period.ts'
import { parseDecimal } from '#server/kernel/quantity.ts'
import { searchKey } from '#server/kernel/text.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'
import type { ReadLine, RegistrySource, StatementHead, StatementState } from './schema.ts'

/** The way of a file: read, shown, then by a person's word posted or let go. */
export const statementLife = defineMachine<StatementState, 'read' | 'understood' | 'accept' | 'finish' | 'reject' | 'fail'>({
  initial: 'RECEIVED',
  final: ['DONE', 'FAILED', 'DISCARDED'],
  moves: [
    ['RECEIVED', 'read', 'READING'],
    ['READING', 'read', 'READING'],
    ['READING', 'understood', 'READ'],
    ['READING', 'fail', 'FAILED'],
    ['READ', 'accept', 'POSTING'],
    ['READ', 'reject', 'DISCARDED'],
    ['POSTING', 'finish', 'DONE'],
  ],
})

/** A sum as banks write it, in minor units; null when it is none, or has more than two places. */
export function readSum(text: string): bigint | null {
  const decimal = parseDecimal(text.replaceAll(/['’](?=\d{3})/g, ''))
  const [, sign, whole, cents] = /^(-?)(\d{1,13})(?:[.](\d{1,2}))?$/.exec(decimal ?? '') ?? []
  if (whole === undefined) return null
  const minor = BigInt(whole) * 100n + BigInt((cents ?? '').padEnd(2, '0'))
  return sign === '-' ? -minor : minor
}

/** 31.10.2025 as LocalDate; null when it is no day of the calendar. */
export function readDay(text: string): LocalDate | null {
  const [, day, month, year] = /^(\d{2})[.](\d{2})[.](\d{4})/.exec(text.trim()) ?? []
  const date = `${year}-${month}-${day}`
  return isLocalDate(date) ? date : null
}

export type Totals = { in: bigint; out: bigint; lines: number }

/** opening + in − out = closing, by the file's own figures and by its lines; otherwise the whole file is refused. */
export function assertBalance(head: Pick<StatementHead, 'opening' | 'turnoverIn' | 'turnoverOut' | 'closing'>, totals: Totals): void {
  const { opening, turnoverIn, turnoverOut, closing } = head
  if (opening + turnoverIn - turnoverOut !== closing) {
    throw invalid('statements.notBalanced', { opening: sumText(opening), in: sumText(turnoverIn), out: sumText(turnoverOut), closing: sumText(closing), reached: sumText(opening + turnoverIn - turnoverOut) })
  }
  if (totals.in !== turnoverIn) throw invalid('statements.linesDiffer', { told: sumText(turnoverIn), counted: sumText(totals.in) })
  if (totals.out !== turnoverOut) throw invalid('statements.outgoingDiffer', { told: sumText(turnoverOut), counted: sumText(totals.out) })
}

/** 1 250,75 without a currency, for sentences about files. */
export function sumText(minor: bigint): string {
  const absolute = minor < 0n ? -minor : minor
  const whole = (absolute / 100n).toString().replace(/\B(?=(\d{3})+$)/g, '\u00A0')
  return `${minor < 0n ? '−' : ''}${whole},${(absolute % 100n).toString().padStart(2, '0')}`
}

/** What a payer wrote where the number of the account should be. */
export type FoundNumbers = {
  /** Ten digits with a right check digit, each once. */
  readonly numbers: readonly string[]
  /** Ten digits that only the check digit speaks against: a slip of the hand. */
  readonly broken: readonly string[]
}

const digitGroup = /\d(?:[ \u00A0-]?\d)*/g
const loneTen = /^\d{3}[ \u00A0-]?\d{3}[ \u00A0-]?\d{4}$|^\d{10}$/

/** Account numbers in a text: runs of exactly ten digits, also printed 3-3-4; longer runs (IIN, phones with a country, cards) are none. */
export function numbersIn(text: string): FoundNumbers {
  const numbers = new Set<string>()
  const broken = new Set<string>()
  for (const [run] of text.matchAll(digitGroup)) {
    for (const digits of tensOf(run)) (isAccountNumber(digits) ? numbers : broken).add(digits)
  }
  return { numbers: [...numbers], broken: [...broken] }
}

/** A run may be one number in groups, or several words of digits side by side. */
function tensOf(run: string): string[] {
  if (loneTen.test(run)) return [run.replace(/\D/g, '')]
  return run.split(/[ \u00A0-]/).filter(word => word.length === 10)
}

const providerWords: readonly (readonly [RegistrySource, RegExp])[] = [
  ['payme', /pay\s?me|paycom/iu], ['click', /(^|[^\p{L}])click([^\p{L}]|$)|клик\s|["«]клик/iu], ['uzum', /uzum|узум|apelsin/iu],
  ['paynet', /paynet|пайнет/iu], ['kaspi', /kaspi|каспи/iu], ['halyk', /halyk|халык|народный\s+банк/iu],
]

/** The provider that sent the money in one sum, by its name and its number of an organisation; a person never is one. */
export function providerOf({ partyName, partyId, purpose }: Pick<ReadLine, 'partyName' | 'partyId' | 'purpose'>): RegistrySource | null {
  if (isPersonId(partyId)) return null
  const named = providerWords.find(([, words]) => words.test(partyName))
  if (named) return named[0]
  const lump = /реестр|свод|перечислени[ея]\s+принят|tushum|qabul\s+qilingan|registr|қабылданған|тізілім/iu.test(purpose)
  return lump ? providerWords.find(([, words]) => words.test(purpose))?.[0] ?? null : null
}

/** IIN or PINFL: the number of a person, never stored as it is. */
export function isPersonId(text: string): boolean {
  return isPinfl(text) || (isIin(text) && !isBin(text))
}

/** A number of an organisation may lie open. */
export function isOrganisationId(text: string): boolean {
  return isBin(text) || isStir(text)
}

/** Personal numbers within a text, with their last digits hidden. */
export function hidePersonIds(text: string): string {
  return text.replace(/\d{12,14}/g, digits => (isPersonId(digits) ? `${digits.slice(0, 4)}${'•'.repeat(digits.length - 4)}` : digits))
}

/** One line of spaces, no control signs: as kept and compared. */
export function plainText(text: string, most: number): string {
  return text.replace(/[\s\u0000-\u001F\u007F\uFFFD]+/g, ' ').trim().slice(0, most)
}

/** What makes a line the same line in another file. */
export function keyOfLine(account: string, line: ReadLine): string {
  return [account, line.date, line.document, line.direction, line.amount.toString(), line.partyAccount, line.partyId, line.typedNumber, line.purpose, line.returned ? 'R' : ''].join('|')
}

/** The flat that a payer named in words ('кв. 45', '45-xonadon', 'пәтер 45'); a hint for a person, never a match. */
export function flatIn(purpose: string): string | null {
  const text = purpose.toLowerCase()
  const before = /(?:квартира|кв\.?|пәтер|пәт\.?|xonadon|kvartira|kv\.?|хонадон)\s*(?:№|n|-)?\s*(\d{1,4}\p{L}?)(?!\d)/iu.exec(text)?.[1]
  return before ?? /(?:^|[^\d])(\d{1,4}\p{L}?)\s*[-–]?\s*(?:квартира|кв(?![\p{L}])|пәтер|xonadon|хонадон|kvartira)/iu.exec(text)?.[1] ?? null
}

export type HintedAccount = { readonly number: string; readonly externalNumber: string; readonly unitNumber: string; readonly owners: readonly { readonly name: string; readonly hash: string | null }[]; readonly owed: bigint }
export type HintSign = 'SLIP' | 'OLD_NUMBER' | 'FLAT' | 'PAYER_ID' | 'PAYER_NAME' | 'AMOUNT'
export type Hint = { readonly number: string; readonly unitNumber: string; readonly owed: bigint; readonly signs: readonly HintSign[] }
export type HintedLine = Pick<ReadLine, 'amount' | 'partyName' | 'purpose'> & { readonly broken: readonly string[]; readonly partyHash: string | null }

const weights: Record<HintSign, number> = { SLIP: 6, PAYER_ID: 5, OLD_NUMBER: 4, FLAT: 3, PAYER_NAME: 3, AMOUNT: 1 }

/** Accounts that a line may be meant for, with what speaks for each. They are shown to a person; none is taken by itself. */
export function hintsFor(line: HintedLine, accounts: readonly HintedAccount[], most = 3): Hint[] {
  const flat = flatIn(line.purpose)
  const words = new Set(searchKey(`${line.partyName} ${line.purpose}`).split(' '))
  const figures = new Set(line.purpose.split(/[^\p{L}\p{N}/-]+/u))
  const scored = accounts.map(account => {
    const signs = signsOf(line, account, { flat, words, figures })
    return { hint: { number: account.number, unitNumber: account.unitNumber, owed: account.owed, signs }, score: signs.reduce((sum, sign) => sum + weights[sign], 0) }
  })
  // A sum alone speaks for nobody: many owe the same.
  return scored.filter(({ score }) => score > 1).toSorted((a, b) => b.score - a.score).slice(0, most).map(({ hint }) => hint)
}

type Said = { flat: string | null; words: ReadonlySet<string>; figures: ReadonlySet<string> }

function signsOf(line: HintedLine, account: HintedAccount, { flat, words, figures }: Said): HintSign[] {
  const signs: readonly (readonly [HintSign, boolean])[] = [
    ['SLIP', line.broken.some(number => isSlip(number, account.number))],
    ['PAYER_ID', line.partyHash !== null && account.owners.some(owner => owner.hash === line.partyHash)],
    ['OLD_NUMBER', account.externalNumber.length > 2 && figures.has(account.externalNumber)],
    ['FLAT', flat !== null && searchKey(flat) === searchKey(account.unitNumber)],
    ['PAYER_NAME', account.owners.some(owner => isNamed(owner.name, words))],
    ['AMOUNT', account.owed > 0n && account.owed === line.amount],
  ]
  return signs.filter(([, speaks]) => speaks).map(([sign]) => sign)
}

/** One digit written wrong, or two neighbours changed places. */
export function isSlip(typed: string, number: string): boolean {
  const wrong = [...number].flatMap((digit, place) => (digit === typed[place] ? [] : [place]))
  if (typed.length !== number.length || wrong.length === 0 || wrong.length > 2) return false
  const [first = 0, second] = wrong
  return second === undefined || (second === first + 1 && typed[first] === number[second] && typed[second] === number[first])
}

/** The family name and one more word of the owner's name, or its first letter. */
function isNamed(name: string, words: ReadonlySet<string>): boolean {
  const [family = '', ...others] = searchKey(name).split(' ')
  return family.length > 3 && words.has(family) && others.some(other => words.has(other) || words.has(other.slice(0, 1)))
}
