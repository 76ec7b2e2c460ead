// DATA_DIR/demo.json: what the console table says, for people and for outside tests (foundations.md).
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { demoAccounts, demoProviders } from '#prisma/seed/demo/payments.ts'
import type { DemoRole } from '#prisma/seed/demo/people.ts'
import { world as demoWorld, type World } from '#prisma/seed/demo/world.ts'
import { env } from '#server/infra/env.ts'

const roles: Record<DemoRole, string> = {
  OWNER: 'resident', CHAIR: 'council chair', COUNCIL_MEMBER: 'council member', TENANT: 'tenant',
  CLERK: 'clerk', MANAGER: 'management body', ACCOUNTANT: 'accountant', INSPECTOR: 'inspector', PLATFORM_ADMIN: 'operator',
}

/** Written anew at every start: sums owed and open instalments are those of today. */
export async function seedTable(world: World): Promise<void> {
  const people = world.people.map(person => ({
    role: roles[person.role], country: person.country, name: person.name,
    ...(person.login === null ? { phone: person.phone } : { login: person.login, password: person.password, totpSecret: person.totpSecret }),
  }))
  const table = { people, accounts: await demoAccounts(world), providers: demoProviders() }
  await mkdir(env.DATA_DIR, { recursive: true })
  const file = join(env.DATA_DIR, 'demo.json')
  await writeFile(`${file}.new`, `${JSON.stringify(table, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

/** The same for a start that finds the demonstration already made. */
export async function writeTable(): Promise<void> {
  await seedTable(demoWorld)
}
