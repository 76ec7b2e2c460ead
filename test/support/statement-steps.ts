import { receivePath } from '#server/imports/files/receive.ts'
import { openTransaction, serviceTransaction, strangerScope } from '#server/infra/context.ts'
import { newId } from '#server/kernel/ids.ts'
import { importStatement } from '#server/payments/import-statement.ts'
import { postStatement } from '#server/payments/post-statement.ts'
import type { LineRow, StatementRow } from '#server/payments/statements/queries.ts'
import type { RegistryColumn, RegistrySource } from '#server/payments/statements/schema.ts'
import { submitStatement } from '#server/payments/submit-statement.ts'
import { asAccountant, type ActingPerson } from '#test/support/actors.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { makeHouse, type TestHouse } from '#test/support/factories.ts'
import { fileOf } from '#test/support/file.ts'
import { ibanOf, statementText, type MadeLine } from '#test/support/statements.ts'

let ibans = 1000
export type Keeper = { person: ActingPerson; house: TestHouse; iban: string }

/** The accountant of a house, whose bank account is known. */
export async function keeperOf(person: ActingPerson, house: TestHouse, fund: 'CURRENT' | 'SAVINGS' = 'CURRENT'): Promise<Keeper> {
  ibans += 1
  const iban = ibanOf(ibans)
  await person.caller.statements.registerAccount({ buildingId: house.buildingId, bankAccountId: newId(), number: iban, bankName: 'Bank', fund, validFrom: '2026-01-10', basis: 'Contract 1' })
  return { person, house, iban }
}

/** A database on the day when November's statements are brought. */
export async function statementDatabase(): Promise<TestDatabase> {
  const db = await testDatabase()
  await db.shiftClock(Date.parse('2026-11-20T06:00:00Z') - Date.now())
  return db
}

/** A new house, and the accountant who keeps its account. */
export async function keptHouse(db: TestDatabase, flats: number): Promise<Keeper> {
  const house = await makeHouse(db, { flats })
  return keeperOf(await asAccountant(db, house), house)
}

type Brought = { text: string | Uint8Array; source?: RegistrySource; columns?: Partial<Record<RegistryColumn, string>>; name?: string }

/** Brought and read; nothing is posted. */
export async function readFile({ person, house }: Keeper, { text, source, columns, name }: Brought): Promise<StatementRow> {
  const file = await receivePath(fileOf(text, name ?? 'statement.txt'))
  const input = { buildingId: house.buildingId, statementId: newId(), kind: source ? 'REGISTRY' as const : 'STATEMENT' as const, ...(source ? { source } : {}), fileName: name ?? 'statement.txt', ...(columns ? { columns } : {}) }
  const { statementId, known } = await openTransaction(person.request, ctx => submitStatement(ctx, { file, input }))
  if (known) return (await person.caller.statements.one({ buildingId: house.buildingId, statementId })).statement
  return importStatement(strangerScope(), { buildingId: house.buildingId, statementId })
}

/** The whole way: brought, read, accepted, posted. */
export async function takeIn(keeper: Keeper, brought: Brought): Promise<StatementRow> {
  const statement = await readFile(keeper, brought)
  if (statement.state !== 'READ') return statement
  await keeper.person.caller.statements.accept(statement)
  return postStatement(strangerScope(), statement)
}

/** A month of the keeper's account as its bank writes it. */
export function monthOf({ iban }: Keeper, lines: readonly MadeLine[], opening = 100_000n): string {
  return statementText({ account: iban, from: '2026-11-01', to: '2026-11-20', opening, lines, dialect: 'BCC' })
}

export async function linesOf({ person }: Keeper, statement: StatementRow): Promise<LineRow[]> {
  return (await person.caller.statements.lines({ buildingId: statement.buildingId, statementId: statement.statementId })).rows
}

export async function paidOf(db: TestDatabase, house: TestHouse): Promise<{ number: string; amount: string; provider: string; state: string; fund: string | null }[]> {
  return db.sql(`select number::text as number, amount::text as amount, provider, state, fund from payment_transactions where building_id = $1 order by seq`, [house.buildingId])
}

/** The ledger has exactly what the payments say, and nothing of it is broken. */
export async function faultsOf(db: TestDatabase, house: TestHouse): Promise<unknown[]> {
  const wrong = await db.sql(`select t.payment_id from payment_transactions t where t.building_id = $1 and t.state = 'PAID'
    and -t.amount is distinct from (select sum(e.amount)::bigint from ledger_entries e where e.building_id = t.building_id and e.account_key = t.account_id and e.transaction_id = t.payment_id)`, [house.buildingId])
  return [...wrong, ...await db.sql('select * from app.verify_ledger($1)', [house.buildingId])]
}

type Through = { provider: string; flat: number; amount: bigint; day: string; externalId: string }

/** A payment that a provider told us of, settled like everybody's. */
export async function paidThrough(house: TestHouse, { provider, flat, amount, day, externalId }: Through): Promise<string> {
  const paymentId = newId()
  const unit = house.premises[flat]!
  await serviceTransaction('payments', async ({ db }) => {
    await db.$executeRaw`insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, amount, currency, state, provider_time, created_at)
      values (${house.buildingId}::uuid, ${paymentId}::uuid, ${provider}, 'test', ${externalId}, ${newId()}::uuid, ${unit.accountId}::uuid, ${unit.premisesId}::uuid, ${unit.accountNumber}, ${amount}::bigint,
        ${house.country === 'KZ' ? 'KZT' : 'UZS'}, 'PENDING', ${day}::date, ${day}::date)`
    await db.$executeRaw`select app.settle_payments(array[row(${house.buildingId}::uuid, ${paymentId}::uuid, app.new_id(), ${day}::date, null)::app.settlement], app.moment())`
  })
  return paymentId
}
