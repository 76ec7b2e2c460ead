import { spawn, type ChildProcess } from 'node:child_process'
import { atEnd } from '#server/start/cleanup.ts'
import { root } from '#server/start/sources.ts'
import { say } from '#server/start/progress.ts'
import { Refused } from '#server/start/refused.ts'

type ChildOptions = { name: string; args: string[]; env: Record<string, string>; onGone: (why: string) => void }

const patience = 25_000
const shortLife = 10_000

/** A program that is started again when it falls, and that ends when we do (it watches the channel). */
export async function startChild(options: ChildOptions): Promise<void> {
  let stopping = false
  let current: ChildProcess | undefined
  const take = (child: ChildProcess) => (current = child)
  atEnd(async () => {
    stopping = true
    if (current) await end(current)
  })
  let falls = 0
  const watch = (child: ChildProcess, born: number) => {
    child.once('exit', (code, signal) => {
      if (stopping) return
      falls = performance.now() - born < shortLife ? falls + 1 : 0
      if (falls >= 3) return options.onGone(`The ${options.name} fell three times in a row (${signal ?? code}).`)
      say(`The ${options.name} fell (${signal ?? code}) and is started again.`)
      setTimeout(() => {
        if (stopping) return
        launch(options, take).then(next => watch(next, performance.now())).catch((error: unknown) => options.onGone(error instanceof Error ? error.message : String(error)))
      }, 1000)
    })
  }
  watch(await launch(options, take), performance.now())
}

function launch({ name, args, env }: ChildOptions, take: (child: ChildProcess) => void): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C comes to us, and we end the parts in their order.
    const child = spawn(process.execPath, ['--conditions=react-server', ...args], {
      cwd: root, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Who faces the network never holds the owner's password: only the start migrates (settled 3).
      env: { ...process.env, ...env, DATABASE_OWNER_URL: '' } as NodeJS.ProcessEnv,
    })
    take(child)
    const failed = (code: number | null, signal: NodeJS.Signals | null) => reject(new Error(`The ${name} did not start (${signal ?? code}).`))
    child.once('error', reject)
    child.once('exit', failed)
    child.on('message', (message: { ready?: boolean; refused?: string }) => {
      if (message.refused) reject(new Refused(message.refused))
      if (!message.ready) return
      child.off('exit', failed)
      resolve(child)
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), patience)
  await ended
  clearTimeout(timer)
}
