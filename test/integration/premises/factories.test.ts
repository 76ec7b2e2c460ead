import { expect, test } from 'vitest'
import { isAccountNumber } from '#server/kernel/ids.ts'
import { seedRegistry } from '#prisma/seed/demo/registry.ts'
import { world } from '#prisma/seed/demo/world.ts'
import { seedReference } from '#prisma/seed/reference/seed.ts'
import { testDatabase } from '#test/support/database.ts'
import { makeHouse } from '#test/support/factories.ts'

test('makes a house whose shares, accounts and manager are complete', async () => {
  const db = await testDatabase()
  const house = await makeHouse(db, { country: 'UZ', flats: 6 })
  expect(house.premises).toHaveLength(6)
  for (const unit of house.premises) expect(isAccountNumber(unit.accountNumber)).toBe(true)
  const rows = await db.sql<{ n: number }>(`select count(*)::int as n from auth.building_managers where building_id = $1 and organisation_id = $2`, [house.buildingId, house.organisationId])
  expect(rows[0]?.n).toBe(1)
})

test('seeds the demonstration register twice with the same outcome, every flat owned in full', async () => {
  const db = await testDatabase()
  await seedReference()
  await seedRegistry(world)
  const count = async () => (await db.sql<Record<string, number>>(`select (select count(*) from buildings where demonstration)::int as houses,
    (select count(*) from premises)::int as premises, (select count(*) from ownerships)::int as shares, (select count(*) from accounts)::int as accounts`))[0]
  const before = await count()
  await seedReference()
  await seedRegistry(world)
  expect(await count()).toEqual(before)
  const partial = await db.sql(`select premises_id from ownerships group by building_id, premises_id having sum(share_numerator::numeric / share_denominator) not between 0.999999 and 1.000001`)
  expect(partial).toEqual([])
  expect(world.people.every(person => person.role === 'TENANT' || person.homes.length === 0 || person.units[0]?.ownerId)).toBe(true)
})
