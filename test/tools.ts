import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
const reports = join(root, 'test-results')

export type Count = { passed: number; failed: number; skipped: number }
export type Task = { name: string; args: string[]; env?: Record<string, string>; quiet?: boolean; accept?: (output: string) => string | null; report?: string }
export type Outcome = Count & { name: string; ok: boolean; seconds: number; output: string }

export function vitestTask(name: string, projects: string[], env: Record<string, string> = {}, paths: readonly string[] = []): Task {
  const report = join(reports, `${name.replace(/\W+/g, '-')}.json`)
  return {
    name, env, report,
    args: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--passWithNoTests',
      ...projects.flatMap(project => ['--project', project]), '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...paths],
  }
}

/** Runs a tool to its end and counts: a tool that counts nothing itself is one check. */
export async function runTask(task: Task): Promise<Outcome> {
  if (process.exitCode === 130) return { passed: 0, failed: 1, skipped: 0, name: task.name, ok: false, seconds: 0, output: 'interrupted' }
  const start = performance.now()
  mkdirSync(reports, { recursive: true })
  if (task.report) rmSync(task.report, { force: true })
  const { code, output } = await execute(task)
  const complaint = code === 0 ? task.accept?.(output) ?? null : `ended with ${code}`
  const count = task.report ? readReport(task.report, complaint === null) : { passed: complaint === null ? 1 : 0, failed: complaint === null ? 0 : 1, skipped: 0 }
  const ok = complaint === null && count.failed === 0
  return { ...count, name: task.name, ok, seconds: (performance.now() - start) / 1000, output: complaint && code === 0 ? `${output}\n${complaint}` : output }
}

const running = new Set<ChildProcess>()
// Ctrl-C ends the tools too, and with them their databases and browsers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill('SIGINT')
    process.exitCode = 130
    setTimeout(() => process.exit(130), 10_000).unref()
  })
}

function execute(task: Task): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, task.args, { cwd: root, env: { ...process.env, NO_COLOR: '1', ...task.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let output = ''
    const keep = (chunk: Buffer) => {
      output += chunk.toString()
      if (!task.quiet) process.stdout.write(chunk)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', error => resolve({ code: 1, output: String(error) }))
    child.once('exit', () => running.delete(child))
    child.once('exit', (code, signal) => resolve({ code: signal ? 1 : code ?? 1, output }))
  })
}

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests?: number; numFailedTestSuites: number; success: boolean }

/** A run that ended badly without a failing test (a file that does not load, a lost worker) counts as one failure. */
function readReport(path: string, ok: boolean): Count {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report
    const failed = report.numFailedTests === 0 && (!ok || !report.success) ? Math.max(1, report.numFailedTestSuites) : report.numFailedTests
    return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + (report.numTodoTests ?? 0) }
  } catch {
    return { passed: 0, failed: ok ? 0 : 1, skipped: 0 }
  }
}

export function sum(outcomes: Count[]): Count {
  return outcomes.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed, skipped: all.skipped + one.skipped }), { passed: 0, failed: 0, skipped: 0 })
}

export function describe({ name, ok, seconds, passed, failed, skipped }: Outcome): string {
  return `${ok ? '✓' : '✗'} ${name.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s   ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}
