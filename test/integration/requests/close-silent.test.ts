import { beforeAll, describe, expect, it } from 'vitest'
import { codeOf, eventsOf, doneOne, scene, stateOf, type Scene } from '#test/integration/requests/support.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { closeSilent } from '#server/requests/close-silent.ts'
import { closeWhereSilent } from '#server/requests/jobs.ts'
import { setNow } from '#test/support/clock.ts'

let s: Scene
beforeAll(async () => {
  s = await scene()
})

describe('closeSilent', () => {
  it('closes after the named day and not before, once', async () => {
    const about = await doneOne(s)
    expect(await closeWhereSilent()).toBe(0)
    await setNow('2026-09-07T05:00:00Z')
    expect(await closeWhereSilent()).toBe(0)
    await setNow('2026-09-08T05:00:00Z')
    expect(await closeWhereSilent()).toBe(1)
    expect(await stateOf(s.db, about.requestId)).toBe('CLOSED')
    expect((await eventsOf(s.db, about.requestId)).at(-1)).toBe('silence')
    expect(await closeWhereSilent()).toBe(0)
    await setNow('2026-09-04T05:00:00Z')
  })

  it('one request that cannot be closed does not hold up the others', async () => {
    const [stuck, other] = [await doneOne(s), await doneOne(s)]
    await s.db.sql(`create function refuse_one() returns trigger language plpgsql as $$ begin
      if new.request_id = '${stuck.requestId}' and new.state = 'CLOSED' then raise exception 'stuck'; end if; return new; end $$`)
    await s.db.sql('create trigger refuse_one before update on requests for each row execute function refuse_one()')
    await setNow('2026-09-08T05:00:00Z')
    expect(await closeWhereSilent()).toBe(1)
    expect(await stateOf(s.db, stuck.requestId)).toBe('DONE_BY_EXECUTOR')
    expect(await stateOf(s.db, other.requestId)).toBe('CLOSED')
    await s.db.sql('drop trigger refuse_one on requests')
    expect(await closeWhereSilent()).toBe(1)
    await setNow('2026-09-04T05:00:00Z')
  })

  it('refuses a person, and a request that waits for nobody', async () => {
    const about = await doneOne(s)
    expect(await codeOf(openTransaction(s.manager.request, ctx => closeSilent(ctx, about)))).toMatchObject({ code: 'requests.notYours' })
    await s.owner.caller.requests.acceptResult(about)
    expect(await codeOf(serviceTransaction('worker', ctx => closeSilent(ctx, about)))).toMatchObject({ code: 'common.conflict' })
  })
})
