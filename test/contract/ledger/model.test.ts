import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedMoneyReference } from '#test/support/billing.ts'
import { chance } from '#test/support/chance.ts'
import { resetClock } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { FakePayme, makeMerchant } from '#test/support/fakes/payme.ts'
import { MoneyModel } from '#test/support/money-model.ts'

// The same steps, ten thousand of them: npm run bench -- money-model
const steps = Number(process.env['UYIM_MODEL_STEPS'] ?? 160)
const months = 12

let db: TestDatabase
let doors: Awaited<ReturnType<typeof openDoors>>
beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  doors = await openDoors()
})
afterAll(async () => {
  await resetClock()
  await doors.close()
  const { pool } = await import('#server/infra/db.ts')
  await pool().end()
})

test(`after each of ${steps} random steps by every role, with connections cut, the ledger is what happened and nothing else`, async () => {
  const payme = new FakePayme(doors.origin, (await makeMerchant(db, { short: true })).key)
  const model = new MoneyModel(db, payme, chance(Number(process.env['UYIM_SEED'] ?? 20261121)))
  await model.settle()
  for (let step = 1; step <= steps; step += 1) {
    if (step % Math.ceil(steps / months) === 0) await model.nextMonth()
    const name = await model.step()
    await model.check(`step ${step}, ${name}`)
  }
  console.info(model.taken)
  for (const name of ['bill', 'perform', 'cancel', 'refund', 'adjust', 'programme', 'trespass', 'struck']) expect(model.taken[name], name).toBeGreaterThan(2)
}, 120_000 + steps * 1_000)
