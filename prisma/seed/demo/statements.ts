import { Readable } from 'node:stream'
import { serviceTransaction, strangerScope, type Context } from '#server/infra/context.ts'
import { receiveFile } from '#server/imports/files/receive.ts'
import { addDays, firstDay, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { acceptStatement } from '#server/payments/accept-statement.ts'
import { importStatement } from '#server/payments/import-statement.ts'
import { postStatement } from '#server/payments/post-statement.ts'
import { reconcileDay } from '#server/payments/reconcile-day.ts'
import { submitStatement } from '#server/payments/submit-statement.ts'
import type { HouseKey } from '#prisma/seed/demo/houses.ts'
import { worldId, type World, type WorldHouse } from '#prisma/seed/demo/world.ts'

// What stands in the papers of a house is in the language of its country.
const places = {
  KZ: { number: 'KZ92999DEMO000120001', currency: 'KZT', flat: 'пәтер', contribution: 'жарна', bank: 'Demo Bank', contract: 'Банкпен шарт, 10.01.2025 (көрсетілім)', file: 'үзінді-көшірме.txt' },
  UZ: { number: '20208000900123456001', currency: 'UZS', flat: 'xonadon', contribution: 'badal', bank: 'Namoyish banki', contract: 'Bank bilan shartnoma, 10.01.2025 (namoyish)', file: 'koʻchirma.txt' },
} as const

type Account = { house: HouseKey; fund: 'CURRENT' | 'SAVINGS'; number: string; confirmed: boolean }
/** The numbers pass their check and belong to nobody; one still waits for the second person. */
const bankAccounts: readonly Account[] = [
  { house: 'abay12', fund: 'CURRENT', number: places.KZ.number, confirmed: true },
  { house: 'abay12', fund: 'SAVINGS', number: 'KZ65999DEMO000120002', confirmed: true },
  { house: 'abay14', fund: 'CURRENT', number: 'KZ91999DEMO000140001', confirmed: true },
  { house: 'abay14', fund: 'SAVINGS', number: 'KZ64999DEMO000140002', confirmed: true },
  { house: 'chilonzor12', fund: 'CURRENT', number: places.UZ.number, confirmed: false },
]

/** A statement whose lines need a person, in the house of each country that people look at: nobody's balance changes by it. */
export async function seedStatements(world: World): Promise<void> {
  await serviceTransaction('seed', ctx => seedAccounts(ctx, world))
  for (const country of ['KZ', 'UZ'] as const) {
    const house = world.houses.find(each => each.country === country)
    if (house) await seedHouse(house)
  }
}

async function seedAccounts(ctx: Context, world: World): Promise<void> {
  for (const { house, fund, number, confirmed } of bankAccounts) {
    const { buildingId, country } = world.house(house)
    const [registered, second] = [world.person(country, 'ACCOUNTANT').personId, world.person(country, 'MANAGER').personId]
    await ctx.db.$executeRaw`insert into bank_accounts (building_id, bank_account_id, number, bank_name, fund, currency, valid_from, basis, registered_by, confirmed_by, confirmed_at)
      select ${buildingId}::uuid, ${worldId('bank account', house, fund)}::uuid, ${number}, ${places[country].bank}, ${fund}, ${places[country].currency}, '2025-01-10', ${places[country].contract}, ${registered}::uuid,
        case when ${confirmed} then ${second}::uuid end, case when ${confirmed} then app.now() end
      where not exists (select 1 from bank_accounts b where b.building_id = ${buildingId}::uuid and b.number = ${number})`
  }
}

async function seedHouse(house: WorldHouse): Promise<void> {
  const key = { buildingId: house.buildingId, statementId: worldId(`statement ${house.key}`) }
  const today = await serviceTransaction('payments', async ctx => {
    const known = await ctx.db.$queryRaw<unknown[]>`select from statements where building_id = ${key.buildingId}::uuid and statement_id = ${key.statementId}::uuid`
    return known.length > 0 ? null : ctx.today
  })
  if (today === null) return
  const file = await receiveFile(Readable.from([Buffer.from(textOf(house, today))]), 1024 * 1024)
  await serviceTransaction('seed', ctx => submitStatement(ctx, { file, input: { ...key, kind: 'STATEMENT', fileName: places[house.country].file } }))
  await importStatement(strangerScope(), key)
  await serviceTransaction('seed', (ctx: Context) => acceptStatement(ctx, key))
  await postStatement(strangerScope(), key)
  await serviceTransaction('seed', ctx => reconcileDay(ctx, { buildingId: house.buildingId, day: addDays(today, -1) }))
}

function textOf(house: WorldHouse, today: LocalDate): string {
  const { number, currency, flat, contribution, bank } = places[house.country]
  const written = (date: LocalDate) => date.split('-').reverse().join('.')
  const [from, to] = [firstDay(periodOf(addDays(today, -1))), addDays(today, -1)]
  const flats = house.premises.filter(unit => unit.kind === 'APARTMENT')
  const lines = [5, 8, 13].map((place, index) => ({ sum: `${(index + 1) * 1000 + 250}.00`, purpose: `${flat} ${flats[place]?.number ?? ''}` }))
  const documents = [...lines, { sum: '4000.00', purpose: contribution }].map(({ sum, purpose }, index) => ['СекцияДокумент="Выписка"', `НомерДокумента=${index + 1}`, `ДатаОперации=${written(to)}`, `СуммаПриход=${sum}`,
    `Валюта=${currency}`, 'ПлательщикНаименование=', `НазначениеПлатежа=${purpose}`, 'КонецДокумента'].join('\n'))
  const turnover = `${1250 + 2250 + 3250 + 4000}.00`
  return ['1CClientBankExchange', 'ВерсияФормата=2.0', `Отправитель=${bank}`, `ДатаНачала=${written(from)}`, `ДатаКонца=${written(to)}`, `РасчСчет=${number}`, 'СекцияРасчСчет', `ДатаНачала=${written(from)}`, `ДатаКонца=${written(to)}`,
    `РасчСчет=${number}`, 'НачальныйОстаток=100000.00', `ВсегоПоступило=${turnover}`, 'ВсегоСписано=0.00', `КонечныйОстаток=${100_000 + 1250 + 2250 + 3250 + 4000}.00`, 'КонецРасчСчет', ...documents, 'КонецФайла'].join('\n')
}
