import { expect } from 'vitest'
import { pricedLines, type MonthLines } from '#server/billing/changes/rules.ts'
import { allExact } from '#server/billing/rules.ts'
import type { BillLine, PricePlan } from '#server/billing/schema.ts'
import { asAccountant } from '#test/support/actors.ts'
import type { TestDatabase } from '#test/support/database.ts'
import type { TestHouse } from '#test/support/factories.ts'

/** Runs the month and reads its bills by the number of the flat; every line recomputes. */
export async function billMonth(db: TestDatabase, house: TestHouse, month: string): Promise<MonthLines[]> {
  const { caller } = await asAccountant(db, house)
  await caller.billing.run({ buildingId: house.buildingId, period: month, acceptFindings: false })
  const rows = await db.sql<{ lines: BillLine[]; prices: PricePlan }>(`select b.lines::json as lines, r.prices from bills b join billing_runs r using (building_id, period)
    join premises p on p.building_id = b.building_id and p.premises_id = b.premises_id where b.building_id = $1 and b.period = $2 order by length(p.number), p.number`, [house.buildingId, month])
  for (const row of rows) expect(allExact(row.lines, row.prices)).toBe(true)
  return rows
}

export function ofService(bill: MonthLines | undefined, service: string): ReturnType<typeof pricedLines> {
  return pricedLines(bill ?? { lines: [], prices: { items: [], volumes: [] } }).filter(each => each.item.service === service)
}
