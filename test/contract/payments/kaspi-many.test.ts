import { afterAll, expect, test } from 'vitest'
import { asAccountant } from '#test/support/actors.ts'
import { makeHouse } from '#test/support/factories.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'
const { db, doors, unit, balances, charge, close } = await openPaymentHouse({ provider: 'kaspi' }, 3)
const kaspi = new FakeKaspi(doors.origin)

afterAll(close)

test('P21 a debt that changes between check and pay does not change what is paid', async () => {
  const of = unit()
  await charge(of, 500_000n)
  expect((await kaspi.check(of.accountNumber)).body).toMatchObject({ result: 0, sum: '5000.00' })
  await charge(of, 70_000n)
  expect((await kaspi.pay(FakeKaspi.newOperation(), of.accountNumber, '5000.00')).body).toMatchObject({ result: 0, sum: '5000.00' })
  expect(await balances(of)).toEqual({ UTILITIES: 70_000 })
})

test('P22 neither card nor personal numbers nor the bank\'s secret reach the log', async () => {
  const id = FakeKaspi.newOperation()
  expect((await kaspi.send({ command: 'pay', txn_id: id, account: '4400430012345678', sum: '10.00', data1: 'constant-secret-of-the-bank', pinfl: '880101300123' })).result).toBe(1)
  expect((await kaspi.check('880101300124')).result).toBe(1)
  expect((await kaspi.send({ command: 'nothing', data1: 'constant-secret-of-the-bank' })).result).toBe(5)
  const text = JSON.stringify(await db.sql('select * from payment_request_log')) + JSON.stringify(await db.sql('select * from payment_transactions')) + JSON.stringify(await db.sql('select asked, answer from payment_dedupe'))
  expect(text).toContain(id)
  for (const secret of ['4400430012345678', 'constant-secret-of-the-bank', '880101300123', '880101300124']) expect(text, secret).not.toContain(secret)
})

test('P23 random operations, repeats, contradictions and refunds by letter: each is answered as the model says, and the ledger is the sum of what stands', async () => {
  const steps = Number(process.env['UYIM_MODEL_STEPS'] ?? 250)
  const own = await makeHouse(db, { country: 'KZ', flats: 4 })
  const accountant = await asAccountant(db, own)
  const ids = Array.from({ length: 60 }, () => FakeKaspi.newOperation())
  const known = new Map<string, { account: string; sum: number; text: string; state: 'PAID' | 'REFUNDED' }>()
  let seed = Number(process.env['UYIM_SEED'] ?? 20261121)
  const pick = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  for (let step = 0; step < steps; step += 1) {
    const [id, account, sum] = [ids[pick(ids.length)]!, own.premises[pick(4)]!.accountNumber, 10 * (1 + pick(2))]
    const there = known.get(id)
    if (pick(8) === 0 && there?.state === 'PAID') {
      const [row] = await db.sql<{ id: string }>('select payment_id as id from payment_transactions where external_id = $1', [id])
      await accountant.caller.payments.reverse({ buildingId: own.buildingId, paymentId: row!.id, reason: 'По письму банка' })
      there.state = 'REFUNDED'
      continue
    }
    const replies = await Promise.all(Array.from({ length: 1 + pick(3) }, () => kaspi.pay(id, account, `${sum}.00`)))
    const expected = !there || there.account === account && there.sum === sum ? 0 : there.account !== account ? 1 : 5
    expect(replies.map(reply => reply.result), `step ${step}`).toEqual(replies.map(() => expected))
    if (expected === 0) expect(new Set([...replies.map(reply => reply.text), ...(there ? [there.text] : [])]).size, `step ${step}: the same bytes`).toBe(1)
    if (!there) known.set(id, { account, sum, text: replies[0]!.text, state: 'PAID' })
  }
  const stands = [...known.values()].filter(each => each.state === 'PAID').reduce((total, each) => total + each.sum * 100, 0)
  expect(await db.sql(`select (select -coalesce(sum(amount), 0) from ledger_entries where building_id = $1 and account_id is not null)::float8 as ledger,
    (select sum(amount) from payment_transactions where building_id = $1 and state = 'PAID')::float8 as paid, (select count(*)::int from payment_transactions where building_id = $1) as count`, [own.buildingId])).toEqual([{ ledger: stands, paid: stands, count: known.size }])
  expect([...known.values()].some(each => each.state === 'REFUNDED')).toBe(true)
  expect(await db.sql('select * from app.verify_ledger($1)', [own.buildingId])).toEqual([])
})
