import { Refused } from '#server/start/refused.ts'

export type Tell = (detail: string) => void

/** Runs a step; says so when it lasts longer than a second, and again every ten seconds. */
export async function step<T>(title: string, work: (tell: Tell) => Promise<T>): Promise<T> {
  const start = performance.now()
  let detail = ''
  let spoke = false
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1)
  const remind = () => {
    say(spoke ? `  … ${title}: ${seconds()} s${detail && `, ${detail}`}` : `  … ${title}${detail && `: ${detail}`}`)
    spoke = true
    timer = setTimeout(remind, 10_000)
  }
  let timer = setTimeout(remind, 1000)
  try {
    const result = await work(text => (detail = text))
    if (spoke) say(`  ✓ ${title}: ${seconds()} s`)
    return result
  } finally {
    clearTimeout(timer)
  }
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** One sentence for what the operator must put right, a stack for what is our own fault. */
export function explain(error: unknown): string {
  if (error instanceof Refused || (error instanceof Error && error.name === 'Refused')) return error.message
  return error instanceof Error ? error.stack ?? error.message : String(error)
}
