import 'server-only'
import { sleep } from '#server/infra/clock.ts'
import { isRetryable, sqlState, uniqueViolation } from '#server/infra/db.ts'

/** Calls of a batch that may not meet: the same external id, the same number typed by a payer. */
export type Batched<Call> = { call: Call; keys: readonly string[] }
type Run<Call> = (calls: readonly Call[]) => Promise<readonly string[]>
type Waiting<Call> = Batched<Call> & { done: (answer: string) => void; failed: (error: unknown) => void }
type Batcher<Call> = (wanted: Batched<Call>) => Promise<string>
type Limits<Call> = { run: Run<Call>; most: number; atOnce: number }

/** Raised by our functions when somebody else was quicker: looked at again, the thing is known. */
const quicker = 'UY010'
const attempts = 6

/**
 * Calls that arrive together share one statement and one commit. Each keeps its own answer: when a batch fails, its calls
 * are made again one by one, so that a bad one harms nobody else. Answers go out only after the commit.
 */
export function makeBatcher<Call>({ run, most, atOnce }: Limits<Call>): Batcher<Call> {
  let queue: Waiting<Call>[] = []
  let underWay = 0
  let woken = false

  function wake(): void {
    if (woken || underWay >= atOnce) return
    woken = true
    // After the messages that are already here have been read.
    setImmediate(() => {
      woken = false
      while (underWay < atOnce && queue.length > 0) void send(take())
    })
  }

  function take(): Waiting<Call>[] {
    const taken: Waiting<Call>[] = []
    const left: Waiting<Call>[] = []
    const held = new Set<string>()
    for (const waiting of queue) {
      if (taken.length >= most || waiting.keys.some(key => held.has(key))) left.push(waiting)
      else taken.push(waiting)
      for (const key of waiting.keys) held.add(key)
    }
    queue = left
    return taken
  }

  async function send(batch: Waiting<Call>[]): Promise<void> {
    underWay += 1
    try {
      const answers = await run(batch.map(waiting => waiting.call))
      for (const [place, waiting] of batch.entries()) waiting.done(answers[place] ?? '')
    } catch (error) {
      for (const waiting of batch) await sendAlone(waiting, batch.length === 1 ? error : null, run)
    } finally {
      underWay -= 1
      if (queue.length > 0) wake()
    }
  }

  return wanted => new Promise((done, failed) => {
    queue.push({ ...wanted, done, failed })
    wake()
  })
}

async function sendAlone<Call>(waiting: Waiting<Call>, first: unknown, run: Run<Call>): Promise<void> {
  let error = first
  for (let attempt = error === null ? 0 : 1; attempt < attempts; attempt += 1) {
    if (error !== null && !mayTryAgain(error)) break
    if (attempt > 0) await sleep(2 ** attempt + (performance.now() % 1) * 5)
    try {
      const [answer = ''] = await run([waiting.call])
      return waiting.done(answer)
    } catch (reason) {
      error = reason
    }
  }
  waiting.failed(error)
}

function mayTryAgain(error: unknown): boolean {
  const state = sqlState(error)
  return state === quicker || state === uniqueViolation || isRetryable(error)
}
