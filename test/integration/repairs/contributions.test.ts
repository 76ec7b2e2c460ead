import { expect, test } from 'vitest'
import { newId } from '#server/kernel/ids.ts'
import { asManager } from '#test/support/actors.ts'
import { testDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'
import { currentIban, houseWithKeepers, savingsIban } from '#test/support/keepers.ts'

const db = await testDatabase()
const { house, manager, accountant, owner, today, enterAccount } = await houseWithKeepers(db, 'KZ')

test('a targeted contribution: by the meeting\'s decision, apart from the other two, into the current account; not in Uzbekistan', async () => {
  const key = { buildingId: house.buildingId, programmeId: newId() }
  await manager.caller.repairs.openProgramme({ ...key, kind: 'TARGETED', title: 'Бейнебақылау орнату', year: 2026 })
  await manager.caller.repairs.registerEstimate({ ...key, vatPercent: '0', lines: [{ code: '1', name: 'Камера', unit: 'дана', quantity: '4', unitPrice: 2_500_000n }] })
  expect((await owner.caller.repairs.fund({ buildingId: house.buildingId })).programmes[0]!.shares, 'nobody owes before the decision').toEqual([])
  await manager.caller.repairs.approveEstimate({ ...key, version: 1, decisionNumber: '№ 6', decisionOn: today, instalments: 1, firstDueOn: today })
  const { programmes } = await owner.caller.repairs.fund({ buildingId: house.buildingId })
  expect(programmes[0]).toMatchObject({ kind: 'TARGETED', ownersTotal: 10_000_000n, shares: [{ obligation: 6_000_000n }] })
  for (const [fund, number] of [['CURRENT', currentIban], ['SAVINGS', savingsIban]] as const) await manager.caller.statements.confirmAccount({ buildingId: house.buildingId, ...(await enterAccount(accountant, { fund, number })) })
  const screen = await owner.caller.payments.screen({ number: programmes[0]!.shares[0]!.instalments[0]!.number })
  expect(screen).toMatchObject({ due: 6_000_000n, payable: { fund: `PROGRAMME:${key.programmeId}` }, accounts: [{ fund: 'CURRENT', number: currentIban }] })
  const uz = await makeHouse(db, { country: 'UZ', flats: 1 })
  await expect((await asManager(db, uz)).caller.repairs.openProgramme({ buildingId: uz.buildingId, programmeId: newId(), kind: 'TARGETED', title: 'Kamera', year: 2026 })).rejects.toMatchObject({ message: 'repairs.targetedOnlyKz' })
})

test('the current contribution is shown by its rate with what is owed', async () => {
  await db.sql(`insert into contribution_rates (building_id, rate_id, fund, premises_kind, per_m2, basis, valid_from) values ($1, $2, 'CURRENT', 'APARTMENT', 55.5, 'Хаттама № 2', '2025-01-01')`, [house.buildingId, newId()])
  expect((await owner.caller.repairs.fund({ buildingId: house.buildingId })).current).toMatchObject([{ monthly: 333_000n, perM2: '55.5', basis: 'Хаттама № 2' }])
})
