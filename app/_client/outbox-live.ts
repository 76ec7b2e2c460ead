// The one outbox of this tab: IndexedDB beneath, the network before it, and the moments when it tries.
import { createOutbox, isOver, type Answer, type EntryContent, type EntryMeta, type Outbox } from './outbox.ts'
import { outboxStore } from './outbox-store.ts'
import { confirmPerson, currentPerson, lastRefusal, personForLetter } from './person.ts'
import { base64Of } from './photo.ts'
import { isRefusal } from './refusal.ts'
import { CallError, post, type InputOf, type Path } from './trpc.ts'
import { toWire } from './wire.ts'

export type Letter<P extends Path> = {
  path: P
  /** Made by the phone (`newId()`), the same as the id inside the input: the server knows a repeated letter by it. */
  id: string
  input: Omit<InputOf<P>, 'photos'>
  /** 'Cold water 00482': how the list of waiting things names it. */
  label: string
  photos?: readonly Blob[]
}

export type Sent = { state: 'sent'; result: unknown } | { state: 'refused'; code: string; message: string } | { state: 'waiting'; signedOut: boolean }

type Listener = () => void

const listeners = new Set<Listener>()
const answers = new Map<string, (answer: Answer) => void>()
const otherTabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('uyim-outbox')
let made: Outbox | null = null

export function outbox(): Outbox {
  made ??= createOutbox({ store: outboxStore, send, alone, changed, now: () => Date.now(), confirmPerson: async () => (await confirmPerson())?.personKey ?? null })
  return made
}

/**
 * Keeps the letter, then sends it at once if it can. Waits a few seconds for the answer, so that a screen
 * with a network shows the receipt; 'waiting' means kept on the phone. A refusal that the open form can
 * show is taken out of the outbox: the form holds what was typed. Rejects only when it could not be kept.
 */
export async function sendThroughOutbox<P extends Path>(letter: Letter<P>, patience = 8000): Promise<Sent> {
  if (!window.isSecureContext) return sendAtOnce(letter)
  const outside = await keep(letter).then(() => null, signedOutBefore)
  if (outside) return outside
  startOutbox()
  void wakeWhenOnline()
  const { id } = letter
  const answer = navigator.onLine ? await answerWithin(id, patience) : null
  if (answer?.kind === 'accepted') return { state: 'sent', result: answer.result }
  // The server has said that nobody is signed in here any more: it is not the network that the letter waits for.
  if (answer?.kind !== 'refused') return { state: 'waiting', signedOut: (await currentPerson()) === null }
  await outbox().cancel(id)
  return { state: 'refused', code: answer.code, message: answer.message }
}

/**
 * On a plain http address of a home network browsers give no cipher, so nothing can be sealed and kept there:
 * the letter goes at once, or the form goes on holding it.
 */
async function sendAtOnce<P extends Path>({ path, input, photos: pictures = [] }: Letter<P>): Promise<Sent> {
  const photos = await Promise.all(pictures.map(base64Of))
  try {
    return { state: 'sent', result: await post(path, toWire(photos.length > 0 ? { ...input, photos } : input)) }
  } catch (error) {
    if (isRefusal(error)) return { state: 'refused', code: error.code, message: error.message }
    throw error
  }
}

/** Signed out meanwhile, perhaps in another tab: that is said, and not that the phone is full. */
function signedOutBefore(error: unknown): Sent {
  if (isRefusal(error)) return { state: 'refused', code: error.code, message: error.message }
  throw error
}

async function keep<P extends Path>({ id, path, input, label, photos: pictures = [] }: Letter<P>): Promise<void> {
  const person = await personForLetter()
  if (!person) throw new CallError(lastRefusal(), { kind: 'UNAUTHORIZED', code: 'common.signInNeeded' })
  const photos = await Promise.all(pictures.map(base64Of))
  await outbox().add({ id, personKey: person.personKey, path, label, input, photos, photoField: photos.length > 0 ? 'photos' : null })
}

/** Everything of the person who is signed in here, with the names that the list shows. */
export async function waitingThings(): Promise<(EntryMeta & { label: string; written: string })[]> {
  const person = await currentPerson()
  if (!person) return []
  const metas = await outbox().list(person.personKey)
  return Promise.all(metas.map(async (meta) => {
    const content = await outboxStore.content(meta.id)
    return { ...meta, label: content?.label ?? '', written: meta.state === 'refused' ? textIn(content?.input) : '' }
  }))
}

/** The words of a letter that was not taken: the person must be able to read and copy them before removing it. */
function textIn(input: unknown): string {
  return isRecord(input) && typeof input['text'] === 'string' ? input['text'] : ''
}

export function onOutboxChange(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

let started = false

/** At the start or with the first letter, when the network returns, when the person returns to the tab, when the worker wakes us. */
export function startOutbox(): void {
  if (started) return
  started = true
  const flush = () => void flushIfAnything()
  window.addEventListener('online', flush)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flush())
  navigator.serviceWorker?.addEventListener('message', (event) => isWake(event.data) && flush())
  otherTabs?.addEventListener('message', () => listeners.forEach((listener) => listener()))
  setInterval(flush, 60_000)
  flush()
}

async function flushIfAnything(): Promise<void> {
  if (!navigator.onLine) return
  const person = await currentPerson()
  const due = (meta: EntryMeta) => meta.state === 'waiting' || meta.state === 'sending' || isOver(meta, Date.now())
  if (person && (await outbox().list(person.personKey)).some(due)) await outbox().flush()
}

async function answerWithin(id: string, patience: number): Promise<Answer | null> {
  const answered = new Promise<Answer>((resolve) => answers.set(id, resolve))
  const tired = new Promise<null>((resolve) => setTimeout(resolve, patience, null))
  const tried = outbox().flush().then(() => null, () => null)
  const answer = await Promise.race([answered, tried, tired])
  answers.delete(id)
  return answer
}

function changed(event: { id: string; answer: Answer } | null): void {
  if (event) answers.get(event.id)?.(event.answer)
  listeners.forEach((listener) => listener())
  otherTabs?.postMessage('changed')
}

async function alone(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work()
  await navigator.locks.request('uyim-outbox', work)
}

async function send(meta: EntryMeta, content: EntryContent): Promise<Answer> {
  const input = content.photoField && isRecord(content.input) ? { ...content.input, [content.photoField]: content.photos } : content.input
  try {
    return { kind: 'accepted', result: await post(meta.path, toWire(input), { 'x-uyim-person': meta.personKey }) }
  } catch (error) {
    return error instanceof CallError ? answerOf(error) : { kind: 'unreachable' }
  }
}

/** Only a clear 'no' is final; everything else is tried again. */
function answerOf({ kind, code, message }: CallError): Answer {
  if (kind === 'UNAUTHORIZED' || code === 'common.otherPerson') return { kind: 'signedOut' }
  if (/^(BAD_REQUEST|CONFLICT|FORBIDDEN|NOT_FOUND|PAYLOAD_TOO_LARGE|UNPROCESSABLE_CONTENT|HTTP_413)$/.test(kind)) return { kind: 'refused', code, message }
  return kind === 'INTERNAL_SERVER_ERROR' ? { kind: 'later' } : { kind: 'unreachable' }
}

/** Where Background Sync exists, the worker is woken and wakes us; elsewhere the moments above are enough. */
async function wakeWhenOnline(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.ready
    if (registration && 'sync' in registration) await (registration.sync as { register: (tag: string) => Promise<void> }).register('uyim-outbox')
  } catch {
    // Not allowed or not there.
  }
}

function isWake(message: unknown): boolean {
  return isRecord(message) && message['type'] === 'flush-outbox'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
