import 'server-only'
import { giveFile } from '#server/api/give-file.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { Door, DoorContext } from '#server/infra/http.ts'
import { openFile } from '#server/infra/storage.ts'
import { issueBill } from './issue-bill.ts'
import { giveDebtors } from './give-debtors.ts'
import { givePapers } from './give-papers.ts'
import { debtorsKey, issueBillInput, paperBatchKey } from './schema.ts'

/** The bill as a PDF: it is issued when first asked for. */
function giveBill(request: Request, { params: { number, period, locale } }: DoorContext): Promise<Response> {
  return giveFile(request, issueBillInput.safeParse({ number, period, locale }), async (scope, input) => {
    const issued = await openTransaction({ ...scope, locale: input.locale }, ctx => issueBill(ctx, input))
    return { body: issued.bytes, mediaType: 'application/pdf', name: `uyim-${issued.number}.pdf` }
  })
}

/** The papers of a whole house, once drawn, to who bills it. */
function answerPapers(request: Request, { params: { building, batch } }: DoorContext): Promise<Response> {
  return giveFile(request, paperBatchKey.safeParse({ buildingId: building, batchId: batch }), async (scope, key) => {
    const { sha256, period, locale } = await openTransaction(scope, ctx => givePapers(ctx, key))
    return { body: await openFile(sha256), mediaType: 'application/pdf', name: `uyim-${period}-${locale}.pdf` }
  })
}

/** Who is late in a house, as a file; taking it leaves its trace. */
function answerDebtors(request: Request, { params: { building, locale } }: DoorContext): Promise<Response> {
  return giveFile(request, debtorsKey.safeParse({ buildingId: building, locale }), (scope, key) => openTransaction({ ...scope, locale: key.locale }, async ctx => (
    { body: await giveDebtors(ctx, key), mediaType: 'text/csv; charset=utf-8', name: `uyim-debtors-${ctx.today}.csv` })))
}

export const doors: Door[] = [
  { method: 'POST', path: '/api/bills/:locale/:number/:period', handle: giveBill },
  { method: 'POST', path: '/api/papers/:building/:batch', handle: answerPapers },
  { method: 'POST', path: '/api/debtors/:locale/:building', handle: answerDebtors },
]
