// npm run check: types, lint, the map, dead code, and the tests that need no database; under a minute.
import { writeFileSync } from 'node:fs'
import { ensureClient } from '#server/start/build-steps.ts'
import { describe, runTask, sum, vitestTask, type Outcome, type Task } from './tools.ts'

const fewestModules = 100
const cache = 'node_modules/.cache/uyim'

/** The tool is green on nothing at all, so that the number of modules is a part of the answer. */
function cruisedEnough(output: string): string | null {
  const count = Number(/(\d+) modules/.exec(output)?.[1] ?? '0')
  return count > fewestModules ? null : `Only ${count} modules were cruised: the tool did not see the sources.`
}

const tasks: Task[] = [
  { name: 'lint (eslint)', args: ['node_modules/eslint/bin/eslint.js', '--cache', '--cache-location', `${cache}/eslint/`, '--cache-strategy', 'content', '.'] },
  { name: 'types (tsc)', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/tsconfig.check.json'] },
  { name: 'types of the service worker', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'app/_sw/tsconfig.json'] },
  vitestTask('unit, property, architecture', ['unit', 'property', 'architecture']),
  { name: 'map (dependency-cruiser)', args: ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', 'app', 'server', 'prisma/migrate.ts', 'prisma/seed', '--config', '.dependency-cruiser.mjs'], accept: cruisedEnough },
  { name: 'dead code (knip)', args: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'] },
]

await ensureClient()
const outcomes: Outcome[] = []
// Two at a time: the machine of the reference has two cores.
async function work(): Promise<void> {
  for (let task = tasks.shift(); task; task = tasks.shift()) {
    const outcome = await runTask({ ...task, quiet: true })
    if (!outcome.ok) console.log(`\n── ${outcome.name} ──\n${outcome.output.trim()}\n`)
    console.log(describe(outcome))
    outcomes.push(outcome)
  }
}
await Promise.all([work(), work()])

const total = sum(outcomes)
if (process.env['UYIM_CHECK_COUNT']) writeFileSync(process.env['UYIM_CHECK_COUNT'], JSON.stringify(total))
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = outcomes.every(outcome => outcome.ok) ? 0 : 1
