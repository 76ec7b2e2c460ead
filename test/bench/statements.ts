// A bank statement of a million lines taken in (read, proved, kept, judged line by line against the register) beside COPY of
// the same file into a bare table of text, in turn; and how much memory that takes, against a statement a hundred times shorter.
// Alone: node --conditions=react-server test/bench/statements.ts [lines] [rounds]
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Client } from 'pg'
import { luhnDigit } from '#server/kernel/ids.ts'
import { benchDatabase, benchSecret, describeRatio, median, sideBySide, type BenchDatabase, type Ratio } from '#test/support/bench.ts'
import { ibanOf } from '#test/support/statements.ts'

const flats = 1000
const house = '01900000-0000-7000-8000-000000000001'
const iban = ibanOf(1)

const arrange = `
  insert into buildings (building_id, country, territory_code, name, address_uz, address_kk, address_ru, search_key, external_key, apartment_count, demonstration) values ('${house}', 'KZ', '751410000', 'Bench', '', '', '', 'bench', 'bench', ${flats}, true);
  alter table bank_accounts disable trigger keep;
  insert into bank_accounts (building_id, bank_account_id, number, bank_name, fund, currency, valid_from, basis, registered_by) values ('${house}', app.new_id(), '${iban}', 'Bench', 'CURRENT', 'KZT', '2026-01-01', 'bench', app.new_id());
  alter table bank_accounts enable trigger keep;
  insert into premises (building_id, premises_id, kind, number, entrance, floor, rooms, area_m2) select '${house}', md5('flat ' || n)::uuid, 'APARTMENT', n::text, 1, 1, 2, 50 from generate_series(1, ${flats}) n;
  insert into accounts (building_id, account_id, premises_id, number, opened_on) select '${house}', md5('account ' || n)::uuid, md5('flat ' || n)::uuid, x.digits || app.luhn_digit(x.digits), '2020-01-01' from generate_series(1, ${flats}) n, lateral (select '5' || lpad(n::text, 8, '0') as digits) x;
  insert into account_numbers (number, building_id, account_id, premises_id) select number, building_id, account_id, premises_id from accounts;
  analyze`

/** As the banks of Kazakhstan write it: nine of ten lines name an account, one does not; one of fifty goes out. */
async function writeStatement(path: string, { lines, seed }: { lines: number; seed: number }): Promise<void> {
  const out = createWriteStream(path)
  const write = async (text: string) => { if (!out.write(text)) await once(out, 'drain') }
  const [going, coming] = [Math.floor((lines - 1) / 50) + 1, lines - Math.floor((lines - 1) / 50) - 1]
  await write(`1CClientBankExchange\r\nВерсияФормата=2.0\r\nОтправитель=АО "Банк"\r\nДатаНачала=01.10.2026\r\nДатаКонца=31.10.2026\r\nРасчСчет=${iban}\r\nСекцияРасчСчет\r\nДатаНачала=01.10.2026\r\nДатаКонца=31.10.2026\r\nРасчСчет=${iban}\r\n`
    + `НачальныйОстаток=1000.00\r\nВсегоПоступило=${coming * 50}.00\r\nВсегоСписано=${going * 50}.00\r\nКонечныйОстаток=${1000 + (coming - going) * 50}.00\r\nКонецРасчСчет\r\n`)
  for (let from = 0; from < lines; from += 1000) {
    const part = Array.from({ length: Math.min(1000, lines - from) }, (_, index) => documentOf(from + index, seed))
    await write(part.join(''))
  }
  out.end('КонецФайла\r\n')
  await once(out, 'finish')
}

function documentOf(n: number, seed: number): string {
  const digits = `5${String(1 + (n * 7919) % flats).padStart(8, '0')}`
  const [debit, credit] = n % 50 === 0 ? ['50.00', '0'] : ['0', '50.00']
  return `СекцияДокумент="Выписка"\r\nВидДокумента="Платежное поручение"\r\nНомерДокумента=${seed}-${n}\r\nДатаДокумента=${String(1 + n % 31).padStart(2, '0')}.10.2026\r\nДатаОперации=${String(1 + n % 31).padStart(2, '0')}.10.2026\r\n`
    + `СуммаРасход=${debit}\r\nСуммаПриход=${credit}\r\nВалюта=KZT\r\nПлательщикНаименование=Житель ${n}\r\nПлательщикИИК=KZ000000${String(n).padStart(12, '0')}\r\n`
    + `НазначениеПлатежа=${n % 10 === 0 ? 'взнос за октябрь' : `Взнос, л/с ${digits}${luhnDigit(digits)}, за октябрь`}\r\nКонецДокумента\r\n`
}

type Taken = { seconds: number; peakMegabytes: number }

// Node lets garbage lie while there is room; collected every second, what is left is what is held.
setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void

/** The resident memory of this process, looked at twenty times a second. */
async function watched(work: () => Promise<void>): Promise<Taken> {
  collect()
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()) }, 50)
  const cleaner = setInterval(collect, 1000)
  const started = performance.now()
  await work()
  clearInterval(timer)
  clearInterval(cleaner)
  return { seconds: (performance.now() - started) / 1000, peakMegabytes: (peak - before) / 1024 / 1024 }
}

async function connect(database: BenchDatabase, folder: string) {
  Object.assign(process.env, { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, AUTH_SECRET: benchSecret, NODE_ENV: 'production', LOG_LEVEL: 'warn', APP_URL: 'http://localhost:3000', UYIM_EMBEDDED: '1', DEMO: '1', DATA_DIR: folder })
  const [{ serviceTransaction, strangerScope }, { importStatement }, { submitStatement }, { receivePath }, { newId }] = await Promise.all([import('#server/infra/context.ts'), import('#server/payments/import-statement.ts'),
    import('#server/payments/submit-statement.ts'), import('#server/imports/files/receive.ts'), import('#server/kernel/ids.ts')])
  return async (path: string, lines: number): Promise<Taken> => {
    const file = await receivePath(path)
    const key = { buildingId: house, statementId: newId() }
    await serviceTransaction('payments', ctx => submitStatement(ctx, { file, input: { ...key, kind: 'STATEMENT', fileName: 'bench.txt' } }))
    return watched(async () => {
      const read = await importStatement(strangerScope(), key)
      if (read.state !== 'READ' || read.lines !== lines) throw new Error(`the statement was not taken: ${read.state} ${read.failure ?? ''} ${read.lines}`)
    })
  }
}

async function copy(client: Client, path: string): Promise<number> {
  await client.query('drop table if exists bare_lines; create table bare_lines (line text)')
  const started = performance.now()
  await client.query(`copy bare_lines from '${path}' with (format csv, delimiter E'\\x01', quote E'\\x02', escape E'\\x02')`)
  return (performance.now() - started) / 1000
}

export async function benchStatements(lines = 1_000_000, rounds = 3): Promise<Ratio[]> {
  const database = await benchDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'uyim-bench-statements-'))
  const client = new Client({ connectionString: database.superUrl })
  await client.connect()
  try {
    await client.query(arrange)
    const take = await connect(database, folder)
    const path = (name: string) => join(folder, `${name}.txt`)
    await writeStatement(path('warm'), { lines: 2000, seed: 0 })
    await take(path('warm'), 2000)
    await writeStatement(path('short'), { lines: Math.ceil(lines / 100), seed: 1 })
    const short = await take(path('short'), Math.ceil(lines / 100))
    const long: Taken[] = []
    let seed = 2
    const { ours, limit } = await sideBySide(rounds, async () => {
      await client.query('truncate statement_lines')
      const taken = await take(path(`long ${seed}`), lines)
      rmSync(path(`long ${seed}`))
      long.push(taken)
      return lines / taken.seconds
    }, async () => {
      seed += 1
      await writeStatement(path(`long ${seed}`), { lines, seed })
      return lines / await copy(client, path(`long ${seed}`))
    })
    const { rows } = await client.query<{ state: string; count: string }>('select state, count(*) from statement_lines group by state order by state')
    console.info(`  ${lines} lines, ${flats} accounts: ${rows.map(row => `${row.state} ${row.count}`).join(', ')}`)
    const [few, many] = [short.peakMegabytes, median(long.map(each => each.peakMegabytes))]
    console.info(`  peak of resident memory above the start: ${few.toFixed(0)} MB at ${Math.ceil(lines / 100)} lines, ${many.toFixed(0)} MB at ${lines} lines; VmHWM ${/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '?'} kB`)
    if (many > few + 150) process.exitCode = 1
    return [{ name: `statement of ${lines} lines taken in, against COPY of the same file`, ours, limit, unit: 'lines/s' }]
  } finally {
    await client.end()
    const { pool, prismaClient } = await import('#server/infra/db.ts')
    await prismaClient().$disconnect()
    await pool().end().catch(() => undefined)
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const ratio of await benchStatements(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 3))) console.info(describeRatio(ratio))
}
