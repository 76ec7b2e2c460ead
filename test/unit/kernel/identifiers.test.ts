import { describe, expect, it } from 'vitest'
import {
  isBankBranch, isBin, isIin, isKato, isKazakhIban, isMxik, isPinfl, isRka, isStir, isUzbekBankAccount, isUzbekPassport,
  parseCadastre,
} from '#server/kernel/identifiers.ts'

describe('JShShIR (uzbekistan.md 5)', () => {
  const valid = ['31206850123450', '40101901234566', '52902049980013', '63112090017772']

  it.each(valid)('%s is right', (number) => {
    expect(isPinfl(number)).toBe(true)
  })

  it.each(valid)('%s with its last digit one up or down is wrong', (number) => {
    const last = Number(number.slice(-1))
    for (const other of [(last + 1) % 10, (last + 9) % 10]) expect(isPinfl(number.slice(0, -1) + String(other))).toBe(false)
  })

  it('of 30 February is wrong though its check digit is right', () => {
    expect(isPinfl('33002850123452')).toBe(false)
  })

  it('of another length or century is wrong', () => {
    expect(['3120685012345', '312068501234500', '71206850123450', '01206850123450', '3120685012345O'].some(isPinfl)).toBe(false)
  })
})

describe('IIN and BIN (kazakhstan.md 4.6)', () => {
  it('pass with the first and with the second weights', () => {
    expect(isIin('991332300002')).toBe(true)
    expect(isIin('991332300311')).toBe(true)
  })

  it('fail with a wrong check digit', () => {
    expect(isIin('991332300003')).toBe(false)
  })

  it('are never issued where both weights give ten', () => {
    expect(Array.from({ length: 10 }, (_, digit) => `99133230030${digit}`).some(isIin)).toBe(false)
  })

  it('do not pass for each other', () => {
    expect(isBin('990140000007')).toBe(true)
    expect(isIin('990140000007')).toBe(false)
    expect(isBin('991332300002')).toBe(false)
    expect(['990140000008', '991340000005', '99014000000', '9901400000070'].some(isBin)).toBe(false)
  })
})

describe('other numbers, in both directions (AT-UZ-30)', () => {
  const rows: [name: string, check: (text: string) => boolean, examples: { right: string[]; wrong: string[] }][] = [
    ['STIR', isStir, { right: ['201234567', '512345678'], wrong: ['20123456', '2012345678', '012345678', '20123456a'] }],
    ['passport of Uzbekistan', isUzbekPassport, { right: ['AA1234567', 'AD0000001'], wrong: ['A1234567', 'AA123456', 'aa1234567', 'АА1234567'] }],
    ['bank account of Uzbekistan', isUzbekBankAccount, { right: ['20208000100123456001'], wrong: ['2020800010012345600', '20208-000100123456001'] }],
    ['MFO', isBankBranch, { right: ['00014'], wrong: ['0014', '000140'] }],
    ['MXIK', isMxik, { right: ['10202001001000001'], wrong: ['1020200100100000', '102020010010000011'] }],
    ['IBAN of Kazakhstan', isKazakhIban, { right: ['KZ86125KZT5004100100', 'KZ563190000012344567'], wrong: ['KZ87125KZT5004100100', 'KZ86125KZT500410010', 'kz86125kzt5004100100', 'UZ86125KZT5004100100'] }],
    ['RKA', isRka, { right: ['0201300000000012'], wrong: ['201300000000012', '02013000000000123'] }],
    ['KATO', isKato, { right: ['750000000', '010000000'], wrong: ['75000000', '7500000000'] }],
  ]

  it.each(rows)('%s has its form', (_name, check, { right, wrong }) => {
    expect(right.filter((text) => !check(text))).toEqual([])
    expect(wrong.filter(check)).toEqual([])
  })

  it('cadastre number of Uzbekistan has seven groups for the building and an eighth for the flat', () => {
    expect(parseCadastre('10:01:02:03:04:0005:0006:007')).toEqual({ building: '10:01:02:03:04:0005:0006', part: '007' })
    const again = parseCadastre(' 10 : 01/02.03:04:0005:0006:007 ')
    expect(parseCadastre(`${again?.building}:${again?.part}`)).toEqual(again)
    expect(parseCadastre(' 10:01:02:03:04:0005:0006 ')).toEqual({ building: '10:01:02:03:04:0005:0006', part: null })
    expect(parseCadastre('10 : 01/02.03:04:0005:0006')?.building).toBe('10:01:02:03:04:0005:0006')
    expect(['10:1:02:03:04:0005:0006', '10:01:02:03:04:0005', '10:01:02:03:04:0005:0006:07', 'нет'].map(parseCadastre)).toEqual([null, null, null, null])
  })
})
