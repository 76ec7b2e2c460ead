import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAccountNumber } from '#server/kernel/ids.ts'
import { makeExchangeReader } from '#server/payments/statements/exchange.ts'
import { encodingOf } from '#server/payments/statements/decode.ts'
import { keyOfLine, numbersIn } from '#server/payments/statements/rules.ts'
import { accountNumber, encoded, ibanOf, statementText, sum, type Made } from '#test/support/statements.ts'

const line = fc.record({
  date: fc.integer({ min: 1, max: 30 }).map(day => `2026-09-${String(day).padStart(2, '0')}`),
  amount: fc.bigInt({ min: 1n, max: 9_999_999_999n }),
  out: fc.boolean(),
  number: fc.integer({ min: 1, max: 999_999 }).map(String),
  purpose: fc.string({ unit: fc.constantFrom(...'абвгд АБВ0123456789.,№-') }),
})
const statement: fc.Arbitrary<Made> = fc.record({ account: fc.integer({ min: 1, max: 1e9 }).map(ibanOf), from: fc.constant('2026-09-01'), to: fc.constant('2026-09-30'), opening: fc.bigInt({ min: -1_000_000n, max: 10_000_000_000n }),
  lines: fc.array(line, { maxLength: 30 }), dialect: fc.constantFrom('BCC', 'KASPI', 'PLAIN') })

function parse(text: string) {
  const reader = makeExchangeReader()
  const lines = text.split('\n').flatMap(each => reader.feed(each) ?? [])
  return { lines, head: reader.end() }
}

test('what a bank wrote is what is read, to the last hundredth, in every dialect', () => {
  fc.assert(fc.property(statement, made => {
    const { lines, head } = parse(statementText(made))
    expect(lines.map(({ date, amount, direction, document }) => ({ date, amount, out: direction === 'OUT', number: document }))).toEqual(made.lines.map(({ date, amount, out, number }) => ({ date, amount, out, number })))
    expect(head.opening + lines.reduce((all, { amount, direction }) => all + (direction === 'IN' ? amount : -amount), 0n)).toBe(head.closing)
  }), { numRuns: 300 })
})

test('one hundredth more or less in any one sum, and the file is refused', () => {
  const some = statement.filter(made => made.lines.length > 0 && made.dialect === 'KASPI')
  fc.assert(fc.property(some, fc.nat(), fc.constantFrom(1n, -1n), (made, place, change) => {
    const text = statementText(made)
    const sums = [...text.matchAll(/^(Сумма|НачальныйОстаток|ВсегоПоступило|ВсегоСписано|КонечныйОстаток)=(-?)(\d+)[.](\d\d)/gm)]
    const one = sums[place % sums.length]!
    const minor = (one[2] === '-' ? -1n : 1n) * (BigInt(one[3]!) * 100n + BigInt(one[4]!)) + change
    fc.pre(minor !== 0n)
    const broken = `${text.slice(0, one.index)}${one[1]}=${sum(minor)}${text.slice(one.index + one[0].length)}`
    expect(() => parse(broken)).toThrow()
  }), { numRuns: 300 })
})

test('windows-1251, cp866 and UTF-8 are told apart', () => {
  fc.assert(fc.property(statement, fc.constantFrom('utf-8', 'windows-1251', 'cp866'), (made, encoding) => {
    const text = statementText(made).replaceAll('№', 'N')
    expect(encodingOf(encoding === 'utf-8' ? new TextEncoder().encode(text) : encoded(text, encoding as 'cp866'))).toBe(encoding)
  }), { numRuns: 300 })
})

test('a number is found in any words around it, and nothing else is one', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999 }).map(accountNumber), fc.string({ unit: fc.constantFrom(...'абв лс №:/') }), fc.string(), (number, before, text) => {
    expect(numbersIn(`${before}${number} ${before}`)).toEqual({ numbers: [number], broken: [] })
    const { numbers, broken } = numbersIn(text)
    expect(numbers.every(isAccountNumber) && !broken.some(isAccountNumber)).toBe(true)
  }), { numRuns: 1000 })
})

test('two lines are the same line only when everything that the bank says of them is', () => {
  fc.assert(fc.property(statement, made => {
    const { lines } = parse(statementText(made))
    const keys = new Map<string, string>()
    for (const each of lines) {
      const told = JSON.stringify([each.date, each.document, each.direction, String(each.amount), each.purpose])
      const key = keyOfLine(made.account, each)
      expect(keys.get(key) ?? told).toBe(told)
      keys.set(key, told)
    }
  }), { numRuns: 200 })
})
