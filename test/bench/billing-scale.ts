// What an account costs when there are eight times as many, and when six months lie behind it (speed-and-safety.md 3): each size
// in a process and on a server of its own, months in turn. The memory of the worker is read while it bills.
// Alone: node --conditions=react-server test/bench/billing-scale.ts [small] [large]; one size: … size <accounts> <months>
import { spawn } from 'node:child_process'
import { Client } from 'pg'
import { addReadings, billAll, connect, generate } from '#test/bench/billing.ts'
import { benchDatabase, median } from '#test/support/bench.ts'

type Month = { period: string; accounts: number; seconds: number; megabytes: number }
const firstMonth = 3
const megabyte = 2 ** 20

/** Bills months of a stock of that size; a line of JSON for each. */
async function billSize(accounts: number, months: number): Promise<void> {
  const database = await benchDatabase()
  const client = new Client({ connectionString: database.superUrl })
  await client.connect()
  try {
    const server = await connect(database)
    const organisationId = await generate(client, accounts)
    for (let month = 0; month < months; month += 1) {
      const period = `2026-${String(firstMonth + month).padStart(2, '0')}`
      await addReadings(client, period)
      await client.query('vacuum analyze')
      await client.query('checkpoint')
      let most = 0
      const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 50)
      const seconds = await billAll(client, server, { period, organisationId, hands: server.hands })
      clearInterval(watch)
      const { rows } = await client.query<{ billed: string }>('select sum(accounts) as billed from billing_runs where period = $1', [period])
      if (Number(rows[0]?.billed) < accounts * 0.95) throw new Error(`${period}: ${rows[0]?.billed ?? '0'} of ${accounts} accounts were billed`)
      console.info(JSON.stringify({ period, accounts, seconds, megabytes: most / megabyte } satisfies Month))
    }
  } finally {
    await client.end()
    const { pool, prismaClient } = await import('#server/infra/db.ts')
    await prismaClient().$disconnect()
    await pool().end().catch(() => undefined)
    await database.stop()
  }
}

async function runSize(accounts: number, months: number): Promise<Month[]> {
  const child = spawn(process.execPath, ['--conditions=react-server', import.meta.filename, 'size', String(accounts), String(months)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => { text += String(chunk) })
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  if (code !== 0) throw new Error(`billing ${accounts} accounts ended with ${code ?? 'a signal'}`)
  return text.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Month)
}

const each = ({ seconds, accounts }: Month) => seconds / accounts * 1e6

export async function benchScale(small = 62_500, large = 500_000): Promise<void> {
  const few = await runSize(small, 8)
  const many = await runSize(large, 3)
  for (const month of [...few, ...many]) console.info(`  ${month.accounts} accounts, ${month.period}: ${month.seconds.toFixed(2)} s, ${each(month).toFixed(1)} us an account, the worker took ${month.megabytes.toFixed(0)} MB at most`)
  // The first month makes the chains.
  const cost = (months: readonly Month[]) => median(months.slice(1, 3).map(each))
  console.info(`an account among ${large} against one among ${small}: ratio ${(cost(many) / cost(few)).toFixed(2)}; target <= 1.15`)
  console.info(`an account with six older months against one with one: ratio ${(median(few.slice(6).map(each)) / cost(few)).toFixed(2)}; target <= 1.10`)
  console.info(`memory of the worker at ${large} against ${small}: ratio ${(Math.max(...many.map(month => month.megabytes)) / Math.max(...few.map(month => month.megabytes))).toFixed(2)}; target: flat`)
}

if (process.argv[1] === import.meta.filename) {
  const [first, second, third] = process.argv.slice(2)
  await (first === 'size' ? billSize(Number(second), Number(third)) : benchScale(Number(first ?? 62_500), Number(second ?? 500_000)))
}
