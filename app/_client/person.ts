// Who uses this phone now. The server gives each person one stable key; it lives in IndexedDB as a
// CryptoKey that cannot be exported, because a phone switched on in a stairwell without a network must
// still open the last bill. Signing out, or the server saying that the session ended, removes it at once.
import { clearDrafts, setDraftPerson } from './drafts.ts'
import { checkedSlot } from './person-slots.ts'
import { importKey } from './seal.ts'
import { store } from './store.ts'
import { CallError, get } from './trpc.ts'

export type Person = { personKey: string; key: CryptoKey }

const slot = 'current'
const checkedFor = 10 * 60 * 1000
/** Without a word from the server for so long, the phone forgets. */
const trustedFor = 35 * 24 * 60 * 60 * 1000
/** Whether the server has said on this very page whose session it is; signing in always leads to a new page. */
let heard = false
/** The server's own words when it last said that nobody is signed in here. */
let refusal = ''

export const lastRefusal = (): string => refusal

/** The person by the phone's own memory; works without a network. */
export async function currentPerson(): Promise<Person | null> {
  const held = await (await store()).get('keys', slot)
  if (!held) return null
  if (Date.now() - held.at <= trustedFor) return held
  await forgetPerson()
  return null
}

/** The person by the server's word: asked before anything leaves, and every ten minutes of reading. */
export async function confirmPerson(): Promise<Person | null> {
  const answer = await askServer()
  if (answer === 'nobody') await forgetPerson()
  return answer === 'nobody' ? null : answer
}

/**
 * Whose letter it is that is being written. A page that has not heard the server yet asks first, because somebody else
 * may have signed in on this phone since; without an answer the phone's memory decides. A session that has ended
 * meanwhile keeps the letter: its writer comes back.
 */
export async function personForLetter(patience = 4000): Promise<Person | null> {
  const held = await currentPerson()
  if (held && (heard || !navigator.onLine)) return held
  await Promise.race([askServer(), new Promise((resolve) => setTimeout(resolve, patience))])
  return currentPerson()
}

async function askServer(): Promise<Person | 'nobody' | null> {
  try {
    const answer: unknown = await get('identity.outboxKey')
    return isKeyAnswer(answer) ? await remember(answer) : null
  } catch (error) {
    if (!(error instanceof CallError) || error.kind !== 'UNAUTHORIZED') return null
    refusal = error.message
    return 'nobody'
  }
}

/** Called when a signed-in page opens; costs a request only when the last word is old. */
export async function refreshPerson(): Promise<Person | null> {
  const checked = Number(sessionStorage.getItem(checkedSlot) ?? 0)
  const held = await currentPerson()
  if (held && Date.now() - checked < checkedFor) return held
  return (await confirmPerson()) ?? (navigator.onLine ? null : held)
}

/** Signing out: the last bill, the meters, the drafts and the key go; what waits to be sent stays, sealed. */
export async function forgetPerson(): Promise<void> {
  sessionStorage.removeItem(checkedSlot)
  setDraftPerson(null)
  clearDrafts()
  const open = await store()
  await Promise.all([open.delete('keys', slot), open.clear('shelf')])
}

async function remember({ personKey, key }: { personKey: string; key: string }): Promise<Person> {
  const held = await currentPerson()
  if (held && held.personKey !== personKey) await forgetPerson()
  const person = { personKey, key: await importKey(key) }
  await (await store()).put('keys', { ...person, at: Date.now() }, slot)
  heard = true
  sessionStorage.setItem(checkedSlot, String(Date.now()))
  setDraftPerson(personKey)
  return person
}

function isKeyAnswer(value: unknown): value is { personKey: string; key: string } {
  return typeof value === 'object' && value !== null && 'personKey' in value && 'key' in value
}
