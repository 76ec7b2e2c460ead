import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { world } from '#prisma/seed/demo/world.ts'
import { appRouter } from '#server/api/root.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import type { RequestScope } from '#server/infra/context.ts'
import { asAccountant, asClerk, asManager, asOwner, asPerson } from '#test/support/actors.ts'
import { attempt } from '#test/support/calls.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { namesOf } from '#test/support/names-of-house.ts'
import { proceduresOf } from '#test/support/procedures.ts'

const house = world.house('abay12')
const ours = { buildingId: house.buildingId, organisationId: house.organisationId }
let db: TestDatabase
let staff: Record<string, { request: RequestScope }>
let shutKey = ''

beforeAll(async () => {
  db = await testDatabase()
  await promisify(execFile)(process.execPath, ['--conditions=react-server', 'server/start/seed.ts', 'reference', 'demo'],
    { env: { ...process.env, DATABASE_URL: db.url, DATABASE_OWNER_URL: db.ownerUrl, NODE_ENV: 'production', UYIM_EMBEDDED: '1', DEMO: '1' } })
  const [flat] = await db.sql<{ premisesId: string }>('select premises_id as "premisesId" from meters where building_id = $1 and premises_id is not null limit 1', [house.buildingId])
  const owner = await asOwner(db, ours, flat!)
  shutKey = phoneKey(owner.phone)
  await db.sql(`insert into auth.closed_numbers (phone_key, closed_at, phone) values ($1, date_trunc('milliseconds', now()), $2)`, [shutKey, owner.phone])
  const inspector = await asPerson(db, { role: 'INSPECTOR', scopeType: 'TERRITORY', scopeId: house.territoryCode }, { kind: 'STAFF' })
  staff = { inspector, manager: await asManager(db, ours), accountant: await asAccountant(db, ours), clerk: await asClerk(db, ours) }
}, 240_000)

// Shown to staff without a trace at a home, and why.
const noLook: Record<string, string> = {
  'identity.grants': 'who holds which right: people in office, not a home', 'payments.track': 'says back the number it was asked with, and whether something moves',
}

describe('every answer to staff that holds an account, an owner or a telephone of a home stands under who looked (speed-and-safety.md 6)', () => {
  it('once the answer has left, its home has a trace by that person of that day', async () => {
    const names = await namesOf(db, house, { ...ours, numberKey: shutKey })
    const words = await db.sql<{ word: string; homes: string[] }>(`select word, array_agg(distinct premises_id::text) as homes from (
        select number as word, premises_id from accounts
        union all select o.full_name, w.premises_id from owners o join ownerships w using (building_id, owner_id) where w.valid_to is null
        union all select x.phone, g.premises_id from auth.persons x join auth.grants g using (person_id) where g.premises_id is not null and x.phone is not null) x
      group by word having count(distinct premises_id) = 1`)
    const untold: string[] = []
    const told = new Set<string>()
    for (const [who, actor] of Object.entries(staff)) {
      for (const [path, { kind, input }] of Object.entries(proceduresOf(appRouter))) {
        if (kind !== 'query' || path in noLook) continue
        await db.sql('truncate data_views')
        const outcome = await attempt(actor.request, path, { input, names })
        const homes = 'data' in outcome ? words.filter(({ word }) => outcome.data.includes(`"${word.trim()}"`)).map(({ homes: [home] }) => home) : []
        if (homes.length === 0) continue
        const traces = await db.sql<{ home: string }>(`select premises_id::text as home from data_views where day = app.today()
          union select subject_id from audit_entries where action = 'premises.cardOpened' and $1 = 'premises.card'`, [path])
        const all = traces.some(({ home }) => home === '00000000-0000-0000-0000-000000000000')
        const missing = homes.filter(home => !all && !traces.some(trace => trace.home === home))
        if (missing.length > 0) untold.push(`${who} ${path}: ${missing.length} of ${homes.length} homes`)
        else told.add(path)
      }
    }
    expect(untold).toEqual([])
    expect([...told]).toEqual(expect.arrayContaining(['premises.list', 'premises.card', 'desk.search', 'ledger.adjustments', 'ledger.adjustmentCase', 'ledger.accountForRequest', 'payments.receipt', 'identity.shutNumbers']))
  })
})
