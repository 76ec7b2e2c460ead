import { describe, expect, it } from 'vitest'
import { DomainError } from '#server/kernel/errors.ts'
import { defineMachine } from '#server/kernel/state-machine.ts'

const payment = defineMachine({
  initial: 'CREATED',
  final: ['CANCELLED'],
  moves: [
    ['CREATED', 'perform', 'PERFORMED'],
    ['CREATED', 'cancel', 'CANCELLED'],
    ['PERFORMED', 'cancel', 'CANCELLED'],
  ],
})

describe('a lifecycle as a table', () => {
  it('moves where the table says', () => {
    expect(payment.next('CREATED', 'perform')).toBe('PERFORMED')
    expect(payment.can('PERFORMED', 'cancel')).toBe(true)
    expect(payment.can('PERFORMED', 'perform')).toBe(false)
  })

  it('refuses any other move as a conflict that names it', () => {
    const move = (): string => payment.next('CANCELLED', 'perform')
    expect(move).toThrow(DomainError)
    expect(move).toThrow(expect.objectContaining({ kind: 'conflict', params: { state: 'CANCELLED', event: 'perform' } }))
  })

  it('lists its states and events and knows a status from the database', () => {
    expect(payment.states).toEqual(['CREATED', 'PERFORMED', 'CANCELLED'])
    expect(payment.events).toEqual(['perform', 'cancel'])
    expect([payment.isState('PERFORMED'), payment.isState('LOST')]).toEqual([true, false])
  })
})

describe('a table that cannot be true', () => {
  it('has two answers to one event', () => {
    expect(() => defineMachine({ initial: 'A', final: ['B', 'C'], moves: [['A', 'go', 'B'], ['A', 'go', 'C']] })).toThrow('two moves')
  })

  it('leads out of a final state', () => {
    expect(() => defineMachine({ initial: 'A', final: ['B'], moves: [['A', 'go', 'B'], ['B', 'back', 'A']] })).toThrow('final state B')
  })

  it('has a state that nothing reaches', () => {
    expect(() => defineMachine({ initial: 'A', final: ['B', 'D'], moves: [['A', 'go', 'B'], ['C', 'go', 'D']] })).toThrow('nothing reaches C, D')
  })

  it('has a dead end that is not called final', () => {
    expect(() => defineMachine({ initial: 'A', final: ['C'], moves: [['A', 'go', 'B'], ['A', 'end', 'C']] })).toThrow('out of B')
  })
})
