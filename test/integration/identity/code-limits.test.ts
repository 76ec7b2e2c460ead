import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { log } from '#server/infra/log.ts'
import { jobs } from '#server/notifications/jobs.ts'
import { asClerk, asOwner, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
let keeper: ActingPerson
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
  keeper = await asPerson(db, { role: 'PLATFORM_ADMIN', scopeType: 'COUNTRY', scopeId: 'KZ' }, { kind: 'STAFF' })
})
afterEach(async () => {
  await db.shiftClock(0)
  await db.sql(`delete from code_limits where source = 'test'`)
  await db.sql(`truncate auth.code_budgets, auth.code_stops, auth.code_sends`)
})

const minute = 60_000
const ask = (phone: string, request = freshBrowser()) => createCaller({ request }).identity.requestCode({ phone })
/** 'sent', or the code of the refusal. */
const outcome = (phone: string, request = freshBrowser()) => ask(phone, request).then(sent => sent.sent ? 'sent' : 'waiting', (error: Error) => error.message)
const limit = (name: string, scope: string, value: number) => db.sql(`insert into code_limits values ($1, $2, '2026-01-02', $3, 'test')`, [name, scope, value])
const tally = (list: string[]) => Object.fromEntries([...new Set(list)].map(each => [each, list.filter(other => other === each).length]))

/** Sends whose codes all came back, made in the past: nothing of them is unproven. */
async function provenSends(count: number, of: { phone?: string; browser?: string; address?: string }, ago = '5 minutes'): Promise<void> {
  const keys = await import('#server/identity/codes/keys.ts')
  await db.sql(`insert into auth.code_sends (challenge_id, number, sent_at, phone_key, purpose, prefix, address_key, browser_key, proven_at)
    select gen_random_uuid(), 1, now() - $5::interval, coalesce($2, 'phone ' || n), 'signIn', '+7999', $3, $4, now() from generate_series(1, $1) n`,
  [count, of.phone ? keys.phoneKey(of.phone) : null, keys.addressKey(of.address ?? ''), keys.browserKey(of.browser ?? ''), ago])
}

describe('the limits hold for those who prove their codes too (identity 1.2)', () => {
  it('a number gets at most ten codes in fifteen minutes and thirty in a day, though each comes back', async () => {
    const phone = freshPhone()
    const results: string[] = []
    for (let turn = 0; turn < 12; turn += 1) results.push(await signIn(freshBrowser(), phone).then(() => 'sent', (error: Error) => error.message))
    expect(tally(results)).toEqual({ sent: 10, 'identity.codeTooMany': 2 })
    await db.shiftClock(16 * minute)
    expect((await signIn(freshBrowser(), phone)).sid).toBeTruthy()
    await provenSends(19, { phone }, '3 hours')
    await expect(signIn(freshBrowser(), phone)).rejects.toMatchObject({ message: 'identity.codeTooMany' })
    await db.shiftClock(25 * 60 * minute)
    expect((await signIn(freshBrowser(), phone)).sid).toBeTruthy()
  })

  it('says how long to wait by the send that will be forgotten first', async () => {
    const phone = freshPhone()
    await provenSends(10, { phone }, '5 minutes')
    await expect(createCaller({ request: freshBrowser() }).identity.requestCode({ phone })).rejects.toMatchObject({ cause: { params: { minutes: 10 } } })
  })

  it('a browser gets at most thirty codes in an hour and sixty in a day, for however many proven numbers', async () => {
    const browser = freshBrowser()
    await provenSends(29, { browser: browser.browser, phone: freshPhone() })
    expect(await outcome(freshPhone(), browser)).toBe('sent')
    expect(await outcome(freshPhone(), browser)).toBe('identity.codeTooMany')
    const other = freshBrowser()
    await provenSends(60, { browser: other.browser, phone: freshPhone() }, '5 hours')
    expect(await outcome(freshPhone(), other)).toBe('identity.codeTooMany')
  })

  it('a browser proves at most twenty different numbers in a day', async () => {
    const browser = freshBrowser()
    await provenSends(20, { browser: browser.browser }, '5 hours')
    expect(await outcome(freshPhone(), browser)).toBe('identity.codeTooMany')
  })

  it('an address gets at most six hundred codes in an hour and three thousand in a day', async () => {
    await provenSends(599, { address: '203.0.113.20' })
    expect(tally([await outcome(freshPhone(), freshBrowser('203.0.113.20')), await outcome(freshPhone(), freshBrowser('203.0.113.20'))])).toEqual({ sent: 1, 'identity.codeTooMany': 1 })
    await provenSends(3000, { address: '203.0.113.21' }, '5 hours')
    expect(await outcome(freshPhone(), freshBrowser('203.0.113.21'))).toBe('identity.codeTooMany')
    expect(await outcome(freshPhone(), freshBrowser('203.0.113.22'))).toBe('sent')
  })

  it('a browser that asks for many numbers at once gets ten of them and no more', async () => {
    const browser = freshBrowser()
    expect(tally(await Promise.all(Array.from({ length: 25 }, () => outcome(freshPhone(), browser))))).toEqual({ sent: 10, 'identity.codeTooMany': 15 })
  })

  it('neighbouring numbers, one hundred of them gone through, are stopped after twenty', async () => {
    const numbers = Array.from({ length: 30 }, (_, turn) => `+770712345${10 + turn}`)
    expect(new Set(numbers.map(number => number.slice(0, -2))).size).toBe(1)
    const results: string[] = []
    for (const number of numbers) results.push(await outcome(number))
    expect(tally(results)).toEqual({ sent: 20, 'identity.codeTooMany': 10 })
  })

  it('without a limit no code is sent at all', async () => {
    await db.sql(`update code_limits set valid_from = '2999-01-01' where name = 'NUMBER_DAY_ALL'`)
    try {
      await expect(ask(freshPhone())).rejects.toThrow(/no limit NUMBER_DAY_ALL/)
    } finally {
      await db.sql(`update code_limits set valid_from = '2026-01-01' where name = 'NUMBER_DAY_ALL'`)
    }
    expect(await outcome(freshPhone())).toBe('sent')
  })
})

/** Half past twelve of this day in both countries: no hour and no day ends while a test fills one. */
const toMidday = () => 7.5 * 60 * minute - Date.now() % (24 * 60 * minute)

describe('the money of the day and the budget of the hour (identity 1.2, messaging.md 1.1)', () => {
  it('stops all codes of a country at the last coin, of parallel requests too, and those of no other country', async () => {
    const midday = toMidday()
    await db.shiftClock(midday)
    await limit('MONEY_DAY', 'KZ', 4 * 2500 + 2499)
    const error = vi.spyOn(log, 'error').mockImplementation(() => undefined)
    expect(tally(await Promise.all(Array.from({ length: 12 }, () => outcome(freshPhone()))))).toEqual({ sent: 4, 'identity.codesMoneySpent': 8 })
    expect(await outcome(freshPhone('UZ'))).toBe('sent')
    expect(await db.sql(`select sends::int, spent::int from auth.code_budgets where scope = 'KZ'`)).toEqual([{ sends: 4, spent: 10_000 }])
    expect(error.mock.calls.map(call => call[1])).toEqual(['ALARM: one-time codes are stopped'])
    await db.shiftClock(midday + 24 * 60 * minute)
    expect(await outcome(freshPhone())).toBe('sent')
  })

  it('counts a text of two parts twice', async () => {
    const { requestCode } = await import('#server/identity/request-code.ts')
    const person = await signIn(freshBrowser(), freshPhone())
    await db.sql(`truncate auth.code_budgets`)
    await requestCode(person.request, { purpose: 'vote', contentHash: 'a'.repeat(64), smsTemplate: 'vote', params: { house: 'Абай', unit: '45', answers: 'за '.repeat(40) } })
    const [row] = await db.sql<{ spent: number }>(`select spent::int from auth.code_budgets where scope = 'KZ'`)
    expect(row?.spent).toBeGreaterThan(2500)
    expect((row?.spent ?? 0) % 2500).toBe(0)
  })

  it('stops a prefix when the budget of its hour is used up, and not its neighbours', async () => {
    vi.spyOn(log, 'error').mockImplementation(() => undefined)
    const midday = toMidday()
    await db.shiftClock(midday)
    await limit('PREFIX_HOUR', '+7702', 3)
    expect(tally(await Promise.all(Array.from({ length: 9 }, () => outcome(freshPhone()))))).toEqual({ sent: 3, 'identity.codesPaused': 6 })
    expect(await outcome('+77051112233')).toBe('sent')
    await db.shiftClock(midday + 61 * minute)
    expect(await outcome(freshPhone())).toBe('sent')
  })

  it('the same answer to a number that is known and to one that is not', async () => {
    vi.spyOn(log, 'error').mockImplementation(() => undefined)
    const { phone } = await signIn(freshBrowser(), freshPhone())
    await db.sql(`update auth.code_challenges set last_sent_at = last_sent_at - interval '1 hour'`)
    await limit('MONEY_DAY', 'KZ', 0)
    const [known, unknown] = await Promise.all([phone, freshPhone()].map(number => createCaller({ request: freshBrowser() }).identity.requestCode({ phone: number }).catch((error: unknown) => error)))
    expect(known).toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'identity.codesMoneySpent' })
    expect(unknown).toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: 'identity.codesMoneySpent' })
  })

  it('tells whoever keeps the service once, and all staff on their screen', async () => {
    vi.spyOn(log, 'error').mockImplementation(() => undefined)
    await limit('MONEY_DAY', 'KZ', 0)
    for (let turn = 0; turn < 3; turn += 1) await outcome(freshPhone())
    const events = await db.sql<{ event_id: string; name: string; building_id: string; payload: Record<string, unknown>; created_at: Date }>(`select * from event_queue where name = 'identity.codesStopped' and payload ->> 'cause' = 'MONEY' order by created_at desc`)
    expect(events[0]?.payload).toMatchObject({ personIds: [keeper.personId], scope: 'KZ' })
    const before = events.length
    await outcome(freshPhone())
    expect(await db.sql(`select 1 from event_queue where name = 'identity.codesStopped' and payload ->> 'cause' = 'MONEY'`)).toHaveLength(before)
    const event = events[0]!
    await jobs.events?.['identity.codesStopped']?.({ id: event.event_id, name: event.name, buildingId: event.building_id, payload: event.payload, createdAt: event.created_at, attempts: 0 } as never)
    expect((await keeper.caller.notifications.inbox({})).letters[0]).toMatchObject({ template: 'codesMoneySpent', link: 'staff' })
    const clerk = await asClerk(db, house)
    expect(await clerk.caller.identity.codeState()).toMatchObject({ stops: [{ cause: 'MONEY', scope: 'KZ' }], spending: [] })
    expect((await keeper.caller.identity.codeState()).spending).toMatchObject([{ country: 'KZ', limit: 0n }])
    const owner = await asOwner(db, house, house.premises[0]!)
    await expect(owner.caller.identity.codeState()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
