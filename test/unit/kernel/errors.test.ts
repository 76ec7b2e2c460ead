import { describe, expect, it } from 'vitest'
import { conflict, DomainError, forbidden, invalid, notFound, unavailable } from '#server/kernel/errors.ts'

describe('refusals', () => {
  it('carry their kind, the key of their sentence and its parameters', () => {
    const error = invalid('meters.valueTooLow', { last: '00471' })
    expect(error).toBeInstanceOf(DomainError)
    expect(error).toMatchObject({ kind: 'invalid', code: 'meters.valueTooLow', params: { last: '00471' } })
  })

  it('are of five kinds, four of which have a sentence for when nothing better is known', () => {
    expect([forbidden(), notFound(), conflict(), unavailable()].map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      'forbidden common.forbidden', 'notFound common.notFound', 'conflict common.conflict', 'unavailable common.unavailable',
    ])
  })
})
