import { spawn } from 'node:child_process'
import { atEnd } from '#server/start/cleanup.ts'
import { root } from '#server/start/sources.ts'

export type Program = { args: string[]; env?: Record<string, string | undefined>; onLine?: (line: string) => void }

/** Runs a Node program to its end; fails with the tail of what it said. */
export function runProgram({ args, env = {}, onLine }: Program): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    const forget = atEnd(() => void child.kill('SIGTERM'))
    let said = ''
    const keep = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-30_000)
      for (const line of chunk.toString().split('\n')) if (line.trim()) onLine?.(line.trim())
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      forget()
      if (code === 0) return resolve()
      reject(new Error(`${args.join(' ')} ended with ${signal ?? code}:\n${said.trim().split('\n').slice(-40).join('\n')}`))
    })
  })
}
