import 'server-only'
import { stopwatch } from '#server/infra/clock.ts'
import type { Context } from '#server/infra/context.ts'

/** Asking providers: several at once, and never so many of one that a slow one holds the others. */
const atOnce = 4
/** After so many failures in a row a provider is left in peace. */
const mostFailures = 3

export type Round<Item> = {
  merchantOf: (item: Item) => string
  /** False, or a rejection: the provider was silent. */
  ask: (item: Item) => Promise<boolean>
  /** Nothing more is asked after so many milliseconds. */
  longest: number
  /** Of one provider at once. */
  ofOne: number
}
type Queue<Item> = { merchantId: string; waiting: Item[]; running: number; failures: number }
export type Rounded = { left: number; silent: string[] }

/** One round over what is due. Who is silent and what there was no time for is left for the next one. */
export async function runRound<Item>(items: readonly Item[], { merchantOf, ask, longest, ofOne }: Round<Item>): Promise<Rounded> {
  const time = stopwatch()
  const queues = queuesOf(items, merchantOf)
  // What runs may fail too: a silent provider is never asked more often than that.
  const open = () => time() >= longest ? [] : queues.filter(({ waiting, running, failures }) => waiting.length > 0 && running < ofOne && failures + running < mostFailures)
  const lane = async () => {
    for (let [queue] = open(); queue; [queue] = open().toSorted((one, other) => one.running - other.running)) await askNext(queue, ask)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return { left: queues.reduce((sum, { waiting }) => sum + waiting.length, 0), silent: queues.filter(({ failures }) => failures >= mostFailures).map(({ merchantId }) => merchantId) }
}

function queuesOf<Item>(items: readonly Item[], merchantOf: (item: Item) => string): Queue<Item>[] {
  const queues = new Map<string, Queue<Item>>()
  for (const item of items) {
    const merchantId = merchantOf(item)
    const queue = queues.get(merchantId) ?? { merchantId, waiting: [], running: 0, failures: 0 }
    queue.waiting.push(item)
    queues.set(merchantId, queue)
  }
  return [...queues.values()]
}

async function askNext<Item>(queue: Queue<Item>, ask: (item: Item) => Promise<boolean>): Promise<void> {
  const item = queue.waiting.shift()
  if (item === undefined) return
  queue.running += 1
  const answered = await ask(item).catch(() => false)
  queue.running -= 1
  queue.failures = answered ? 0 : queue.failures + 1
}

/** From the third silence in a row a provider rests: a minute, two, four, an hour at most. */
export async function noteSilence(ctx: Pick<Context, 'db'>, merchantId: string): Promise<void> {
  await ctx.db.$executeRaw`insert into payment_outages as x (merchant_id, failures) values (${merchantId}::uuid, 1)
    on conflict (merchant_id) do update set failures = x.failures + 1,
      rests_until = case when x.failures + 1 >= ${mostFailures} then app.now() + least(interval '1 hour', interval '1 minute' * 2 ^ least(x.failures + 1 - ${mostFailures}, 6)) end`
}

export async function noteAnswer(ctx: Pick<Context, 'db'>, merchantId: string): Promise<void> {
  await ctx.db.$executeRaw`update payment_outages set failures = 0, rests_until = null where merchant_id = ${merchantId}::uuid and failures > 0`
}
