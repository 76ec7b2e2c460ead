import { expect, it } from 'vitest'
import { typedSum } from '#app/_parts/ledger/typed-sum.ts'

it.each([['1500', 150_000n], ['1 500,5', 150_050n], ['1500.50', 150_050n], ['19.344', null], ['100,555', null], ['0', null], ['-5', null], ['abc', null]])('the sum %j that a person typed is %s: three decimals are never rounded into another sum', (typed, sum) => {
  expect(typedSum(typed)).toBe(sum)
})
