import { describe, expect, it } from 'vitest'
import { judgeAllowed, longestValidity, stateOf } from '#server/ledger/adjustments/rules.ts'
import { refused } from '#server/ledger/rules.ts'

const nothing = { checkStarted: false, positive: null, used: false, validUntil: null }

describe('where a request stands follows from what exists', () => {
  it.each([
    ['SENT', nothing],
    ['UNDER_CHECK', { ...nothing, checkStarted: true }],
    ['REFUSED', { ...nothing, checkStarted: true, positive: false }],
    ['ALLOWED', { ...nothing, checkStarted: true, positive: true, validUntil: '2026-11-21' }],
    ['EXPIRED', { ...nothing, checkStarted: true, positive: true, validUntil: '2026-11-20' }],
    ['APPLIED', { ...nothing, checkStarted: true, positive: true, used: true, validUntil: '2026-11-20' }],
  ] as const)('%s', (state, facts) => expect(stateOf(facts, '2026-11-21')).toBe(state))
})

describe('what an inspector may allow', () => {
  const judge = (from: bigint, to: bigint, validUntil = '2026-12-01', asked = -100n) => () => judgeAllowed({ from, to, validUntil }, asked, '2026-11-21')
  it('a range of the asked direction, one sum included; nothing at all', () => {
    expect(judge(-120n, -80n)).not.toThrow()
    expect(judge(-100n, -100n)).not.toThrow()
    expect(judge(5n, 9n, '2026-12-01', 7n)).not.toThrow()
    expect(() => judgeAllowed(null, -100n, '2026-11-21')).not.toThrow()
  })
  it.each([[-80n, -120n], [-80n, 0n], [-80n, 80n], [80n, 120n], [0n, 0n]])('not from %s to %s', (from, to) => expect(judge(from, to)).toThrow('ledger.allowedRange'))
  it('until today at the earliest, half a year at the latest', () => {
    expect(judge(-1n, -1n, '2026-11-21')).not.toThrow()
    expect(judge(-1n, -1n, '2027-05-20')).not.toThrow()
    expect(judge(-1n, -1n, '2026-11-20')).toThrow('ledger.allowedUntil')
    expect(judge(-1n, -1n, '2027-05-21')).toThrow('ledger.allowedUntil')
    expect(longestValidity).toBe(180)
  })
})

it('the five refusals of the gate have five codes', () => {
  const codes = ['UY020', 'UY021', 'UY022', 'UY023', 'UY024'].map(state => refused(state)?.code)
  expect(codes).toEqual(['ledger.noConclusion', 'ledger.conclusionOfOther', 'ledger.conclusionUsed', 'ledger.conclusionExpired', 'ledger.conclusionRange'])
  expect([refused('99999'), refused(null)]).toEqual([null, null])
})
