// `npm start` and `npm run dev`: everything from an empty machine to a served address, and its clean end.
import { join } from 'node:path'
import { ensureBuild } from '#server/start/build-steps.ts'
import { smallYoungHeap, startChild } from '#server/start/children.ts'
import { cleanUp } from '#server/start/cleanup.ts'
import { printDemo } from '#server/start/demo-table.ts'
import { checkPort, prepare, readSettings, type Settings } from '#server/start/prepare.ts'
import { explain, say, step } from '#server/start/progress.ts'

const dev = process.argv.includes('--dev')
let ending: Promise<void> | undefined

/** The doors first, then the work behind them, the database last. */
function end(code: number): Promise<void> {
  return (ending ??= cleanUp().finally(() => process.exit(code)))
}

async function serve(settings: Settings): Promise<void> {
  await checkPort(settings.env.PORT, settings.env.HOST)
  const env = await prepare(settings)
  if (!dev) await ensureBuild()
  const onGone = (why: string) => {
    say(why)
    void end(1)
  }
  const logOf = (name: string) => join(settings.env.DATA_DIR, `${name}.log`)
  // Both at once; the one that is named last ends first.
  await step('Opening the doors', () => Promise.all([
    startChild({ name: 'worker', args: [smallYoungHeap, 'server/worker.ts'], env, onGone, log: logOf('worker') }),
    startChild({ name: 'web server', args: ['server/main.ts', ...(dev ? ['--dev'] : [])], env, onGone, log: logOf('web') }),
  ]))
  if (settings.env.DEMO) printDemo(settings.env.DATA_DIR)
  say(`\nUyim is at ${settings.env.APP_URL} (Ctrl-C stops it).`)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!ending) say('\nStopping …')
    void end(0)
  })
}

try {
  await serve(readSettings(dev ? 'development' : 'production'))
} catch (error) {
  if (!ending) say(explain(error))
  await end(1)
}
