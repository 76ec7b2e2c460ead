import { luhnDigit } from '#server/kernel/ids.ts'

export type MadeLine = { date: string; amount: bigint; out?: boolean; number?: string; name?: string; id?: string; account?: string; purpose?: string }
export type Made = { account: string; from: string; to: string; opening: bigint; lines: readonly MadeLine[]; dialect?: 'BCC' | 'KASPI' | 'PLAIN'; closing?: bigint; turnoverIn?: bigint }

export const sum = (minor: bigint) => `${minor < 0n ? '-' : ''}${(minor < 0n ? -minor : minor) / 100n}.${((minor < 0n ? -minor : minor) % 100n).toString().padStart(2, '0')}`
const day = (date: string) => date.split('-').reverse().join('.')

/** A right IBAN of Kazakhstan for any number. */
export function ibanOf(n: number): string {
  const body = `125${String(n).padStart(13, '0')}`
  const check = 98n - BigInt(`${body}203500`) % 97n
  return `KZ${check.toString().padStart(2, '0')}${body}`
}

export const accountNumber = (n: number) => { const digits = `7${String(n).padStart(8, '0')}`; return digits + luhnDigit(digits) }

function documentOf(made: Made, line: MadeLine, index: number): string[] {
  const dialect = made.dialect ?? 'BCC'
  const head = [`НомерДокумента=${line.number ?? String(index + 1)}`, `ДатаДокумента=${day(line.date)}`]
  const money = dialect === 'BCC' ? [`ДатаОперации=${day(line.date)}`, `СуммаРасход=${line.out ? sum(line.amount) : '0'}`, `СуммаПриход=${line.out ? '' : sum(line.amount)}`, 'Валюта=KZT']
    : [`Сумма=${sum(line.amount)}`, `${line.out ? 'ДатаСписано' : 'ДатаПоступило'}=${day(line.date)}`]
  const purpose = `НазначениеПлатежа=${line.purpose ?? ''}`
  return [openings[dialect], ...head, ...money, ...partiesOf(made, line), purpose, 'КонецДокумента']
}

const openings = { BCC: 'СекцияДокумент="Выписка"', KASPI: 'СекцияДокумент=выписка', PLAIN: 'СекцияДокумент=Платежное поручение' }

function partiesOf(made: Made, line: MadeLine): string[] {
  const party = line.out ? 'Получатель' : 'Плательщик'
  const key = made.dialect === 'PLAIN' ? { own: 'Счет', name: '', id: 'ИНН' } : { own: 'ИИК', name: 'Наименование', id: 'БИН_ИИН' }
  return [`${party}${key.name}=${line.name ?? 'Житель'}`, `${party}${key.id}=${line.id ?? ''}`, `${party}${key.own}=${line.account ?? ''}`, `${line.out ? 'Плательщик' : 'Получатель'}${key.own}=${made.account}`]
}

/** A statement as a bank writes it: opening, lines, closing. */
export function statementText(made: Made): string {
  const total = (out: boolean) => made.lines.reduce((all, line) => all + ((line.out ?? false) === out ? line.amount : 0n), 0n)
  const [turnoverIn, turnoverOut] = [made.turnoverIn ?? total(false), total(true)]
  const balance = ['СекцияРасчСчет', `ДатаНачала=${day(made.from)}`, `ДатаКонца=${day(made.to)}`, `РасчСчет=${made.account}`, `НачальныйОстаток=${sum(made.opening)}`,
    `ВсегоПоступило=${sum(turnoverIn)}`, `ВсегоСписано=${sum(turnoverOut)}`, `КонечныйОстаток=${sum(made.closing ?? made.opening + turnoverIn - turnoverOut)}`, 'КонецРасчСчет']
  return ['1CClientBankExchange', `ВерсияФормата=${made.dialect === 'BCC' ? '2.0' : '1.01'}`, 'Кодировка=Windows', 'Отправитель=АО "Банк"', `ДатаНачала=${day(made.from)}`, `ДатаКонца=${day(made.to)}`,
    `РасчСчет=${made.account}`, ...balance, ...made.lines.flatMap((line, index) => documentOf(made, line, index)), 'КонецФайла', ''].join('\r\n')
}

const upper = 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ'

/** Russian text in one of the one-byte encodings that banks still write. */
export function encoded(text: string, encoding: 'windows-1251' | 'cp866'): Uint8Array {
  return Uint8Array.from(text, letter => {
    const code = letter.codePointAt(0) ?? 63
    if (code < 128) return code
    const [big, small] = [upper.indexOf(letter), upper.indexOf(letter.toUpperCase())]
    if (small < 0) return letter === 'ё' ? (encoding === 'cp866' ? 0xf1 : 0xb8) : 63
    if (encoding === 'windows-1251') return big >= 0 ? 0xc0 + big : 0xe0 + small
    return big >= 0 ? 0x80 + big : small < 16 ? 0xa0 + small : 0xe0 + small - 16
  })
}
