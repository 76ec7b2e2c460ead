import { isLocalDate } from '#server/kernel/period.ts'
import { compareDecimal, parseDecimal } from '#server/kernel/quantity.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'
import { jurisdictionOf, parseContactPhone, type Country } from '#server/kernel/jurisdiction.ts'
import { normaliseUz, searchKey } from '#server/kernel/text.ts'
import { isMixedScript } from '#server/kernel/transliteration.ts'
import { normaliseUnitNumber, parseArea, parseShare } from '#server/premises/rules.ts'
import type { Cell, ColumnRule, Flat, Mapping, Severity, Value } from './schema.ts'

export const batchMachine = defineMachine({
  initial: 'RECEIVED',
  final: ['DONE', 'FAILED', 'DISCARDED'],
  moves: [
    ['RECEIVED', 'read', 'READING'], ['READING', 'read', 'READING'], ['READING', 'understood', 'READ'], ['READING', 'fail', 'FAILED'],
    ['RECEIVED', 'reject', 'DISCARDED'], ['READ', 'reject', 'DISCARDED'], ['READ', 'accept', 'APPLYING'],
    ['APPLYING', 'apply', 'APPLYING'], ['APPLYING', 'finish', 'DONE'], ['APPLYING', 'fail', 'FAILED'],
  ],
})

export type Problem = { readonly severity: Severity; readonly code: string; readonly params: Readonly<Record<string, string | number>>; readonly column?: string }
export type Read = { readonly value: Value; readonly problems: readonly Problem[] }

const longestShown = 60

/** The words of the file as a finding repeats them: short, one line. */
export function shown(cell: Cell): string {
  const text = cell === null ? '' : cell instanceof Date ? cell.toISOString().slice(0, 10) : typeof cell === 'object' ? cell.number : String(cell)
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line
}

function refused(code: string, cell: Cell, params: Problem['params'] = {}): Read {
  return { value: null, problems: [{ severity: 'REFUSED', code: `imports.findings.${code}`, params: { value: shown(cell), ...params } }] }
}

function flag(code: string, cell: Cell, params: Problem['params'] = {}): Problem {
  return { severity: 'FLAGGED', code: `imports.findings.${code}`, params: { value: shown(cell), ...params } }
}

function read(value: Value, ...problems: Problem[]): Read {
  return { value, problems }
}

function textOf(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return cell.normalize('NFC').replace(/[\u00A0\u2007\u202F]/g, ' ').replace(/\uFEFF/g, '').trim()
  if (cell instanceof Date) return cell.toISOString().slice(0, 10)
  return typeof cell === 'object' ? cell.number : cell ? '1' : '0'
}

function isNumber(cell: Cell): cell is { readonly number: string } {
  return cell !== null && typeof cell === 'object' && !(cell instanceof Date)
}

type Reader = (cell: Cell, rule: ColumnRule, country: Country) => Read

/** One kind of apostrophe, single spaces; mixed alphabets are kept as written and told. */
const readText: Reader = (cell, rule) => {
  const text = normaliseUz(textOf(cell).replace(/\s+/g, ' '))
  if (rule.most !== undefined && text.length > rule.most) return refused('tooLong', cell, { most: rule.most })
  return isMixedScript(text) ? read(text, flag('mixedScript', cell)) : read(text)
}

const readName: Reader = (cell, rule, country) => /\p{L}/u.test(textOf(cell)) ? readText(cell, rule, country) : refused('notAName', cell)

/** A code keeps its zeros. From a spreadsheet's number they are already lost, and are not put back by guess. */
const readCode: Reader = (cell, rule) => {
  const code = textOf(cell).replace(/^'(?=\d)/, '').replace(/\s+/g, '')
  if (isNumber(cell) && /[.e]/i.test(code)) return refused('codeIsNumber', cell)
  if (rule.lengths !== undefined) return codeOfLength(cell, code, rule.lengths)
  if (code.length > (rule.most ?? 500)) return refused('tooLong', cell, { most: rule.most ?? 500 })
  return isNumber(cell) ? read(code, flag('codeWasNumber', cell)) : read(code)
}

function withinLimits(number: string, rule: ColumnRule): boolean {
  return (rule.least === undefined || compareDecimal(number, String(rule.least)) >= 0) && (rule.greatest === undefined || compareDecimal(number, String(rule.greatest)) <= 0)
}

function codeOfLength(cell: Cell, code: string, lengths: readonly number[]): Read {
  if (lengths.includes(code.length)) return read(code)
  const lost = isNumber(cell) && lengths.some(length => length > code.length)
  return refused(lost ? 'zerosLost' : 'codeLength', cell, { lengths: lengths.join(', ') })
}

const readDecimal: Reader = (cell, rule) => {
  const number = cell instanceof Date ? null : parseDecimal(textOf(cell))
  if (number === null) return refused('notANumber', cell)
  return withinLimits(number, rule) ? read(number) : refused('outOfLimits', cell, { least: rule.least ?? '…', greatest: rule.greatest ?? '…' })
}

const readInteger: Reader = (cell, rule, country) => {
  const number = readDecimal(cell, rule, country)
  if (typeof number.value !== 'string') return number
  return /^-?\d{1,9}$/.test(number.value) ? read(Number(number.value)) : refused('notAWhole', cell)
}

const readArea: Reader = cell => {
  const text = cell instanceof Date ? '' : textOf(cell).replace(/\s*(м²|м2|кв\.?\s?м\.?|m²|m2|kv\.?\s?m\.?)$/iu, '')
  const area = parseArea(text)
  return area === null ? refused('notAnArea', cell) : read(area)
}

/** Day, month, year as the three countries' papers and machines write them. A bare number of days is not guessed at. */
const readDate: Reader = cell => {
  if (cell instanceof Date) return read(cell.toISOString().slice(0, 10))
  if (isNumber(cell)) return refused('dateIsNumber', cell)
  const text = textOf(cell).replace(/\s*(г\.?|ж\.?|й\.?|yil)$/iu, '')
  const [, day, month, year] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text) ?? []
  const date = day && month && year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : /^\d{4}-\d\d-\d\d(?=$|T| )/.exec(text)?.[0] ?? ''
  return isLocalDate(date) ? read(date) : refused('notADate', cell)
}

const yes = new Set(['ha', 'ia', 'da', 'bar', 'est', 'yes', 'true', '1', 'bor'].map(searchKey).concat(['иә', 'да', 'бар', 'есть'].map(searchKey)))
const no = new Set(['yoʻq', 'no', 'false', '0', 'жоқ', 'нет', 'йўқ'].map(searchKey))

const readYesNo: Reader = cell => {
  if (typeof cell === 'boolean') return read(cell)
  const word = searchKey(textOf(cell))
  if (yes.has(word)) return read(true)
  return no.has(word) ? read(false) : refused('notYesNo', cell)
}

const readChoice: Reader = (cell, rule) => {
  const word = searchKey(textOf(cell))
  const found = Object.entries(rule.choices ?? {}).filter(([value, words]) => searchKey(value) === word || words.some(each => searchKey(each) === word))
  return found.length === 1 ? read(found[0]?.[0] ?? null) : refused('notAChoice', cell)
}

const readShare: Reader = cell => {
  const share = cell instanceof Date ? null : parseShare(textOf(cell))
  if (share === null) return refused(cell instanceof Date ? 'shareIsDate' : 'notAShare', cell)
  return read({ numerator: share.numerator.toString(), denominator: share.denominator.toString() })
}

/** A wrong phone does not cost the row: the owner is kept without it, and it is told. */
const readPhone: Reader = (cell, _rule, country) => {
  const phone = parseContactPhone(textOf(cell), country)
  return phone === null ? read(null, flag('notAPhone', cell)) : read(phone)
}

const readPersonalId: Reader = (cell, _rule, country) => {
  const digits = textOf(cell).replace(/\s+/g, '')
  const rules = jurisdictionOf(country)
  return rules.checkPersonalId(digits) || rules.checkOrganisationId(digits) ? read(digits) : refused('personalIdWrong', digits.replace(/\d(?=\d{3})/g, '•'))
}

const readUnitNumber: Reader = (cell, _rule, country) => {
  if (cell instanceof Date) return refused('numberIsDate', cell)
  const number = normaliseUnitNumber(textOf(cell), country === 'KZ' ? 'CYRILLIC' : 'LATIN')
  if (number.length > 20 || !/[\p{L}\p{N}]/u.test(number)) return refused('notAUnitNumber', cell)
  return read(number)
}

function readFlat(item: unknown): Flat | null {
  if (item === null || typeof item !== 'object') return null
  const { rooms, area, floor } = item as Record<string, unknown>
  const size = typeof area === 'number' || typeof area === 'string' ? parseArea(String(area)) : null
  const whole = (value: unknown) => (Number.isInteger(value) ? Number(value) : null)
  return size === null ? null : { rooms: whole(rooms), area: size, floor: whole(floor) }
}

/** A list of flats inside one place of the file. A flat that cannot be read is told and left out; the others stay. */
const readFlats: Reader = cell => {
  let list: unknown
  try {
    list = JSON.parse(textOf(cell))
  } catch {
    return refused('notAList', cell)
  }
  if (!Array.isArray(list)) return refused('notAList', cell)
  const flats = list.map(readFlat)
  const wrong = flats.flatMap((flat, index) => flat === null ? [flag('flatUnreadable', JSON.stringify(list[index]) ?? '', { index: index + 1 })] : [])
  return read(flats.filter(flat => flat !== null), ...wrong)
}

const readers: Record<ColumnRule['kind'], Reader> = {
  text: readText, name: readName, code: readCode, integer: readInteger, decimal: readDecimal, area: readArea, date: readDate, yesNo: readYesNo, choice: readChoice,
  share: readShare, phone: readPhone, personalId: readPersonalId, unitNumber: readUnitNumber, flats: readFlats,
}

const dashes = /^[-–—]+$|^#N\/A$|^null$/i

/** What the file says in one place as a value of ours, with everything there is to tell about it. */
export function readCell(cell: Cell, rule: ColumnRule, country: Country): Read {
  const text = textOf(cell)
  if (text === '' || dashes.test(text)) {
    if (rule.required) return refused('empty', cell)
    return text === '' ? read(null) : read(null, flag('dashIsEmpty', cell))
  }
  if (/[\u0000-\u0008\u000E-\u001F\uFFFD]/.test(text)) return refused('brokenLetters', cell)
  return readers[rule.kind](cell, rule, country)
}

export type ColumnPlan = { readonly places: readonly { readonly rule: ColumnRule; readonly index: number; readonly header: string }[]; readonly missing: readonly string[]; readonly unknown: readonly string[]; readonly repeated: readonly string[] }

/** Which column of the file fills which field; headers are compared folded. */
export function planColumns(headers: readonly string[], mapping: Pick<Mapping, 'columns' | 'ignored'>): ColumnPlan {
  const folded = headers.map(header => searchKey(header))
  const indexesOf = (rule: ColumnRule) => {
    const names = new Set([rule.field, ...rule.headers].map(searchKey))
    return folded.flatMap((header, index) => header !== '' && names.has(header) ? [index] : [])
  }
  const found = mapping.columns.map(rule => ({ rule, indexes: indexesOf(rule) }))
  const taken = new Set(found.flatMap(each => each.indexes))
  const ignored = new Set((mapping.ignored ?? []).map(searchKey))
  return {
    places: found.flatMap(({ rule, indexes }) => indexes[0] === undefined ? [] : [{ rule, index: indexes[0], header: headers[indexes[0]] ?? rule.field }]),
    missing: found.filter(({ rule, indexes }) => rule.required && indexes.length === 0).map(({ rule }) => rule.headers[0] ?? rule.field),
    unknown: headers.filter((header, index) => header.trim() !== '' && !taken.has(index) && !ignored.has(folded[index] ?? '')),
    repeated: found.filter(({ indexes }) => indexes.length > 1).map(({ indexes }) => headers[indexes[0] ?? 0] ?? ''),
  }
}

/** Which of the usual separators the first line has most of, outside quotes. */
export function guessDelimiter(line: string): ',' | ';' | '\t' {
  const bare = line.replace(/"[^"]*"/g, '')
  const count = (sign: string) => bare.split(sign).length
  const best = ([';', '\t', ','] as const).toSorted((a, b) => count(b) - count(a))[0]
  return best ?? ','
}
