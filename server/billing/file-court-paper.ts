import 'server-only'
import { record } from '#server/audit/record.ts'
import { storeFile } from '#server/documents/store-file.ts'
import { asService, type Context } from '#server/infra/context.ts'
import { conflict, invalid } from '#server/kernel/errors.ts'
import { formatDate } from '#server/kernel/format.ts'
import { courtDebt, courtPlace } from './court/queries.ts'
import type { CourtPlace, FileCourtPaperInput } from './court/schema.ts'
import { assertMayKeepCourt } from './policy.ts'

/** A scan that a court asks for: of the whole house, or the proof that a claim reached this account. The same id is the same paper. */
export async function fileCourtPaper(ctx: Context, input: FileCourtPaperInput): Promise<{ paperId: string }> {
  const place = assertMayKeepCourt(await courtPlace(ctx, input.number))
  const { paperId, kind, title, datedOn } = input
  if (datedOn > ctx.today) throw invalid('court.paperAhead')
  if (kind === 'MANAGEMENT_CONTRACT' && !place.byContract) throw conflict('court.noContractHere')
  if (kind === 'CLAIM_DELIVERY') await assertAfterDebt(ctx, place, datedOn)
  const { buildingId } = place
  const own = kind === 'CLAIM_DELIVERY' ? { accountId: place.accountId, premisesId: place.premisesId } : { accountId: null, premisesId: null }
  const file = await asService(ctx, 'billing', inner => storeFile({ ...inner, actor: { ...inner.actor, personId: null } }, {
    buildingId, fileId: paperId, premisesId: own.premisesId, kind: 'COURT_PAPER', subjectType: 'courtPaper', subjectId: paperId, bytes: Buffer.from(input.scan, 'base64'),
  }))
  const made = await ctx.db.$executeRaw`insert into court_papers (building_id, paper_id, kind, account_id, premises_id, title, dated_on, file_id, filed_by)
    values (${buildingId}::uuid, ${paperId}::uuid, ${kind}, ${own.accountId}::uuid, ${own.premisesId}::uuid, ${title}, ${datedOn}::date, ${file.fileId}::uuid, ${ctx.actor.personId}::uuid) on conflict do nothing`
  if (made === 0) return sameOrConflict(ctx, { buildingId, paperId, kind, title })
  await record(ctx, { action: 'billing.fileCourtPaper', buildingId, premisesId: own.premisesId, subjectType: 'courtPaper', subjectId: paperId, ground: `${kind} ${title}, ${datedOn}`, after: { sha256: file.sha256 } })
  return { paperId }
}

/** A claim delivered before anything was late is of another debt: no pack would take it, and nobody would see why. */
async function assertAfterDebt(ctx: Context, place: CourtPlace, datedOn: string): Promise<void> {
  const { overdue, lateSince } = await courtDebt(ctx, place)
  if (overdue > 0n && lateSince !== null && datedOn <= lateSince) throw invalid('court.claimTooEarly', { date: formatDate(lateSince) })
}

/** A second press finds what the first has done. */
async function sameOrConflict(ctx: Context, { buildingId, paperId, kind, title }: { buildingId: string; paperId: string; kind: string; title: string }): Promise<{ paperId: string }> {
  const rows = await ctx.db.$queryRaw<{ kind: string; title: string }[]>`select kind, title from court_papers where building_id = ${buildingId}::uuid and paper_id = ${paperId}::uuid`
  if (rows[0]?.kind !== kind || rows[0].title !== title) throw conflict('court.paperTaken')
  return { paperId }
}
