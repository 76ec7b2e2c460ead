import { beforeAll, describe, expect, test } from 'vitest'
import { openTransaction, serviceTransaction, strangerScope, type RequestScope } from '#server/infra/context.ts'
import { sqlState } from '#server/infra/db.ts'
import { newId } from '#server/kernel/ids.ts'
import { asChair, asManager, asOwner, giveGrant } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let twin: TestHouse

beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 3 })
  twin = await makeHouse(db, { flats: 3 })
})

function flatsSeen(request: RequestScope): Promise<string[]> {
  return openTransaction(request, async ctx => (await ctx.db.$queryRaw<{ id: string }[]>`select premises_id::text as id from premises`).map(row => row.id))
}

function unit(of: TestHouse, index = 0) {
  const found = of.premises[index]
  if (!found) throw new Error('no such flat')
  return found
}

describe('scope of a transaction (settled 2, 3; identity 6.5)', () => {
  test('a stranger sees no row of any house', async () => {
    expect(await flatsSeen(strangerScope())).toEqual([])
  })

  test('an owner sees their own flat and no neighbour', async () => {
    const owner = await asOwner(db, house, unit(house))
    expect(await flatsSeen(owner.request)).toEqual([unit(house).premisesId])
  })

  test('an organisation sees its houses and not the twin managed by another', async () => {
    const manager = await asManager(db, house)
    const seen = await flatsSeen(manager.request)
    expect(new Set(seen)).toEqual(new Set(house.premises.map(each => each.premisesId)))
    expect(seen).not.toContain(unit(twin).premisesId)
  })

  test('an ended right ends at once, inside SQL too', async () => {
    const owner = await asOwner(db, house, unit(house, 1))
    await db.sql(`update auth.grants set ended_at = now(), ended_ground = 'REVOKED_BY_GRANTOR' where grant_id = $1`, [owner.grantId])
    expect(await flatsSeen(owner.request)).toEqual([])
  })

  test('the end of the one who delegated ends the delegated right (para 20, ground 4)', async () => {
    const manager = await asManager(db, house)
    const child = await asOwner(db, twin, unit(twin), { kind: 'STAFF' })
    const grant = await giveGrant(db, child.personId, { role: 'MANAGER', scopeType: 'ORGANISATION', scopeId: house.organisationId })
    await db.sql('update auth.grants set parent_grant_id = $2 where grant_id = $1', [grant, manager.grantId])
    expect(await flatsSeen(child.request)).toContain(unit(house).premisesId)
    await db.sql(`update auth.grants set ended_at = now(), ended_ground = 'TERM_EXPIRED' where grant_id = $1`, [manager.grantId])
    expect(await flatsSeen(child.request)).toEqual([unit(twin).premisesId])
  })

  test('a revoked or idle session is a stranger', async () => {
    const owner = await asOwner(db, house, unit(house))
    await db.sql('update auth.sessions set revoked_at = now() where person_id = $1', [owner.personId])
    expect(await flatsSeen(owner.request)).toEqual([])
    const idle = await asOwner(db, house, unit(house))
    await db.sql(`update auth.sessions set last_seen_at = now() - interval '31 days' where person_id = $1`, [idle.personId])
    expect(await flatsSeen(idle.request)).toEqual([])
  })

  test('the scope does not leak to the next user of the pooled connection', async () => {
    const owner = await asOwner(db, house, unit(house))
    const mixed = await Promise.all(Array.from({ length: 60 }, (_, i) => flatsSeen(i % 2 === 0 ? owner.request : strangerScope())))
    expect(mixed.filter((_, i) => i % 2 === 1).flat()).toEqual([])
    expect(mixed.filter((_, i) => i % 2 === 0).every(seen => seen.length === 1 && seen[0] === unit(house).premisesId)).toBe(true)
  })

  test('acting as one grant narrows the scope to it', async () => {
    const person = await asOwner(db, house, unit(house))
    const second = await giveGrant(db, person.personId, { role: 'OWNER', scopeType: 'UNIT', scopeId: unit(twin).premisesId, buildingId: twin.buildingId, premisesId: unit(twin).premisesId })
    expect((await flatsSeen(person.request)).length).toBe(2)
    expect(await flatsSeen({ ...person.request, acting: second })).toEqual([unit(twin).premisesId])
  })

  test('a row of a foreign house cannot be written', async () => {
    const manager = await asManager(db, house)
    const attempt = openTransaction(manager.request, ctx => ctx.db.$executeRaw`insert into premises (building_id, premises_id, kind, number, area_m2)
      values (${twin.buildingId}::uuid, ${newId()}::uuid, 'APARTMENT', '999', 10)`)
    await expect(attempt).rejects.toSatisfy(error => sqlState(error) === '42501')
  })

  test('nobody but billing and payments posts to the ledger, not even a chair', async () => {
    const post = (place: TestHouse) => [place.buildingId, unit(place).accountId, unit(place).premisesId] as const
    const chair = await asChair(db, house)
    const [b, a, p] = post(house)
    const posting = (request: RequestScope | null) => {
      const work = (ctx: Parameters<Parameters<typeof openTransaction>[1]>[0]) => ctx.db.$queryRaw`select app.post_account(${b}::uuid, ${a}::uuid, ${p}::uuid, '2026-10', ${newId()}::uuid,
        'CHARGE', '2026-10-31'::date, 'test', 'x', null, array['CURRENT'], array[100::bigint], array['INCOME'])`
      return request ? openTransaction(request, work) : serviceTransaction('billing', work)
    }
    await expect(posting(chair.request)).rejects.toSatisfy(error => sqlState(error) === '42501')
    await expect(posting(null)).resolves.toBeDefined()
  })
})

describe('append-only tables (settled 4, 7)', () => {
  beforeAll(async () => {
    await db.sql(`insert into audit_entries (building_id, audit_id, action, subject_type, subject_id) values ($1, $2, 'x', 'x', 'x')`, [house.buildingId, newId()])
    await serviceTransaction('billing', ctx => ctx.db.$queryRaw`select app.post_account(${house.buildingId}::uuid, ${unit(house).accountId}::uuid, ${unit(house).premisesId}::uuid,
      '2026-10', ${newId()}::uuid, 'CHARGE', '2026-10-31'::date, 'test', 'x', null, array['CURRENT'], array[100::bigint], array['INCOME'])`)
  })

  test('neither the application nor the owner changes or removes a ledger entry or a trace', async () => {
    for (const table of ['ledger_entries', 'audit_entries']) {
      for (const act of [`update ${table} set building_id = building_id`, `delete from ${table}`]) {
        await expect(serviceTransaction('billing', ctx => ctx.db.$executeRawUnsafe(act))).rejects.toSatisfy(error => sqlState(error) === '42501')
        await expect(db.sql(act)).rejects.toThrow(/append-only/)
      }
    }
  })

  test('a trace cannot be left in the name of another person', async () => {
    const [one, other] = [await asOwner(db, house, unit(house)), await asOwner(db, house, unit(house, 1))]
    await expect(openTransaction(one.request, ctx => ctx.db.$executeRaw`insert into audit_entries (building_id, audit_id, person_id, action, subject_type, subject_id)
      values (${house.buildingId}::uuid, ${newId()}::uuid, ${other.personId}::uuid, 'x', 'x', 'x')`)).rejects.toSatisfy(error => sqlState(error) === '42501')
  })
})
