import { Client } from 'pg'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { smsParts } from '#server/kernel/text.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})

const minute = 60_000
const ask = (request: ReturnType<typeof freshBrowser>, phone: string) => createCaller({ request }).identity.requestCode({ phone })

describe('a code for signing in (identity 1.2)', () => {
  it('takes the number however it is typed and says only its ends back', async () => {
    const sent = await ask(freshBrowser(), '8 (702) 123-45-67')
    expect(sent.maskedPhone).toBe('+7 7•• ••• •• 67')
    expect(sent.demoCode).toMatch(/^\d{6}$/)
    expect(sent).toMatchObject({ resendAfterSeconds: 60, sent: true })
  })

  it.each(['+998 96 123 45 67', '+7 916 123 45 67', '12345', '+1 212 555 0100', 'салем'])('refuses %s, which takes no SMS here (M14)', async phone => {
    await expect(ask(freshBrowser(), phone)).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'identity.phoneShape' })
  })

  it('accepts +998 20 and 8 701 (M14)', async () => {
    expect((await ask(freshBrowser(), '+998 20 123 45 67')).maskedPhone).toContain('+998')
    expect((await ask(freshBrowser(), '8 701 765 43 21')).maskedPhone).toBe('+7 7•• ••• •• 21')
  })

  it('needs a browser that keeps our cookie', async () => {
    await expect(ask({ ...freshBrowser(), browser: '' }, freshPhone())).rejects.toMatchObject({ message: 'identity.browserNeeded' })
  })

  it('keeps the same code while it is alive, and waits 60, 120 and 300 seconds between sends', async () => {
    const browser = freshBrowser()
    const phone = freshPhone()
    const first = await ask(browser, phone)
    const again = await ask(browser, phone)
    expect(again).toMatchObject({ challengeId: first.challengeId, demoCode: first.demoCode, sent: false })
    try {
      await db.shiftClock(61_000)
      const second = await ask(browser, phone)
      expect(second).toMatchObject({ challengeId: first.challengeId, demoCode: first.demoCode, sent: true, resendAfterSeconds: 120 })
      await db.shiftClock(150_000)
      expect((await ask(browser, phone)).sent).toBe(false)
      await db.shiftClock(182_000)
      expect(await ask(browser, phone)).toMatchObject({ sent: true, resendAfterSeconds: 300 })
    } finally {
      await db.shiftClock(0)
    }
  })

  it('another browser waits a minute for the same number', async () => {
    const phone = freshPhone()
    await ask(freshBrowser(), phone)
    await expect(ask(freshBrowser(), phone)).rejects.toMatchObject({ message: 'identity.codeTooSoon' })
  })

  it('sends at most three in fifteen minutes and ten in a day to a number that proves nothing (M11)', async () => {
    const phone = freshPhone()
    let sent = 0
    const refusals: string[] = []
    try {
      for (let at = 0; at < 24 * 60; at += 10) {
        await db.shiftClock(at * minute)
        await ask(freshBrowser(), phone).then(() => (sent += 1), (error: Error) => refusals.push(error.message))
      }
    } finally {
      await db.shiftClock(0)
    }
    expect(sent).toBe(10)
    expect(new Set(refusals)).toEqual(new Set(['identity.codeTooMany']))
  })

  it('does not count the codes that came back: a person may sign in as often as they like', async () => {
    const phone = freshPhone()
    for (let turn = 0; turn < 5; turn += 1) expect((await signIn(freshBrowser(), phone)).sid).toBeTruthy()
  })

  it('stops an address after thirty unproven sends in an hour, however many ask at once', async () => {
    const results = await Promise.all(Array.from({ length: 45 }, async () => ask(freshBrowser('203.0.113.7'), freshPhone('UZ')).then(() => 'sent', (error: Error) => error.message)))
    expect(results.filter(result => result === 'sent')).toHaveLength(30)
    await expect(ask(freshBrowser('203.0.113.7'), freshPhone('UZ'))).rejects.toMatchObject({ message: 'identity.codeTooMany' })
  })

  it('stops a browser after ten numbers in an hour', async () => {
    const browser = freshBrowser()
    for (let turn = 0; turn < 10; turn += 1) await ask(browser, freshPhone('UZ'))
    await expect(ask(browser, freshPhone('UZ'))).rejects.toMatchObject({ message: 'identity.codeTooMany' })
  })

  it('answers known and unknown numbers alike, by the same steps and in the same time (I7)', async () => {
    const known = freshPhone()
    await signIn(freshBrowser(), known)
    const spans: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    const shapes = new Set<string>()
    const asked = vi.spyOn(Client.prototype, 'query')
    for (let turn = 0; turn < 8; turn += 1) {
      for (const kind of ['known', 'unknown'] as const) {
        const phone = kind === 'known' ? known : freshPhone()
        asked.mockClear()
        const started = performance.now()
        const sent = await ask(freshBrowser(), phone)
        spans[kind].push(performance.now() - started)
        shapes.add(JSON.stringify([Object.keys(sent).sort(), asked.mock.calls.map(([query]: unknown[]) => Object(query)['text'] ?? query)]))
        if (kind === 'known') await db.sql(`update auth.code_sends set proven_at = now() where proven_at is null`)
        await db.sql(`update auth.code_challenges set state = 'CONSUMED' where state = 'OPEN'`)
      }
    }
    expect([...shapes]).toEqual([expect.stringContaining('auth.request_code')])
    // The quickest of each: what else the machine does only ever adds.
    const [ofKnown, ofUnknown] = [Math.min(...spans.known), Math.min(...spans.unknown)]
    expect(Math.abs(ofKnown - ofUnknown)).toBeLessThan(Math.max(50, Math.min(ofKnown, ofUnknown)))
  })

  it('stops a prefix that is being pumped before the sixtieth send (I12)', async () => {
    await db.sql(`update auth.code_sends set proven_at = now() where proven_at is null`)
    let sent = 0
    for (let turn = 0; turn < 70; turn += 1) {
      await ask(freshBrowser(`198.51.100.${turn}`), `+7747${String(1_000_000 + turn * 7)}`).then(() => (sent += 1), (error: Error) => expect(error.message).toBe('identity.codesPaused'))
    }
    expect(sent).toBeLessThanOrEqual(60)
    expect((await ask(freshBrowser(), '+77051234567')).sent).toBe(true)
  })

  it('queues the message without the code and leaves a trace without the number (I15)', async () => {
    const phone = freshPhone()
    const sent = await ask(freshBrowser(), phone)
    const [event] = await db.sql<{ payload: object }>(`select payload from event_queue where name = 'identity.codeRequested' and payload ->> 'challengeId' = $1`, [sent.challengeId])
    expect(event?.payload).toEqual({ challengeId: sent.challengeId, send: 1 })
    const [trace] = await db.sql<{ row: string }>(`select a::text as row from audit_entries a where subject_id = $1`, [sent.challengeId])
    expect(trace?.row).not.toContain(phone.slice(1))
    expect(trace?.row).not.toContain(sent.demoCode)
    const stored = await db.sql<{ row: string }>(`select c::text as row from auth.code_challenges c where challenge_id = $1`, [sent.challengeId])
    expect(stored[0]?.row).not.toContain(`,${sent.demoCode},`)
  })

  it('knows what a message costs', () => {
    expect(smsParts('a'.repeat(161))).toBe(2)
  })
})
