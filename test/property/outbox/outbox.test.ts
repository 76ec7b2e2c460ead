import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOver } from '#app/_client/outbox.ts'
import { World, type Fate, type Letter } from './model.ts'

const people = ['anna', 'botir'] as const

const fate: fc.Arbitrary<Fate> = fc.constantFrom('arrives', 'requestLost', 'answerLost', 'doubled', 'delayed', 'serverFails', 'signedOut')
const which = fc.nat({ max: 11 })

type Event =
  | { do: 'write'; text: string; unacceptable: boolean }
  | { do: 'flush'; fates: Fate[]; tabs: number }
  | { do: 'withdraw' | 'again'; which: number }
  | { do: 'signIn'; person: string | null }
  | { do: 'lateArrive' }
  | { do: 'crashAfter'; steps: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), text: fc.string({ maxLength: 5 }), unacceptable: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('flush' as const), fates: fc.array(fate, { maxLength: 6 }), tabs: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('withdraw' as const, 'again' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('signIn' as const), person: fc.constantFrom(...people, null) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lateArrive' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crashAfter' as const), steps: fc.integer({ min: 1, max: 14 }) }) },
)

async function play(world: World, event: Event, ids: string[]): Promise<void> {
  if (event.do === 'write') await write(world, event, ids)
  else if (event.do === 'flush') await world.flush([...event.fates], event.tabs)
  else if (event.do === 'signIn') world.session = event.person
  else if (event.do === 'lateArrive') arriveLate(world)
  else if (event.do === 'crashAfter') world.untilCrash = event.steps
  else await onOne(world, event, ids)
}

async function write(world: World, { text, unacceptable }: { text: string; unacceptable: boolean }, ids: string[]): Promise<void> {
  if (world.session === null) return
  const letter: Letter = { id: `letter-${String(ids.length).padStart(3, '0')}`, personKey: world.session, text, unacceptable }
  ids.push(letter.id)
  await world.write(letter)
}

async function onOne(world: World, event: { do: 'withdraw' | 'again'; which: number }, ids: string[]): Promise<void> {
  const id = ids[event.which % Math.max(1, ids.length)]
  // A person reaches only their own letters.
  if (id === undefined || world.stored.get(id)?.meta.personKey !== world.session) return
  if (event.do === 'withdraw') await world.withdraw(id)
  else await world.again(id)
}

/** A request that left under one session may arrive after its end; the cookie it carries is still that person's. */
function arriveLate(world: World): void {
  const strangers = world.strangers.length
  world.deliverHeld()
  world.strangers.length = strangers
}

/** The network becomes honest, and each person comes back once more. */
async function heal(world: World): Promise<void> {
  world.untilCrash = Number.POSITIVE_INFINITY
  arriveLate(world)
  for (const person of people) {
    world.session = person
    await world.flush([], 1)
  }
}

function judge(world: World): void {
  const count = (id: string) => world.effects.filter((effect) => effect.id === id).length
  for (const letter of world.written.values()) {
    const held = world.stored.get(letter.id)
    if (world.withdrawn.has(letter.id)) expect(count(letter.id), 'withdrawn and yet sent').toBe(0)
    else if (world.maybeWithdrawn.has(letter.id)) expect(count(letter.id)).toBeLessThanOrEqual(1)
    else if (letter.unacceptable) {
      expect(count(letter.id)).toBe(0)
      expect(held?.meta, 'a refused letter was lost').toMatchObject({ state: 'refused', problem: { code: 'x.no' } })
      expect(held?.content.input).toEqual(letter)
    } else expect(count(letter.id), 'lost or doubled').toBe(1)
  }
  expect(world.strangers, "left under another person's session").toEqual([])
  for (const effect of world.effects) {
    expect(effect).toEqual({ id: effect.id, personKey: world.written.get(effect.id)?.personKey, text: world.written.get(effect.id)?.text })
  }
}

describe('the outbox', () => {
  it('loses nothing and doubles nothing under loss, duplication, reordering, crashes and shared phones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 40 }), async (events) => {
        const world = new World()
        const ids: string[] = []
        for (const one of events) await play(world, one, ids)
        await heal(world)
        judge(world)
      }),
      { numRuns: 1000 },
    )
  })

  it('sends in the order of writing when the network is honest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), async (many) => {
        const world = new World()
        for (let n = 0; n < many; n += 1) await world.write({ id: `letter-${String(n).padStart(3, '0')}`, personKey: 'anna', text: String(n), unacceptable: false })
        await world.flush([], 1)
        expect(world.effects.map((effect) => Number(effect.text))).toEqual(Array.from({ length: many }, (_, n) => n))
      }),
      { numRuns: 50 },
    )
  })

  it('keeps a sent letter in sight for an hour, then takes it out of the phone', () => {
    const sent = { id: 'a', personKey: 'anna', path: 'x.y', at: 1000, attempts: 1, state: 'sent' as const, problem: null }
    const hour = 60 * 60 * 1000
    expect([isOver(sent, 1000 + hour), isOver(sent, 1001 + hour)]).toEqual([false, true])
    for (const state of ['waiting', 'sending', 'refused'] as const) expect(isOver({ ...sent, state }, 1000 + 1000 * hour), state).toBe(false)
  })

  it('notices when it is broken: a send that forgets to mark the entry first is caught by the same judge', async () => {
    const world = new World()
    await world.write({ id: 'letter-000', personKey: 'anna', text: 'a', unacceptable: false })
    world.stored.delete('letter-000')
    await heal(world)
    expect(() => judge(world)).toThrow('lost or doubled')
  })
})
