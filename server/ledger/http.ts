import 'server-only'
import { scopeOfRequest } from '#server/api/request-scope.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { Door } from '#server/infra/http.ts'
import { DomainError } from '#server/kernel/errors.ts'
import { isId } from '#server/kernel/ids.ts'
import { sealsOfHouse } from '#server/ledger/house/queries.ts'

/** The sealed days of a house as CSV, for everybody linked to it: kept at home, it proves any later change. */
async function giveSeals(request: Request, buildingId: string): Promise<Response> {
  const nothing = new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  if (!isId(buildingId)) return nothing
  try {
    const days = await openTransaction(await scopeOfRequest(request), ctx => sealsOfHouse(ctx, { buildingId }))
    const lines = days.map(({ day, accounts, links, total, hash }) => [day, accounts, links, total, hash].join(','))
    return new Response(['day,accounts,links,total_minor_units,sha256', ...lines, ''].join('\r\n'), { headers: {
      'content-type': 'text/csv; charset=utf-8', 'cache-control': 'private, no-store', 'content-disposition': `attachment; filename="uyim-heads-${buildingId}.csv"` } })
  } catch (error) {
    if (error instanceof DomainError) return nothing
    throw error
  }
}

export const doors: Door[] = [{ method: 'GET', path: '/api/ledger/:buildingId/heads', handle: (request, at) => giveSeals(request, at.params['buildingId'] ?? '') }]
