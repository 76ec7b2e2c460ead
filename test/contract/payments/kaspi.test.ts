import { afterAll, describe, expect, test } from 'vitest'
import { makeHouse } from '#test/support/factories.ts'
import { FakeKaspi } from '#test/support/fakes/kaspi.ts'
import { openDoors } from '#test/support/fakes/payme-doors.ts'
import { makeMerchant } from '#test/support/fakes/payme.ts'
import { openPaymentHouse } from '#test/support/fakes/payment-house.ts'
const { db, doors, house, unit, common, invoice, count, balances, charge, close } = await openPaymentHouse({ provider: 'kaspi' }, 30)
const kaspi = new FakeKaspi(doors.origin)

afterAll(close)

describe('check', () => {
  test('tells the debt and the address, works without an operation, ignores its sum', async () => {
    const of = unit()
    await charge(of, 1_842_050n)
    for (const reply of [await kaspi.check(of.accountNumber), await kaspi.check(of.accountNumber, FakeKaspi.newOperation(), '99999.99'), await kaspi.check(of.accountNumber, '1', 'rubbish')]) {
      expect(reply).toMatchObject({ status: 200, result: 0, type: 'application/json; charset=UTF-8' })
      expect(reply.body).toMatchObject({ sum: '18420.50', fields: { field1: { '@name': 'Адрес', '#text': house.name }, field2: { '#text': of.number } } })
      expect(JSON.stringify(reply.body), 'never a person').not.toContain('Owner')
    }
  })

  test('P05 leaves nothing', async () => {
    const of = unit()
    const rows = () => db.sql(`select (select count(*) from payment_transactions) t, (select count(*) from payment_dedupe) d, (select count(*) from ledger_entries) l, (select count(*) from event_queue) e, (select count(*) from audit_entries) a`)
    const before = await rows()
    await kaspi.check(of.accountNumber, FakeKaspi.newOperation())
    expect(await rows()).toEqual(before)
  })
})

describe('pay', () => {
  test('P09 is posted by the bank\'s accounting date, and repeated byte for byte', async () => {
    const of = unit()
    const id = FakeKaspi.newOperation()
    const day = (await db.sql<{ day: string }>(`select to_char(app.today() - 1, 'YYYYMMDD') as day`))[0]!.day
    const first = await kaspi.pay(id, of.accountNumber, '1200.50', `${day}235959`)
    expect(first.body).toEqual({ txn_id: id, prv_txn_id: expect.any(String) as string, result: 0, sum: '1200.50', comment: 'OK' })
    for (const sum of ['1200.50', '1200.5']) expect((await kaspi.pay(id, of.accountNumber, sum, `${day}235959`)).text).toBe(first.text)
    const posted = await db.sql(`select amount::text, to_char(value_date, 'YYYYMMDD') as day, period::text from ledger_entries where account_id = $1`, [of.accountId])
    expect(posted).toEqual([{ amount: '-120050', day, period: `${day.slice(0, 4)}-${day.slice(4, 6)}` }])
  })

  test('a date that cannot be true does not move the money to another year', async () => {
    const of = unit()
    for (const date of ['19990101000000', '20990101000000', 'yesterday', '20261340999999']) expect((await kaspi.pay(FakeKaspi.newOperation(), of.accountNumber, '10.00', date)).result).toBe(0)
    expect(await count(`ledger_entries where account_id = $1 and value_date = app.today()`, [of.accountId])).toBe(4)
  })

  test('check and pay never share an answer', async () => {
    const of = unit()
    await charge(of, 100_000n)
    const id = FakeKaspi.newOperation()
    const checked = await kaspi.check(of.accountNumber, id)
    const paid = await kaspi.pay(id, of.accountNumber, '400.00')
    expect(paid.body).toMatchObject({ prv_txn_id: expect.any(String) as string })
    expect(checked.body).not.toHaveProperty('prv_txn_id')
    expect((await kaspi.check(of.accountNumber, id)).body).not.toHaveProperty('prv_txn_id')
  })

  test('P03 unknown account: 1, also when asked again', async () => {
    const id = FakeKaspi.newOperation()
    const uz = await makeHouse(db, { country: 'UZ', flats: 1 })
    const first = await kaspi.pay(id, '5000000000', '10.00')
    expect(first.result).toBe(1)
    expect((await kaspi.pay(id, '5000000000', '10.00')).text).toBe(first.text)
    for (const account of ['abc', '12', uz.premises[0]!.accountNumber]) expect((await kaspi.check(account)).result, account).toBe(1)
  })

  test.each(['0', '0.00', '-5.00', '0.99', '1.005', 'ten', '', '1e3', '999999999999.99', '99999999999999'])('P04 the sum %s: 5 and nothing is posted', async sum => {
    const of = common()
    const before = await count('ledger_entries where account_id = $1', [of.accountId])
    expect(await kaspi.pay(FakeKaspi.newOperation(), of.accountNumber, sum)).toMatchObject({ status: 200, result: 5 })
    expect(await count('ledger_entries where account_id = $1', [of.accountId])).toBe(before)
  })

  test('P02 missing fields, another command or verb: 5 with HTTP 200', async () => {
    const { accountNumber: account } = common()
    const full = { command: 'pay', txn_id: FakeKaspi.newOperation(), account, sum: '10.00' }
    for (const lacking of ['command', 'txn_id', 'account', 'sum']) expect(await kaspi.send(Object.fromEntries(Object.entries(full).filter(([name]) => name !== lacking))), lacking).toMatchObject({ status: 200, result: 5 })
    expect(await kaspi.send({ ...full, command: 'refund' })).toMatchObject({ status: 200, result: 5 })
    for (const method of ['POST', 'PUT', 'DELETE']) expect(await kaspi.send(full, { method })).toMatchObject({ status: 200, result: 5 })
    expect(await count('payment_transactions where external_id = $1', [full.txn_id])).toBe(0)
  })

  test('the same operation with another sum or account changes nothing and is not called paid', async () => {
    const of = unit()
    const id = FakeKaspi.newOperation()
    const first = await kaspi.pay(id, of.accountNumber, '10.00')
    expect((await kaspi.pay(id, of.accountNumber, '11.00')).result).toBe(5)
    expect((await kaspi.pay(id, common().accountNumber, '10.00')).result).toBe(1)
    expect((await kaspi.pay(id, of.accountNumber, '10.00')).text).toBe(first.text)
    expect(await count('ledger_entries where account_id = $1', [of.accountId])).toBe(1)
  })

  test('P07 an invoice is paid once: 3 afterwards, and only its exact sum', async () => {
    const { number } = await invoice(common(), 500_000n)
    expect((await kaspi.check(number)).body).toMatchObject({ result: 0, sum: '5000.00' })
    expect((await kaspi.pay(FakeKaspi.newOperation(), number, '4999.00')).result).toBe(5)
    const replies = await Promise.all(Array.from({ length: 8 }, () => kaspi.pay(FakeKaspi.newOperation(), number, '5000.00')))
    expect(replies.filter(reply => reply.result === 0)).toHaveLength(1)
    expect(replies.filter(reply => reply.result !== 0).every(reply => reply.result === 3 || reply.result === 4)).toBe(true)
    expect((await kaspi.check(number)).result).toBe(3)
    expect((await kaspi.pay(FakeKaspi.newOperation(), number, '5000.00')).result).toBe(3)
  })

  test('a withdrawn invoice and a closed account: 2', async () => {
    const { number, invoiceId } = await invoice(common(), 100_000n)
    await db.sql(`update payment_invoices set state = 'WITHDRAWN' where invoice_id = $1`, [invoiceId])
    const closed = unit()
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [closed.accountId])
    for (const account of [number, closed.accountNumber]) expect((await kaspi.pay(FakeKaspi.newOperation(), account, '1000.00')).result).toBe(2)
  })

  test('a refusal is the final answer of its operation, byte for byte, though its cause is gone; the next operation is paid (payments.md 6)', async () => {
    const { number, invoiceId } = await invoice(common(), 100_000n)
    const closed = unit()
    await db.sql(`update payment_invoices set state = 'WITHDRAWN' where invoice_id = $1`, [invoiceId])
    await db.sql(`update accounts set closed_on = '2026-01-01' where account_id = $1`, [closed.accountId])
    for (const [account, undo] of [[number, `update payment_invoices set state = 'OPEN' where invoice_id = '${invoiceId}'`], [closed.accountNumber, `update accounts set closed_on = null where account_id = '${closed.accountId}'`]] as const) {
      const id = FakeKaspi.newOperation()
      const first = await kaspi.pay(id, account, '1000.00')
      expect(first.result).toBe(2)
      await db.sql(undo)
      for (let i = 0; i < 2; i += 1) expect((await kaspi.pay(id, account, '1000.00')).text).toBe(first.text)
      expect((await kaspi.check(account)).result).toBe(0)
      expect(await count('payment_transactions where external_id = $1', [id])).toBe(0)
      expect((await kaspi.pay(FakeKaspi.newOperation(), account, '1000.00')).result).toBe(0)
    }
  })

  test('what stands in the way on our side alone is no answer of the operation: not remembered, and the same operation is paid once it is gone', async () => {
    const of = unit()
    const [merchant, other] = [await makeMerchant(db, { provider: 'kaspi' }), await makeMerchant(db, { provider: 'kaspi' })]
    const { number } = await invoice(common(), 100_000n)
    const door = new FakeKaspi(doors.origin, `/api/payments/kaspi/${merchant.segment}`)
    const set = (text: string) => db.sql(`update payment_merchants set ${text} where merchant_id = $1`, [merchant.merchantId])
    const holds = (state: string) => db.sql(`update payment_transactions set state = $2, live_invoice_id = case when $2 = 'PENDING' then invoice_id end where number = $1`, [number, state])
    await db.sql(`insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, invoice_id, live_invoice_id, fund, amount, currency, state, provider_time, created_at)
      select building_id, gen_random_uuid(), 'kaspi', 'elsewhere', 'held', $2, account_id, premises_id, number, invoice_id, invoice_id, fund, amount, currency, 'PENDING', now(), now() from payment_invoices where number = $1`, [number, other.merchantId])
    for (const [account, result, bad, good] of [
      [of.accountNumber, 5, () => set(`active_to = '2021-01-01'`), () => set('active_to = null')],
      [of.accountNumber, 5, () => set(`allowed_addresses = '{194.187.247.0/24}'`), () => set(`allowed_addresses = '{127.0.0.0/8,::1}'`)],
      [number, 4, () => holds('PENDING'), () => holds('CANCELLED')]] as const) {
      const id = FakeKaspi.newOperation()
      await bad()
      expect((await door.pay(id, account, '1000.00')).result).toBe(result)
      expect(await count('payment_dedupe where external_id = $1', [id])).toBe(0)
      await good()
      expect((await door.pay(id, account, '1000.00')).result).toBe(0)
    }
  })

  test('P08 many operations on one account at once', async () => {
    const of = unit()
    const replies = await Promise.all(Array.from({ length: 10 }, () => kaspi.pay(FakeKaspi.newOperation(), of.accountNumber, '1.00')))
    expect(replies.every(reply => reply.result === 0)).toBe(true)
    expect(await balances(of)).toEqual({ CURRENT: -1000 })
  })

  test('P19 the same operation twenty times at once: one posting, the same bytes', async () => {
    const of = unit()
    const id = FakeKaspi.newOperation()
    const replies = await Promise.all(Array.from({ length: 20 }, () => kaspi.pay(id, of.accountNumber, '77.00')))
    expect(new Set(replies.map(reply => reply.text)).size).toBe(1)
    expect(replies[0]?.result).toBe(0)
    expect(await count('ledger_entries where account_id = $1', [of.accountId])).toBe(1)
    expect(await count(`event_queue where name = 'payments.posted' and payload ->> 'accountId' = $1`, [of.accountId])).toBe(1)
  })

  test('P20 a commit that fails: 5, not remembered; the retry succeeds once', async () => {
    const of = unit()
    const id = FakeKaspi.newOperation()
    await db.sql(`create function chaos() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$`)
    await db.sql(`create constraint trigger chaos after insert on payment_transactions deferrable initially deferred for each row execute function chaos()`)
    expect(await kaspi.pay(id, of.accountNumber, '10.00')).toMatchObject({ status: 200, result: 5 })
    await db.sql(`drop trigger chaos on payment_transactions`)
    expect((await kaspi.pay(id, of.accountNumber, '10.00')).result).toBe(0)
    expect(await count('ledger_entries where account_id = $1', [of.accountId])).toBe(1)
  })
})

describe('P01 addresses', () => {
  test('only from the list; a forged header changes nothing; without a list nobody', async () => {
    const far = await makeMerchant(db, { provider: 'kaspi', addresses: ['194.187.247.0/24'] })
    const none = await makeMerchant(db, { provider: 'kaspi', addresses: [] })
    for (const merchant of [far, none]) {
      const door = new FakeKaspi(doors.origin, `/api/payments/kaspi/${merchant.segment}`)
      expect((await door.check(common().accountNumber)).result).toBe(5)
      expect((await door.send({ command: 'check', account: common().accountNumber }, { headers: { 'x-forwarded-for': '194.187.247.152' } })).result).toBe(5)
    }
    const behind = await openDoors({ trustedProxies: 1 })
    const door = new FakeKaspi(behind.origin, `/api/payments/kaspi/${far.segment}`)
    expect((await door.send({ command: 'check', account: common().accountNumber }, { headers: { 'x-forwarded-for': '194.187.247.152' } })).result).toBe(0)
    expect((await door.send({ command: 'check', account: common().accountNumber }, { headers: { 'x-forwarded-for': '194.187.247.152, 8.8.8.8' } })).result).toBe(5)
    await behind.close()
  })
})

describe('form', () => {
  test('XML where the merchant or the caller wants it, escaped', async () => {
    const merchant = await makeMerchant(db, { provider: 'kaspi', format: 'XML' })
    const door = new FakeKaspi(doors.origin, `/api/payments/kaspi/${merchant.segment}`)
    const of = unit()
    await db.sql(`update buildings set name = 'A <b> & "c"' where building_id = $1`, [house.buildingId])
    const checked = await door.check(of.accountNumber)
    expect(checked.type).toContain('application/xml')
    expect(checked.text).toContain('A &lt;b&gt; &amp; &quot;c&quot;')
    const id = FakeKaspi.newOperation()
    const paid = await door.pay(id, of.accountNumber, '5.00')
    expect(paid.text).toMatch(new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?><response><txn_id>${id}</txn_id><prv_txn_id>\\d+</prv_txn_id><result>0</result><sum>5.00</sum>`))
    expect((await door.pay(id, of.accountNumber, '5.00')).text).toBe(paid.text)
    expect((await kaspi.send({ command: 'check', account: of.accountNumber }, { headers: { accept: 'application/xml' } })).type).toContain('xml')
  })

  test('under overload: 5 with HTTP 200', async () => {
    const busy = await openDoors({ busy: true })
    expect(await new FakeKaspi(busy.origin).check(common().accountNumber)).toMatchObject({ status: 200, result: 5 })
    await busy.close()
  })

  test('the ledger verifies after all of this', async () => {
    expect(await db.sql('select * from app.verify_ledger() limit 5')).toEqual([])
  })
})
