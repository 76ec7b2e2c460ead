import 'server-only'
import { basename, resolve } from 'node:path'
import { acceptBatch } from '#server/imports/accept-batch.ts'
import { receivePath } from '#server/imports/files/receive.ts'
import { importBatch } from '#server/imports/import-batch.ts'
import { allMappings, mappingOf } from '#server/imports/mappings/all.ts'
import { listFindings, unitByNumber, type Batch } from '#server/imports/queries.ts'
import { reconcileBatch } from '#server/imports/reconcile-batch.ts'
import { rejectBatch } from '#server/imports/reject-batch.ts'
import { targets, type Mapping, type SubmitFileInput, type Target } from '#server/imports/schema.ts'
import { submitFile } from '#server/imports/submit-file.ts'
import { serviceTransaction, strangerScope, type Context } from '#server/infra/context.ts'
import { pool, prismaClient } from '#server/infra/db.ts'
import { texts, type Texts } from '#server/infra/texts.ts'
import { DomainError, invalid, notFound } from '#server/kernel/errors.ts'
import { isLocale } from '#server/kernel/format.ts'
import { isId, newId } from '#server/kernel/ids.ts'

export type Wanted = { kind: string; path: string; dryRun: boolean; house: string; unit: string; serial: string; organisation: string; locale: string }

const findingsShown = 40

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The whole way of a file on the command line; answers the exit code. */
export async function runImport(wanted: Wanted): Promise<number> {
  const locale = isLocale(wanted.locale) ? wanted.locale : 'ru'
  const t = texts(locale)
  try {
    if (wanted.kind === '' || wanted.path === '') {
      usage(t)
      return wanted.kind === '' && wanted.path === '' ? 0 : 2
    }
    return await takeIn(wanted, t)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    say(t(`errors.${error.code}`, error.params))
    return 2
  } finally {
    // The database may be ours to stop: its connections go first.
    if (wanted.path !== '') await prismaClient().$disconnect().then(() => pool().end())
  }
}

function usage(t: Texts): void {
  say(t('imports.command.usage'))
  say(t('imports.command.kinds'))
  for (const mapping of allMappings()) say(`  ${mapping.id.padEnd(20)} ${t(`imports.mappings.${mapping.id}`)}`)
}

async function takeIn(wanted: Wanted, t: Texts): Promise<number> {
  const mapping = mappingOf(wanted.kind)
  const file = await receivePath(resolve(wanted.path))
  const input: SubmitFileInput = { batchId: newId(), mapping: mapping.id, fileName: basename(wanted.path), options: await serviceTransaction('imports', ctx => optionsOf(ctx, mapping, wanted)) }
  await serviceTransaction('imports', ctx => submitFile(ctx, { file, input }))
  const read = await reconcileBatch(strangerScope(), { batchId: input.batchId, onProgress: progress(count => t('imports.command.reading', { count })) })
  await report(read, t)
  if (read.state === 'FAILED') return 1
  if (wanted.dryRun) {
    await serviceTransaction('imports', ctx => rejectBatch(ctx, input))
    say(t('imports.command.dryRun'))
    return 0
  }
  await serviceTransaction('imports', ctx => acceptBatch(ctx, input))
  const done = await importBatch(strangerScope(), { batchId: input.batchId, onProgress: progress(count => t('imports.command.writing', { count })) })
  say(t('imports.batch.done', { count: done.rowsApplied, refused: done.rowsRefused }))
  return 0
}

/** Says how far it is about twice a second. */
function progress(sentence: (count: number) => string): (count: number) => void {
  let last = performance.now()
  return count => {
    if (performance.now() - last < 500) return
    last = performance.now()
    say(`  ${sentence(count)}`)
  }
}

async function report(batch: Batch, t: Texts): Promise<void> {
  if (batch.failure !== null) {
    say(t(`errors.${batch.failure}`, { ...(batch.options as { failureParams?: Record<string, unknown> }).failureParams }))
    return
  }
  if (batch.options.ignored?.length) say(t('imports.batch.ignored', { columns: batch.options.ignored.join(', ') }))
  for (const target of targets) sayCounts(batch, target, t)
  const { rows, more } = await serviceTransaction('imports', ctx => listFindings(ctx, batch, { page: 1 }))
  for (const row of rows.slice(0, findingsShown)) {
    say(`  ${t('imports.command.place', { row: row.row, column: row.column || '—' })}: ${t(row.code, row.params)} [${t(row.severity === 'REFUSED' ? 'imports.batch.refusedMark' : 'imports.batch.flaggedMark')}]`)
  }
  if (more) say(t('imports.command.more', { count: batch.rowsRefused + batch.rowsFlagged - rows.length }))
}

function sayCounts(batch: Batch, target: Target, t: Texts): void {
  const counts = batch.options.counts?.[target]
  if (counts) say(`  ${t(`imports.targets.${target}`)}: ${(['NEW', 'CHANGED', 'SAME', 'REFUSED'] as const).filter(each => counts[each]).map(each => `${t(`imports.outcome.${each}`)} ${counts[each] ?? 0}`).join(', ')}`)
}

async function optionsOf(ctx: Context, mapping: Mapping, wanted: Wanted): Promise<SubmitFileInput['options']> {
  const house = await houseOf(ctx, mapping, wanted.house)
  const premisesId = house && wanted.unit !== '' ? await unitByNumber(ctx, house, wanted.unit) : null
  const organisationId = mapping.right === 'REFERENCE' || house ? null : await organisationOf(ctx, mapping, wanted.organisation)
  return { ...(house ? { buildingId: house } : {}), ...(premisesId ? { premisesId } : {}), ...(organisationId ? { organisationId } : {}), ...(wanted.serial ? { serial: wanted.serial } : {}) }
}

/** The register of one meter belongs to a house: an organisation would not help it. */
async function houseOf(ctx: Context, mapping: Mapping, words: string): Promise<string | null> {
  if (words === '' && mapping.needs === 'METER_PLACE') throw invalid('imports.houseOptionNeeded')
  if (words === '') return null
  const rows = await ctx.db.$queryRaw<{ building_id: string }[]>`select building_id from buildings where building_id::text = ${words} or name = ${words} limit 2`
  if (rows.length !== 1 || !rows[0]) throw notFound('imports.houseNotFound', { house: words })
  return rows[0].building_id
}

/** Whose houses they will be; the demonstration has one call centre per country, which is then meant. */
async function organisationOf(ctx: Context, mapping: Mapping, words: string): Promise<string> {
  const rows = await ctx.db.$queryRaw<{ organisation_id: string }[]>`select organisation_id from organisations
    where case when ${words} = '' then demonstration and kind = 'CALL_CENTRE' and country = ${mapping.country ?? ''} else organisation_id::text = ${words} or name = ${words} end limit 2`
  if (rows.length !== 1 || !rows[0]) throw invalid('imports.organisationNeeded')
  if (words !== '' && isId(words) && rows[0].organisation_id !== words) throw invalid('imports.organisationNeeded')
  return rows[0].organisation_id
}
