// What may be read without a network. Sealed with the person's key, at most 35 days old, wiped on sign-out.
// The last bill holds amounts, period, due date and an address label only: no name, no phone (ASVS 14.3).
import { currentPerson } from './person.ts'
import { seal, unseal } from './seal.ts'
import { store } from './store.ts'

const keptFor = 35 * 24 * 60 * 60 * 1000

export async function putOnShelf(name: string, value: unknown): Promise<void> {
  const person = await currentPerson()
  if (!person) return
  const sealed = await seal(person.key, `${person.personKey}:${name}`, value)
  await (await store()).put('shelf', { name, personKey: person.personKey, at: Date.now(), sealed })
}

export async function takeFromShelf(name: string): Promise<{ value: unknown; at: Date } | null> {
  const [person, open] = await Promise.all([currentPerson(), store()])
  const held = await open.get('shelf', name)
  if (!person || !held || held.personKey !== person.personKey) return null
  if (Date.now() - held.at > keptFor) {
    await open.delete('shelf', name)
    return null
  }
  const value = await unseal(person.key, `${person.personKey}:${name}`, held.sealed)
  return value === null ? null : { value, at: new Date(held.at) }
}
