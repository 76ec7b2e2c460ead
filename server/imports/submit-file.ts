import 'server-only'
import { record } from '#server/audit/record.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { emit } from '#server/infra/event-queue.ts'
import { conflict, invalid, notFound } from '#server/kernel/errors.ts'
import type { Country } from '#server/kernel/jurisdiction.ts'
import { fileSubmitted } from './events.ts'
import type { FileFormat } from './files/open.ts'
import { mappingOf } from './mappings/all.ts'
import { assertPlace, importerOf } from './policy.ts'
import { chosenPlace, organisationCountry, unitByNumber, type BatchOptions, type ChosenPlace } from './queries.ts'
import { noHouse, type Mapping, type SubmitFileInput } from './schema.ts'

/** The bytes as they were received: their hash is their address in the store. */
export type ReceivedFile = { sha256: string; size: number; format: FileFormat }

type Destination = { place: ChosenPlace | null; premisesId: string | null; country: Country; organisationId: string | null }

/** A file is brought in: for which house, by whose right. It is read by the worker; nothing of the register changes yet. */
export async function submitFile(ctx: Context, { file, input }: { file: ReceivedFile; input: SubmitFileInput }): Promise<{ batchId: string }> {
  const mapping = mappingOf(input.mapping)
  const { place, premisesId, country, organisationId } = await destinationOf(ctx, mapping, input)
  const buildingId = input.options.buildingId ?? noHouse
  const options: BatchOptions = {
    country, by: ctx.actor.personId, ...(input.options.serial ? { serial: input.options.serial } : {}),
    ...(place ? { houseName: place.houseName } : {}), ...(place?.unitNumber ? { unitNumber: place.unitNumber } : {}),
  }
  const inserted = await asService(ctx, 'imports', inner => inner.db.$executeRaw`insert into import_batches (building_id, batch_id, organisation_id, premises_id, mapping, file_name, file_format, size_bytes, sha256,
      options, state, created_by, created_at)
    select ${buildingId}::uuid, ${input.batchId}::uuid, ${organisationId}::uuid, ${premisesId}::uuid, ${mapping.id}, ${input.fileName}, ${file.format}, ${file.size}::bigint, ${file.sha256},
      ${JSON.stringify(options)}::jsonb, 'RECEIVED', ${ctx.actor.personId}::uuid, app.now()
     where not exists (select from import_batches where batch_id = ${input.batchId}::uuid)
    on conflict do nothing`)
  if (inserted === 0) throw conflict('imports.batchIdTaken')
  await record(ctx, { action: 'imports.submitFile', buildingId: buildingId === noHouse ? null : buildingId, subjectType: 'batch', subjectId: input.batchId,
    after: { mapping: mapping.id, fileName: input.fileName, sha256: file.sha256, size: file.size, organisationId } })
  // The command does the work itself; what people bring is left to the worker.
  if (ctx.actor.kind !== 'SERVICE') await emit(ctx, { name: fileSubmitted, buildingId, payload: { batchId: input.batchId } })
  return { batchId: input.batchId }
}

async function destinationOf(ctx: Context, mapping: Mapping, input: SubmitFileInput): Promise<Destination> {
  const { buildingId, unit, organisationId: wanted = null } = input.options
  if (buildingId === undefined) {
    if (mapping.needs === 'METER_PLACE') throw invalid('imports.houseNeeded')
    const country = mapping.country ?? (wanted === null ? null : await organisationCountry(ctx, wanted)) ?? await ownCountry(ctx)
    return { place: null, premisesId: null, country, organisationId: importerOf(ctx.actor, mapping, { country, wanted }) }
  }
  const premisesId = input.options.premisesId ?? (unit === undefined ? null : await unitByNumber(ctx, buildingId, unit))
  const place = await chosenPlace(ctx, { buildingId, premisesId })
  const organisationId = importerOf(ctx.actor, mapping, { country: place.country, wanted: wanted ?? place.organisationId })
  assertPlace(place.reaches)
  return { place, premisesId, country: place.country, organisationId }
}

async function ownCountry(ctx: Context): Promise<Country> {
  const own = ctx.actor.grants.find(grant => grant.rights.includes('import.run') && (grant.scopeType === 'ORGANISATION' || grant.scopeType === 'COUNTRY'))
  const country = own?.scopeType === 'COUNTRY' ? own.scopeId : own ? await organisationCountry(ctx, own.scopeId) : null
  if (country !== 'UZ' && country !== 'KZ') throw notFound('imports.countryUnknown')
  return country
}
