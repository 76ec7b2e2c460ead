import { expect, test } from 'vitest'
import { judgeParts } from '#app/[locale]/(staff)/staff/statements/worklist/split-parts.ts'

const part = (number: string, amount: bigint) => ({ number, amount })

test('each part of a transfer whose number has not ten digits is told by its place', () => {
  expect(judgeParts([part('500000012', 60n), part('5000000123', 40n), part('', 0n)], 100n)).toEqual({ short: [0, 2], told: null })
  expect(judgeParts([part('5000000123', 60n), part('5000000124', 40n)], 100n)).toEqual({ short: [], told: null })
})

test('parts that do not make the whole are told with their sum', () => {
  expect(judgeParts([part('5000000123', 60n), part('5000000124', 50n)], 100n)).toEqual({ short: [], told: 110n })
})
