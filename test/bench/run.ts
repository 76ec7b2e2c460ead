// npm run bench [name …]: figures side by side with their limit, as ratios of one run (settled 26-29).
import { readdirSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const folder = import.meta.dirname
const all = readdirSync(folder).filter(name => name.endsWith('.ts') && name !== 'run.ts').map(name => name.slice(0, -3)).sort()
const asked = process.argv.slice(2)
const unknown = asked.filter(name => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${all.join(', ')}.`)
  process.exit(1)
}
let failed = 0
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n══ ${name} ══`)
  const child = spawn(process.execPath, ['--conditions=react-server', join(folder, `${name}.ts`)], { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production', TZ: 'UTC' } })
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  if (code !== 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
