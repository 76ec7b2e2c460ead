import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCaller } from '#server/api/root.ts'
import { serviceTransaction } from '#server/infra/context.ts'
import { consumeEvents, handlersOf } from '#server/infra/jobs.ts'
import { log, mask, maskText } from '#server/infra/log.ts'
import { slot } from '#server/infra/slot.ts'
import { newId } from '#server/kernel/ids.ts'
import { doors } from '#server/notifications/http.ts'
import { jobs } from '#server/notifications/jobs.ts'
import { queueMessage } from '#server/notifications/outbox/queries.ts'
import { deliverDue } from '#server/notifications/sms/deliver.ts'
import { eskiz } from '#server/notifications/sms/eskiz.ts'
import { callbackSecret, type Gateways } from '#server/notifications/sms/gateways.ts'
import { mobizon } from '#server/notifications/sms/mobizon.ts'
import { smsc } from '#server/notifications/sms/smsc.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { fakeEskiz, fakeMobizon, fakeSmsc, silence, smscReport, type FakeGateway } from '#test/support/fakes/sms.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let uz: FakeGateway
let kz: FakeGateway
let mobi: FakeGateway
let gateways: Gateways
beforeAll(async () => {
  db = await testDatabase();
  [uz, kz, mobi] = await Promise.all([fakeEskiz(), fakeSmsc(), fakeMobizon()])
  gateways = slot<Gateways>('sms.gateways', () => ({
    UZ: [eskiz({ base: `${uz.base}/api`, email: 'house@example.uz', password: 'secret', from: '4546', callbackUrl: '' })],
    KZ: [smsc({ base: kz.base, login: 'house', password: 'secret', sender: '' }), mobizon({ base: mobi.base, key: 'mobizon-key', from: '' })],
  }))
})
afterAll(async () => {
  await Promise.all([uz.stop(), kz.stop(), mobi.stop()])
})
beforeEach(async () => {
  await work()
  for (const fake of [uz, kz, mobi]) {
    fake.mood = {}
    fake.sent.length = 0
  }
  slot('sms.alarms', () => new Map()).clear()
})

const handlers = handlersOf([jobs])
async function work() {
  while (await consumeEvents(handlers) > 0);
}
const ask = (phone: string, locale: 'uz' | 'kk' | 'ru' = 'ru') => createCaller({ request: { ...freshBrowser(), locale } }).identity.requestCode({ phone })
const stateOf = async (challengeId: string) => (await db.sql<{ state: string; provider: string; attempts: number; parts: number }>('select state, provider, attempts, parts from messages where challenge_id = $1 order by created_at', [challengeId])).at(-1)
const noHouse = '00000000-0000-0000-0000-000000000000'

describe('a code on its way', () => {
  it('leaves at once, in the person’s language, in one part, with the line that fills it in', async () => {
    for (const [phone, locale, fake] of [[freshPhone('UZ'), 'uz', uz], [freshPhone('KZ'), 'kk', kz]] as const) {
      const sent = await ask(phone, locale)
      await work()
      expect(fake.sent).toHaveLength(1)
      expect(fake.sent[0]).toMatchObject({ to: phone })
      expect(fake.sent[0]?.text).toContain(sent.demoCode)
      expect(fake.sent[0]?.text.split('\n').at(-1)).toBe(`@localhost #${sent.demoCode}`)
      expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'ACCEPTED', parts: 1 })
    }
  })

  it('is sent once though its event is heard twice', async () => {
    const sent = await ask(freshPhone())
    await db.sql(`insert into event_queue select building_id, gen_random_uuid(), name, payload from event_queue where payload ->> 'challengeId' = $1`, [sent.challengeId])
    await work()
    expect(kz.sent).toHaveLength(1)
  })

  it('asked for again is the same code once more', async () => {
    const browser = freshBrowser()
    const phone = freshPhone()
    const first = await createCaller({ request: browser }).identity.requestCode({ phone })
    await work()
    try {
      await db.shiftClock(61_000)
      await createCaller({ request: browser }).identity.requestCode({ phone })
      await work()
    } finally {
      await db.shiftClock(0)
    }
    expect(kz.sent.map(sms => sms.text.includes(first.demoCode ?? 'none'))).toEqual([true, true])
  })

  it('after a silence of the gateway goes again with the same code (M03)', async () => {
    const [patient] = gateways.KZ
    gateways.KZ[0] = smsc({ base: kz.base, login: 'house', password: 'secret', sender: '', timeout: 200 })
    kz.mood = { until: silence }
    const sent = await ask(freshPhone())
    await work()
    gateways.KZ[0] = patient!
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'QUEUED', attempts: 1 })
    kz.mood = {}
    try {
      await db.shiftClock(6000)
      await deliverDue()
    } finally {
      await db.shiftClock(0)
    }
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'ACCEPTED', attempts: 2 })
    expect(new Set(kz.sent.map(sms => sms.text))).toHaveLength(1)
  })

  it('no money: the other gateway within the same attempt, one alarm an hour (M06)', async () => {
    const shouted = vi.spyOn(log, 'error')
    kz.mood = { body: JSON.stringify({ error: 'money', error_code: 3 }) }
    const sent = [await ask(freshPhone()), await ask(freshPhone()), await ask(freshPhone())]
    await work()
    expect(mobi.sent).toHaveLength(3)
    for (const each of sent) expect(await stateOf(each.challengeId)).toMatchObject({ state: 'ACCEPTED', provider: 'mobizon', attempts: 1 })
    expect(shouted.mock.calls.filter(call => String(call[1]).startsWith('ALARM'))).toHaveLength(1)
  })

  it('a used or dead code is not sent any more', async () => {
    const sent = await ask(freshPhone())
    await db.sql(`update auth.code_challenges set state = 'SUPERSEDED' where challenge_id = $1`, [sent.challengeId])
    await work()
    expect(kz.sent).toHaveLength(0)
    expect(await stateOf(sent.challengeId)).toBeUndefined()
  })

  it('leaves neither code nor number in rows and logs (I15, M15)', async () => {
    const spies = (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const).map(level => vi.spyOn(log, level))
    uz.mood = { expireToken: true }
    kz.mood = { body: JSON.stringify({ error: 'no', error_code: 6 }) }
    const [phone, other] = [freshPhone('UZ'), freshPhone('KZ')]
    const sent = [await ask(phone), await ask(other)]
    await work()
    const secrets = [...sent.map(each => each.demoCode ?? ''), phone.slice(1), other.slice(1), 'mobizon-key', 'secret', 'token-']
    const written = spies.flatMap(spy => spy.mock.calls).map(call => maskText(JSON.stringify(mask(call)))).join('\n')
    const rows = JSON.stringify(await db.sql(`select m::text, (select string_agg(d::text, ' ') from delivery_attempts d where d.message_id = m.message_id) from messages m where challenge_id = any($1)`, [sent.map(each => each.challengeId)]))
    for (const secret of secrets) {
      expect(written).not.toContain(secret)
      expect(rows).not.toContain(secret)
    }
  })
})

describe('reports of a gateway', () => {
  const report = (provider: string, secret: string, fields: Record<string, string>) => {
    const door = doors[0]!
    const request = new Request(`http://localhost/api/sms/${provider}/${secret}`, { method: 'POST', body: new URLSearchParams(fields) })
    return Promise.resolve(door.handle(request, { params: { provider, secret }, address: '', requestId: '', busy: false }))
  }

  it('moves the message; a later one never takes a delivery back (M04)', async () => {
    const sent = await ask(freshPhone())
    await work()
    expect((await report('smsc', callbackSecret('smsc'), smscReport(kz.sent[0]!, '1'))).status).toBe(200)
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'DELIVERED' })
    expect((await report('smsc', callbackSecret('smsc'), smscReport(kz.sent[0]!, '20'))).status).toBe(200)
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'DELIVERED' })
  })

  it('that comes before the answer of sending finds its message and stays (M04)', async () => {
    let answer = () => undefined as void
    kz.mood = { until: new Promise(resolve => { answer = resolve }) }
    const sent = await ask(freshPhone())
    const working = work()
    await expect.poll(() => kz.sent).toHaveLength(1)
    expect((await report('smsc', callbackSecret('smsc'), smscReport(kz.sent[0]!, '1'))).status).toBe(200)
    answer()
    await working
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'DELIVERED' })
  })

  it('is ignored when forged: wrong path, wrong hash, a gateway we do not have (M05)', async () => {
    const sent = await ask(freshPhone())
    await work()
    const good = smscReport(kz.sent[0]!, '20')
    expect((await report('smsc', 'guessed', good)).status).toBe(404)
    expect((await report('smsc', callbackSecret('smsc'), { ...good, md5: 'f'.repeat(32) })).status).toBe(401)
    expect((await report('nobody', callbackSecret('nobody'), good)).status).toBe(401)
    expect((await report('mobizon', callbackSecret('mobizon'), good)).status).toBe(401)
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'ACCEPTED' })
  })

  it('an unknown word changes nothing and is shouted about (M04)', async () => {
    const shouted = vi.spyOn(log, 'error')
    const sent = await ask(freshPhone('UZ'))
    await work()
    await report('eskiz', callbackSecret('eskiz'), { user_sms_id: uz.sent[0]!.id, status: 'TELEPORTED' })
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'ACCEPTED' })
    expect(shouted.mock.calls.some(call => String(call[1]).startsWith('ALARM'))).toBe(true)
    await report('eskiz', callbackSecret('eskiz'), { user_sms_id: uz.sent[0]!.id, status: 'DELIVERED' })
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'DELIVERED' })
  })

  it('is asked for where the gateway sends none', async () => {
    kz.mood = { body: JSON.stringify({ error: 'money', error_code: 3 }) }
    const sent = await ask(freshPhone())
    await work()
    await db.sql(`update messages set changed_at = changed_at - interval '1 minute'`)
    await jobs.schedules?.find(job => job.name === 'notifications.askReports')?.run()
    expect(await stateOf(sent.challengeId)).toMatchObject({ state: 'DELIVERED', provider: 'mobizon' })
  })
})

describe('the outbox', () => {
  it('keeps the quiet hours: a bill’s message of 22:30 leaves at 08:00 (M07)', async () => {
    const person = await signIn(freshBrowser(), freshPhone())
    await work()
    kz.sent.length = 0
    const queue = (priority: 'BILLING' | 'EMERGENCY') => serviceTransaction('worker', ctx => queueMessage({ ...ctx, now: new Date('2026-11-10T17:30:00Z') }, {
      buildingId: noHouse, dedupeKey: newId(), personId: person.personId, challengeId: null, template: 'emergency', params: { number: '5' }, locale: 'ru', priority, expiresAt: new Date('2099-01-01'),
    }))
    await queue('BILLING')
    await queue('EMERGENCY')
    const rows = await db.sql<{ priority: string; at: Date }>(`select priority, not_before as at from messages where person_id = $1 order by priority`, [person.personId])
    expect(rows.map(row => [row.priority, row.at.toISOString()])).toEqual([['BILLING', '2026-11-11T03:00:00.000Z'], ['EMERGENCY', '2026-11-10T17:30:00.000Z']])
  })

  it('many workers send each message once', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => signIn(freshBrowser(), freshPhone('UZ'))))
    await work()
    uz.sent.length = 0
    await serviceTransaction('worker', async ctx => {
      for (const person of people) await queueMessage(ctx, { buildingId: noHouse, dedupeKey: newId(), personId: person.personId, challengeId: null, template: 'emergency', params: { number: '7' }, locale: 'uz', priority: 'EMERGENCY' })
    })
    await Promise.all([deliverDue(5), deliverDue(5), deliverDue(5), deliverDue(5)])
    expect(uz.sent).toHaveLength(12)
    expect(uz.sent[0]?.text).not.toMatch(/[ʻʼ]/)
  })

  it('is out of sight for people', async () => {
    const person = await signIn(freshBrowser(), freshPhone())
    const { openTransaction } = await import('#server/infra/context.ts')
    expect(await openTransaction(person.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from messages union all select 1 from delivery_attempts`)).toEqual([])
  })
})
