import 'server-only'
import { isService, type Actor } from '#server/kernel/actor.ts'
import { forbidden, notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import type { Batch } from '#server/imports/queries.ts'
import type { Mapping } from '#server/imports/schema.ts'

/** For whom a file may be brought: an organisation of the actor's, or the whole country (null). */
export function importerOf(actor: Actor, mapping: Mapping, { country, wanted }: { country: Country; wanted: string | null }): string | null {
  if (isService(actor, 'imports', 'seed')) return wanted
  const grants = actor.grants.filter(grant => grant.rights.includes('import.run'))
  if (grants.length === 0) throw forbidden('imports.mayNotImport')
  const whole = grants.some(grant => grant.scopeType === 'COUNTRY' && grant.scopeId === country)
  if (whole) return mapping.right === 'REFERENCE' ? null : wanted
  if (mapping.right === 'REFERENCE') throw forbidden('imports.platformOnly')
  const own = grants.filter(grant => grant.scopeType === 'ORGANISATION').map(grant => grant.scopeId)
  if (wanted !== null && !own.includes(wanted)) throw notFound()
  const organisation = wanted ?? own[0]
  if (organisation === undefined) throw forbidden('imports.mayNotImport')
  return organisation
}

/** The house chosen beside the file must be one that the actor imports into. */
export function assertPlace(reaches: boolean): void {
  if (!reaches) throw forbidden('imports.mayNotImport')
}

/** Whoever sees the batch and may import may go on with it; a batch about other people's houses is not seen at all. */
export function assertMayHandle(actor: Actor): void {
  if (!isService(actor, 'imports', 'seed') && !actor.grants.some(grant => grant.rights.includes('import.run'))) throw forbidden('imports.mayNotImport')
}

/** Reading and writing are the machine's part; people bring a file and say yes or no. */
export function assertMachine(actor: Actor, batch: Pick<Batch, 'batchId'>): void {
  if (!isService(actor, 'imports', 'seed')) throw forbidden('imports.machineOnly', { batch: batch.batchId })
}
