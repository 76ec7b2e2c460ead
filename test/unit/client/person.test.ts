import { randomBytes } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { somebodySignsIn } from '#app/_client/person-slots.ts'
import type * as person from '#app/_client/person.ts'

const kept = vi.hoisted(() => new Map<string, unknown>())
vi.mock('#app/_client/store.ts', () => ({
  store: async () => ({
    get: async (name: string, key: string) => kept.get(`${name}:${key}`),
    put: async (name: string, value: unknown, key: string) => void kept.set(`${name}:${key}`, value),
    delete: async (name: string, key: string) => void kept.delete(`${name}:${key}`),
    clear: async () => undefined,
  }),
}))

type Person = typeof person

const key = randomBytes(32).toString('base64url')
let session: string | null
let asked: number

/** A new page of the same tab: its memory is empty, what the phone stored is there. */
async function openPage(): Promise<Person> {
  vi.resetModules()
  return import('#app/_client/person.ts')
}

function fakeStorage() {
  const held = new Map<string, string>()
  return { getItem: (name: string) => held.get(name) ?? null, setItem: (name: string, value: string) => void held.set(name, value), removeItem: (name: string) => void held.delete(name) }
}

function answer(): Response {
  asked += 1
  if (session === null) return new Response(JSON.stringify({ error: { json: { message: 'Чтобы продолжить, войдите.', data: { code: 'UNAUTHORIZED' } } } }), { status: 401 })
  return new Response(JSON.stringify({ result: { data: { json: { personKey: session, key } } } }))
}

beforeEach(() => {
  kept.clear()
  session = 'anna'
  asked = 0
  vi.stubGlobal('localStorage', fakeStorage())
  vi.stubGlobal('sessionStorage', fakeStorage())
  vi.stubGlobal('navigator', { onLine: true })
  vi.stubGlobal('document', { documentElement: { lang: 'kk' } })
  vi.stubGlobal('fetch', () => Promise.resolve(answer()))
})
afterEach(() => vi.unstubAllGlobals())

describe('whose letter it is on a shared phone (settled 17)', () => {
  it("never goes under the person before: a new page asks the server, even when its last word is a minute old", async () => {
    await (await openPage()).refreshPerson()
    session = 'botir'
    const page = await openPage()
    expect((await page.personForLetter())?.personKey).toBe('botir')
    await page.personForLetter()
    expect(asked, 'a page asks once').toBe(2)
  })

  it('who has signed out in another tab is told so by the server\'s own words, not that the phone is full', async () => {
    await (await openPage()).refreshPerson()
    session = null
    const page = await openPage()
    await page.forgetPerson()
    vi.stubGlobal('window', { isSecureContext: true })
    const { sendThroughOutbox } = await import('#app/_client/outbox-live.ts')
    const input = { requestId: 'r', buildingId: 'b', category: 'LIFT' as const, place: 'LIFT' as const, text: 'x', submittedAt: '2026-11-24T09:00:00Z' }
    expect(await sendThroughOutbox({ path: 'requests.fileRequest', id: 'r', input, label: 'Лифт' })).toEqual({ state: 'refused', code: 'common.signInNeeded', message: 'Чтобы продолжить, войдите.' })
  })

  it('after the code screen the waiting list and the shelf are the new person\'s at once', async () => {
    await (await openPage()).refreshPerson()
    session = 'botir'
    const page = await openPage()
    runInNewContext(somebodySignsIn, { sessionStorage, localStorage })
    expect((await page.refreshPerson())?.personKey).toBe('botir')
  })

  it('is kept for its writer when the network is gone, does not answer, or the session has ended', async () => {
    await (await openPage()).refreshPerson()
    session = null
    expect((await (await openPage()).personForLetter())?.personKey).toBe('anna')
    vi.stubGlobal('fetch', () => new Promise(() => undefined))
    expect((await (await openPage()).personForLetter(5))?.personKey).toBe('anna')
    vi.stubGlobal('navigator', { onLine: false })
    expect((await (await openPage()).personForLetter())?.personKey).toBe('anna')
  })

  it('refuses when nobody was ever here', async () => {
    session = null
    expect(await (await openPage()).personForLetter()).toBeNull()
  })
})
