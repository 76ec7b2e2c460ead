import { describe, expect, it } from 'vitest'
import { asStranger } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

const database = await testDatabase()

describe('the language of messages', () => {
  it('is remembered with the person', async () => {
    const person = await signIn(freshBrowser(), freshPhone())
    await person.caller.identity.setLocale({ locale: 'kk' })
    expect(await person.caller.identity.me()).toMatchObject({ locale: 'kk' })
  })

  it('is the one in which the person signs in again', async () => {
    const phone = freshPhone()
    await signIn(freshBrowser(), phone)
    await database.sql(`update auth.code_challenges set created_at = created_at - interval '1 hour', last_sent_at = last_sent_at - interval '1 hour'`)
    const again = await signIn({ ...freshBrowser(), locale: 'uz' }, phone)
    expect(await again.caller.identity.me()).toMatchObject({ locale: 'uz' })
  })

  it('is refused to a stranger', async () => {
    await expect(asStranger().caller.identity.setLocale({ locale: 'kk' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('gives each person one key of their own for their phone', async () => {
    const first = await signIn(freshBrowser(), freshPhone())
    const second = await signIn(freshBrowser(), freshPhone())
    const key = await first.caller.identity.outboxKey()
    expect(await first.caller.identity.outboxKey()).toEqual(key)
    expect(Buffer.from(key.key, 'base64url')).toHaveLength(32)
    expect((await second.caller.identity.outboxKey()).key).not.toBe(key.key)
  })
})
