import { Readable } from 'node:stream'
import { serviceTransaction, strangerScope, type Context } from '#server/infra/context.ts'
import { receiveFile } from '#server/imports/files/receive.ts'
import { addDays, firstDay, periodOf, type LocalDate } from '#server/kernel/period.ts'
import { acceptStatement } from '#server/payments/accept-statement.ts'
import { importStatement } from '#server/payments/import-statement.ts'
import { postStatement } from '#server/payments/post-statement.ts'
import { reconcileDay } from '#server/payments/reconcile-day.ts'
import { registerBankAccount } from '#server/payments/register-bank-account.ts'
import { submitStatement } from '#server/payments/submit-statement.ts'
import { worldId, type World, type WorldHouse } from '#prisma/seed/demo/world.ts'

const places = { KZ: { number: 'KZ521250000000001001', bank: 'Demo Bank', currency: 'KZT', flat: 'кв.' }, UZ: { number: '20208000900123456001', bank: 'Demo Bank', currency: 'UZS', flat: 'xonadon' } } as const

/** A statement whose lines need a person, in the house of each country that people look at: nobody's balance changes by it. */
export async function seedStatements(world: World): Promise<void> {
  for (const country of ['KZ', 'UZ'] as const) {
    const house = world.houses.find(each => each.country === country)
    if (house) await seedHouse(house)
  }
}

async function seedHouse(house: WorldHouse): Promise<void> {
  const key = { buildingId: house.buildingId, statementId: worldId(`statement ${house.key}`) }
  const today = await serviceTransaction('payments', async ctx => {
    const known = await ctx.db.$queryRaw<unknown[]>`select from statements where building_id = ${key.buildingId}::uuid and statement_id = ${key.statementId}::uuid`
    return known.length > 0 ? null : ctx.today
  })
  if (today === null) return
  const { number, bank } = places[house.country]
  await serviceTransaction('seed', ctx => registerBankAccount(ctx, { buildingId: house.buildingId, bankAccountId: worldId(`bank account ${house.key}`), number, bankName: bank, fund: 'CURRENT' }))
  const file = await receiveFile(Readable.from([Buffer.from(textOf(house, today))]), 1024 * 1024)
  await serviceTransaction('seed', ctx => submitStatement(ctx, { file, input: { ...key, kind: 'STATEMENT', fileName: 'statement.txt' } }))
  await importStatement(strangerScope(), key)
  await serviceTransaction('seed', (ctx: Context) => acceptStatement(ctx, key))
  await postStatement(strangerScope(), key)
  await serviceTransaction('seed', ctx => reconcileDay(ctx, { buildingId: house.buildingId, day: addDays(today, -1) }))
}

function textOf(house: WorldHouse, today: LocalDate): string {
  const { number, currency, flat } = places[house.country]
  const written = (date: LocalDate) => date.split('-').reverse().join('.')
  const [from, to] = [firstDay(periodOf(addDays(today, -1))), addDays(today, -1)]
  const flats = house.premises.filter(unit => unit.kind === 'APARTMENT')
  const lines = [5, 8, 13].map((place, index) => ({ sum: `${(index + 1) * 1000 + 250}.00`, purpose: `${flat} ${flats[place]?.number ?? ''}` }))
  const documents = [...lines, { sum: '4000.00', purpose: 'взнос / toʻlov / жарна' }].map(({ sum, purpose }, index) => ['СекцияДокумент="Выписка"', `НомерДокумента=${index + 1}`, `ДатаОперации=${written(to)}`, `СуммаПриход=${sum}`,
    `Валюта=${currency}`, 'ПлательщикНаименование=', `НазначениеПлатежа=${purpose}`, 'КонецДокумента'].join('\n'))
  const turnover = `${1250 + 2250 + 3250 + 4000}.00`
  return ['1CClientBankExchange', 'ВерсияФормата=2.0', 'Отправитель=Demo Bank', `ДатаНачала=${written(from)}`, `ДатаКонца=${written(to)}`, `РасчСчет=${number}`, 'СекцияРасчСчет', `ДатаНачала=${written(from)}`, `ДатаКонца=${written(to)}`,
    `РасчСчет=${number}`, 'НачальныйОстаток=100000.00', `ВсегоПоступило=${turnover}`, 'ВсегоСписано=0.00', `КонечныйОстаток=${100_000 + 1250 + 2250 + 3250 + 4000}.00`, 'КонецРасчСчет', ...documents, 'КонецФайла'].join('\n')
}
