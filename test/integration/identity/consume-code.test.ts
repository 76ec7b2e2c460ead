import { beforeAll, describe, expect, it } from 'vitest'
import { consumeCode } from '#server/identity/consume-code.ts'
import { requestCode } from '#server/identity/request-code.ts'
import type { CodeGiven } from '#server/identity/try-code.ts'
import { sha256 } from '#server/infra/crypto.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})

const answers = sha256('1: for, 2: against')

async function voter() {
  const person = await signIn(freshBrowser(), freshPhone())
  return { ...person, ask: (contentHash = answers) => askVote(person.request, contentHash) }
}

function askVote(request: RequestScope, contentHash: string) {
  return requestCode(request, { purpose: 'vote', contentHash, smsTemplate: 'vote', params: { unit: '45', answers: '1-за 2-против' } })
}

const given = (challengeId: string, code: string | null, more: Partial<CodeGiven> = {}): CodeGiven => ({ challengeId, purpose: 'vote', contentHash: answers, code: code ?? '', ...more })
const wrong = (code: string | null) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('a code bound to what it confirms (identity 1.4)', () => {
  it('lets the effect happen once', async () => {
    const person = await voter()
    const sent = await person.ask()
    expect(await consumeCode(person.request, given(sent.challengeId, sent.demoCode), ctx => Promise.resolve(ctx.actor.personId))).toBe(person.personId)
    await expect(consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
  })

  it('refuses a stranger', async () => {
    const person = await voter()
    const sent = await person.ask()
    await expect(consumeCode({ ...person.request, sid: null }, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'common.signInNeeded' })
  })

  it('refuses a sign-in code for a vote (I1)', async () => {
    const person = await voter()
    const signInCode = await requestCode(person.request, { purpose: 'signIn', contentHash: '', phone: freshPhone(), smsTemplate: 'signIn', params: {} })
    await expect(consumeCode(person.request, given(signInCode.challengeId, signInCode.demoCode, { contentHash: '' }), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
  })

  it('any edit kills the older code (I2)', async () => {
    const person = await voter()
    const first = await person.ask()
    const edited = sha256('1: against, 2: against')
    await expect(person.ask(edited)).rejects.toMatchObject({ code: 'identity.codeTooSoon' })
    await expect(consumeCode(person.request, given(first.challengeId, first.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
    const rows = await db.sql<{ state: string }>('select state from auth.code_challenges where challenge_id = $1', [first.challengeId])
    expect(rows[0]?.state).toBe('SUPERSEDED')
    try {
      await db.shiftClock(61_000)
      const second = await person.ask(edited)
      expect(second.demoCode).not.toBe(first.demoCode)
      expect(await consumeCode(person.request, given(second.challengeId, second.demoCode, { contentHash: edited }), () => Promise.resolve('cast'))).toBe('cast')
    } finally {
      await db.shiftClock(0)
    }
  })

  it('a code for other answers confirms nothing and dies (I2)', async () => {
    const person = await voter()
    const sent = await person.ask()
    await expect(consumeCode(person.request, given(sent.challengeId, sent.demoCode, { contentHash: sha256('other') }), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
    await expect(consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
  })

  it('counts tries though each is refused, and refuses the sixth with the right code (I3)', async () => {
    const person = await voter()
    const sent = await person.ask()
    for (let left = 4; left >= 0; left -= 1) {
      const refused = consumeCode(person.request, given(sent.challengeId, wrong(sent.demoCode)), () => Promise.resolve(1))
      await expect(refused).rejects.toMatchObject(left > 0 ? { code: 'identity.codeWrong', params: { left } } : { code: 'identity.codeDead' })
    }
    await expect(consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
  })

  it('of many parallel calls with the right code exactly one has its effect (I4)', async () => {
    const person = await voter()
    const sent = await person.ask()
    let effects = 0
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve((effects += 1)))))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    expect(effects).toBe(1)
  })

  it('refuses a code asked for in another browser or another session (I5)', async () => {
    const person = await voter()
    const sent = await person.ask()
    await expect(consumeCode({ ...person.request, browser: 'another-browser' }, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
    const other = await signIn(freshBrowser(), freshPhone())
    await expect(consumeCode(other.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
    expect(await consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve('mine'))).toBe('mine')
  })

  it('lives ten minutes and not a second more (I6)', async () => {
    const person = await voter()
    const edge = async (seconds: number) => {
      await db.sql(`update auth.code_challenges set state = 'CONSUMED' where person_id = $1`, [person.personId])
      const sent = await person.ask()
      await db.sql(`update auth.code_challenges set expires_at = created_at + interval '10 minutes', created_at = created_at - $2 * interval '1 second' where challenge_id = $1`, [sent.challengeId, seconds])
      await db.sql(`update auth.code_challenges set expires_at = expires_at - $2 * interval '1 second' where challenge_id = $1`, [sent.challengeId, seconds])
      return consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve('in time'))
    }
    expect(await edge(590)).toBe('in time')
    await expect(edge(601)).rejects.toMatchObject({ code: 'identity.codeDead' })
  })

  it('a refused effect leaves the code used up: nothing can be tried twice on it', async () => {
    const person = await voter()
    const sent = await person.ask()
    await expect(consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(consumeCode(person.request, given(sent.challengeId, sent.demoCode), () => Promise.resolve(1))).rejects.toMatchObject({ code: 'identity.codeDead' })
  })
})
