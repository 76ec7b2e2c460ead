import 'server-only'
import { giveFile } from '#server/api/give-file.ts'
import { openTransaction } from '#server/infra/context.ts'
import type { Door, DoorContext } from '#server/infra/http.ts'
import { sealsOfHouse } from '#server/ledger/house/queries.ts'
import { houseInput } from './schema.ts'

/** The sealed days of a house as CSV, for everybody linked to it: kept at home, it proves any later change. */
function giveSeals(request: Request, at: DoorContext): Promise<Response> {
  return giveFile(request, houseInput.safeParse({ buildingId: at.params['buildingId'] }), async (scope, { buildingId }) => {
    const days = await openTransaction(scope, ctx => sealsOfHouse(ctx, { buildingId }))
    const lines = days.map(({ day, accounts, links, total, hash }) => [day, accounts, links, total, hash].join(','))
    return { body: ['day,accounts,links,total_minor_units,sha256', ...lines, ''].join('\r\n'), mediaType: 'text/csv; charset=utf-8', name: `uyim-heads-${buildingId}.csv` }
  })
}

export const doors: Door[] = [{ method: 'GET', path: '/api/ledger/:buildingId/heads', handle: giveSeals }]
