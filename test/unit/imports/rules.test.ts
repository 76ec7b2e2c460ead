import { describe, expect, test } from 'vitest'
import { premisesRegister } from '#server/imports/mappings/registry.ts'
import { batchMachine, guessDelimiter, planColumns, readCell } from '#server/imports/rules.ts'
import type { Cell, CellKind, ColumnRule } from '#server/imports/schema.ts'

const rule = (kind: CellKind, more: Partial<ColumnRule> = {}): ColumnRule => ({ field: 'f', headers: ['f'], kind, ...more })
const value = (cell: Cell, kind: CellKind, more: Partial<ColumnRule> = {}, country: 'UZ' | 'KZ' = 'KZ') => {
  const { value: read, problems } = readCell(cell, rule(kind, more), country)
  return [read, ...problems.map(each => `${each.severity} ${each.code.replace('imports.findings.', '')}`)]
}

describe('what a place of a file says, normalised or refused, never guessed silently', () => {
  test.each<[string, Cell, CellKind, Partial<ColumnRule>, unknown[]]>([
    ['five kinds of apostrophe are one', "Mo'g`ul Oʼktam G‘afur", 'text', {}, ['Moʻgʻul Oʻktam Gʻafur']],
    ['spaces that do not break', '\u00A0Абай \u00A0 даңғылы ', 'text', {}, ['Абай даңғылы']],
    ['mixed alphabets are kept and told', 'Maхdumi', 'text', {}, ['Maхdumi', 'FLAGGED mixedScript']],
    ['too long a text', 'x'.repeat(11), 'text', { most: 10 }, [null, 'REFUSED tooLong']],
    ['a name without letters', '12345', 'name', {}, [null, 'REFUSED notAName']],
    ['leading zeros stay', '0201300091234567', 'code', { lengths: [16] }, ['0201300091234567']],
    ['leading zeros lost by a spreadsheet are not put back', { number: '201300091234567' }, 'code', { lengths: [16] }, [null, 'REFUSED zerosLost']],
    ['a code that became 2.013E+14', { number: '2.013e+14' }, 'code', {}, [null, 'REFUSED codeIsNumber']],
    ['a code that was a number is told', { number: '17' }, 'code', {}, ['17', 'FLAGGED codeWasNumber']],
    ['a code of another length', '12345', 'code', { lengths: [4, 7] }, [null, 'REFUSED codeLength']],
    ['the apostrophe by which a spreadsheet keeps zeros', "'0012", 'code', {}, ['0012']],
    ['a decimal comma', '62,1', 'area', {}, ['62.1']],
    ['an area with its unit', '62,10 м²', 'area', {}, ['62.1']],
    ['an area from a spreadsheet', { number: '62.1' }, 'area', {}, ['62.1']],
    ['an area to the millimetre', '62,1234', 'area', {}, [null, 'REFUSED notAnArea']],
    ['both separators', '1,062.5', 'decimal', {}, [null, 'REFUSED notANumber']],
    ['thousands with spaces', '12 345,678', 'decimal', {}, ['12345.678']],
    ['a whole number', '9', 'integer', {}, [9]],
    ['nine and a half storeys', '9,5', 'integer', {}, [null, 'REFUSED notAWhole']],
    ['outside the limits', '120', 'integer', { least: 1, greatest: 100 }, [null, 'REFUSED outOfLimits']],
    ['a date as papers write it', '5.9.2026', 'date', {}, ['2026-09-05']],
    ['a date with its word', '05.09.2026 г.', 'date', {}, ['2026-09-05']],
    ['a date with time', '2026-09-05T00:00:00', 'date', {}, ['2026-09-05']],
    ['a date of a spreadsheet', new Date('2026-09-05T00:00:00Z'), 'date', {}, ['2026-09-05']],
    ['a day that is not', '31.02.2026', 'date', {}, [null, 'REFUSED notADate']],
    ['two digits of a year', '05.09.26', 'date', {}, [null, 'REFUSED notADate']],
    ['a date as a bare number', { number: '46270' }, 'date', {}, [null, 'REFUSED dateIsNumber']],
    ['yes in Kazakh', 'Иә', 'yesNo', {}, [true]],
    ['no in Uzbek with a wrong apostrophe', "yo'q", 'yesNo', {}, [false]],
    ['perhaps', 'наверное', 'yesNo', {}, [null, 'REFUSED notYesNo']],
    ['a third', '1/3', 'share', {}, [{ numerator: '1', denominator: '3' }]],
    ['a share that a spreadsheet made the third of January', new Date('2026-01-03T00:00:00Z'), 'share', {}, [null, 'REFUSED shareIsDate']],
    ['a unit number that a spreadsheet made a date', new Date('2026-01-03T00:00:00Z'), 'unitNumber', {}, [null, 'REFUSED numberIsDate']],
    ['a unit number with its word', 'кв. 12-a', 'unitNumber', {}, ['12А']],
    ['a phone', '8 (701) 123-45-67', 'phone', {}, ['+77011234567']],
    ['a wrong phone does not cost the row', '12-34', 'phone', {}, [null, 'FLAGGED notAPhone']],
    ['an IIN', '991332300002', 'personalId', {}, ['991332300002']],
    ['an IIN with a wrong digit', '991332300003', 'personalId', {}, [null, 'REFUSED personalIdWrong']],
    ['a dash for nothing', '—', 'integer', {}, [null, 'FLAGGED dashIsEmpty']],
    ['nothing', '  ', 'integer', {}, [null]],
    ['nothing where something is needed', '', 'text', { required: true }, [null, 'REFUSED empty']],
    ['broken letters', 'Аб\uFFFDй', 'text', {}, [null, 'REFUSED brokenLetters']],
    ['flats, one of them unreadable', '[{"rooms":1,"area":23.5,"floor":4},{"rooms":2,"area":"many"}]', 'flats', {}, [[{ rooms: 1, area: '23.5', floor: 4 }], 'FLAGGED flatUnreadable']],
    ['flats that are none', '{"rooms":1}', 'flats', {}, [null, 'REFUSED notAList']],
  ])('%s', (_name, cell, kind, more, expected) => {
    expect(value(cell, kind, more)).toEqual(expected)
  })

  test('a personal number is never repeated in a finding', () => {
    const { problems } = readCell('991332300003', rule('personalId'), 'KZ')
    expect(JSON.stringify(problems)).not.toContain('991332300')
  })
})

describe('columns are known by their headers in any of the three languages', () => {
  test.each([
    [['Үй коды', 'Пәтер', 'Жалпы ауданы', 'Қабат']], [['Код дома', '№ квартиры', 'Общая площадь', 'Этаж']], [['UY KODI', 'Xonadon raqami', 'umumiy maydon', 'qavat']], [['House', 'number', 'area', 'floor']],
  ])('%s', headers => {
    const plan = planColumns(headers, premisesRegister)
    expect(plan.missing).toEqual([])
    expect(plan.unknown).toEqual([])
    expect(plan.places.map(place => place.rule.field).sort()).toEqual(['areaM2', 'floor', 'house', 'number'])
  })

  test('a missing column, a strange one and one twice are told', () => {
    const plan = planColumns(['Квартира', 'Этаж', 'Этаж', 'Настроение'], premisesRegister)
    expect(plan.missing).toHaveLength(1)
    expect(plan.unknown).toEqual(['Настроение'])
    expect(plan.repeated).toEqual(['Этаж'])
  })

  test('the separator is the one that the first line has most of', () => {
    expect(guessDelimiter('a;b;"c,d,e,f"')).toBe(';')
    expect(guessDelimiter('a,b,c')).toBe(',')
    expect(guessDelimiter('a\tb\tc,d')).toBe('\t')
  })
})

test('a batch goes forward only: no state is lost, every end is final', () => {
  expect(batchMachine.next('RECEIVED', 'read')).toBe('READING')
  expect(batchMachine.next('READ', 'accept')).toBe('APPLYING')
  expect(() => batchMachine.next('DONE', 'accept')).toThrow('common.conflict')
  expect(() => batchMachine.next('APPLYING', 'reject')).toThrow('common.conflict')
})
