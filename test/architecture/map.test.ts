import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './sources.ts'

/** Path, what it imports, and the rule that must answer. */
const planted: [path: string, imports: string, rule: string][] = [
  ['server/ledger/queries.ts', '../billing/queries.ts', 'map-ledger'],
  ['server/notifications/jobs.ts', '../meters/queries.ts', 'map-notifications'],
  ['server/kernel/money.ts', '../infra/db.ts', 'kernel-is-pure'],
  ['server/infra/log.ts', '../meters/rules.ts', 'infra-knows-no-domain'],
  ['server/meters/schema.ts', './policy.ts', 'client-safe-is-pure'],
  ['server/meters/router.ts', '../infra/db.ts', 'few-hands-on-the-database'],
  ['server/billing/router.ts', '../meters/jobs.ts', 'private-files'],
  ['server/billing/queries.ts', '../api/trpc.ts', 'only-routers-know-trpc'],
  ['app/[locale]/(resident)/home/page.tsx', '../../../../server/meters/queries.ts', 'one-door'],
  ['app/[locale]/(council)/council/page.tsx', '../../(resident)/home/form.tsx', 'audiences-are-apart'],
  ['server/meters/policy.ts', '../../app/_ui/button.tsx', 'server-below-app'],
  ['app/_ui/card.tsx', '../_parts/meters/row.tsx', 'ui-kit-is-domain-free'],
  ['server/payments/queries.ts', '../../test/support/actors.ts', 'no-test-code-in-product'],
  ['server/payments/policy.ts', '../start/roles.ts', 'start-is-on-top'],
  ['server/requests/queries.ts', '../../prisma/seed/demo/world.ts', 'seed-is-on-top'],
  ['server/meetings/queries.ts', '../meetings/roll/queries.ts', 'no-cycles'],
  ['server/meetings/roll/queries.ts', '../queries.ts', ''], // the other half of the ring
  ['server/meters/submit-reading.ts', '../kernel/errors.ts', 'use-case-is-authorised'],
  ['server/meters/replace-meter.ts', './policy.ts', 'use-case-is-audited'],
]

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text, { flag: 'a' })
}

test('the map answers every kind of violation by its rule: it is not green on everything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uyim-map-'))
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']) cpSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [path, imports] of planted) {
    write(folder, path, `import '${imports}'\n`)
    write(folder, join(dirname(path), imports), '')
  }
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const output = await new Promise<string>(resolve => {
    execFile(process.execPath, [tool, 'app', 'server', 'prisma', '--config', '.dependency-cruiser.mjs', '--no-cache', '--output-type', 'json'], { cwd: folder, maxBuffer: 50_000_000 }, (_, stdout) => resolve(stdout))
  })
  rmSync(folder, { recursive: true, force: true })
  const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  const found = new Set(summary.violations.map(violation => `${violation.rule.name} ${violation.from}`))
  expect(planted.filter(([, , rule]) => rule !== '').map(([path, , rule]) => `${rule} ${path}`).filter(expected => !found.has(expected))).toEqual([])
})
