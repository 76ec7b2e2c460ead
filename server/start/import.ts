// `npm run import -- <kind> <file> [--dry-run] …`: takes a file in from the command line. It works beside a running
// Uyim; when none runs, it starts the embedded database for as long as it needs.
import { parseArgs } from 'node:util'
import { runCommand } from '#server/start/command.ts'
import { readSettings } from '#server/start/prepare.ts'
import { Refused } from '#server/start/refused.ts'
import { openDatabase } from '#server/start/running-database.ts'

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, house: { type: 'string' }, unit: { type: 'string' }, serial: { type: 'string' }, organisation: { type: 'string' }, locale: { type: 'string' } },
    })
  } catch (error) {
    throw new Refused(`${String((error as Error).message.split('. ')[0]).replace(/[.]$/, '')}. \`npm run import\` alone says how it is used.`)
  }
}

async function main(): Promise<number> {
  const { values, positionals } = given()
  const settings = readSettings('production')
  Object.assign(process.env, { LOG_LEVEL: 'warn' }, settings.children)
  // Nobody needs a database to be told how the command is used.
  if (positionals.length === 2) await openDatabase(settings)
  // Only now: what is imported here reads its settings at once.
  const { runImport } = await import('#server/imports/command.ts')
  const [kind = '', path = ''] = positionals
  return runImport({ house: '', unit: '', serial: '', organisation: '', locale: '', ...values, kind, path, dryRun: values['dry-run'] === true })
}

await runCommand(main)
