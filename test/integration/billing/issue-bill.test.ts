import { beforeAll, describe, expect, it } from 'vitest'
import { doors } from '#server/billing/http.ts'
import { issueBill } from '#server/billing/issue-bill.ts'
import { billPaper } from '#server/billing/paper/definition.ts'
import { billPage } from '#server/billing/queries.ts'
import { renderPdf } from '#server/documents/pdf/render.ts'
import { openTransaction, serviceTransaction } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { formatMoney } from '#server/kernel/format.ts'
import { sealOf, type Seal } from '#server/ledger/queries.ts'
import { payForAddress } from '#server/payments/pay-for/signing.ts'
import { asAccountant, asOwner, asStranger, asTenant } from '#test/support/actors.ts'
import { addMeter, addReading, arrangeServices, billingDatabase } from '#test/support/billing.ts'
import { setNow } from '#test/support/clock.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse, type TestPremises } from '#test/support/factories.ts'

let db: TestDatabase
let house: TestHouse
let unit: TestPremises
let neighbour: TestPremises
const period = '2026-10'

beforeAll(async () => {
  db = await billingDatabase()
  house = await makeHouse(db, { flats: 2 })
  const [first, second] = house.premises
  if (!first || !second) throw new Error('no flats')
  unit = first
  neighbour = second
  await arrangeServices(db, house)
  const meterId = await addMeter(db, house, { premisesId: unit.premisesId, service: 'COLD_WATER' })
  for (const [month, consumption] of [['2026-09', '9'], ['2026-10', '11']] as const) {
    await addReading(db, house, { meterId, premisesId: unit.premisesId, period: month, consumption })
    await (await asAccountant(db, house)).caller.billing.run({ buildingId: house.buildingId, period: month, acceptFindings: false })
  }
})
const input = (locale: 'uz' | 'kk' | 'ru') => ({ number: unit.accountNumber, period, locale })

describe('issue bill', () => {
  it('gives a PDF in three languages, and the same bytes when asked again', async () => {
    const owner = await asOwner(db, house, unit)
    const made: string[] = []
    for (const locale of ['uz', 'kk', 'ru'] as const) {
      const once = await openTransaction(owner.request, ctx => issueBill(ctx, input(locale)))
      const again = await openTransaction(owner.request, ctx => issueBill(ctx, input(locale)))
      expect(Buffer.from(once.bytes).subarray(0, 5).toString()).toBe('%PDF-')
      expect(Buffer.compare(Buffer.from(once.bytes), Buffer.from(again.bytes))).toBe(0)
      made.push(once.sha256)
    }
    expect(new Set(made).size).toBe(3)
  })

  it('prints the last sealed day of the house: day, entries, sum and the whole hash', async () => {
    const owner = await asOwner(db, house, unit)
    const page = await openTransaction(owner.request, ctx => billPage(ctx, { number: unit.accountNumber, period }))
    const sayWith = (seal: Seal | null) => JSON.stringify(billPaper({ ...page, seal, payAddress: 'http://localhost/p' }, 'ru', '7K3M9QXT2B').content)
    // What was counted without a reading says so on paper too.
    const paper = sayWith(null)
    // A factor stands after the words, which do not equal it.
    expect([paper.includes('14 из 31 дней месяца, × 14 / 31'), paper.includes('= ×')]).toEqual([true, false])
    expect([paper.includes('18 м³, по оценке'), paper.includes('Холодная вода 11 м³ + Горячая вода 7 м³ (по норме) = 18 м³'), paper.includes('11 м³ на 2 человек, по оценке')]).toEqual([true, true, false])
    expect(await openTransaction(owner.request, ctx => sealOf(ctx, house.buildingId))).toBeNull()
    expect(sayWith(null)).not.toContain('Книга учёта')

    await setNow('2026-11-22T05:00:00Z')
    await serviceTransaction('worker', ctx => ctx.db.$executeRaw`select app.seal_ledger('2026-11-21'::date)`)
    const [head] = await db.sql<{ hash: string; links: string; total: string }>(`select encode(hash, 'hex') as hash, links::text, total::text from ledger_heads where building_id = $1`, [house.buildingId])
    const seal = await openTransaction(owner.request, ctx => sealOf(ctx, house.buildingId))
    expect(seal).toEqual({ day: '2026-11-21', hash: head?.hash, links: BigInt(head?.links ?? 0), total: BigInt(head?.total ?? 0) })
    expect(sayWith(seal)).toContain(`Книга учёта дома на конец 21.11.2026: записей ${head?.links}, сумма ${formatMoney(seal?.total ?? 0n, page.bill.currency, 'ru')}, отпечаток ${head?.hash}`)

    // A paper made now bears the seal, and is the same whoever of the flat asks.
    const tenant = await asTenant(db, house, unit)
    const before = await openTransaction(owner.request, ctx => issueBill(ctx, { ...input('ru'), period: '2026-09' }))
    expect((await openTransaction(tenant.request, ctx => issueBill(ctx, { ...input('ru'), period: '2026-09' }))).sha256).toBe(before.sha256)
    const september = await openTransaction(owner.request, ctx => billPage(ctx, { number: unit.accountNumber, period: '2026-09' }))
    expect(Buffer.compare(Buffer.from(before.bytes), Buffer.from(await renderPdf(billPaper({ ...september, seal, payAddress: payForAddress(unit.accountNumber, '2026-09') }, 'ru', before.code))))).toBe(0)
  })

  it('refuses a neighbour, a twin house and a stranger with the same answer', async () => {
    const twin = await makeHouse(db, { flats: 1 })
    const [twinUnit] = twin.premises
    if (!twinUnit) throw new Error('no flat')
    for (const actor of [await asOwner(db, house, neighbour), await asTenant(db, twin, twinUnit), await asAccountant(db, twin), asStranger()]) {
      await expect(openTransaction(actor.request, ctx => issueBill(ctx, input('ru')))).rejects.toMatchObject({ code: 'billing.billNotFound' })
    }
  })

  it('is behind a form, not a link: another site and a broken address get nothing', async () => {
    const [door] = doors
    const ask = (params: Record<string, string>, headers: Record<string, string>) =>
      door?.handle(new Request('http://localhost/x', { method: 'POST', headers }), { params, address: '', requestId: 'x', busy: false })
    expect(door?.method).toBe('POST')
    expect((await ask({ locale: 'ru', number: unit.accountNumber, period }, { 'sec-fetch-site': 'cross-site' }))?.status).toBe(404)
    expect((await ask({ locale: 'ru', number: '1', period }, {}))?.status).toBe(404)
    expect((await ask({ locale: 'ru', number: unit.accountNumber, period }, {}))?.status).toBe(404)
  })
})

describe('the bill on the screen', () => {
  it('tells everything about one month to the people of the flat', async () => {
    const photo = newId()
    await db.sql(`update readings set photo_file_id = $1 where premises_id = $2 and period = $3`, [photo, unit.premisesId, period])
    for (const { caller } of [await asOwner(db, house, unit), await asTenant(db, house, unit)]) {
      const page = await caller.billing.bill({ number: unit.accountNumber, period })
      expect(page).toMatchObject({ accountNumber: unit.accountNumber, payable: { inFlight: { amount: 0n }, invoices: [] }, bill: { dueOn: '2026-11-25' }, previous: { period: '2026-09' } })
      expect(page.balance).toBe(page.bill.openingBalance + page.bill.total)
      expect(page.months.map(month => [month.period, month.dueOn])).toEqual([['2026-09', '2026-10-25'], ['2026-10', '2026-11-25']])
      // An older bill knows of the newer one: what is to be paid now is told by both.
      expect((await caller.billing.bill({ number: unit.accountNumber, period: '2026-09' })).months).toEqual(page.months)
      const line = await caller.billing.line({ number: unit.accountNumber, period })
      expect(line.readings.map(each => [each.consumption, each.photoIds])).toEqual([['11', [photo]]])
      expect((await caller.billing.mine()).map(each => [each.accountNumber, each.lastBill?.period, each.balance])).toEqual([[unit.accountNumber, period, page.balance]])
    }
  })
  it('does not exist for the neighbour, for a twin house, and asks a stranger to sign in', async () => {
    const twin = await makeHouse(db, { flats: 1 })
    const key = { number: unit.accountNumber, period }
    for (const { caller } of [await asOwner(db, house, neighbour), await asAccountant(db, twin)]) {
      await expect(caller.billing.bill(key)).rejects.toThrow('billing.billNotFound')
      await expect(caller.billing.line(key)).rejects.toThrow('billing.billNotFound')
    }
    await expect(asStranger().caller.billing.bill(key)).rejects.toThrow('common.signInNeeded')
    await expect((await asOwner(db, house, unit)).caller.billing.bill({ ...key, period: '2025-01' })).rejects.toThrow('billing.billNotFound')
  })
})

describe('similar flats', () => {
  /** A house billed for contributions alone: 80 tenge a month for each m². */
  async function ofAreas(areas: readonly string[]): Promise<TestHouse> {
    const made = await makeHouse(db, { flats: areas.length, areas })
    await arrangeServices(db, made, [])
    await (await asAccountant(db, made)).caller.billing.run({ buildingId: made.buildingId, period, acceptFindings: false })
    return made
  }
  const seenBy = async (made: TestHouse, place: number) => (await (await asOwner(db, made, made.premises[place]!)).caller.billing.bill({ number: made.premises[place]!.accountNumber, period })).similar

  it('tells the middle of five others of about the same area, rounded, and never one of them', async () => {
    const made = await ofAreas(['50.00', '41.33', '60.00', '48.40', '51.26', '53.00', '61.00', '39.00'])
    const similar = await seenBy(made, 0)
    expect(similar).toMatchObject({ others: 5, services: [{ service: 'MAINTENANCE', others: 5, amount: 410_000n }, { service: 'SAVINGS', others: 5 }] })
    expect(similar!.total % 1_000n).toBe(0n)
    // The scope is the asker's own again: not a row of the neighbours is seen after it.
    const owner = await asOwner(db, made, made.premises[0]!)
    const rows = await openTransaction(owner.request, async ctx => {
      await billPage(ctx, { number: made.premises[0]!.accountNumber, period }, true)
      return ctx.db.$queryRaw<{ accounts: number }[]>`select count(distinct account_id)::int as accounts from bills`
    })
    expect(rows).toEqual([{ accounts: 1 }])
  })

  it('tells nothing of four others, of another kind, or of whom the asker does not see', async () => {
    const made = await ofAreas(['50.00', '51.00', '52.00', '53.00', '54.00', '90.00'])
    expect(await seenBy(made, 0)).toBeNull()
    const shops = await makeHouse(db, { flats: 6, areas: ['50.00'] })
    await arrangeServices(db, shops, [])
    await db.sql(`update premises set kind = 'NON_RESIDENTIAL' where building_id = $1 and premises_id = $2`, [shops.buildingId, shops.premises[5]!.premisesId])
    await (await asAccountant(db, shops)).caller.billing.run({ buildingId: shops.buildingId, period, acceptFindings: true })
    expect(await seenBy(shops, 0)).toBeNull()
    // Without the machine's own secret the question finds nobody; one's neighbour's bill is not found at all.
    const seen = await ofAreas(Array.from({ length: 7 }, () => '50.00'))
    const { request, caller } = await asOwner(db, seen, seen.premises[0]!)
    const told = await openTransaction(request, ctx => ctx.db.$queryRaw<{ told: unknown }[]>`select app.similar_flats(${seen.buildingId}::uuid, ${seen.premises[0]!.premisesId}::uuid, ${period}, 'x') as told`)
    expect(told).toEqual([{ told: null }])
    expect(await seenBy(seen, 0)).toMatchObject({ others: 6 })
    await expect(caller.billing.bill({ number: seen.premises[1]!.accountNumber, period })).rejects.toThrow('billing.billNotFound')
  })
})
