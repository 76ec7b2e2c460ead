import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from '#server/kernel/errors.ts'
import { defineMachine, type MachineTable } from '#server/kernel/state-machine.ts'

const states = ['S0', 'S1', 'S2', 'S3', 'S4', 'S5']
const events = ['a', 'b', 'c']

/** Chains S0 → S1 → … → a final state, with random moves between them besides. */
const table: fc.Arbitrary<MachineTable<string, string>> = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.array(fc.tuple(fc.nat(5), fc.constantFrom('b', 'c'), fc.nat(5)), { maxLength: 12 }))
  .map(([count, extra]) => {
    const used = states.slice(0, count)
    const chain = used.slice(1).map((state, index) => [used[index] ?? '', 'a', state] as const)
    const moves = new Map<string, readonly [string, string, string]>(chain.map((move) => [`${move[0]} ${move[1]}`, move]))
    for (const [from, event, to] of extra) {
      const source = used[from % (count - 1)] ?? ''
      moves.set(`${source} ${event}`, [source, event, used[to % count] ?? ''])
    }
    return { initial: 'S0', final: [used[count - 1] ?? ''], moves: [...moves.values()] }
  })

describe('any lifecycle', () => {
  it('moves exactly where its table says and nowhere else', () => {
    fc.assert(
      fc.property(table, (moves) => {
        const machine = defineMachine(moves)
        for (const from of machine.states) {
          for (const event of events) {
            const row = moves.moves.find(([state, name]) => state === from && name === event)
            expect(machine.can(from, event)).toBe(row !== undefined)
            if (row === undefined) expect(() => machine.next(from, event)).toThrow(DomainError)
            else expect(machine.next(from, event)).toBe(row[2])
          }
        }
      }),
    )
  })

  it('stays among its states and stops at a final one, whatever happens to it', () => {
    fc.assert(
      fc.property(table, fc.array(fc.constantFrom(...events), { maxLength: 40 }), (moves, happenings) => {
        const machine = defineMachine(moves)
        let state = machine.initial
        for (const event of happenings) {
          if (!machine.can(state, event)) continue
          expect(machine.final).not.toContain(state)
          state = machine.next(state, event)
          expect(machine.isState(state)).toBe(true)
        }
      }),
    )
  })
})
