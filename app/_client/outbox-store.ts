import type { EntryContent, EntryMeta, OutboxPorts } from './outbox.ts'
import { currentPerson } from './person.ts'
import { seal, unseal } from './seal.ts'
import { store } from './store.ts'

/** The store of the outbox in IndexedDB: marks lie open, content is sealed with its person's key. */
export const outboxStore: OutboxPorts['store'] = {
  async add(meta, content) {
    const person = await currentPerson()
    if (person?.personKey !== meta.personKey) throw new Error('the key of the writer is not here')
    const sealed = await seal(person.key, about(meta), content)
    await (await store()).add('outbox', { ...meta, sealed })
  },

  async metas(personKey) {
    const records = await (await store()).getAllFromIndex('outbox', 'personKey', personKey)
    return records.map(({ sealed: _, ...meta }) => meta)
  },

  async content(id) {
    const [person, open] = await Promise.all([currentPerson(), store()])
    const record = await open.get('outbox', id)
    if (!person || !record || record.personKey !== person.personKey) return null
    const content = await unseal(person.key, about(record), record.sealed)
    return isContent(content) ? content : null
  },

  async change(id, decide) {
    const transaction = (await store()).transaction('outbox', 'readwrite', { durability: 'strict' })
    const record = await transaction.store.get(id)
    let next: EntryMeta | null = null
    if (record) {
      const decided = decide(record)
      if (decided === null) await transaction.store.delete(id)
      else if (decided) await transaction.store.put({ ...record, ...decided })
      next = decided ?? null
    }
    await transaction.done
    return next
  },
}

function about({ id, personKey, path }: EntryMeta): string {
  return `${personKey}:${path}:${id}`
}

function isContent(value: unknown): value is EntryContent {
  return typeof value === 'object' && value !== null && 'input' in value && 'label' in value
}
