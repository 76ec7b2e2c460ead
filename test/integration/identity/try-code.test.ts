import { beforeAll, describe, expect, it } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { openSession } from '#server/identity/open-session.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})

const wrong = (code: string | null) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

/** As many wrong tries as wanted, the waiting times of sends aside. */
async function fail(phone: string, times: number) {
  for (let done = 0; done < times;) {
    await db.sql(`update auth.code_sends set proven_at = now() where proven_at is null`)
    await db.sql(`update auth.code_challenges set last_sent_at = last_sent_at - interval '1 hour'`)
    const browser = freshBrowser()
    const sent = await createCaller({ request: browser }).identity.requestCode({ phone })
    for (let turn = 0; turn < 5 && done < times; turn += 1, done += 1) {
      await expect(openSession(browser, { code: wrong(sent.demoCode) })).rejects.toMatchObject({ code: turn < 4 ? 'identity.codeWrong' : 'identity.codeDead' })
    }
  }
}

describe('tries that outlive their refusal (identity 1.2, settled 2)', () => {
  it('asks for six figures', async () => {
    const browser = freshBrowser()
    await createCaller({ request: browser }).identity.requestCode({ phone: freshPhone() })
    await expect(openSession(browser, { code: '12a456' })).rejects.toMatchObject({ code: 'identity.codeShape' })
  })

  it('twenty failures in a day close the SMS way of that number for the day, the right code included', async () => {
    const phone = freshPhone()
    await fail(phone, 19)
    await db.sql(`update auth.code_challenges set last_sent_at = last_sent_at - interval '1 hour'`)
    await db.sql(`update auth.code_sends set proven_at = now() where proven_at is null`)
    const browser = freshBrowser()
    const sent = await createCaller({ request: browser }).identity.requestCode({ phone })
    await expect(openSession(browser, { code: wrong(sent.demoCode) })).rejects.toMatchObject({ code: 'identity.codeWrong' })
    await expect(openSession(browser, { code: sent.demoCode ?? '' })).rejects.toMatchObject({ code: 'identity.codeDead' })
    await db.sql(`update auth.code_challenges set last_sent_at = last_sent_at - interval '1 hour'`)
    await expect(createCaller({ request: freshBrowser() }).identity.requestCode({ phone })).rejects.toMatchObject({ message: 'identity.phoneLocked' })
    expect((await signIn(freshBrowser(), freshPhone())).sid).toBeTruthy()
  })

  it('a hundred failures in a row close it until the person proves themselves otherwise', async () => {
    const phone = freshPhone()
    const browser = freshBrowser()
    const sent = await createCaller({ request: browser }).identity.requestCode({ phone })
    await db.sql(`insert into auth.code_tries select challenge_id, now() - n * interval '1 day', phone_key, '', false from auth.code_challenges, generate_series(2, 100) n where challenge_id = $1`, [sent.challengeId])
    const shut = () => db.sql(`select 1 from auth.closed_numbers where phone = $1 and opened_at is null`, [phone])
    expect(await shut()).toEqual([])
    await expect(openSession(browser, { code: wrong(sent.demoCode) })).rejects.toMatchObject({ code: 'identity.codeWrong' })
    expect(await shut()).toHaveLength(1)
    await expect(openSession(browser, { code: sent.demoCode ?? '' })).rejects.toMatchObject({ code: 'identity.codeDead' })
    await db.sql(`update auth.code_challenges set last_sent_at = last_sent_at - interval '1 hour'`)
    await expect(createCaller({ request: freshBrowser() }).identity.requestCode({ phone })).rejects.toMatchObject({ message: 'identity.phoneClosed' })
  })

  it('a right code in between begins the hundred anew', async () => {
    const phone = freshPhone()
    await signIn(freshBrowser(), phone)
    const browser = freshBrowser()
    await db.sql(`update auth.code_challenges set last_sent_at = last_sent_at - interval '1 hour'`)
    const sent = await createCaller({ request: browser }).identity.requestCode({ phone })
    await db.sql(`insert into auth.code_tries select challenge_id, now() - n * interval '1 day', phone_key, '', false from auth.code_challenges, generate_series(2, 100) n where challenge_id = $1`, [sent.challengeId])
    await expect(openSession(browser, { code: wrong(sent.demoCode) })).rejects.toMatchObject({ code: 'identity.codeWrong' })
    expect((await openSession(browser, { code: sent.demoCode ?? '' })).sid).toBeTruthy()
  })

  it('sees that somebody guesses at many doors', async () => {
    await db.sql(`insert into auth.code_tries select gen_random_uuid(), now(), 'phone ' || n, '', false from generate_series(1, 301) n`)
    const { serviceTransaction } = await import('#server/infra/context.ts')
    const [row] = await serviceTransaction('sign-in', ctx => ctx.db.$queryRaw<{ alarm: { alarm: boolean } }[]>`select auth.code_alarm() as alarm`)
    expect(row?.alarm.alarm).toBe(true)
  })

  it('is out of reach without the sign-in actor', async () => {
    const { openTransaction } = await import('#server/infra/context.ts')
    const person = await signIn(freshBrowser(), freshPhone())
    for (const request of [person.request, freshBrowser()]) {
      await expect(openTransaction(request, ctx => ctx.db.$queryRaw`select auth.try_code('{}'::jsonb)`)).rejects.toThrow(/only for/)
      await expect(openTransaction(request, ctx => ctx.db.$queryRaw`select * from auth.code_challenges`)).rejects.toThrow(/permission denied/)
    }
  })
})
