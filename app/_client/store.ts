import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { EntryMeta } from './outbox.ts'
import type { Sealed } from './seal.ts'

type Stores = DBSchema & {
  /** What waits to be sent: open marks, sealed content. */
  outbox: { key: string; value: EntryMeta & { sealed: Sealed }; indexes: { personKey: string } }
  /** What may be read without a network: last bill, meters. All of it sealed, none older than 35 days. */
  shelf: { key: string; value: { name: string; personKey: string; at: number; sealed: Sealed } }
  /** The key of the person who is signed in on this phone; it cannot be read out, only used. */
  keys: { key: string; value: { personKey: string; key: CryptoKey; at: number } }
}

export type Store = IDBPDatabase<Stores>

let opened: Promise<Store> | null = null

export function store(): Promise<Store> {
  opened ??= openDB<Stores>('uyim', 1, {
    upgrade(database) {
      database.createObjectStore('outbox', { keyPath: 'id' }).createIndex('personKey', 'personKey')
      database.createObjectStore('shelf', { keyPath: 'name' })
      database.createObjectStore('keys')
    },
    terminated() {
      opened = null
    },
  })
  return opened
}
