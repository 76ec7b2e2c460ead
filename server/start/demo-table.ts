import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '#server/start/progress.ts'

type Person = { role: string; country: string; name: string; phone?: string; login?: string; password?: string; totpSecret?: string }
type Account = { country: string; number: string; building: string; unit: string; kind: string; amountMinor: string | number }
type Demo = { people?: Person[]; accounts?: Account[] }

function table(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => [...(row[column] ?? '')].length)))
  for (const row of rows) say(`  ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join('   ').trimEnd()}`)
}

/** What DATA_DIR/demo.json says, for people. */
export function printDemo(dataFolder: string): void {
  const file = join(dataFolder, 'demo.json')
  if (!existsSync(file)) return
  const demo = JSON.parse(readFileSync(file, 'utf8')) as Demo
  say('\nDemonstration people (one-time codes are shown on the screen and in the log, keys of TOTP under the sign-in of staff):')
  table([['role', 'country', 'name', 'how to sign in'], ...(demo.people ?? []).map(person => [person.role, person.country, person.name, signIn(person)])])
  if (!demo.accounts?.length) return
  say('\nAccounts to pay for:')
  table([['country', 'account', 'building', 'unit', 'kind', 'owed'], ...demo.accounts.map(account =>
    [account.country, account.number, account.building, account.unit, account.kind, major(account.amountMinor)])])
}

function signIn(person: Person): string {
  const parts = [person.phone && `phone ${person.phone}`, person.login && `login ${person.login}`, person.password && `password ${person.password}`, person.totpSecret && `TOTP ${person.totpSecret}`]
  return parts.filter(Boolean).join(', ')
}

function major(minor: string | number): string {
  const digits = String(minor).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
