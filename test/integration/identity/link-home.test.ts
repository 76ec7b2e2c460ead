import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueInvitation } from '#server/identity/issue-invitation.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { homeLinked, homeLinkedPayload, invitationReused, invitationReusedPayload } from '#server/identity/events.ts'
import { asManager, asOwner, asStranger } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { holdShape } from '#test/support/events.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'
import { freshBrowser, freshPhone, signIn } from '#test/support/people.ts'

let db: TestDatabase
let house: TestHouse
beforeAll(async () => {
  db = await testDatabase()
  house = await makeHouse(db, { flats: 14 })
})
// What was announced has the promised shape.
afterAll(async () => {
  await holdShape(db, homeLinked, homeLinkedPayload)
  await holdShape(db, invitationReused, invitationReusedPayload)
})

let next = 0
function flat(): TestPremises {
  next += 1
  return house.premises[next - 1]!
}
const invite = async (unit: TestPremises) => (await serviceTransaction('billing', ctx => issueInvitation(ctx, { buildingId: house.buildingId, premisesId: unit.premisesId, reason: 'bill' }))).code
const byCode = (invitation: string, role: 'OWNER' | 'TENANT' = 'OWNER') => ({ method: 'INVITATION' as const, invitation, role, fullName: 'Omarova Aygul' })
const byAccount = (accountNumber: string, lastPaid: string) => ({ method: 'ACCOUNT' as const, accountNumber, lastPaid, role: 'TENANT' as const, fullName: 'Dana' })
const person = () => signIn(freshBrowser(), freshPhone())

async function pay(unit: TestPremises, amount: number) {
  await serviceTransaction('payments', ctx => ctx.db.$executeRaw`select app.post_account(${house.buildingId}::uuid, ${unit.accountId}::uuid, ${unit.premisesId}::uuid,
    '2026-10', ${newId()}::uuid, 'PAYMENT', '2026-10-10', 'TEST', 'test', null, '{UTILITIES,CURRENT}', ${[-(amount - 100), -100]}::bigint[], '{BANK,BANK}')`)
}

describe('linking a flat by the code of the bill (L1)', () => {
  it('links once, however the code is typed, and shows the flat', async () => {
    const unit = flat()
    const code = await invite(unit)
    const me = await person()
    const linked = await me.caller.identity.linkHome(byCode(` ${code.toLowerCase().replace('-', ' ')} `))
    expect(linked).toMatchObject({ premisesId: unit.premisesId, unit: unit.number, level: 1, role: 'OWNER' })
    expect(await me.caller.identity.me()).toMatchObject({ level: 1, homes: [{ premisesId: unit.premisesId, accountNumber: unit.accountNumber, role: 'OWNER', level: 1 }] })
    const seen = await openTransaction(me.request, ctx => ctx.db.$queryRaw<unknown[]>`select 1 from premises`)
    expect(seen).toHaveLength(1)
  })

  it('refuses the same code a second time and tells whoever lives behind it (I10)', async () => {
    const code = await invite(flat())
    await (await person()).caller.identity.linkHome(byCode(code))
    await expect((await person()).caller.identity.linkHome(byCode(code))).rejects.toMatchObject({ code: 'CONFLICT', message: 'identity.invitationUsed' })
    expect(await db.sql(`select 1 from event_queue where name = 'identity.invitationReused'`)).toHaveLength(1)
  })

  it('the same person with the same proof again is answered the same, without an alarm and without a second trace', async () => {
    const [unit, other] = [flat(), flat()]
    await pay(other, 4711)
    const me = await person()
    const code = await invite(unit)
    const traces = () => db.sql(`select 1 from audit_entries where action = 'identity.linkHome' union all select 1 from event_queue where name in ('identity.invitationReused', '${homeLinked}')`)
    for (const proof of [byCode(code), byAccount(other.accountNumber, '47,11')]) {
      const linked = await me.caller.identity.linkHome(proof)
      const before = (await traces()).length
      expect(await me.caller.identity.linkHome(proof)).toEqual(linked)
      expect((await traces()).length).toBe(before)
      await expect(me.caller.identity.linkHome({ ...proof, role: proof.role === 'OWNER' ? 'TENANT' : 'OWNER' })).rejects.toMatchObject({ message: 'identity.alreadyLinked' })
    }
    await expect(me.caller.identity.linkHome(byAccount(unit.accountNumber, '47,11'))).rejects.toMatchObject({ message: 'identity.linkMismatch' })
  })

  it('of two people with one code at the same moment one is linked', async () => {
    const code = await invite(flat())
    const people = await Promise.all([person(), person(), person()])
    const results = await Promise.allSettled(people.map(each => each.caller.identity.linkHome(byCode(code))))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
  })

  it('refuses a wrong, a misshapen and an old code, and counts five tries a day', async () => {
    const unit = flat()
    const code = await invite(unit)
    const me = await person()
    await expect(me.caller.identity.linkHome(byCode('ABC'))).rejects.toMatchObject({ message: 'identity.invitationShape' })
    await expect(me.caller.identity.linkHome(byCode('00000-00000'))).rejects.toMatchObject({ message: 'identity.invitationWrong' })
    await db.sql(`update invitations set expires_at = now() - interval '1 day' where premises_id = $1`, [unit.premisesId])
    await expect(me.caller.identity.linkHome(byCode(code))).rejects.toMatchObject({ message: 'identity.invitationOld' })
    for (let turn = 0; turn < 2; turn += 1) await expect(me.caller.identity.linkHome(byCode('00000-00001'))).rejects.toThrow()
    await db.sql(`update invitations set expires_at = now() + interval '1 day' where premises_id = $1`, [unit.premisesId])
    await expect(me.caller.identity.linkHome(byCode(code))).rejects.toMatchObject({ message: 'identity.linkTooMany' })
  })

  it('one code bears twenty tries in its life', async () => {
    const unit = flat()
    const code = await invite(unit)
    const me = await person()
    await db.sql(`update invitations set expires_at = now() - interval '1 day' where premises_id = $1`, [unit.premisesId])
    for (let turn = 0; turn < 20; turn += 1) {
      await db.sql(`update auth.link_attempts set session_hash = 'x'`)
      await expect(me.caller.identity.linkHome(byCode(code))).rejects.toMatchObject({ message: 'identity.invitationOld' })
    }
    await db.sql(`update auth.link_attempts set session_hash = 'x'`)
    await expect(me.caller.identity.linkHome(byCode(code))).rejects.toMatchObject({ message: 'identity.linkTooMany' })
  })

  it('needs a signed-in resident', async () => {
    await expect(asStranger().caller.identity.linkHome(byCode('00000-00000'))).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect((await asManager(db, house)).caller.identity.linkHome(byCode('00000-00000'))).rejects.toMatchObject({ message: 'identity.staffCannotLink' })
  })

  it('refuses a flat that is linked already', async () => {
    const unit = flat()
    const owner = await asOwner(db, house, unit)
    await expect(owner.caller.identity.linkHome(byCode(await invite(unit)))).rejects.toMatchObject({ message: 'identity.alreadyLinked' })
  })

  it('keeps the tenant apart from the owner, and tells the other phones of the flat', async () => {
    const unit = flat()
    const owner = await asOwner(db, house, unit)
    const tenant = await person()
    const linked = await tenant.caller.identity.linkHome(byCode(await invite(unit), 'TENANT'))
    expect(linked).toMatchObject({ role: 'TENANT', level: 1 })
    const [event] = await db.sql<{ payload: object }>(`select payload from event_queue where name = 'identity.homeLinked' and payload ->> 'premisesId' = $1`, [unit.premisesId])
    expect(event?.payload).toEqual({ premisesId: unit.premisesId, personIds: [owner.personId], unit: unit.number, role: 'TENANT' })
    const rights = await openTransaction(tenant.request, ctx => Promise.resolve(ctx.actor.grants[0]?.rights ?? []))
    expect(rights).not.toContain('vote.cast')
  })
})

describe('linking by account number and last payment (L1b)', () => {
  it('takes the exact amount with a decimal comma and spaces', async () => {
    const unit = flat()
    await pay(unit, 900_000)
    await pay(unit, 1_842_050)
    const me = await person()
    const number = `${unit.accountNumber.slice(0, 3)} ${unit.accountNumber.slice(3, 6)} ${unit.accountNumber.slice(6)}`
    expect(await me.caller.identity.linkHome(byAccount(number, '18 420,50'))).toMatchObject({ premisesId: unit.premisesId, level: 1 })
    const [evidence] = await db.sql<{ method: string; level: number; phone_key: string }>('select method, level, phone_key from link_evidence where premises_id = $1', [unit.premisesId])
    expect(evidence).toMatchObject({ method: 'ACCOUNT_AND_PAYMENT', level: 1 })
    expect(evidence?.phone_key).not.toContain(me.phone)
  })

  it('shows nothing older than the link: bills, entries, payments; a confirmed owner sees all (L1b)', async () => {
    const unit = flat()
    await pay(unit, 2_000_000)
    const me = await person()
    const link = await me.caller.identity.linkHome(byAccount(unit.accountNumber, '20000'))
    const places = [house.buildingId, unit.accountId, unit.premisesId]
    for (const [period, due] of [['2024-03', '2024-04-25'], ['2099-03', '2099-04-25']]) {
      await db.sql(`set local session_replication_role = replica; insert into bills select (jsonb_populate_record(null::bills, jsonb_build_object('building_id', '${places[0]}', 'account_id', '${places[1]}', 'premises_id', '${places[2]}',
        'period', '${period}', 'due_on', '${due}', 'bill_number', '1', 'currency', 'KZT', 'total', 5, 'vat', 0, 'opening_balance', 0, 'lines', '[]'::jsonb, 'hash', '\\x00', 'run_id', '${places[0]}', 'issued_at', now()))).*`)
    }
    const seen = () => openTransaction(me.request, async ctx => ({
      bills: await ctx.db.$queryRaw`select period::text as period from bills where account_id = ${unit.accountId}::uuid order by period`,
      entries: (await ctx.db.$queryRaw<unknown[]>`select 1 from ledger_entries where account_id = ${unit.accountId}::uuid and value_date < current_date`).length,
    }))
    expect(await seen()).toEqual({ bills: [{ period: '2099-03' }], entries: 0 })
    await db.sql(`update auth.grants set level = 2 where grant_id = '${link.grantId}'`)
    expect((await seen()).bills).toEqual([{ period: '2024-03' }, { period: '2099-03' }])
  })

  it('takes no small sum for a proof: whoever sends a neighbour one tiyin does not know the last payment', async () => {
    const unit = flat()
    await pay(unit, 1_500_000)
    await db.sql(`set local session_replication_role = replica; insert into bills select (jsonb_populate_record(null::bills, jsonb_build_object('building_id', '${house.buildingId}', 'account_id', '${unit.accountId}',
      'premises_id', '${unit.premisesId}', 'period', '2026-09', 'due_on', '2026-10-25', 'bill_number', '1', 'currency', 'KZT', 'total', 1600000, 'vat', 0, 'opening_balance', 0, 'lines', '[]'::jsonb,
      'hash', '\\x00', 'run_id', '${house.buildingId}', 'issued_at', now()))).*`)
    await pay(unit, 200)
    const me = await person()
    await expect(me.caller.identity.linkHome(byAccount(unit.accountNumber, '2'))).rejects.toMatchObject({ message: 'identity.linkMismatch' })
    expect(await me.caller.identity.linkHome(byAccount(unit.accountNumber, '15000'))).toMatchObject({ level: 1 })
  })

  it('refuses an unknown account and a wrong amount in the same words', async () => {
    const unit = flat()
    await pay(unit, 1_000_000)
    const me = await person()
    await expect(me.caller.identity.linkHome(byAccount('1234567890', '1'))).rejects.toMatchObject({ message: 'identity.accountShape' })
    await expect(me.caller.identity.linkHome(byAccount('5000000009', '10000'))).rejects.toThrow()
    await expect(me.caller.identity.linkHome(byAccount(unit.accountNumber, '10000,01'))).rejects.toMatchObject({ message: 'identity.linkMismatch' })
    await expect(me.caller.identity.linkHome(byAccount(unit.accountNumber, 'ten'))).rejects.toMatchObject({ message: 'identity.amountShape' })
  })
})

describe('the register knows the telephone (L2c)', () => {
  it('makes level 2 at once when it has stood there for half a year, not sooner', async () => {
    const big = await makeHouse(db, { flats: 2 })
    const phones = [freshPhone(), freshPhone()]
    for (const [index, since] of ['2020-01-01', '2099-01-01'].entries()) {
      await db.sql('update owners set phone = $1, phone_since = $2 where owner_id = $3', [phones[index], since, big.premises[index]!.ownerId])
    }
    const codes = await Promise.all(big.premises.map(unit => serviceTransaction('billing', ctx => issueInvitation(ctx, { buildingId: big.buildingId, premisesId: unit.premisesId, reason: 'bill' }))))
    const levels = []
    for (const [index, phone] of phones.entries()) levels.push((await (await signIn(freshBrowser(), phone)).caller.identity.linkHome(byCode(codes[index]!.code))).level)
    expect(levels).toEqual([2, 1])
  })

  it('flags one phone for the flats of three owners (I14)', async () => {
    const big = await makeHouse(db, { flats: 3 })
    const me = await person()
    for (const unit of big.premises) {
      const { code } = await serviceTransaction('billing', ctx => issueInvitation(ctx, { buildingId: big.buildingId, premisesId: unit.premisesId, reason: 'bill' }))
      await me.caller.identity.linkHome(byCode(code))
    }
    const flags = await db.sql<{ many_owners: boolean }>('select many_owners from link_evidence where building_id = $1 order by at', [big.buildingId])
    expect(flags.map(row => row.many_owners)).toEqual([false, false, true])
  })
})

describe('new links of the house', () => {
  it('are seen by its owners as unit numbers only, and not by the twin house', async () => {
    const neighbour = await asOwner(db, house, house.premises[11]!)
    const links = await neighbour.caller.identity.recentLinks({ buildingId: house.buildingId })
    expect(links.length).toBeGreaterThan(2)
    expect(Object.keys(links[0]!).sort()).toEqual(['at', 'kind', 'level', 'number'])
    const twin = await makeHouse(db)
    const foreign = await asOwner(db, twin, twin.premises[0]!)
    await expect(foreign.caller.identity.recentLinks({ buildingId: house.buildingId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
