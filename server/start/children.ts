import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { atEnd } from '#server/start/cleanup.ts'
import { compiled, root } from '#server/start/sources.ts'
import { say } from '#server/start/progress.ts'
import { Refused } from '#server/start/refused.ts'

type ChildOptions = { name: string; args: string[]; env: Record<string, string>; /** Where its last lines are kept when it is given up. */ log: string; onGone: (why: string) => void }
type Tail = { text: string }

/** The engine lets the room for young objects grow to 128 MB under a long billing run, which needs none of it: the memory of the worker is to be flat. */
export const smallYoungHeap = '--max-semi-space-size=8'

const patience = 25_000
const shortLife = 10_000
const tailLength = 64_000

/** A program that is started again when it falls, and that ends when we do (it watches the channel). */
export async function startChild(options: ChildOptions): Promise<void> {
  let stopping = false
  let current: ChildProcess | undefined
  const tail: Tail = { text: '' }
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
      if (falls >= 3) return void heardOut(child).then(() => options.onGone(`The ${options.name} fell three times in a row (${signal ?? code}). ${whereToLook(options, tail)}`))
      say(`The ${options.name} fell (${signal ?? code}) and is started again.`)
      setTimeout(() => {
        if (stopping) return
        launch(options, take, tail).then(next => watch(next, performance.now())).catch((error: unknown) => options.onGone(error instanceof Error ? error.message : String(error)))
      }, 1000)
    })
  }
  watch(await launch(options, take, tail), performance.now())
}

/** Its last lines are kept in a file, because the terminal has scrolled on, or is nobody's. */
function whereToLook({ log, name }: ChildOptions, tail: Tail): string {
  try {
    writeFileSync(log, tail.text, { mode: 0o600 })
  } catch {
    return 'Its last lines are above. Put right what they name, and start Uyim again; everything that was saved is kept.'
  }
  const said = tail.text.trim() === '' ? `It said nothing: the system may have ended it, for lack of memory for example. The log of the ${name} is` : 'Its last lines are kept in'
  return `${said} ${log}. Put right what is named there, and start Uyim again; everything that was saved is kept.`
}

/** What a program wrote last may come after its end. */
function heardOut(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('close', () => resolve())
    setTimeout(resolve, 5000)
  })
}

function launch(options: ChildOptions, take: (child: ChildProcess) => void, tail: Tail): Promise<ChildProcess> {
  const { name, args, env } = options
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C comes to us, and we end the parts in their order.
    const child = spawn(process.execPath, ['--conditions=react-server', ...args], {
      cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Who faces the network never holds the owner's password: only the start migrates (settled 3).
      env: { ...process.env, ...compiled, ...env, DATABASE_OWNER_URL: '' } as NodeJS.ProcessEnv,
    })
    take(child)
    tail.text = ''
    const hear = (to: NodeJS.WriteStream) => (chunk: Buffer) => {
      to.write(chunk)
      tail.text = (tail.text + chunk.toString()).slice(-tailLength)
    }
    child.stdout?.on('data', hear(process.stdout))
    child.stderr?.on('data', hear(process.stderr))
    const failed = (code: number | null, signal: NodeJS.Signals | null) => void heardOut(child).then(() => reject(new Refused(`The ${name} did not start (${signal ?? code}). ${whereToLook(options, tail)}`)))
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
