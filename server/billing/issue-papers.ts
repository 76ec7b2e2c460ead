import 'server-only'
import { record } from '#server/audit/record.ts'
import { renderPdf } from '#server/documents/pdf/render.ts'
import type { PdfNode } from '#server/documents/pdf/definition.ts'
import { documentFooter } from '#server/documents/pdf/header.ts'
import { issueInvitation } from '#server/identity/issue-invitation.ts'
import { serviceTransaction, type Context, type RequestScope } from '#server/infra/context.ts'
import { isRetryable } from '#server/infra/db.ts'
import { log } from '#server/infra/log.ts'
import { putFile } from '#server/infra/storage.ts'
import { texts } from '#server/infra/texts.ts'
import { formatPeriod } from '#server/kernel/format.ts'
import { localDateOf } from '#server/kernel/period.ts'
import { paperOf } from './paper/issued.ts'
import { billPaper } from './paper/definition.ts'
import { findPaperBatch, holdPapers, papersInOrder, type PaperBatch, type PaperOf } from './paper/queries.ts'
import { assertMayPrint } from './policy.ts'
import type { PaperBatchKey } from './schema.ts'

const atOnce = 20

/**
 * Draws an ordered batch: each bill with its own check code, and for a flat to which nobody's phone is linked the code
 * that links it. Stopped anywhere, it begins again and comes to the same papers: codes are kept, not made anew.
 */
export async function issuePapers(request: RequestScope, key: PaperBatchKey): Promise<void> {
  const open = <T>(work: (ctx: Context) => Promise<T>) => serviceTransaction('billing', work, request)
  const batch = await open(async ctx => {
    const found = await findPaperBatch(ctx, key)
    assertMayPrint(ctx.actor, found && { buildingId: found.buildingId, reaches: true })
    return found
  })
  if (batch?.state !== 'WAITING') return
  const wanted = await open(ctx => papersInOrder(ctx, batch))
  const pages: (readonly PdfNode[])[] = []
  for (let from = 0; from < wanted.length; from += atOnce) {
    const drawn = await open(ctx => drawSome(ctx, batch, wanted.slice(from, from + atOnce))).catch((error: unknown) => {
      if (error instanceof Undrawable) return error
      throw error
    })
    if (drawn instanceof Undrawable) return giveUp(request, key, drawn)
    pages.push(...drawn)
    await open(ctx => ctx.db.$executeRaw`update paper_batches set done_count = least(bill_count, ${pages.length}::int)
      where building_id = ${key.buildingId}::uuid and batch_id = ${key.batchId}::uuid and state = 'WAITING'`)
  }
  const bytes = await renderPdf({
    title: `${texts(batch.locale)('billing.paper.title')}, ${formatPeriod(batch.period, batch.locale)}`, locale: batch.locale, madeAt: batch.orderedAt, footer: documentFooter(batch.locale, null),
    content: pages.map((content, place) => ({ stack: content, ...(place === 0 ? {} : { pageBreak: 'before' }) }) as PdfNode),
  })
  const { sha256, size } = await putFile(bytes)
  const invitations = wanted.filter(each => each.invited).length
  await open(async ctx => {
    const made = await ctx.db.$executeRaw`update paper_batches set state = 'READY', done_count = bill_count, invitation_count = ${invitations}::int, sha256 = ${sha256}, size_bytes = ${size}::bigint, made_at = app.now()
      where building_id = ${key.buildingId}::uuid and batch_id = ${key.batchId}::uuid and state = 'WAITING'`
    if (made === 1) await record(ctx, { action: 'billing.issuePapers', buildingId: key.buildingId, subjectType: 'paperBatch', subjectId: key.batchId, ground: batch.period, after: { sha256, bills: pages.length, invitations } })
  })
}

/** A bill that no second try would draw; whoever asked is told which. */
class Undrawable extends Error {
  readonly number: string
  constructor(number: string, cause: unknown) {
    super(`the bill of ${number} cannot be drawn`, { cause })
    this.number = number
  }
}

async function giveUp(request: RequestScope, { buildingId, batchId }: PaperBatchKey, reason: Undrawable): Promise<void> {
  log.error({ err: reason, buildingId, batchId }, 'papers cannot be drawn')
  await serviceTransaction('billing', async ctx => {
    const made = await ctx.db.$executeRaw`update paper_batches set state = 'FAILED', failed_number = ${reason.number}
      where building_id = ${buildingId}::uuid and batch_id = ${batchId}::uuid and state = 'WAITING'`
    if (made === 1) await record(ctx, { action: 'billing.issuePapers', buildingId, subjectType: 'paperBatch', subjectId: batchId, after: { failed: reason.number } })
  }, request)
}

async function drawSome(ctx: Context, { buildingId, period, locale }: PaperBatch, wanted: readonly PaperOf[]): Promise<(readonly PdfNode[])[]> {
  await holdPapers(ctx, { buildingId, period }, 'SHARED')
  const drawn: (readonly PdfNode[])[] = []
  for (const { number, premisesId, invited } of wanted) {
    const { issued, facts } = await paperOf(ctx, { number, period, locale }).catch((error: unknown) => { throw isRetryable(error) ? error : new Undrawable(number, error) })
    // The code that is good already is printed again: one handed out last month stays alive.
    const made = invited ? await issueInvitation(ctx, { buildingId, premisesId, reason: '' }) : null
    const invitation = made && { code: made.code, until: localDateOf(made.expiresAt, 300) }
    drawn.push(billPaper({ ...facts, invitation }, locale, issued.code).content)
  }
  return drawn
}
