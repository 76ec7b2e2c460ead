import { beforeAll, describe, expect, it } from 'vitest'
import { issueInvitation } from '#server/identity/issue-invitation.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { asClerk, asManager, asOwner } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db)
})

const place = (unit = 0, reason = 'bill 2026-10') => ({ buildingId: house.buildingId, premisesId: house.premises[unit]!.premisesId, reason })

describe('the invitation code of a paper bill (identity 1.5)', () => {
  it('has ten signs without I, L, O, U, and is the same on every reprint', async () => {
    const first = await serviceTransaction('billing', ctx => issueInvitation(ctx, place()))
    expect(first.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    const again = await serviceTransaction('billing', ctx => issueInvitation(ctx, place()))
    expect(again.code).toBe(first.code)
    const manager = await asManager(db, house)
    expect((await openTransaction(manager.request, ctx => issueInvitation(ctx, place(0, '')))).code).toBe(first.code)
  })

  it('is replaced by the next bill', async () => {
    const october = await serviceTransaction('billing', ctx => issueInvitation(ctx, place(1)))
    const november = await serviceTransaction('billing', ctx => issueInvitation(ctx, place(1, 'bill 2026-11')))
    expect(november.code).not.toBe(october.code)
    const states = await db.sql<{ state: string }>('select state from invitations where premises_id = $1 order by created_at', [house.premises[1]!.premisesId])
    expect(states.map(row => row.state)).toEqual(['REPLACED', 'OPEN'])
    expect((await serviceTransaction('billing', ctx => issueInvitation(ctx, place(1)))).code).toBe(october.code)
    expect((await serviceTransaction('billing', ctx => issueInvitation(ctx, place(1, '')))).code).toBe(november.code)
  })

  it('is stored only as a hash', async () => {
    const { code } = await serviceTransaction('billing', ctx => issueInvitation(ctx, place(2)))
    const [row] = await db.sql<{ row: string }>('select i::text as row from invitations i where premises_id = $1', [house.premises[2]!.premisesId])
    expect(row?.row).not.toContain(code.replace('-', ''))
  })

  it('is not printed by an owner, nor by another house’s staff', async () => {
    const owner = await asOwner(db, house, house.premises[0]!)
    await expect(openTransaction(owner.request, ctx => issueInvitation(ctx, place()))).rejects.toMatchObject({ kind: 'notFound' })
    const clerk = await asClerk(db, await makeHouse(db))
    await expect(openTransaction(clerk.request, ctx => issueInvitation(ctx, place()))).rejects.toMatchObject({ kind: 'notFound' })
  })
})
