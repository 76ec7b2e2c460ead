import 'server-only'
import type { Actor } from '#server/kernel/actor.ts'
import { forbidden } from '#server/kernel/errors.ts'

/** Facts of this transaction: row-level security has already hidden other houses. */
export type RequestReach = {
  /** The actor's own flat asked. */
  readonly mine: boolean
  readonly mayAnswer: boolean
  readonly mayExecute: boolean
}

export type Side = 'RESIDENT' | 'NEIGHBOUR' | 'CLERK' | 'STAFF' | 'SYSTEM'

export type FileReach = { readonly lives: boolean; readonly mayFileForOthers: boolean }

export function canFileRequest(reach: FileReach, onBehalf: boolean): Side {
  if (onBehalf) {
    if (!reach.mayFileForOthers) throw forbidden('requests.mayNotFileForOthers')
    return 'CLERK'
  }
  if (!reach.lives) throw forbidden(reach.mayFileForOthers ? 'requests.callerNeeded' : 'requests.mayNotFile')
  return 'RESIDENT'
}

export function canJoinRequest(reach: FileReach): void {
  if (!reach.lives) throw forbidden('requests.mayNotFile')
}

/** Who may make a move, and as which side the timeline shows them. */
export type MayMove = (actor: Actor, facts: { reach: RequestReach; onBehalf: boolean }) => Side

/** Registering, assigning, answering, extending and passing on belong to the desk and the management. */
export const canAnswerRequest: MayMove = (actor, { reach }) => {
  if (!reach.mayAnswer) throw forbidden('requests.notYours', { kind: actor.kind })
  return 'STAFF'
}

/** Work is begun and reported by the management; the desk only passes it on. */
export const canExecuteRequest: MayMove = (actor, { reach }) => {
  if (!reach.mayExecute) throw forbidden('requests.notYours', { kind: actor.kind })
  return 'STAFF'
}

/** Done or not done is the word of the flat that asked; a clerk may pass it on for a caller. */
export const canSettleRequest: MayMove = (actor, { reach, onBehalf }) => {
  if (reach.mine) return 'RESIDENT'
  if (reach.mayAnswer && onBehalf) return 'CLERK'
  throw forbidden('requests.notYours', { kind: actor.kind })
}

/** Clocks are the worker's. */
export const canKeepTime: MayMove = actor => {
  if (actor.service !== 'worker' && actor.service !== 'seed') throw forbidden('requests.notYours', { kind: actor.kind })
  return 'SYSTEM'
}
