import { beforeAll, describe, expect, it } from 'vitest'
import { allExact } from '#server/billing/rules.ts'
import { orphanBills } from '#server/billing/runs/queries.ts'
import { givePapers } from '#server/billing/give-papers.ts'
import { postCorrection } from '#server/billing/post-correction.ts'
import { prepareCourtPack } from '#server/billing/prepare-court-pack.ts'
import { issueBill } from '#server/billing/issue-bill.ts'
import { findFile } from '#server/documents/queries.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { verifyLedger } from '#server/ledger/queries.ts'
import { asAccountant, asManager, asOwner, asPerson, type ActingPerson } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, seedMoneyReference } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'

type People = { house: TestHouse; accountant: ActingPerson; manager: ActingPerson; owner: ActingPerson }
let db: TestDatabase
const period = '2026-10'

beforeAll(async () => {
  db = await testDatabase()
  await seedMoneyReference()
  await setNow('2026-11-21T05:00:00Z')
})

async function billed(country: 'KZ' | 'UZ'): Promise<People> {
  const house = await makeHouse(db, { country, flats: 2, areas: ['60.00'], territoryCode: country === 'KZ' ? '751410000' : '1726264' })
  await arrangeServices(db, house, [{ service: 'COLD_WATER', method: 'METER' }, { service: 'WASTE', method: 'PERSON' }])
  for (const unit of house.premises) await addReading(db, house, { meterId: await addMeter(db, house, { premisesId: unit.premisesId, service: 'COLD_WATER' }), premisesId: unit.premisesId, period, consumption: '11' })
  const accountant = await asAccountant(db, house)
  await accountant.caller.billing.run({ buildingId: house.buildingId, period, acceptFindings: true })
  return { house, accountant, manager: await asManager(db, house), owner: await asOwner(db, house, house.premises[0]!) }
}

const unitOf = ({ house }: People) => house.premises[0]!
const keyOf = (people: People) => ({ number: unitOf(people).accountNumber, period })
async function drafted(people: People, ground = 'Address certificate 17'): Promise<{ buildingId: string; correctionId: string; was: bigint; becomes: bigint }> {
  const made = await people.accountant.caller.billing.draftCorrection({ correctionId: newId(), ...keyOf(people), ground })
  return { ...made, buildingId: people.house.buildingId }
}
const persons = ({ house, manager }: People, count: number) =>
  manager.caller.premises.registerPersons({ buildingId: house.buildingId, premisesId: house.premises[0]!.premisesId, persons: count, since: '2026-01-01', source: 'Address certificate 17' })

describe('a posted bill is corrected by a reversal and a new bill', () => {
  it('both are seen: the first with why, the new one exact, with its own number and paper; the ledger holds', async () => {
    const people = await billed('KZ')
    const { owner, manager, accountant, house } = people
    const before = await owner.caller.billing.bill(keyOf(people))
    const first = await openTransaction(owner.request, ctx => issueBill(ctx, { ...keyOf(people), locale: 'ru' }))
    // Said to be wrong, and ordered for the letter boxes, before it is corrected.
    const { requestId } = await owner.caller.billing.dispute({ requestId: newId(), ...keyOf(people), kind: 'LINE', subject: 'WASTE', submittedAt: '2026-11-21T05:00:00.000Z' })
    const batchId = newId()
    await db.sql(`insert into paper_batches (building_id, batch_id, period, locale, state, bill_count, done_count, sha256, size_bytes, person_id, ordered_at) values ($1, $2, $3, 'ru', 'READY', 2, 2, repeat('0', 64), 1, $4, app.now())`, [house.buildingId, batchId, period, accountant.personId])
    await setNow('2026-11-21T06:00:00Z')
    await persons(people, 1)
    const { buildingId, correctionId, was, becomes } = await drafted(people)
    await expect(accountant.caller.billing.postCorrection({ buildingId, correctionId })).rejects.toThrow('billing.correctionFourEyes')
    await expect((await asManager(db, await makeHouse(db, { country: 'KZ' }))).caller.billing.postCorrection({ buildingId, correctionId })).rejects.toThrow('billing.correctionNotFound')
    expect(await manager.caller.billing.postCorrection({ buildingId, correctionId })).toEqual({ correctionId, was, total: becomes })
    await expect(manager.caller.billing.postCorrection({ buildingId, correctionId })).rejects.toThrow('billing.correctionDecided')

    const after = await owner.caller.billing.bill(keyOf(people))
    expect(after.bill).toMatchObject({ number: `${before.bill.number}-2`, total: becomes, version: 2, openingBalance: before.bill.openingBalance })
    expect(allExact(after.bill.lines, after.bill.prices)).toBe(true)
    expect(after.replaced).toMatchObject([{ number: before.bill.number, total: was, ground: 'Address certificate 17', lines: before.bill.lines }])
    expect(after.balance - before.balance).toBe(becomes - was)
    expect((await owner.caller.billing.mine())[0]).toMatchObject({ balance: after.balance, lastBill: { total: becomes } })
    const second = await openTransaction(owner.request, ctx => issueBill(ctx, { ...keyOf(people), locale: 'ru' }))
    expect([second.code === first.code, second.number]).toEqual([false, `${before.bill.number}-2`])
    expect(await owner.caller.documents.check({ code: first.code })).toMatchObject({ number: before.bill.number, withdrawnReason: 'Address certificate 17', replacedBy: `${before.bill.number}-2` })
    expect(await owner.caller.documents.check({ code: second.code })).toMatchObject({ withdrawnOn: null, replacedBy: null })
    await expect(openTransaction(accountant.request, ctx => givePapers(ctx, { buildingId, batchId }))).rejects.toMatchObject({ code: 'billing.papersOutdated' })
    expect((await accountant.caller.billing.papers({ buildingId, period })).map(each => each.outdated)).toEqual([true])
    // The dispute is about what the line has become.
    const waste = after.bill.lines.find(line => line.key === 'WASTE')!
    expect(after.disputes).toMatchObject([{ requestId, amount: BigInt(waste.net) + BigInt(waste.vat) }])
    expect(before.bill.lines.find(line => line.key === 'WASTE')?.net).not.toBe(waste.net)
    expect(await db.sql('select app.disputed_sum($1, $2)::text as sum', [buildingId, unitOf(people).accountId])).toEqual([{ sum: String(after.disputes[0]!.amount) }])

    const entries = await db.sql<{ kind: string; amount: string }>('select kind, sum(amount)::text as amount from ledger_entries where account_id = $1 group by kind, seq order by seq', [unitOf(people).accountId])
    expect(entries).toEqual([{ kind: 'CHARGE', amount: String(was) }, { kind: 'REVERSAL', amount: String(-was) }, { kind: 'CHARGE', amount: String(becomes) }])
    await serviceTransaction('billing', async ctx => {
      expect(await verifyLedger(ctx, house.buildingId)).toEqual([])
      expect(await orphanBills(ctx)).toBe(0)
    })
    const month = await accountant.caller.billing.month({ organisationId: house.organisationId, period })
    const whole = month.charged.reduce((sum, each) => sum + each.amount, 0n)
    expect(whole).toBe(month.bars.at(-1)?.charged)
    expect(month.houses.map(each => each.total)).toEqual([whole])
    // Another screen of the same month tells the same sum.
    expect((await accountant.caller.billing.houses({ period })).filter(each => each.buildingId === house.buildingId).map(each => each.total)).toEqual([whole])
    expect(await db.sql(`select 1 from event_queue where name = 'billing.billCorrected' and building_id = $1`, [buildingId])).toHaveLength(1)
    await setNow('2026-11-21T05:00:00Z')
  })

  it('a paper issued in the moment of the correction is finished first and taken back, or is the new one', async () => {
    const people = await billed('KZ')
    const { manager, owner } = people
    await persons(people, 1)
    const { buildingId, correctionId } = await drafted(people)
    const key = { ...keyOf(people), locale: 'kk' as const }
    const waits = (other: Promise<unknown>) => Promise.race([other, new Promise(done => setTimeout(done, 500, 'waits'))])
    const { first, posted } = await openTransaction(owner.request, async ctx => {
      const issued = await issueBill(ctx, key)
      const other = Promise.allSettled([manager.caller.billing.postCorrection({ buildingId, correctionId })])
      expect(await waits(other)).toBe('waits')
      return { first: issued, posted: other }
    })
    expect(await posted).toMatchObject([{ status: 'fulfilled' }])
    expect(await owner.caller.documents.check({ code: first.code })).toMatchObject({ replacedBy: expect.stringMatching(/-2$/) })
    // The other way round: the correction is on its way when the paper is asked for.
    await persons(people, 2)
    const again = await drafted(people, 'Address certificate 18')
    const { paper } = await openTransaction(manager.request, async ctx => {
      await postCorrection(ctx, { buildingId, correctionId: again.correctionId })
      const other = openTransaction(owner.request, inner => issueBill(inner, key))
      expect(await waits(other)).toBe('waits')
      return { paper: other }
    })
    const second = await paper
    expect(second.number).toMatch(/-3$/)
    expect(await owner.caller.documents.check({ code: second.code })).toMatchObject({ withdrawnOn: null })
  })

  it('corrected again, the second stands beside the first and the one before; volumes stay as they were charged', async () => {
    const people = await billed('KZ')
    const { manager, owner } = people
    const paper = () => openTransaction(owner.request, ctx => issueBill(ctx, { ...keyOf(people), locale: 'kk' }))
    const papers = [await paper()]
    await persons(people, 1)
    await manager.caller.billing.postCorrection(await drafted(people).then(({ buildingId, correctionId }) => ({ buildingId, correctionId })))
    papers.push(await paper())
    await manager.caller.premises.correct({ buildingId: people.house.buildingId, premisesId: unitOf(people).premisesId, areaM2: '50', ground: 'Recorded wrongly' })
    const { buildingId, correctionId, was, becomes } = await drafted(people, 'Technical passport 3')
    // 10 m² at 80 and at 21.625.
    expect(was - becomes).toBe(80_000n + 21_625n)
    await manager.caller.billing.postCorrection({ buildingId, correctionId })
    const { bill, replaced, months } = await owner.caller.billing.bill(keyOf(people))
    expect([bill.version, bill.number.slice(-2), replaced.map(each => each.ground), months.at(-1)?.total]).toEqual([3, '-3', ['Address certificate 17', 'Technical passport 3'], becomes])
    expect(bill.lines.find(line => line.key === 'COLD_WATER')).toMatchObject({ quantity: '11', people: 1 })
    for (const { code } of papers) expect(await owner.caller.documents.check({ code })).toMatchObject({ replacedBy: bill.number })
  })

  it('what changed since the draft stops it, and a month that is closed', async () => {
    const people = await billed('KZ')
    await persons(people, 1)
    const { buildingId, correctionId } = await drafted(people)
    await persons(people, 4)
    await expect(people.manager.caller.billing.postCorrection({ buildingId, correctionId })).rejects.toThrow('billing.changedSinceDraft')
    await persons(people, 1)
    await db.sql(`insert into month_closings (building_id, period, closing_id, organisation_id, currency, charged, gathered, charged_total, gathered_total, disputed, adjusted)
      values ($1, $2, $3, $4, 'KZT', '[]', '[]', 0, 0, 0, 0)`, [buildingId, period, newId(), people.house.organisationId])
    await expect(people.manager.caller.billing.postCorrection({ buildingId, correctionId })).rejects.toThrow('ledger.monthClosed')
    expect((await people.owner.caller.billing.bill(keyOf(people))).bill.version).toBe(1)
  })

  it('who pays less is late from the day of the first bill, who pays more not before knowing of it', async () => {
    const people = await billed('KZ')
    await persons(people, 1)
    const less = await drafted(people)
    await people.manager.caller.billing.postCorrection({ buildingId: less.buildingId, correctionId: less.correctionId })
    await setNow('2026-12-10T05:00:00Z')
    await persons(people, 3)
    const more = await drafted(people)
    await setNow('2026-12-20T05:00:00Z')
    await people.manager.caller.billing.postCorrection({ buildingId: more.buildingId, correctionId: more.correctionId })
    const rows = await db.sql<{ version: number; late: string }>('select version, late_after::text as late from bill_corrections where building_id = $1 order by version', [less.buildingId])
    expect(rows).toEqual([{ version: 2, late: '2026-11-25' }, { version: 3, late: '2026-12-20' }])
    const [facts] = await db.sql<{ facts: { entries: { kind: string; dueOn: string | null; amount: string }[] } }>(`select facts from app.penalty_facts(array[$1]::uuid[], '2026-12', '{UTILITIES,CURRENT}') where account_id = $2`, [less.buildingId, unitOf(people).accountId])
    // What was taken back never was.
    expect(facts!.facts.entries.map(each => [each.kind, each.dueOn])).toEqual([['CHARGE', '2026-12-20'], ['CHARGE', '2026-12-20'], ['CHARGE', '2026-12-20']])
    await setNow('2026-11-21T05:00:00Z')
  })

  it('what a corrected bill charges is not late before its day, in the list of debtors as in the calculation of one', async () => {
    const people = await billed('KZ')
    const { buildingId } = people.house
    await people.manager.caller.premises.correct({ buildingId, premisesId: unitOf(people).premisesId, areaM2: '70', ground: 'Recorded wrongly' })
    const { correctionId } = await drafted(people, 'Technical passport 3')
    await people.manager.caller.billing.postCorrection({ buildingId, correctionId })
    const late = () => db.sql(`select d.overdue::text from app.contributions_late(array[$1]::uuid[]) d where d.account_id = $2`, [buildingId, unitOf(people).accountId])
    expect(await late()).toEqual([])
    await setNow('2026-11-27T05:00:00Z')
    expect(await late()).toEqual(await db.sql(`select app.contributions_overdue(h.building_id, h.account_id, h.balances)::text as overdue from account_heads h where h.building_id = $1 and h.account_id = $2`, [buildingId, unitOf(people).accountId]))
    await setNow('2026-11-21T05:00:00Z')
  })
})

describe('where debts are frozen (Uzbekistan)', () => {
  it('a fact of the register alone is no ground: an act that came after the bill is, or a conclusion that covers the difference', async () => {
    const people = await billed('UZ')
    const { manager, accountant, house } = people
    const account = { number: unitOf(people).accountNumber }
    for (const kind of ['METHOD_DECISION', 'CLAIM_DELIVERY'] as const) await accountant.caller.billing.fileCourtPaper({ paperId: newId(), ...account, kind, title: `${kind} 1`, datedOn: '2026-11-20', scan: Buffer.from('%PDF-1.7 a scan').toString('base64') })
    const prepare = () => accountant.caller.billing.prepareCourtPack({ packId: newId(), ...account })
    await prepare()
    const pack = async () => (await accountant.caller.billing.courtCase(account)).packs[0]!
    const prepared = await pack()
    const calculation = (made: typeof prepared) => openTransaction(accountant.request, ctx => findFile(ctx, house.buildingId, made.files.find(each => each.kind === 'CALCULATION')!.fileId))
    expect([prepared.outdatedAt, (await calculation(prepared))?.kind]).toEqual([null, 'COURT_PAPER'])
    await persons(people, 1)
    const bare = await drafted(people)
    await expect(manager.caller.billing.postCorrection({ buildingId: house.buildingId, correctionId: bare.correctionId })).rejects.toThrow('billing.correctionNeedsGround')
    expect((await people.owner.caller.billing.bill(keyOf(people))).bill.version).toBe(1)

    const inspector = await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: '17' }, { kind: 'STAFF' })
    const adjustmentId = newId()
    const difference = bare.becomes - bare.was
    await accountant.caller.ledger.requestAdjustment({ adjustmentId, number: unitOf(people).accountNumber, fund: 'UTILITIES', amount: difference, reason: 'OTHER', explanation: 'One person is registered, not two', papers: ['Address certificate 17'] })
    await inspector.caller.ledger.startCheck({ buildingId: house.buildingId, adjustmentId })
    const conclusionId = newId()
    await inspector.caller.ledger.issueConclusion({ buildingId: house.buildingId, adjustmentId, conclusionId, number: 'X-17', allowed: { from: difference, to: difference, validUntil: '2026-12-20' }, grounds: 'The certificate was seen' })
    // A calculation for a court that is made at the same moment is not missed.
    const { posting } = await openTransaction(accountant.request, async ctx => {
      await prepareCourtPack(ctx, { packId: newId(), ...account })
      const posting = Promise.allSettled([manager.caller.billing.postCorrection({ buildingId: house.buildingId, correctionId: bare.correctionId, conclusionId })])
      expect(await Promise.race([posting, new Promise(done => setTimeout(done, 600, 'waits'))])).toBe('waits')
      return { posting }
    })
    expect(await posting).toMatchObject([{ status: 'fulfilled' }])
    expect((await people.owner.caller.billing.bill(keyOf(people))).bill).toMatchObject({ version: 2, total: bare.becomes })
    // What was calculated for a court before is out of date: it is given to nobody, its code says so, and the pack is prepared again.
    expect([(await pack()).outdatedAt !== null, await calculation(prepared)]).toEqual([true, null])
    expect(await people.owner.caller.documents.check({ code: prepared.code })).toMatchObject({ withdrawnReason: 'Address certificate 17', replacedBy: null })
    await prepare()
    const anew = await pack()
    expect([anew.outdatedAt, (await calculation(anew))?.kind]).toEqual([null, 'COURT_PAPER'])

    await setNow('2026-11-22T05:00:00Z')
    await accountant.caller.billing.registerInterruption({ buildingId: house.buildingId, interruptionId: newId(), service: 'WASTE', from: '2026-10-05', to: '2026-10-14', act: '31-A' })
    const grounded = await drafted(people, 'Act 31-A')
    // One person of 6,500 soʻm a month: 10 of 31 days.
    expect(grounded.was - grounded.becomes).toBe(209_677n)
    await manager.caller.billing.postCorrection({ buildingId: house.buildingId, correctionId: grounded.correctionId })
    expect((await people.owner.caller.billing.bill(keyOf(people))).bill.version).toBe(3)
    // Counted once, the act is no ground for another change; and one that only takes off never makes a debt larger.
    await persons(people, 3)
    const larger = await drafted(people, 'Act 31-A again')
    const post = () => manager.caller.billing.postCorrection({ buildingId: house.buildingId, correctionId: larger.correctionId })
    await expect(post()).rejects.toThrow('billing.correctionNeedsGround')
    await accountant.caller.billing.declineCorrection({ buildingId: house.buildingId, correctionId: larger.correctionId, reason: 'By a conclusion only' })
    await setNow('2026-11-23T05:00:00Z')
    await accountant.caller.billing.registerInterruption({ buildingId: house.buildingId, interruptionId: newId(), service: 'WASTE', from: '2026-10-15', to: '2026-10-15', act: '32-A' })
    const under = await drafted(people, 'Act 32-A')
    expect(under.becomes).toBeGreaterThan(under.was)
    await expect(manager.caller.billing.postCorrection({ buildingId: house.buildingId, correctionId: under.correctionId })).rejects.toThrow('billing.correctionNeedsGround')
    await setNow('2026-11-21T05:00:00Z')
  })

  it('the database alone: no forged sums, no second decision, no hand of who drafted', async () => {
    const people = await billed('KZ')
    await persons(people, 1)
    const { buildingId, correctionId } = await drafted(people)
    const as = (who: ActingPerson, sql: string) => openTransaction(who.request, ctx => ctx.db.$executeRawUnsafe(sql))
    const own = `where building_id = '${buildingId}' and correction_id = '${correctionId}'`
    await expect(as(people.accountant, `update bill_corrections set posted_at = now(), posted_by = '${people.manager.personId}' ${own}`)).rejects.toThrow(/drafted does not post/)
    await expect(as(people.manager, `update bill_corrections set total = 1, posted_at = now() ${own}`)).rejects.toThrow(/decided once/)
    await expect(as(people.accountant, `insert into bill_corrections select building_id, gen_random_uuid(), account_id, premises_id, period, 3::smallint, replaces_transaction_id, reversal_id, bill_number, due_on, late_after, currency, total + 1, vat, opening_balance, lines, prices, hash, funds, was, services, ground, null, drafted_by from bill_corrections ${own}`)).rejects.toThrow(/sum of its lines/)
  })
})
