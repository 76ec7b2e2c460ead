import 'server-only'
import { hasRightOnBuilding, hasRightOnPremises, isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden } from '#server/kernel/errors.ts'
import type { FileKind } from './schema.ts'

export type Place = { buildingId: string; premisesId: string | null }

function has(actor: Actor, right: string, { buildingId, premisesId }: Place): boolean {
  return premisesId === null ? hasRightOnBuilding(actor, right, buildingId) : hasRightOnPremises(actor, right, { buildingId, premisesId })
}

/** People of the flat put photos to their own readings and requests; staff of the house to any of its; conveners papers to meetings. */
export function assertMayStoreFile(actor: Actor, place: Place & { kind: FileKind }): void {
  if (isService(actor, 'worker', 'imports', 'billing', 'payments', 'seed')) return
  if (place.kind === 'MEETING_PAPER' && place.premisesId === null && has(actor, 'meeting.convene', place)) return
  if (!has(actor, 'file.write', place)) throw forbidden('documents.mayNotStore')
}

/** Machines issue what a run or a payment made; staff and people of the flat what they may read. */
export function assertMayIssueDocument(actor: Actor, place: Place): void {
  if (isService(actor, 'worker', 'billing', 'payments', 'meetings', 'seed')) return
  if (!has(actor, 'file.write', place) && !has(actor, 'billing.run', place)) throw forbidden('documents.mayNotIssue')
}

export function assertMayWithdrawDocument(actor: Actor, place: Place): void {
  if (!hasRightOnBuilding(actor, 'registry.write', place.buildingId) && !hasRightOnBuilding(actor, 'billing.run', place.buildingId)) throw forbidden('documents.mayNotWithdraw')
}
