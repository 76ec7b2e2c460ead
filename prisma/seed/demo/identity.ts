import { newId } from '#server/kernel/ids.ts'
import { serviceTransaction, type Context } from '#server/infra/context.ts'
import { hashPassword, seal, sha256 } from '#server/infra/crypto.ts'
import { phoneKey } from '#server/identity/codes/keys.ts'
import { demoDeviceSid } from '#server/identity/demo/device.ts'
import { issueInvitation } from '#server/identity/issue-invitation.ts'
import { worldId, type World, type WorldPerson } from '#prisma/seed/demo/world.ts'

// What stands in the field is read by people: each country's papers are in its own language.
const papers = {
  KZ: { minutes: 'Меншік иелері жиналысының № 1 хаттамасы, 12.01.2026 (көрсетілім)', order: '№ 1 бұйрық (көрсетілім)', rent: 'Жалдау шарты (көрсетілім)' },
  UZ: { minutes: 'Mulkdorlar yigʻilishining 1-son bayonnomasi, 12.01.2026 (namoyish)', order: '1-son buyruq (namoyish)', rent: 'Ijara shartnomasi (namoyish)' },
} as const

/** People of the demonstration: numbers, flats, council, staff, and for each resident an older device. Again: no change. */
export async function seedIdentity(world: World): Promise<void> {
  await serviceTransaction('seed', widerLimits)
  for (const person of world.people) {
    const passwordHash = person.password === null ? null : await hashPassword(person.password)
    await serviceTransaction('seed', async ctx => {
      await putPerson(ctx, person)
      for (const unit of person.units) await putHome(ctx, person, unit)
      if (person.role === 'CHAIR' || person.role === 'COUNCIL_MEMBER') await putCouncil(ctx, person)
      if (passwordHash !== null) await putStaff(ctx, person, passwordHash)
      else await putOlderDevice(ctx, person)
    })
  }
  await inviteNeighbours(world)
}

/** A demonstration is tried by many on one machine and sends nothing: what comes back right is hardly limited there. */
async function widerLimits(ctx: Context): Promise<void> {
  await ctx.db.$executeRaw`insert into code_limits (name, scope, valid_from, value, source)
    select name, '', '2026-01-02', 1000000, 'demonstration: nothing is sent' from code_limits where name like '%\\_ALL' and scope = '' and valid_from = '2026-01-01'
    on conflict do nothing`
}

async function putPerson(ctx: Context, person: WorldPerson): Promise<void> {
  const row = { personId: person.personId, country: person.country, phone: person.phone, name: person.name, locale: person.locale, phoneCheckedAt: ctx.now.toISOString() }
  await ctx.db.$queryRaw`select auth.put_person(${JSON.stringify(row)}::jsonb)::text as id`
}

async function putGrant(ctx: Context, grant: Record<string, unknown>): Promise<void> {
  await ctx.db.$queryRaw`select auth.put_grant(${JSON.stringify({ validFrom: '2026-01-12T00:00:00Z', ...grant })}::jsonb)::text as id`
}

async function putHome(ctx: Context, person: WorldPerson, unit: WorldPerson['units'][number]): Promise<void> {
  const grantId = worldId('grant', person.key, unit.premisesId)
  const owner = unit.ownerId !== null
  await putGrant(ctx, {
    grantId, personId: person.personId, role: owner ? 'OWNER' : 'TENANT', scopeType: 'UNIT', scopeId: unit.premisesId, buildingId: unit.buildingId,
    premisesId: unit.premisesId, level: owner ? 2 : 1, basisType: owner ? 'OWNER' : 'DOCUMENT', basisId: unit.ownerId ?? papers[person.country].rent,
  })
  await ctx.db.$executeRaw`
    insert into link_evidence (building_id, evidence_id, premises_id, grant_id, person_id, method, level, phone_key, at)
    values (${unit.buildingId}::uuid, ${worldId('evidence', grantId)}::uuid, ${unit.premisesId}::uuid, ${grantId}::uuid, ${person.personId}::uuid,
      ${owner ? 'REGISTRY_PHONE' : 'OWNER_GIVES'}, ${owner ? 2 : 1}, ${phoneKey(person.phone)}, '2026-01-12')
    on conflict do nothing`
}

async function putCouncil(ctx: Context, person: WorldPerson): Promise<void> {
  const buildingId = person.units[0]?.buildingId
  await putGrant(ctx, {
    grantId: worldId('grant', person.key, person.role), personId: person.personId, role: person.role, scopeType: 'BUILDING', scopeId: buildingId, buildingId,
    level: 2, basisType: 'DOCUMENT', basisId: papers[person.country].minutes,
  })
}

/** Cities of the demonstration's inspections, by the classifiers of the countries: Almaty, Tashkent. */
const territories = { KZ: '75', UZ: '1726' } as const

function placeOf({ role, country, organisationId }: WorldPerson): { scopeType: string; scopeId: string | null } {
  if (role === 'PLATFORM_ADMIN') return { scopeType: 'COUNTRY', scopeId: country }
  return role === 'INSPECTOR' ? { scopeType: 'TERRITORY', scopeId: territories[country] } : { scopeType: 'ORGANISATION', scopeId: organisationId }
}

async function putStaff(ctx: Context, person: WorldPerson, passwordHash: string): Promise<void> {
  await putGrant(ctx, {
    grantId: worldId('grant', person.key, person.role), personId: person.personId, organisationId: person.organisationId, role: person.role,
    ...placeOf(person), basisType: 'DOCUMENT', basisId: papers[person.country].order,
  })
  await ctx.db.$queryRaw`select auth.put_staff_credentials(${person.personId}::uuid, ${person.login}, ${passwordHash}, ${seal('totp', person.totpSecret ?? '')})`
}

async function putOlderDevice(ctx: Context, person: WorldPerson): Promise<void> {
  await ctx.db.$executeRaw`select auth.put_demo_session(${person.personId}::uuid, ${sha256(demoDeviceSid(person.personId))}, 'Android, Chrome (demo)', ${`demo ${person.personId}`})`
}

/** Two flats of each house whose paper bill waits on the table, so that linking can be tried; and an owner who waits for the council. */
async function inviteNeighbours(world: World): Promise<void> {
  for (const house of world.houses) {
    const free = house.premises.filter(unit => unit.kind === 'APARTMENT' && !world.people.some(person => person.units.some(each => each.premisesId === unit.premisesId)))
    for (const unit of free.slice(0, 2)) {
      await serviceTransaction('seed', ctx => issueInvitation(ctx, { buildingId: house.buildingId, premisesId: unit.premisesId, reason: 'demonstration', days: 3650 }))
    }
    const waiting = free[2]
    if (waiting) await serviceTransaction('seed', ctx => putWaitingOwner(ctx, { ...waiting, key: house.key, country: house.country, locale: house.locale, number: house.order }))
  }
}

type Waiting = { key: string; country: string; locale: string; number: number; buildingId: string; premisesId: string; owners: { name: string }[] }

async function putWaitingOwner(ctx: Context, unit: Waiting): Promise<void> {
  const personId = worldId('person', 'waiting', unit.key)
  const phone = `${unit.country === 'KZ' ? '+7701' : '+99890'}00008${String(unit.number).padStart(2, '0')}`
  const row = { personId, country: unit.country, phone, name: unit.owners[0]?.name ?? '', locale: unit.locale, phoneCheckedAt: ctx.now.toISOString() }
  await ctx.db.$queryRaw`select auth.put_person(${JSON.stringify(row)}::jsonb)::text as id`
  const grantId = worldId('grant', 'waiting', unit.key)
  await putGrant(ctx, {
    grantId, personId, role: 'OWNER', scopeType: 'UNIT', scopeId: unit.premisesId, buildingId: unit.buildingId, premisesId: unit.premisesId,
    level: 1, basisType: 'INVITATION', basisId: 'demonstration',
  })
  await ctx.db.$executeRaw`
    insert into link_evidence (building_id, evidence_id, premises_id, grant_id, person_id, method, level, at)
    select ${unit.buildingId}::uuid, ${newId()}::uuid, ${unit.premisesId}::uuid, ${grantId}::uuid, ${personId}::uuid, 'INVITATION', 1, app.now()
    where not exists (select 1 from link_evidence where building_id = ${unit.buildingId}::uuid and grant_id = ${grantId}::uuid)`
}
