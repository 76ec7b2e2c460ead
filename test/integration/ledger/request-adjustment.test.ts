import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asClerk, asOwner, asStranger } from '#test/support/actors.ts'
import { apply, askFor, decide, makeBureau, owed, type Bureau } from '#test/support/adjustments.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let db: TestDatabase
let ours: Bureau
let twin: Bureau
beforeAll(async () => {
  db = await testDatabase()
  ours = await makeBureau(db, '1726831')
  twin = await makeBureau(db, '1726832')
})

const plain = (value: unknown) => JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item))

describe('request adjustment', () => {
  it('changes no debt; the inspector sees it with its facts side by side', async () => {
    const before = await owed(ours.house, ours.unit)
    const adjustmentId = await askFor(ours)
    expect(await owed(ours.house, ours.unit)).toBe(before)
    const seen = await ours.inspector.caller.ledger.adjustmentCase({ buildingId: ours.house.buildingId, adjustmentId })
    expect(seen).toMatchObject({ mayDecide: true, mayRequest: false, conclusion: null, use: null })
    expect(seen.request).toMatchObject({ state: 'SENT', amount: -10_000n, reason: 'DOUBLE_CHARGE', papers: ['Act No 7 of 01.10.2026'], mine: false, unitNumber: ours.unit.number })
    expect(seen.evidence).toMatchObject({ areaM2: '50', owners: [{ name: `Owner ${ours.unit.number}`, share: '1' }], persons: [{ persons: 2 }] })
    expect(seen.statement).toMatchObject([{ kind: 'CHARGE', amount: 50_000n }])
    expect((await ours.accountant.caller.ledger.adjustmentCase({ buildingId: ours.house.buildingId, adjustmentId })).request.mine).toBe(true)
  })

  it('sent twice asks once; nothing and no paper are refused', async () => {
    const input = { adjustmentId: newId(), number: ours.unit.accountNumber, fund: 'UTILITIES' as const, amount: -500n, reason: 'COURT' as const, explanation: 'The court has decided so.', papers: ['Decision 12'] }
    await ours.accountant.caller.ledger.requestAdjustment(input)
    expect(await ours.accountant.caller.ledger.requestAdjustment(input)).toEqual({ buildingId: ours.house.buildingId, adjustmentId: input.adjustmentId })
    expect(await db.sql(`select from audit_entries where action = 'ledger.requestAdjustment' and subject_id = $1`, [input.adjustmentId])).toHaveLength(1)
    for (const other of [{ amount: -501n }, { papers: ['Decision 13'] }, { number: ours.house.premises[3]!.accountNumber }]) {
      await expect(ours.accountant.caller.ledger.requestAdjustment({ ...input, ...other })).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.requestTaken' })
    }
    await expect(ours.accountant.caller.ledger.requestAdjustment({ ...input, adjustmentId: newId(), amount: 0n })).rejects.toMatchObject({ message: 'ledger.zeroAmount' })
    await expect(ours.accountant.caller.ledger.requestAdjustment({ ...input, adjustmentId: newId(), papers: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  it('is for the body that keeps the accounts', async () => {
    await expect(askFor(ours, { by: twin.accountant })).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'ledger.accountNotFound' })
    await expect(askFor(ours, { by: ours.inspector })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.bodyOnly' })
    await expect(askFor(ours, { by: await asClerk(db, ours.house) })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.bodyOnly' })
    await expect(askFor(ours, { by: await asOwner(db, ours.house, ours.unit) })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

describe('the public log of a house', () => {
  it('tells every linked person what was asked, decided and posted, and nobody\'s name, flat or account', async () => {
    const conclusion = await decide(ours, await askFor(ours))
    await apply(ours, conclusion, { amount: -9_000n })
    const neighbour = await asOwner(db, ours.house, ours.house.premises[3]!)
    const log = await neighbour.caller.ledger.adjustmentLog({ buildingId: ours.house.buildingId })
    expect(log.rows[0]).toMatchObject({ state: 'APPLIED', amount: -10_000n, posted: -9_000n, reason: 'DOUBLE_CHARGE' })
    const text = plain(log)
    for (const secret of [ours.unit.accountId, ours.unit.premisesId, ours.unit.accountNumber, 'Owner', ours.accountant.personId, ours.inspector.personId, 'water']) expect(text).not.toContain(secret)
    await expect(asStranger().caller.ledger.adjustmentLog({ buildingId: ours.house.buildingId })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const stranger = await asOwner(db, twin.house, twin.unit)
    await expect(stranger.caller.ledger.adjustmentLog({ buildingId: ours.house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
