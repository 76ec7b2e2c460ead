import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction, type RequestScope } from '#server/infra/context.ts'
import { asCouncil, asStranger } from '#test/support/actors.ts'
import { fileOne, scene, type Scene } from '#test/integration/requests/support.ts'

// Behind policy.ts stands the database: what a session may see when it asks for everything.
let s: Scene
let about: { buildingId: string; requestId: string }

beforeAll(async () => {
  s = await scene()
  about = await fileOne(s)
})

async function seen(request: RequestScope): Promise<Record<string, number>> {
  return openTransaction(request, async ctx => {
    const rows = await ctx.db.$queryRaw<Record<string, number>[]>`
      select (select count(*)::int from requests) as board, (select count(*)::int from request_details) as details, (select count(*)::int from request_events) as events,
        (select count(*)::int from request_ids) as ids`
    return rows[0] ?? {}
  })
}

describe('row-level security of requests', () => {
  it('the house sees the board, the flat and the staff see the words, others see nothing', async () => {
    expect(await seen(s.owner.request)).toEqual({ board: 1, details: 1, events: 2, ids: 1 })
    expect(await seen(s.neighbour.request)).toEqual({ board: 1, details: 0, events: 0, ids: 0 })
    expect(await seen((await asCouncil(s.db, s.house)).request)).toEqual({ board: 1, details: 0, events: 0, ids: 0 })
    for (const staff of [s.clerk, s.manager]) expect(await seen(staff.request)).toEqual({ board: 1, details: 1, events: 2, ids: 1 })
    for (const other of [s.twinOwner.request, s.twinManager.request, asStranger().request]) expect(await seen(other)).toEqual({ board: 0, details: 0, events: 0, ids: 0 })
  })

  it('a neighbour can change neither the request nor its history, and nobody deletes', async () => {
    expect(await openTransaction(s.neighbour.request, ctx => ctx.db.$executeRaw`update requests set state = 'CLOSED' where request_id = ${about.requestId}::uuid`)).toBe(0)
    await expect(openTransaction(s.neighbour.request, ctx => ctx.db.$executeRaw`
      insert into request_events (building_id, request_id, seq, event, to_state, side) values (${about.buildingId}::uuid, ${about.requestId}::uuid, 99, 'accept', 'CLOSED', 'RESIDENT')`)).rejects.toThrow('row-level security')
    await expect(openTransaction(s.owner.request, ctx => ctx.db.$executeRaw`delete from requests`)).rejects.toThrow('permission denied')
  })

  it('one who may file cannot put a request on the board without its details', async () => {
    await expect(openTransaction(s.owner.request, ctx => ctx.db.$executeRaw`
      insert into requests (building_id, request_id, number, category, kind, place, state, received_at, registered_on, due_on, due_on_if_moved, due_verified, due_ground, service_due_at)
      values (${about.buildingId}::uuid, gen_random_uuid(), 77, 'WATER', 'APPLICATION', 'YARD', 'RECEIVED', now(), current_date, current_date, current_date, true, '', now())`)).rejects.toThrow('row-level security')
  })
})
