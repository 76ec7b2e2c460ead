import 'server-only'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { Door, DoorContext } from '#server/infra/http.ts'
import { openFile } from '#server/infra/storage.ts'
import { DomainError } from '#server/kernel/errors.ts'
import { issueBill } from './issue-bill.ts'
import { giveDebtors } from './give-debtors.ts'
import { givePapers } from './give-papers.ts'
import { debtorsKey, issueBillInput, paperBatchKey } from './schema.ts'

/** The bill as a PDF, by a form of our own page: it is issued when first asked for, so it is no GET. */
async function giveBill(request: Request, at: DoorContext): Promise<Response> {
  const nothing = new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  const input = issueBillInput.safeParse({ number: at.params['number'], period: at.params['period'], locale: at.params['locale'] })
  const site = request.headers.get('sec-fetch-site')
  if (!input.success || (site !== null && site !== 'same-origin')) return nothing
  const scope = await scopeOfRequest(request)
  try {
    const { bytes, number } = await openTransaction({ ...scope, locale: input.data.locale }, ctx => issueBill(ctx, input.data))
    return new Response(new Uint8Array(bytes), { headers: {
      'content-type': 'application/pdf', 'cache-control': 'private, no-store', 'content-disposition': `attachment; filename="uyim-${number}.pdf"` } })
  } catch (error) {
    if (error instanceof DomainError) return nothing
    throw error
  }
}

/** The papers of a whole house, once drawn, to who bills it. */
async function answerPapers(request: Request, at: DoorContext): Promise<Response> {
  const nothing = new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  const input = paperBatchKey.safeParse({ buildingId: at.params['building'], batchId: at.params['batch'] })
  const site = request.headers.get('sec-fetch-site')
  if (!input.success || (site !== null && site !== 'same-origin')) return nothing
  try {
    const batch = await openTransaction(await scopeOfRequest(request), ctx => givePapers(ctx, input.data))
    return new Response(new Uint8Array(await openFile(batch.sha256)), { headers: {
      'content-type': 'application/pdf', 'cache-control': 'private, no-store', 'content-disposition': `attachment; filename="uyim-${batch.period}-${batch.locale}.pdf"` } })
  } catch (error) {
    if (error instanceof DomainError) return nothing
    throw error
  }
}

/** Who is late in a house, as a file; taking it leaves its trace, so it is no GET. */
async function answerDebtors(request: Request, at: DoorContext): Promise<Response> {
  const nothing = new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  const input = debtorsKey.safeParse({ buildingId: at.params['building'], locale: at.params['locale'] })
  const site = request.headers.get('sec-fetch-site')
  if (!input.success || (site !== null && site !== 'same-origin')) return nothing
  const scope = await scopeOfRequest(request)
  try {
    return await openTransaction({ ...scope, locale: input.data.locale }, async ctx => new Response(await giveDebtors(ctx, input.data), { headers: {
      'content-type': 'text/csv; charset=utf-8', 'cache-control': 'private, no-store', 'content-disposition': `attachment; filename="uyim-debtors-${ctx.today}.csv"` } }))
  } catch (error) {
    if (error instanceof DomainError) return nothing
    throw error
  }
}

export const doors: Door[] = [
  { method: 'POST', path: '/api/bills/:locale/:number/:period', handle: giveBill },
  { method: 'POST', path: '/api/papers/:building/:batch', handle: answerPapers },
  { method: 'POST', path: '/api/debtors/:locale/:building', handle: answerDebtors },
]
