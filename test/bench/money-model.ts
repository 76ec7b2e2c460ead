// Ten thousand random steps of billing, paying, cancelling, refunding and adjusting by every role, connections cut among them;
// after each, every invariant of the ledger (server/ledger/README.md). Alone: node test/bench/money-model.ts [steps] [seed]
import { spawn } from 'node:child_process'

const [steps = '10000', seed = '20261121'] = process.argv.slice(2)
const started = performance.now()
const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', 'test/contract/ledger/model.test.ts'], {
  stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test', UYIM_MODEL_STEPS: steps, UYIM_SEED: seed },
})
const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
console.info(`money model: ${steps} steps, seed ${seed}, ${code === 0 ? 'every invariant held after each' : 'BROKEN'}; ${((performance.now() - started) / 60_000).toFixed(1)} minutes`)
process.exitCode = code ?? 1
