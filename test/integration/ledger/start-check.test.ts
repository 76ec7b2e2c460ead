import { beforeAll, describe, expect, it } from 'vitest'
import { askFor, makeBureau, type Bureau } from '#test/support/adjustments.ts'
import { testDatabase } from '#test/support/database.ts'

let ours: Bureau
let twin: Bureau
beforeAll(async () => {
  const db = await testDatabase()
  ours = await makeBureau(db, '1726821')
  twin = await makeBureau(db, '1726822')
})

const stateOf = async ({ inspector }: Bureau, adjustmentId: string) => (await inspector.caller.ledger.adjustments()).rows.find(row => row.adjustmentId === adjustmentId)?.state

describe('start check', () => {
  it('puts the request under check, once', async () => {
    const adjustmentId = await askFor(ours)
    expect(await stateOf(ours, adjustmentId)).toBe('SENT')
    const { buildingId } = ours.house
    await ours.inspector.caller.ledger.startCheck({ buildingId, adjustmentId })
    expect(await stateOf(ours, adjustmentId)).toBe('UNDER_CHECK')
    await expect(ours.inspector.caller.ledger.startCheck({ buildingId, adjustmentId })).rejects.toMatchObject({ code: 'CONFLICT', message: 'ledger.checkStarted' })
  })

  it('is the inspector\'s act: the body is refused, the twin\'s inspector finds nothing', async () => {
    const adjustmentId = await askFor(ours)
    const { buildingId } = ours.house
    await expect(ours.accountant.caller.ledger.startCheck({ buildingId, adjustmentId })).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'ledger.inspectorOnly' })
    await expect(twin.inspector.caller.ledger.startCheck({ buildingId, adjustmentId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await stateOf(twin, adjustmentId)).toBeUndefined()
  })
})
