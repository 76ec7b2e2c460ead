import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const sent: unknown[] = []

function answerWith(body: unknown, status = 200): void {
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)))
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  })
}

async function send(photos: Blob[] = []) {
  const { sendThroughOutbox } = await import('#app/_client/outbox-live.ts')
  const input = { requestId: 'r', buildingId: 'b', category: 'LIFT' as const, place: 'LIFT' as const, text: 'x', submittedAt: '2026-11-24T09:00:00Z' }
  return sendThroughOutbox({ path: 'requests.fileRequest', id: 'r', input, label: 'Лифт', photos })
}

beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('BroadcastChannel', undefined)
  vi.stubGlobal('window', { isSecureContext: false })
  vi.stubGlobal('document', { body: { dataset: { noNetwork: 'Желі жоқ.' } }, documentElement: { lang: 'kk' } })
  vi.stubGlobal('sessionStorage', { getItem: () => null })
})
afterEach(() => vi.unstubAllGlobals())

describe('a phone that opened the demonstration by a plain http address of the home network', () => {
  it('sends a letter with its photo at once, since nothing can be sealed there', async () => {
    answerWith({ result: { data: { json: { number: 7 } } } })
    expect(await send([new Blob(['photo'])])).toEqual({ state: 'sent', result: { number: 7 } })
    expect(sent).toMatchObject([{ json: { text: 'x', photos: [Buffer.from('photo').toString('base64')] } }])
  })

  it('says what the server refused, and leaves the text to the form when nothing came back', async () => {
    answerWith({ error: { json: { message: 'Бұл орын сәйкес емес', data: { code: 'BAD_REQUEST', domainCode: 'requests.placeDoesNotFit' } } } }, 400)
    expect(await send()).toEqual({ state: 'refused', code: 'requests.placeDoesNotFit', message: 'Бұл орын сәйкес емес' })
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')))
    await expect(send()).rejects.toMatchObject({ kind: 'NETWORK', message: 'Желі жоқ.' })
  })
})
