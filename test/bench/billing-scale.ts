// What an account costs when there are eight times as many, and when six months lie behind it (speed-and-safety.md 3). Each stock
// is on a server and in a worker of its own, all alive together, and they bill equal portions in turn: another hour of the
// same machine is another machine. The memory of a worker is read while it bills.
// Alone: node --conditions=react-server test/bench/billing-scale.ts [small] [large]
import { fork, type ChildProcess } from 'node:child_process'
import { Client } from 'pg'
import { smallYoungHeap } from '#server/start/children.ts'
import { addReadings, billAll, connect, generate, type Server } from '#test/bench/billing.ts'
import { benchDatabase, describeRatio, type Ratio } from '#test/support/bench.ts'

/** Bills one of so many equal parts of the stock's houses; the first part of a month brings its readings before. */
type Portion = { month: number; part: number; parts: number }
type Billed = { accounts: number; seconds: number; megabytes: number }
type Stock = { bill: (portion: Portion) => Promise<Billed>; end: () => Promise<void> }

const periodOf = (month: number) => `2026-${String(2 + month).padStart(2, '0')}`
const megabyte = 2 ** 20

async function billPortion(client: Client, server: Server, organisationId: string, { month, part, parts }: Portion): Promise<Billed> {
  const period = periodOf(month)
  if (part === 0) {
    await addReadings(client, period)
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  }
  let most = 0
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 50)
  const billed = async () => Number((await client.query<{ billed: string }>('select coalesce(sum(accounts), 0) as billed from billing_runs where period = $1', [period])).rows[0]?.billed)
  const before = await billed()
  const seconds = await billAll(client, server, { period, organisationId, hands: server.hands, part, parts })
  clearInterval(watch)
  return { accounts: await billed() - before, seconds, megabytes: most / megabyte }
}

/** The worker of one stock: makes it, then bills what it is told until its parent leaves. */
async function keepStock(accounts: number): Promise<void> {
  const database = await benchDatabase()
  const client = new Client({ connectionString: database.superUrl })
  await client.connect()
  const server = await connect(database)
  const organisationId = await heard(startChild('generate', database.superUrl, String(accounts))) as string
  process.on('message', (portion: Portion) => {
    billPortion(client, server, organisationId, portion).then(billed => process.send?.(billed), (error: unknown) => { console.error(error); process.exit(1) })
  })
  await new Promise(resolve => { process.once('disconnect', resolve); process.send?.('ready') })
  await client.end()
  const { pool, prismaClient } = await import('#server/infra/db.ts')
  await prismaClient().$disconnect()
  await pool().end().catch(() => undefined)
  await database.stop()
}

/** The people of a stock are made up elsewhere, so that the worker's memory is that of billing alone. */
async function generateFor(superUrl: string, accounts: number): Promise<void> {
  const client = new Client({ connectionString: superUrl })
  await client.connect()
  const organisationId = await generate(client, accounts)
  await client.end()
  process.send?.(organisationId)
  process.disconnect()
}

const startChild = (...told: string[]): ChildProcess => fork(import.meta.filename, told, { execArgv: ['--conditions=react-server', smallYoungHeap], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

async function startStock(accounts: number): Promise<Stock> {
  const child = startChild('stock', String(accounts))
  await heard(child)
  return {
    bill: async portion => {
      child.send(portion)
      const billed = await heard(child) as Billed
      if (billed.accounts < accounts / portion.parts * 0.8) throw new Error(`${periodOf(portion.month)}: ${billed.accounts} accounts of ${accounts / portion.parts} were billed`)
      return billed
    },
    end: () => new Promise(resolve => { child.once('exit', () => { resolve() }).disconnect() }),
  }
}

function heard(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => { reject(new Error(`a stock ended with ${code ?? 'a signal'}`)) }
    child.once('exit', gone)
    child.once('message', told => { child.off('exit', gone); resolve(told) })
  })
}

const each = ({ seconds, accounts }: Billed) => seconds / accounts * 1e6

/** The first month makes the chains; it is billed and not measured. */
export async function benchScale(small = 62_500, large = 500_000): Promise<Ratio[]> {
  const parts = large / small
  const [few, many, young] = [await startStock(small), await startStock(large), await startStock(small)]
  const whole = { part: 0, parts: 1 }
  for (const stock of [few, young]) await stock.bill({ month: 1, ...whole })
  const first: Billed[] = []
  for (let part = 0; part < parts; part += 1) first.push(await many.bill({ month: 1, part, parts }))
  const size: Record<'few' | 'many', Billed[]> = { few: [], many: [] }
  for (let part = 0; part < parts; part += 1) {
    size.many.push(await many.bill({ month: 2, part, parts }))
    size.few.push(await few.bill({ month: 2 + part, ...whole }))
  }
  // Each of the two with its own months behind it: all those billed above, and one.
  const age: Record<'old' | 'young', Billed[]> = { old: [], young: [] }
  const quarters = 4
  for (let part = 0; part < quarters; part += 1) {
    age.old.push(await few.bill({ month: 2 + parts, part, parts: quarters }))
    age.young.push(await young.bill({ month: 2, part, parts: quarters }))
  }
  // One after another: each gives the machine its large pages back.
  for (const stock of [few, many, young]) await stock.end()
  const most = (billed: readonly Billed[]) => Math.max(...billed.map(one => one.megabytes))
  console.info(`  an account among ${small}: ${size.few.map(one => each(one).toFixed(1)).join(', ')} us; among ${large}: ${size.many.map(one => each(one).toFixed(1)).join(', ')} us`)
  console.info(`  memory of the worker at ${large}, portion by portion of two months: ${[...first, ...size.many].map(one => one.megabytes.toFixed(0)).join(', ')} MB; at ${small}, month by month: ${size.few.map(one => one.megabytes.toFixed(0)).join(', ')} MB`)
  console.info(`  memory of the worker at ${large} against ${small}: ratio ${(most(size.many) / most(size.few)).toFixed(2)} (${most(size.many).toFixed(0)} MB); target: flat`)
  return [
    { name: `an account among ${large} against one among ${small}`, ours: size.many.map(each), limit: size.few.map(each), unit: 'us', target: '<= 1.15' },
    { name: `an account with ${1 + parts} older months against one with one`, ours: age.old.map(each), limit: age.young.map(each), unit: 'us', target: '<= 1.10' },
  ]
}

if (process.argv[1] === import.meta.filename) {
  const [first, second, third] = process.argv.slice(2)
  if (first === 'stock') await keepStock(Number(second))
  else if (first === 'generate') await generateFor(second ?? '', Number(third))
  else for (const ratio of await benchScale(Number(first ?? 62_500), Number(second ?? 500_000))) console.info(describeRatio(ratio))
}
