// The core of the outbox: no browser inside, so that test/property/outbox can run it against a model server.
// Promise: what was added is sent exactly once in effect (the server knows it by its id), or stays where
// the person can see it, or was taken out by the person. One queue, visible, in the order of writing.

export type EntryState = 'waiting' | 'sending' | 'sent' | 'refused'

/** What may lie open in the store: nothing of what the person wrote. */
export type EntryMeta = {
  id: string
  /** The opaque name of the person; an entry leaves only under that person's session. */
  personKey: string
  path: string
  at: number
  attempts: number
  state: EntryState
  problem: { code: string; message: string } | null
}

/** Sealed in the store; unreadable after sign-out. */
export type EntryContent = {
  /** 'Cold water 00482': how the list names it. */
  label: string
  input: unknown
  /** Base64 JPEG, put into `input[photoField]` when it leaves. */
  photos: readonly string[]
  photoField: string | null
}

export type Answer =
  | { kind: 'accepted'; result: unknown }
  /** The server understood and will never take it as it is. */
  | { kind: 'refused'; code: string; message: string }
  /** The server is there, but could not do this one now. */
  | { kind: 'later' }
  /** Nothing came back: it may or may not have arrived. */
  | { kind: 'unreachable' }
  | { kind: 'signedOut' }

export type OutboxPorts = {
  store: {
    add: (meta: EntryMeta, content: EntryContent) => Promise<void>
    metas: (personKey: string) => Promise<EntryMeta[]>
    content: (id: string) => Promise<EntryContent | null>
    /** Atomic: null removes, undefined changes nothing; answers the new meta only when there is one. */
    change: (id: string, decide: (meta: EntryMeta) => EntryMeta | null | undefined) => Promise<EntryMeta | null>
  }
  send: (meta: EntryMeta, content: EntryContent) => Promise<Answer>
  /** Whose session this is by the server's word, asked at every flush; null when nobody's or unreachable. */
  confirmPerson: () => Promise<string | null>
  now: () => number
  /** Runs the work unless another tab is already sending. */
  alone: (work: () => Promise<void>) => Promise<void>
  changed: (event: { id: string; answer: Answer } | null) => void
}

export type NewEntry = EntryContent & { id: string; personKey: string; path: string }
export type Cancelled = 'cancelled' | 'maybeSent' | 'sending' | 'gone'

export type Outbox = {
  add: (entry: NewEntry) => Promise<void>
  flush: () => Promise<void>
  cancel: (id: string) => Promise<Cancelled>
  again: (id: string) => Promise<void>
  list: (personKey: string) => Promise<EntryMeta[]>
}

/** A sent entry stays in the list for an hour, so that the person sees where the thing went. */
const sentStays = 60 * 60 * 1000

/** Seen long enough: the next flush takes it, with its photo, out of the phone. */
export function isOver(meta: EntryMeta, now: number): boolean {
  return meta.state === 'sent' && now - meta.at > sentStays
}

export function createOutbox(ports: OutboxPorts): Outbox {
  const { store } = ports
  /** Known only to this tab: while true, 'sending' in the store is the truth and not the trace of a crash. */
  let flushing = false

  async function add({ id, personKey, path, ...content }: NewEntry): Promise<void> {
    await store.add({ id, personKey, path, at: ports.now(), attempts: 0, state: 'waiting', problem: null }, content)
    ports.changed(null)
  }

  async function cancel(id: string): Promise<Cancelled> {
    let outcome: Cancelled = 'gone'
    await store.change(id, (meta) => {
      outcome = cancelOutcome(meta, flushing)
      return outcome === 'sending' ? undefined : null
    })
    ports.changed(null)
    return outcome
  }

  async function again(id: string): Promise<void> {
    await store.change(id, (meta) => (meta.state === 'refused' ? { ...meta, state: 'waiting', problem: null } : undefined))
    ports.changed(null)
  }

  async function flush(): Promise<void> {
    await ports.alone(async () => {
      flushing = true
      try {
        const personKey = await ports.confirmPerson()
        if (personKey !== null) await flushFor(ports, personKey)
      } finally {
        flushing = false
        ports.changed(null)
      }
    })
  }

  return { add, flush, cancel, again, list: async (personKey) => (await store.metas(personKey)).sort(byTime) }
}

async function flushFor(ports: OutboxPorts, personKey: string): Promise<void> {
  for (const { id } of (await ports.store.metas(personKey)).sort(byTime)) {
    const answer = await sendOne(ports, id)
    if (answer === null) continue
    ports.changed({ id, answer })
    if (answer.kind === 'unreachable' || answer.kind === 'signedOut') return
  }
}

/** Takes the entry, if it is still there to take; the mark 'sending' is stored before the first byte leaves. */
async function sendOne(ports: OutboxPorts, id: string): Promise<Answer | null> {
  const taken = await ports.store.change(id, (meta) => {
    if (meta.state === 'sent') return isOver(meta, ports.now()) ? null : undefined
    return meta.state === 'refused' ? undefined : { ...meta, state: 'sending', attempts: meta.attempts + 1 }
  })
  if (taken === null) return null
  const content = await ports.store.content(id)
  if (content === null) return release(ports, id)
  ports.changed(null)
  const answer = await ports.send(taken, content)
  await ports.store.change(id, (meta) => afterAnswer(meta, answer, ports.now()))
  return answer
}

/** Sealed by a key that is not here: it waits for its person. */
async function release(ports: OutboxPorts, id: string): Promise<null> {
  await ports.store.change(id, (meta) => ({ ...meta, state: 'waiting', attempts: meta.attempts - 1 }))
  return null
}

function afterAnswer(meta: EntryMeta, answer: Answer, now: number): EntryMeta {
  if (answer.kind === 'accepted') return { ...meta, state: 'sent', at: now, problem: null }
  if (answer.kind === 'refused') return { ...meta, state: 'refused', problem: { code: answer.code, message: answer.message } }
  return { ...meta, state: 'waiting' }
}

/** Honest: after an attempt without an answer nobody can promise that nothing was sent. */
function cancelOutcome(meta: EntryMeta, flushing: boolean): Cancelled {
  if (meta.state === 'sending' && flushing) return 'sending'
  if (meta.state === 'refused' || meta.state === 'sent' || meta.attempts === 0) return 'cancelled'
  return 'maybeSent'
}

/** By the time of writing; ids sort by time too, and break a tie. */
function byTime(a: EntryMeta, b: EntryMeta): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1)
}
