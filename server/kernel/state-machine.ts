import { conflict } from './errors.ts'

export type MachineTable<State extends string, Event extends string> = {
  readonly initial: State
  readonly final: readonly State[]
  readonly moves: readonly (readonly [from: State, event: Event, to: State])[]
}

export type Machine<State extends string, Event extends string> = {
  readonly initial: State
  readonly final: readonly State[]
  readonly states: readonly State[]
  readonly events: readonly Event[]
  /** Narrows a status read from the database. */
  readonly isState: (text: string) => text is State
  readonly can: (state: State, event: Event) => boolean
  /** The state after the event; a move that the table does not have is a conflict. */
  readonly next: (state: State, event: Event) => State
}

/**
 * A lifecycle as a table of (from, event, to). A table that cannot be true (two answers to one
 * event, a move out of a final state, a state nothing reaches) fails when the module loads.
 */
export function defineMachine<const State extends string, const Event extends string>(
  table: MachineTable<State, Event>,
): Machine<State, Event> {
  const moves = new Map<string, State>()
  for (const [from, event, to] of table.moves) {
    if (moves.has(key(from, event))) throw new Error(`two moves from ${from} on ${event}`)
    if (table.final.includes(from)) throw new Error(`a move out of the final state ${from}`)
    moves.set(key(from, event), to)
  }
  const states = statesOf(table)
  const lost = states.filter((state) => !reachable(table).has(state))
  if (lost.length > 0) throw new Error(`nothing reaches ${lost.join(', ')}`)
  const stuck = states.filter((state) => !table.final.includes(state) && !table.moves.some(([from]) => from === state))
  if (stuck.length > 0) throw new Error(`nothing leads out of ${stuck.join(', ')}, and it is not final`)

  return {
    initial: table.initial,
    final: table.final,
    states,
    events: [...new Set(table.moves.map(([, event]) => event))],
    isState: (text): text is State => states.some((state) => state === text),
    can: (state, event) => moves.has(key(state, event)),
    next: (state, event) => {
      const to = moves.get(key(state, event))
      if (to === undefined) throw conflict('common.conflict', { state, event })
      return to
    },
  }
}

function key(state: string, event: string): string {
  return `${state} ${event}`
}

function statesOf<State extends string>(table: MachineTable<State, string>): State[] {
  return [...new Set([table.initial, ...table.moves.flatMap(([from, , to]) => [from, to]), ...table.final])]
}

function reachable<State extends string>(table: MachineTable<State, string>): Set<State> {
  const reached = new Set<State>([table.initial])
  for (const state of reached) {
    for (const [from, , to] of table.moves) if (from === state) reached.add(to)
  }
  return reached
}
