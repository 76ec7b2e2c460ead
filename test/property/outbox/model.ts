import { createOutbox, type Answer, type EntryContent, type EntryMeta, type Outbox, type OutboxPorts } from '#app/_client/outbox.ts'

/** What the network does to one request. */
export type Fate = 'arrives' | 'requestLost' | 'answerLost' | 'doubled' | 'delayed' | 'serverFails' | 'signedOut'

export type Letter = { id: string; personKey: string; text: string; unacceptable: boolean }

class Crash extends Error {}

/** A phone whose store survives, whose memory does not, and a server that knows letters by their id. */
export class World {
  readonly stored = new Map<string, { meta: EntryMeta; content: EntryContent }>()
  readonly written = new Map<string, Letter>()
  readonly withdrawn = new Set<string>()
  readonly maybeWithdrawn = new Set<string>()
  /** What the server did, in order; one line per effect. */
  readonly effects: { id: string; personKey: string; text: string }[] = []
  readonly strangers: string[] = []
  session: string | null = 'anna'
  fates: Fate[] = []
  /** Steps left until the phone dies in the middle of something. */
  untilCrash = Number.POSITIVE_INFINITY
  private held: (() => void)[] = []
  private clock = 0
  private tab: Outbox = this.openTab()

  openTab(): Outbox {
    const store: OutboxPorts['store'] = {
      add: (meta, content) => this.step(() => void this.stored.set(meta.id, { meta, content })),
      metas: (personKey) => this.step(() => [...this.stored.values()].map(({ meta }) => meta).filter((meta) => meta.personKey === personKey)),
      content: (id) => this.step(() => this.readable(id)),
      change: (id, decide) => this.step(() => this.change(id, decide)),
    }
    return createOutbox({
      store,
      send: (meta, content) => this.deliver(meta, content),
      confirmPerson: () => this.step(() => this.session),
      now: () => (this.clock += 1),
      alone: (work) => work(),
      changed: () => {},
    })
  }

  async write(letter: Letter): Promise<void> {
    await this.attempt(() => this.tab.add({ id: letter.id, personKey: letter.personKey, path: 'x.y', label: letter.text, input: letter, photos: [], photoField: null }))
    if (this.stored.has(letter.id)) this.written.set(letter.id, letter)
  }

  async flush(fates: Fate[], tabs: number): Promise<void> {
    this.fates = fates
    const others = Array.from({ length: tabs - 1 }, () => this.openTab())
    await this.attempt(() => Promise.all([this.tab, ...others].map((tab) => tab.flush())))
  }

  async withdraw(id: string): Promise<void> {
    const sent = this.stored.get(id)?.meta.state === 'sent'
    await this.attempt(async () => {
      const outcome = await this.tab.cancel(id)
      if (outcome === 'maybeSent') this.maybeWithdrawn.add(id)
      if (outcome === 'cancelled' && !sent) this.withdrawn.add(id)
    })
    // The phone may die after the store took it out and before the person was told.
    if (!this.stored.has(id) && !sent && !this.withdrawn.has(id)) this.maybeWithdrawn.add(id)
  }

  async again(id: string): Promise<void> {
    await this.attempt(() => this.tab.again(id))
  }

  /** The late requests arrive at last, newest first. */
  deliverHeld(): void {
    for (const late of this.held.splice(0).reverse()) late()
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      this.untilCrash = Number.POSITIVE_INFINITY
      this.tab = this.openTab()
    }
  }

  private async step<T>(work: () => T): Promise<T> {
    await Promise.resolve()
    this.untilCrash -= 1
    if (this.untilCrash <= 0) throw new Crash('the phone went dark')
    const result = work()
    await Promise.resolve()
    return result
  }

  private readable(id: string): EntryContent | null {
    const record = this.stored.get(id)
    return record && record.meta.personKey === this.session ? record.content : null
  }

  private change(id: string, decide: (meta: EntryMeta) => EntryMeta | null | undefined): EntryMeta | null {
    const record = this.stored.get(id)
    if (!record) return null
    const decided = decide(record.meta)
    if (decided === null) this.stored.delete(id)
    else if (decided) this.stored.set(id, { ...record, meta: decided })
    return decided ?? null
  }

  private deliver(meta: EntryMeta, content: EntryContent): Promise<Answer> {
    const fate = this.fates.shift() ?? 'arrives'
    const arrive = () => this.serve(meta, content)
    return this.step(() => {
      if (fate === 'requestLost') return { kind: 'unreachable' }
      if (fate === 'serverFails') return { kind: 'later' }
      if (fate === 'signedOut') return { kind: 'signedOut' }
      if (fate === 'delayed') {
        this.held.push(arrive)
        return { kind: 'unreachable' }
      }
      const answer = arrive()
      if (fate === 'doubled') return arrive()
      return fate === 'answerLost' ? { kind: 'unreachable' } : answer
    })
  }

  private serve(meta: EntryMeta, content: EntryContent): Answer {
    if (meta.personKey !== this.session) this.strangers.push(meta.id)
    const letter = this.written.get(meta.id)
    if (letter?.unacceptable) return { kind: 'refused', code: 'x.no', message: 'no' }
    if (!this.effects.some((effect) => effect.id === meta.id)) this.effects.push({ id: meta.id, personKey: meta.personKey, text: content.label })
    return { kind: 'accepted', result: meta.id }
  }
}
