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
const lockTimeout = '55P03'
const attempts = 6
const mostTurns = 8
const patienceMilliseconds = 25

/**
 * Calls that arrive together share one statement and one commit. Each keeps its own answer: when a batch fails, its calls
 * are made again one by one, so that a bad one harms nobody else. Answers go out only after the commit.
 */
export function makeBatcher<Call>({ run, most, atOnce }: Limits<Call>): Batcher<Call> {
  let queue: Waiting<Call>[] = []
  let underWay = 0
  let slow = 0
  let woken = false

  /** Two batches at a time, so that the next one fills meanwhile; another beside them only when one hangs. */
  function full(): boolean {
    return underWay >= Math.min(2 + slow, atOnce)
  }

  function wake(): void {
    if (woken || full()) return
    woken = true
    gather(0, 0)
  }

  /** One more turn of the loop as long as each turn brings more calls: those that come together go together. */
  function gather(before: number, turns: number): void {
    setImmediate(() => {
      if (queue.length > before && queue.length < most && turns < mostTurns) return gather(queue.length, turns + 1)
      woken = false
      while (!full() && queue.length > 0) {
        const { taken, left } = partition(queue, most)
        queue = left
        void send(taken)
      }
    })
  }

  async function send(batch: Waiting<Call>[]): Promise<void> {
    underWay += 1
    let hangs = false
    const patience = setTimeout(() => {
      hangs = true
      slow += 1
      wake()
    }, patienceMilliseconds)
    try {
      const answers = await run(batch.map(waiting => waiting.call))
      for (const [place, waiting] of batch.entries()) waiting.done(answers[place] ?? '')
    } catch (error) {
      await Promise.all(batch.map(waiting => sendAlone(waiting, batch.length === 1 ? error : null, run)))
    } finally {
      clearTimeout(patience)
      if (hangs) slow -= 1
      underWay -= 1
      if (queue.length > 0) wake()
    }
  }

  return wanted => new Promise((done, failed) => {
    queue.push({ ...wanted, done, failed })
    wake()
  })
}

/** The next batch: no two of its calls share a key, and none overtakes an earlier one of its key. */
function partition<Call>(queue: readonly Waiting<Call>[], most: number): { taken: Waiting<Call>[]; left: Waiting<Call>[] } {
  const taken: Waiting<Call>[] = []
  const left: Waiting<Call>[] = []
  const held = new Set<string>()
  for (const waiting of queue) {
    if (taken.length >= most || waiting.keys.some(key => held.has(key))) left.push(waiting)
    else taken.push(waiting)
    for (const key of waiting.keys) held.add(key)
  }
  return { taken, left }
}

async function sendAlone<Call>(waiting: Waiting<Call>, first: unknown, run: Run<Call>): Promise<void> {
  let error = first
  for (let attempt = error === null ? 0 : 1; attempt < attempts; attempt += 1) {
    if (error !== null && !mayTryAgain(error, attempt)) break
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

function mayTryAgain(error: unknown, attempt: number): boolean {
  const state = sqlState(error)
  // Three waits for a lock, its batch's among them, stay below three seconds: then the provider is told to come back itself.
  if (state === lockTimeout) return attempt < 2
  return state === quicker || state === uniqueViolation || isRetryable(error)
}
