import { beforeAll, describe, expect, it } from 'vitest'
import { openTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { addDays, localDateOf } from '#server/kernel/period.ts'
import { asManager, giveGrant } from '#test/support/actors.ts'
import { askFor, decide, makeBureau, type Bureau } from '#test/support/adjustments.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
let ours: Bureau
let twin: Bureau
beforeAll(async () => {
  db = await testDatabase()
  ours = await makeBureau(db, '1726811')
  twin = await makeBureau(db, '1726812')
})

const forge = (bureau: Bureau, by: Bureau['inspector'], facts: { adjustmentId: string; hash: string; level: number }) => openTransaction(by.request, ctx => ctx.db.$executeRaw`
  insert into inspection_conclusions (building_id, conclusion_id, request_id, account_id, premises_id, number, positive, fund, allowed_min, allowed_max, valid_until, grounds, inspector_id,
    signature_method, signature_level, signed_hash, signature)
  values (${bureau.house.buildingId}::uuid, ${newId()}::uuid, ${facts.adjustmentId}::uuid, ${bureau.unit.accountId}::uuid, ${bureau.unit.premisesId}::uuid, ${newId().slice(-8)}, true, 'UTILITIES', -12000, -8000,
    app.today() + 10, 'Grounds that nobody wrote.', ${by.personId}::uuid, 'SESSION', ${facts.level}::int, ${facts.hash}, 'x')`)

describe('issue conclusion', () => {
  it('is signed by the inspector, at the level of the session, over exactly what it says', async () => {
    const adjustmentId = await askFor(ours)
    const conclusionId = await decide(ours, adjustmentId)
    const [row] = await db.sql(`select inspector_id::text as inspector, signature_method as method, signature_level as level, signed_hash = app.conclusion_hash(c) as holds, length(signature) as length
      from inspection_conclusions c where conclusion_id = $1`, [conclusionId])
    expect(row).toEqual({ inspector: ours.inspector.personId, method: 'SESSION', level: 0, holds: true, length: 64 })
    const seen = await ours.inspector.caller.ledger.adjustmentCase({ buildingId: ours.house.buildingId, adjustmentId })
    expect(seen.request.state).toBe('ALLOWED')
    expect(seen.conclusion).toMatchObject({ positive: true, allowedFrom: -12_000n, allowedTo: -8_000n })
  })

  it('decides a request once', async () => {
    const adjustmentId = await askFor(ours)
    await decide(ours, adjustmentId, { no: true })
    await expect(decide(ours, adjustmentId)).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.concluded' })
  })

  it('refuses a range of the other direction, upside down or without an end', async () => {
    const adjustmentId = await askFor(ours)
    const today = localDateOf(new Date(), 300)
    for (const wrong of [{ from: 1n, to: 5n }, { from: -5n, to: -9n }, { from: -5n, to: 5n }]) await expect(decide(ours, adjustmentId, wrong)).rejects.toMatchObject({ message: 'ledger.allowedRange' })
    for (const validUntil of [addDays(today, -1), addDays(today, 181)]) await expect(decide(ours, adjustmentId, { validUntil })).rejects.toMatchObject({ message: 'ledger.allowedUntil' })
    await expect(decide(ours, adjustmentId, { validUntil: '0026-03-02' })).rejects.toThrow('Invalid input')
  })

  it('the body does not sign, who asked does not decide, and the inspector of elsewhere sees nothing', async () => {
    const adjustmentId = await askFor(ours)
    await expect(decide(ours, adjustmentId, { by: ours.accountant })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.inspectorOnly' })
    await expect(decide(ours, adjustmentId, { by: twin.inspector })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const both = await asManager(db, ours.house)
    await giveGrant(db, both.personId, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: ours.house.territoryCode })
    const own = await askFor(ours, { by: both })
    await expect(decide(ours, own, { by: both })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.fourEyes' })
  })

  it('the database refuses a forged one: another text, another level, another hand', async () => {
    const adjustmentId = await askFor(ours)
    const hash = '0'.repeat(64)
    await expect(forge(ours, ours.inspector, { adjustmentId, hash, level: 0 })).rejects.toThrow(/UY027|signature/)
    await expect(forge(ours, ours.inspector, { adjustmentId, hash, level: 3 })).rejects.toThrow(/UY027|level/)
    await expect(forge(ours, ours.accountant, { adjustmentId, hash, level: 0 })).rejects.toThrow(/UY025|42501|row-level/)
    const both = await asManager(db, ours.house)
    await giveGrant(db, both.personId, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: ours.house.territoryCode })
    await expect(forge(ours, both, { adjustmentId: await askFor(ours, { by: both }), hash, level: 0 })).rejects.toThrow(/UY025|does not decide/)
  })
})
