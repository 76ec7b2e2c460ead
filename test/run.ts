// npm test: everything, the browser included. `npm test -- integration` runs one part.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureClient } from '#server/start/build-steps.ts'
import { describe, root, runTask, sum, vitestTask, type Count, type Outcome, type Task } from './tools.ts'

// The oldest that Debian put here (15 on Debian 12): what runs there and on 18 runs between.
const older = oldestInstalled()
const strict = process.env['CI'] !== undefined && process.env['CI'] !== ''
// Where the database itself decides: walls, money, votes, partitions. `npm test -- integration-15` runs the rest there too.
const decidedBySql = ['api', 'billing', 'database', 'ledger', 'meetings', 'payments', 'repairs'].map(domain => `test/integration/${domain}/`)
// On 18 each file has run in a process of its own; here only the database is another, and the product is loaded once.
const together = ['--no-isolate']
const checkCount = join(root, 'test-results/check.json')

function oldestInstalled(): string | null {
  const folder = '/usr/lib/postgresql'
  if (!existsSync(folder)) return null
  const versions = readdirSync(folder).filter(version => existsSync(join(folder, version, 'bin/postgres'))).map(Number)
  return versions.filter(version => version >= 15 && version < 18).sort((a, b) => a - b)[0]?.toString() ?? null
}

function stages(): Record<string, Task> {
  return {
    check: { name: 'check', args: ['test/check.ts'], env: { UYIM_CHECK_COUNT: checkCount } },
    integration: vitestTask('integration on PostgreSQL 18', ['integration'], { UYIM_TEST_PG: '18' }),
    'sql-15': vitestTask(`walls, money and votes on PostgreSQL ${older ?? '15'}`, ['integration'], { UYIM_TEST_PG: older ?? '15' }, [...together, ...decidedBySql]),
    'integration-15': vitestTask(`integration on PostgreSQL ${older ?? '15'}`, ['integration'], { UYIM_TEST_PG: older ?? '15' }, together),
    contract: vitestTask('contract', ['contract']),
    build: { name: 'production build', args: ['server/start/build.ts'] },
    browser: vitestTask('browser', ['browser']),
  }
}

function wanted(all: Record<string, Task>): Task[] {
  const asked = process.argv.slice(2)
  const names = asked.length > 0 ? asked.flatMap(name => (name === 'browser' ? ['build', 'browser'] : [name])) : Object.keys(all).filter(name => name !== 'integration-15')
  return names.flatMap(name => {
    if (name.endsWith('-15') && !older && !strict) {
      console.log(`\n!! SKIPPED: integration on PostgreSQL 15: install Debian's postgresql (as .ci/run does) to run it.\n`)
      return []
    }
    return all[name] ?? [vitestTask(name, [name])]
  })
}

/** The check counts its own tests; its word replaces 'one check'. */
function counted(outcome: Outcome): Outcome {
  if (outcome.name !== 'check' || !existsSync(checkCount)) return outcome
  return { ...outcome, ...(JSON.parse(readFileSync(checkCount, 'utf8')) as Count) }
}

rmSync(checkCount, { force: true })
await ensureClient()
const outcomes: Outcome[] = []
for (const task of wanted(stages())) {
  console.log(`\n══ ${task.name} ══`)
  outcomes.push(counted(await runTask(task)))
}

console.log('\n══ Summary ══')
for (const outcome of outcomes) console.log(describe(outcome))
const total = sum(outcomes)
if (total.skipped > 0) console.log(`${total.skipped} skipped`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = outcomes.length > 0 && outcomes.every(outcome => outcome.ok) ? 0 : 1
