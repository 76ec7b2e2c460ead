import superjson from 'superjson'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { refusalOf } from '#app/_client/refusal.ts'
import { CallError, get, post } from '#app/_client/trpc.ts'
import { toWire } from '#app/_client/wire.ts'

const held = new Map<string, string>()
const requests: { address: string; init: RequestInit }[] = []

function answerWith(body: unknown, status = 200): void {
  vi.stubGlobal('fetch', (address: string, init: RequestInit) => {
    requests.push({ address, init })
    return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }))
  })
}

beforeEach(() => {
  held.clear()
  requests.length = 0
  vi.stubGlobal('document', { body: { dataset: { noNetwork: 'Желі жоқ.' } }, documentElement: { lang: 'kk' } })
  vi.stubGlobal('sessionStorage', { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => held.set(key, value), removeItem: (key: string) => held.delete(key) })
})
afterEach(() => vi.unstubAllGlobals())

describe('the small client', () => {
  it('speaks as tRPC with superjson does, in the language of the page', async () => {
    answerWith({ result: { data: superjson.serialize({ amount: 5n }) } })
    expect(await post('x.y', toWire({ value: 1n }))).toEqual({ amount: 5n })
    expect(requests[0]?.address).toBe('/api/trpc/x.y')
    expect(superjson.parse(String(requests[0]?.init.body))).toEqual({ value: 1n })
    expect(requests[0]?.init.headers).toMatchObject({ 'x-uyim-locale': 'kk', 'content-type': 'application/json' })
  })

  it('asks by address', async () => {
    answerWith({ result: { data: superjson.serialize(undefined) } })
    expect(await get('x.list', { text: 'а б' })).toBeUndefined()
    const query = new URL(`http://h${requests[0]?.address ?? ''}`).searchParams.get('input') ?? ''
    expect(superjson.parse(query)).toEqual({ text: 'а б' })
  })

  it('turns a refusal into a sentence, a kind and a code', async () => {
    answerWith({ error: superjson.serialize({ code: -32009, message: 'Көрсеткіш бар', data: { code: 'CONFLICT', httpStatus: 409, domainCode: 'meters.exists', params: { n: 1 }, fields: ['value'] } }) }, 409)
    const error = await post('x.y', toWire({})).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(CallError)
    expect(error).toMatchObject({ message: 'Көрсеткіш бар', kind: 'CONFLICT', code: 'meters.exists', fields: ['value'], params: { n: 1 } })
  })

  it('waits longer for a larger letter, so that a photo leaves on a slow network too', async () => {
    const patience = vi.spyOn(AbortSignal, 'timeout')
    answerWith({ result: { data: superjson.serialize(null) } })
    await get('x.list')
    await post('x.y', toWire({ photo: 'x'.repeat(390_000) }))
    expect(patience.mock.calls[0]?.[0]).toBe(30_000)
    expect(patience.mock.calls[1]?.[0]).toBeGreaterThan(90_000)
    patience.mockRestore()
  })

  it('says NETWORK when nothing came, and the status when a wall answered, both in the words of the page', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')))
    await expect(post('x.y', toWire({}))).rejects.toMatchObject({ kind: 'NETWORK', message: 'Желі жоқ.' })
    answerWith('<html>Bad gateway</html>', 502)
    await expect(post('x.y', toWire({}))).rejects.toMatchObject({ kind: 'HTTP_502', message: 'Желі жоқ.' })
  })
})

describe('what the server refused', () => {
  it('is its sentence; a network that is gone, a wall and a broken form are no refusal', async () => {
    answerWith({ error: superjson.serialize({ code: -32009, message: 'Көрсеткіш бар', data: { code: 'CONFLICT', httpStatus: 409, domainCode: 'meters.exists' } }) }, 409)
    expect(refusalOf(await post('x.y', toWire({})).catch((caught: unknown) => caught))).toBe('Көрсеткіш бар')
    answerWith('<html>Bad gateway</html>', 502)
    expect(refusalOf(await post('x.y', toWire({})).catch((caught: unknown) => caught))).toBe('')
    expect(refusalOf(new TypeError('broken'))).toBe('')
  })
})

describe('the door before the procedures', () => {
  it('is heard too, though it speaks plain JSON', async () => {
    answerWith({ error: { code: 'door.busy', message: 'Қазір тым көп сұраныс' } }, 503)
    await expect(post('x.y', toWire({}))).rejects.toMatchObject({ kind: 'HTTP_503', code: 'door.busy', message: 'Қазір тым көп сұраныс' })
  })
})
