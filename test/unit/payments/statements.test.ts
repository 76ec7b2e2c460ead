import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodingOf, linesOf } from '#server/payments/statements/decode.ts'
import { makeExchangeReader } from '#server/payments/statements/exchange.ts'
import { flatIn, hidePersonIds, isPersonId, numbersIn, providerOf, readSum, statementLife } from '#server/payments/statements/rules.ts'
import type { ReadLine, StatementHead } from '#server/payments/statements/schema.ts'
import { fileOf } from '#test/support/file.ts'
import { accountNumber, encoded, ibanOf, statementText, type Made } from '#test/support/statements.ts'

const account = ibanOf(1)
const made: Made = {
  account, from: '2025-10-01', to: '2025-10-31', opening: 100_050n, dialect: 'BCC',
  lines: [
    { date: '2025-10-03', amount: 25_025n, name: 'Серикова А.', id: '900101300123', purpose: `Л/с ${accountNumber(12)} кв. 45`, number: '17' },
    { date: '2025-10-04', amount: 9_000n, out: true, name: 'ТОО "Лифт"', purpose: 'Обслуживание лифта', number: '18' },
  ],
}

function parse(text: string): { lines: ReadLine[]; head: StatementHead } {
  const reader = makeExchangeReader()
  const lines = text.split('\n').flatMap(line => reader.feed(line) ?? [])
  return { lines, head: reader.end() }
}

describe('1C ClientBankExchange and what the banks of Kazakhstan made of it', () => {
  test.each(['BCC', 'KASPI', 'PLAIN'] as const)('%s: lines with their way, sum, day and payer; the balance is proved', dialect => {
    const { lines, head } = parse(statementText({ ...made, dialect }))
    expect(head).toMatchObject({ account, from: '2025-10-01', to: '2025-10-31', opening: 100_050n, turnoverIn: 25_025n, turnoverOut: 9_000n, closing: 116_075n, lines: 2 })
    expect(lines[0]).toMatchObject({ row: 1, direction: 'IN', amount: 25_025n, date: '2025-10-03', document: '17', partyName: 'Серикова А.', partyId: '900101300123' })
    expect(lines[1]).toMatchObject({ row: 2, direction: 'OUT', amount: 9_000n, partyName: 'ТОО "Лифт"' })
  })

  const text = statementText(made)
  test.each<[string, string, string]>([
    ['opening + in − out is not closing', statementText({ ...made, closing: 116_076n }), 'statements.notBalanced'],
    ['the lines are not the turnover', statementText({ ...made, turnoverIn: 25_026n }), 'statements.linesDiffer'],
    ['an outgoing line is lost', text.replace('СуммаРасход=90.00', 'СуммаРасход=80.00'), 'statements.outgoingDiffer'],
    ['no day of beginning', text.replace('ДатаНачала=', 'Дата1='), 'statements.keyMissing'],
    ['no day in it', text.replace('ДатаКонца=31.10.2025', 'ДатаКонца=31.31.2025'), 'statements.notADay'],
    ['no account', text.replaceAll(/РасчСчет=.*/g, 'Счет1='), 'statements.keyMissing'],
    ['two accounts', text.replace(`РасчСчет=${account}\r\nНачальныйОстаток`, `РасчСчет=${ibanOf(2)}\r\nНачальныйОстаток`), 'statements.severalAccounts'],
    ['no balances', text.replace(/СекцияРасчСчет[\s\S]*?КонецРасчСчет\r\n/, ''), 'statements.noBalances'],
    ['cut off in a document', text.slice(0, text.indexOf('КонецДокумента')), 'statements.cutOff'],
    ['a sum that is none', text.replace('СуммаПриход=250.25', 'СуммаПриход=1,250.25'), 'statements.notASum'],
    ['a line without a sum', text.replace('СуммаПриход=250.25', 'СуммаПриход='), 'statements.noAmount'],
    ['both ways at once', text.replace('СуммаРасход=0', 'СуммаРасход=1'), 'statements.bothWays'],
    ['a line of another month', text.replace('ДатаОперации=03.10.2025', 'ДатаОперации=03.11.2025'), 'statements.outsidePeriod'],
    ['two currencies', text.replace('Валюта=KZT', 'Валюта=USD'), 'statements.severalCurrencies'],
    ['another kind of file', 'Дата;Сумма\r\n', 'statements.notExchange'],
    ['nothing at all', '\r\n', 'statements.emptyFile'],
  ])('refused: %s', (_what, broken, code) => {
    expect(() => parse(broken)).toThrow(expect.objectContaining({ code }))
  })

  test('days in sections of their own are one statement when each opens with what the one before closed with', () => {
    const section = (from: string, to: string, [opening, turnover, closing]: string[]) => `СекцияРасчСчет\nДатаНачала=${from}\nДатаКонца=${to}\nРасчСчет=${account}\nНачальныйОстаток=${opening}\nВсегоПоступило=${turnover}\nВсегоСписано=0\nКонечныйОстаток=${closing}\nКонецРасчСчет\n`
    const document = 'СекцияДокумент=выписка\nСумма=5.00\nДатаПоступило=02.10.2025\nКонецДокумента\n'
    const file = (...sections: string[]) => `1CClientBankExchange\nДатаНачала=01.10.2025\nДатаКонца=02.10.2025\nРасчСчет=${account}\n${sections.join('')}${document}КонецФайла`
    expect(parse(file(section('01.10.2025', '01.10.2025', ['10', '0', '10']), section('02.10.2025', '02.10.2025', ['10', '5', '15']))).head).toMatchObject({ opening: 1000n, closing: 1500n, turnoverIn: 500n })
    expect(() => parse(file(section('01.10.2025', '01.10.2025', ['10', '0', '10']), section('02.10.2025', '02.10.2025', ['11', '5', '16'])))).toThrow(expect.objectContaining({ code: 'statements.daysDoNotMeet' }))
  })
})

describe('the encoding is detected', () => {
  const text = statementText(made)
  test.each([['utf-8', new TextEncoder().encode(text)], ['windows-1251', encoded(text, 'windows-1251')], ['cp866', encoded(text, 'cp866')]] as const)('%s', async (encoding, bytes) => {
    expect(encodingOf(bytes)).toBe(encoding)
    const path = fileOf(bytes)
    const lines: string[] = []
    for await (const part of linesOf(path, encoding)) lines.push(...part)
    expect(parse(lines.join('\n')).lines[0]).toMatchObject({ partyName: 'Серикова А.', purpose: `Л/с ${accountNumber(12)} кв. 45` })
  })

  test('a spreadsheet is no text', () => {
    expect(() => encodingOf(Uint8Array.of(0x50, 0x4b, 0, 3))).toThrow(expect.objectContaining({ code: 'statements.notAText' }))
  })
})

describe('what a payer wrote', () => {
  const [one, two] = [accountNumber(12), accountNumber(99)]
  const slip = `${one.slice(0, 9)}${(Number(one[9]) + 1) % 10}`
  test.each<[string, string, { numbers: string[]; broken: string[] }]>([
    ['by itself', one, { numbers: [one], broken: [] }],
    ['in groups', `№ ${one.slice(0, 3)} ${one.slice(3, 6)}-${one.slice(6)}`, { numbers: [one], broken: [] }],
    ['twice the same', `${one} ${one}`, { numbers: [one], broken: [] }],
    ['two numbers', `${one}, ${two}`, { numbers: [one, two], broken: [] }],
    ['a slip of the hand', `лс ${slip}`, { numbers: [], broken: [slip] }],
    ['IIN and IBAN are no account', `ИИН 900101300123 KZ${one}12345678`, { numbers: [], broken: [] }],
    ['with a month beside it', `${one} 10.2025`, { numbers: [one], broken: [] }],
    ['a sum beside it', `${one} 5000`, { numbers: [one], broken: [] }],
  ])('%s', (_what, text, found) => {
    expect(numbersIn(text)).toEqual(found)
  })

  test.each([['кв. 45', '45'], ['45-xonadon uchun', '45'], ['за 12а кв', '12а'], ['пәтер 7, қазан', '7'], ['оплата 2025', null]])('the flat in %j is %j', (text, flat) => {
    expect(flatIn(text)).toBe(flat)
  })

  test('a provider is known by its own name, never a person who paid through it', () => {
    const line = (partyName: string, purpose = '', partyId = '') => providerOf({ partyName, purpose, partyId })
    expect(line('ТОО "Kaspi Pay"')).toBe('kaspi')
    expect(line('INSPIRED LLC (PAYME)')).toBe('payme')
    expect(line('АО Банк', 'Перечисление принятых платежей по реестру Click')).toBe('click')
    expect(line('Ахметов А. через Kaspi', '', '870101300120')).toBe(isPersonId('870101300120') ? null : 'kaspi')
    expect(line('Серикова А.', 'Kaspi перевод кв 5')).toBeNull()
  })

  test('numbers of persons are hidden in texts', () => {
    const iin = ['900101300120', '900101300121', '900101300122', '900101300123', '900101300124', '900101300125', '900101300126', '900101300127', '900101300128', '900101300129'].find(isPersonId) ?? ''
    expect(hidePersonIds(`ИИН ${iin} за кв 5`)).toBe('ИИН 9001•••••••• за кв 5')
  })
})

test.each([['1000.5', 100_050n], ['1 250,75', 125_075n], ["1'250.75", 125_075n], ['-3', -300n], ['1,250.75', null], ['1.005', null], ['', null]])('the sum %j is %s', (text, minor) => {
  expect(readSum(text)).toBe(minor)
})

test('a file goes one way: what was posted is not read again, what was let go is not posted', () => {
  expect(statementLife.can('READ', 'accept')).toBe(true)
  for (const state of ['DONE', 'DISCARDED', 'FAILED'] as const) for (const event of ['read', 'accept', 'reject'] as const) expect(() => statementLife.next(state, event)).toThrow()
})

const dialects = join(import.meta.dirname, '../../../../shared/data/kz_bank_statement_dialects.json')
type Dialects = { dialects: { bank: string; header_keys_order: string[]; document_open: string }[]; example_synthetic: string[] }

describe.skipIf(!existsSync(dialects))('REAL DIALECTS of ../shared/data (skipped where the folder is absent)', () => {
  const known = () => JSON.parse(readFileSync(dialects, 'utf8')) as Dialects

  test('the example of the folder is read: 1000.5 + 250.25 − 0 = 1250.75, and its line makes it true', () => {
    const { example_synthetic: example } = known()
    const { bank: _bank, document_open: open } = known().dialects[0]!
    const document = [open, 'ВидДокумента="Платежное поручение"', 'СуммаРасход=0', 'СуммаПриход=250.25', 'ДатаОперации=05.10.2025', 'Валюта=KZT', 'НазначениеПлатежа=взнос', 'КонецДокумента']
    const { head, lines } = parse([...example, ...document, 'КонецФайла'].join('\r\n'))
    expect(head).toMatchObject({ opening: 100_050n, turnoverIn: 25_025n, turnoverOut: 0n, closing: 125_075n, lines: 1, currency: 'KZT' })
    expect(lines[0]).toMatchObject({ direction: 'IN', amount: 25_025n, date: '2025-10-05' })
    // Without the line the file tells of money that it does not show.
    expect(() => parse([...example, 'КонецФайла'].join('\r\n'))).toThrow(expect.objectContaining({ code: 'statements.linesDiffer' }))
  })

  test.each([0, 1])('dialect %i: every header key in its order, and its way to open a document', index => {
    const dialect = known().dialects[index]!
    const value = (key: string) => key.startsWith('Дата') ? '01.10.2025' : key === 'РасчСчет' ? account : key === dialect.header_keys_order[0] ? '' : 'x'
    const header = dialect.header_keys_order.map((key, place) => place === 0 ? key : `${key}=${value(key)}`)
    const rest = ['СекцияРасчСчет', 'ДатаНачала=01.10.2025', 'ДатаКонца=01.10.2025', `РасчСчет=${account}`, 'НачальныйОстаток=0', 'ВсегоПоступило=1.00', 'ВсегоСписано=0.00', 'КонечныйОстаток=1.00', 'КонецРасчСчет',
      dialect.document_open, 'ДатаОперации=01.10.2025', 'СуммаПриход=1.00', 'КонецДокумента', 'КонецФайла']
    expect(parse([...header, ...rest].join('\n')).head).toMatchObject({ account, closing: 100n })
  })
})
