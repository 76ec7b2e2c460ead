import { Client } from 'pg'
import { expect, test } from 'vitest'
import { generateStock } from '#prisma/seed/scale/generate.ts'
import { testDatabase } from '#test/support/database.ts'

test('makes as many accounts as wanted, the same ones for the same seed, areas as the profile says', async () => {
  const db = await testDatabase()
  const client = new Client({ connectionString: db.superUrl })
  await client.connect()
  try {
    const wanted = Number(process.env['UYIM_STOCK'] ?? 3000)
    const start = performance.now()
    const stock = await generateStock(client, { accounts: wanted, seed: 7 })
    if (wanted > 10_000) process.stdout.write(`${wanted} accounts in ${Math.round(performance.now() - start)} ms\n`)
    expect(stock.accounts).toBe(wanted)
    const [row] = await db.sql<{ accounts: number; owned: number; median: string; luhn: boolean; print: string }>(`select
      (select count(*) from accounts)::int as accounts, (select count(distinct premises_id) from ownerships)::int as owned,
      (select percentile_cont(0.5) within group (order by area_m2) from premises)::text as median,
      (select bool_and(right(number, 1) = app.luhn_digit(left(number, 9))) from (select number from accounts limit 500) a) as luhn,
      (select md5(string_agg(premises_id::text || area_m2, ',' order by premises_id)) from premises) as print`)
    expect(row).toMatchObject({ accounts: wanted, owned: wanted, luhn: true })
    expect(Number(row?.median)).toBeGreaterThan(45)
    expect(Number(row?.median)).toBeLessThan(75)
  } finally {
    await client.end()
  }
})
