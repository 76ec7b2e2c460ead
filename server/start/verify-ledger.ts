// `npm run verify:ledger [-- <house>]`, by its id or its name: recomputes every chain, balance and sealed day, and names the first broken entry of
// each account. It only reads; 0 = nothing is wrong.
import { atEnd } from '#server/start/cleanup.ts'
import { runCommand } from '#server/start/command.ts'
import { readSettings } from '#server/start/prepare.ts'
import { say } from '#server/start/progress.ts'
import { Refused } from '#server/start/refused.ts'
import type { LedgerFault } from '#server/ledger/schema.ts'
import { openDatabase } from '#server/start/running-database.ts'

const meanings: Record<string, string> = {
  GAP: 'a link is missing or doubled before this one', CHAIN: 'it does not hold on to the link before it', HASH: 'its content is not what was hashed',
  HEAD: 'the head of the account is not its last link', BALANCE: 'the balance is not the sum of the entries', UNBALANCED: 'the transaction does not sum to zero', DAY: 'the sealed day is not what lies under the seal',
  UNGROUNDED: 'the debt was changed without a conclusion of the inspection, or the conclusion was altered since it was signed',
}

function sentenceOf({ problem, buildingId, accountId, seq, period, transactionId }: LedgerFault): string {
  const where = [`house ${buildingId}`, accountId && `account ${accountId}`, seq && `link ${seq}`, period, transactionId && `transaction ${transactionId}`].filter(Boolean).join(', ')
  return `${problem}: ${meanings[problem] ?? ''} (${where})`
}

/** A house by its id, or by its name where only one bears it. */
async function houseOf(named: string): Promise<string> {
  const [{ serviceTransaction }, { isId }] = await Promise.all([import('#server/infra/context.ts'), import('#server/kernel/ids.ts')])
  const id = isId(named) ? named : null
  // A copy may have a book of a house that is no longer in the register.
  const found = await serviceTransaction('worker', ctx => ctx.db.$queryRaw<{ id: string }[]>`select building_id as id from buildings where building_id = ${id}::uuid or lower(name) = lower(${named})
    union select building_id from account_heads where building_id = ${id}::uuid order by id limit 5`)
  const [only] = found
  if (!only) throw new Refused(`'${named}' is neither the id nor the name of a house. Leave it out to verify every house.`)
  if (found.length > 1) throw new Refused(`Several houses are called '${named}': name one by its id (${found.map(each => each.id).join(', ')}).`)
  return only.id
}

async function main(): Promise<number> {
  const settings = readSettings('production')
  Object.assign(process.env, { LOG_LEVEL: 'warn' }, settings.children)
  // A server of its own is read as it is; the embedded one may have to be started for this.
  if (!process.env['DATABASE_URL']) await openDatabase(settings)
  // Only now: what is imported here reads its settings at once.
  const [{ serviceTransaction }, { ledgerSize, verifyLedger }, { pool }] = await Promise.all([import('#server/infra/context.ts'), import('#server/ledger/queries.ts'), import('#server/infra/db.ts')])
  // Closed before the server that we may have started for this.
  atEnd(() => pool().end())
  const named = process.argv[2]
  const house = named === undefined ? null : await houseOf(named)
  const { faults, size } = await serviceTransaction('worker', async ctx => ({ faults: await verifyLedger(ctx, house), size: await ledgerSize(ctx, house) }))
  for (const fault of faults.slice(0, 200)) say(sentenceOf(fault))
  say(faults.length === 0 ? `The ledger is whole: ${size.entries} entries, ${size.accounts} accounts, ${size.houses} houses.` : `The ledger does not verify: ${faults.length} finding(s).`)
  return faults.length === 0 ? 0 : 1
}

await runCommand(main)
