import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { testDatabase } from '#test/support/database.ts'
import { repairWorld, type Key, type RepairWorld } from '#test/support/repairs.ts'

let world: RepairWorld
beforeAll(async () => {
  world = await repairWorld(await testDatabase())
})
afterAll(() => world.close())

const contract = () => ({ number: '5', datedOn: world.today, contractor: 'Qurilish MCHJ' })
const start = (key: Key, more: Record<string, unknown> = {}) => world.manager.caller.repairs.moveProgramme({ ...key, event: 'startWork', ground: 'Buyruq 5', contract: contract(), ...more })

test('works begin behind the gate: an approved estimate, a contract, and so much of the owners\' part in the fund; each step on its document', async () => {
  const key = { buildingId: world.house.buildingId, programmeId: newId() }
  const { repairs } = world.manager.caller
  await repairs.openProgramme({ ...key, kind: 'CAPITAL', title: 'Tom', year: 2026 })
  await expect(start(key)).rejects.toMatchObject({ code: 'CONFLICT' })
  await repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '', name: 'Tom', unit: 'm2', quantity: '10', unitPrice: 1_000_000n }] })
  await expect(start(key), 'nobody has approved it').rejects.toMatchObject({ code: 'CONFLICT' })
  await repairs.approveEstimate({ ...key, version: 1, decisionNumber: '1', decisionOn: world.today, instalments: 12, firstDueOn: world.today })
  await expect(start(key, { contract: undefined })).rejects.toMatchObject({ message: 'repairs.contractNeeded' })
  await expect(start(key, { contract: { ...contract(), datedOn: '2099-01-01' } })).rejects.toMatchObject({ message: 'repairs.actInFuture' })
  // The owners' part is 3 000 000; a tenth of it by the rule of the day, and a twelfth of one flat's part is less.
  const [first] = (await world.fund(key)).shares[0]!.instalments
  await world.pay(first!.number, first!.amount)
  await expect(start(key)).rejects.toMatchObject({ message: 'repairs.gatherFirst' })
  await expect(world.db.sql(`update repair_programmes set state = 'IN_WORK', contract_number = '5', contract_on = app.today(), contractor = 'X Y' where programme_id = $1`, [key.programmeId]), 'nor past the code').rejects.toThrow(/too little is gathered/)
  await expect(world.db.sql(`update repair_programmes set state = 'IN_WORK' where programme_id = $1`, [key.programmeId])).rejects.toThrow(/no contract/)
  for (const each of (await world.fund(key)).shares[0]!.instalments.slice(1, 2)) await world.pay(each.number, each.amount)
  expect(await start(key)).toEqual({ state: 'IN_WORK' })
  expect(await world.fund(key)).toMatchObject({ state: 'IN_WORK', contract: { number: '5', contractor: 'Qurilish MCHJ' } })
  await expect(repairs.moveProgramme({ ...key, event: 'finishWork', ground: 'Dalolatnoma 9' }), 'no stage has its act').rejects.toMatchObject({ message: 'repairs.stagesOpen' })
  await expect(repairs.cancelProgramme({ ...key, ground: 'Fikr oʻzgardi' })).rejects.toMatchObject({ code: 'CONFLICT' })
  const audit = await world.db.sql<{ ground: string }>(`select ground from audit_entries where action = 'repairs.moveProgramme' and subject_id = $1`, [key.programmeId])
  expect(audit).toEqual([{ ground: 'Buyruq 5' }])
})
