import 'server-only'
import { Prisma } from '#prisma/client/client.ts'
import type { Context } from '#server/infra/context.ts'
import { importReadings } from '#server/meters/import-readings.ts'
import type { Batch } from '#server/imports/queries.ts'
import { sourceOf } from '#server/imports/queries.ts'
import type { Mapping, Target } from '#server/imports/schema.ts'

// Writes what was understood, a few thousand rows in one statement per table; what is written leaves import_rows in
// the same transaction, so that an interrupted run goes on where it stopped.

export const chunkOf: Record<Target, number> = { TERRITORY: 5000, BUILDING: 1000, PREMISES: 5000, OWNER: 4000, ACCOUNT: 4000, READING: 800 }

type Chunk = { batch: Batch; mapping: Mapping }

function waiting(batch: Batch, target: Target): Prisma.Sql {
  const order = target === 'READING' ? Prisma.sql`r.unit_key, r.payload ->> 'taken_on'` : target === 'OWNER' ? Prisma.sql`r.house_key, r.unit_key, r.row_number` : Prisma.sql`r.row_number, r.part`
  return Prisma.sql`select * from import_rows r where r.building_id = ${batch.buildingId}::uuid and r.batch_id = ${batch.batchId}::uuid and r.target = ${target}
    and r.outcome in ('NEW', 'CHANGED') order by ${order} limit ${chunkOf[target]}`
}

/** Marks the next rows of a kind as those being written. */
async function take(ctx: Context, batch: Batch, target: Target): Promise<number> {
  return ctx.db.$executeRaw`update import_rows r set taken = true from (${waiting(batch, target)}) w
    where r.building_id = w.building_id and r.batch_id = w.batch_id and r.row_number = w.row_number and r.part = w.part`
}

function taken(batch: Batch): Prisma.Sql {
  return Prisma.sql`(select * from import_rows where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid and taken)`
}

const changedTrail = (action: string, subject: Prisma.Sql, batch: Batch) => Prisma.sql`insert into audit_entries (building_id, at, audit_id, premises_id, service, action, subject_type, subject_id, ground, before, after)
  select t.building_id, app.now(), app.new_id(), t.premises_id, 'imports', ${action}, t.subject_type, t.subject_id, ${`batch ${batch.batchId}`}, t.before, t.after from (${subject}) t`

async function applyTerritories(ctx: Context, { batch }: Chunk): Promise<void> {
  await ctx.db.$executeRaw`insert into territories (code, country, parent_code, kind, name_uz, name_kk, name_ru, search_key, edition, batch_id)
    select c.payload ->> 'code', c.payload ->> 'country', c.payload ->> 'parent_code', coalesce(c.payload ->> 'kind', 'SETTLEMENT'), coalesce(c.payload ->> 'name_uz', ''),
      coalesce(c.payload ->> 'name_kk', ''), coalesce(c.payload ->> 'name_ru', ''), c.payload ->> 'search_key', coalesce(c.payload ->> 'edition', ''), ${batch.batchId}::uuid from ${taken(batch)} c
    on conflict (code) do nothing`
  // What a file tells comes over what is known; what it only lets assume does not.
  await ctx.db.$executeRaw`update territories t set
      parent_code = case when c.payload ? 'parent_assumed' then coalesce(t.parent_code, c.payload ->> 'parent_code') else coalesce(c.payload ->> 'parent_code', t.parent_code) end,
      kind = case when c.payload ? 'kind_assumed' then t.kind else c.payload ->> 'kind' end,
      name_uz = coalesce(nullif(c.payload ->> 'name_uz', ''), t.name_uz), name_kk = coalesce(nullif(c.payload ->> 'name_kk', ''), t.name_kk), name_ru = coalesce(nullif(c.payload ->> 'name_ru', ''), t.name_ru),
      search_key = case when position(c.payload ->> 'search_key' in t.search_key) > 0 then t.search_key else t.search_key || ' ' || (c.payload ->> 'search_key') end,
      edition = coalesce(c.payload ->> 'edition', ''), batch_id = ${batch.batchId}::uuid
    from ${taken(batch)} c where t.code = c.payload ->> 'code' and c.outcome = 'CHANGED'`
}

// What a new house has until somebody says otherwise; the columns of the row come over it.
const newHouse = { name: '', address_uz: '', address_kk: '', address_ru: '', address_state: 'NOT_GIVEN', search_key: '', system_of_record: 'OWN', demonstration: false, never_overhauled: false, wall_type: '', tax_number: '' }

async function applyBuildings(ctx: Context, { batch, mapping }: Chunk): Promise<void> {
  await ctx.db.$executeRaw`update import_rows r set house_id = app.new_id() where r.building_id = ${batch.buildingId}::uuid and r.batch_id = ${batch.batchId}::uuid and r.taken and r.outcome = 'NEW'`
  await ctx.db.$executeRaw`insert into buildings select x.* from ${taken(batch)} c, jsonb_populate_record(null::buildings, ${JSON.stringify(newHouse)}::jsonb || c.payload
      || jsonb_build_object('building_id', c.house_id, 'batch_id', ${batch.batchId}::text, 'created_at', app.now())) x where c.outcome = 'NEW'`
  await ctx.db.$executeRaw`insert into external_building_keys (source, external_key, building_id)
    select ${sourceOf(mapping.source, batch)}, c.house_key, c.house_id from ${taken(batch)} c where c.outcome = 'NEW'`
  if (batch.organisationId !== null) {
    await ctx.db.$executeRaw`insert into building_managements (building_id, management_id, organisation_id, method, basis, valid_from)
      select c.house_id, app.new_id(), o.organisation_id, case o.kind when 'ASSOCIATION' then 'ASSOCIATION' when 'PARTNERSHIP' then 'PARTNERSHIP' when 'MANAGER' then 'MANAGER'
        when 'CALL_CENTRE' then 'CALL_CENTRE' else 'ORGANISATION' end, ${`batch ${batch.batchId}`}, ${ctx.today}::date
      from ${taken(batch)} c, organisations o where c.outcome = 'NEW' and o.organisation_id = ${batch.organisationId}::uuid`
  }
  await ctx.db.$executeRaw(changedTrail('imports.correctBuilding', Prisma.sql`select b.building_id, null::uuid as premises_id, 'building' as subject_type, b.building_id::text as subject_id,
      (select jsonb_object_agg(k, to_jsonb(b) -> k) from jsonb_object_keys(c.payload) k) as before, c.payload as after from ${taken(batch)} c join buildings b on b.building_id = c.house_id where c.outcome = 'CHANGED'`, batch))
  await ctx.db.$executeRaw`update buildings b set (${columnsOfBuilding}) = (select ${prefixed} from jsonb_populate_record(b, c.payload) x) from ${taken(batch)} c where c.outcome = 'CHANGED' and b.building_id = c.house_id`
  await ctx.db.$executeRaw`update import_rows r set house_id = c.house_id from ${taken(batch)} c
    where r.building_id = c.building_id and r.batch_id = c.batch_id and r.house_key = c.house_key and r.house_id is null and c.outcome = 'NEW'`
}

const buildingColumns = ['territory_code', 'name', 'address_uz', 'address_kk', 'address_ru', 'address_state', 'search_key', 'cadastral_number', 'ato_classifier_code', 'address_registration_code',
  'intended_purpose', 'stock_category', 'condominium_registered', 'has_technical_passport', 'balance_ownership', 'elevator_count', 'has_electricity', 'year_built', 'last_overhaul_date',
  'total_residential', 'total_non_residential', 'total_parking', 'storey_count', 'apartment_count', 'non_residential_count', 'heating_type', 'heating_scheme', 'gas_supply_type', 'has_gas_pipeline',
  'hot_water_type', 'water_supply_type', 'has_water_pipe', 'sewerage_type', 'has_sewer', 'common_meter_count', 'building_condition', 'disposal_reason', 'barrier_free', 'wall_type', 'entrance_count',
  'total_area_m2', 'latitude', 'longitude']
const columnsOfBuilding = Prisma.raw(buildingColumns.join(', '))
const prefixed = Prisma.raw(buildingColumns.map(column => `x.${column}`).join(', '))

async function applyPremises(ctx: Context, { batch }: Chunk): Promise<void> {
  await ctx.db.$executeRaw`insert into premises select x.* from ${taken(batch)} c, jsonb_populate_record(null::premises, '{"electric_stove": false, "external_key": ""}'::jsonb || (c.payload - 'persons')
      || jsonb_build_object('building_id', c.house_id, 'premises_id', app.new_id(), 'batch_id', ${batch.batchId}::text, 'created_at', app.now())) x where c.outcome = 'NEW' on conflict do nothing`
  await ctx.db.$executeRaw(changedTrail('imports.correctPremises', Prisma.sql`select p.building_id, p.premises_id, 'premises' as subject_type, p.premises_id::text as subject_id,
      (select jsonb_object_agg(k, to_jsonb(p) -> k) from jsonb_object_keys(c.payload - 'persons') k) as before, c.payload as after
    from ${taken(batch)} c join premises p on p.building_id = c.house_id and p.kind = c.payload ->> 'kind' and p.number = c.payload ->> 'number' where c.outcome = 'CHANGED'`, batch))
  await ctx.db.$executeRaw`update premises p set (number_state, entrance, floor, rooms, area_m2, living_area_m2, cadastral_number, electric_stove)
      = (select x.number_state, x.entrance, x.floor, x.rooms, x.area_m2, x.living_area_m2, x.cadastral_number, x.electric_stove from jsonb_populate_record(p, c.payload - 'persons') x)
    from ${taken(batch)} c where c.outcome = 'CHANGED' and p.building_id = c.house_id and p.kind = c.payload ->> 'kind' and p.number = c.payload ->> 'number'`
  await applyPersons(ctx, batch)
}

/** Registered persons named beside a unit or an account count from the day of the file. */
async function applyPersons(ctx: Context, batch: Batch): Promise<void> {
  await ctx.db.$executeRaw`insert into registered_persons (building_id, premises_id, valid_from, persons, source)
    select p.building_id, p.premises_id, ${ctx.today}::date, (c.payload ->> 'persons')::int, ${`batch ${batch.batchId}`}
      from ${taken(batch)} c join premises p on p.building_id = c.house_id and p.kind = split_part(c.unit_key, ':', 1) and p.number = split_part(c.unit_key, ':', 2)
     where c.payload ? 'persons' and (c.payload ->> 'persons')::int is distinct from (select g.persons from registered_persons g
       where g.building_id = p.building_id and g.premises_id = p.premises_id order by g.valid_from desc limit 1)
    on conflict (building_id, premises_id, valid_from) do update set persons = excluded.persons, source = excluded.source`
}

async function applyOwners(ctx: Context, { batch }: Chunk): Promise<void> {
  // A person already in the house's register by personal number is that person; otherwise a row of their own.
  await ctx.db.$executeRaw`update import_rows c set payload = c.payload || jsonb_build_object('owner_id', coalesce(
    (select o.owner_id from owners o where o.building_id = c.house_id and o.personal_id_hash = c.payload ->> 'personal_id_hash' limit 1), app.new_id()))
    where c.building_id = ${batch.buildingId}::uuid and c.batch_id = ${batch.batchId}::uuid and c.taken`
  await ctx.db.$executeRaw`insert into owners (building_id, owner_id, kind, full_name, search_key, phone, phone_since, personal_id_hash, personal_id_sealed, locale, batch_id)
    select distinct on (c.house_id, c.payload ->> 'owner_id') c.house_id, (c.payload ->> 'owner_id')::uuid, c.payload ->> 'kind', c.payload ->> 'full_name', c.payload ->> 'search_key', c.payload ->> 'phone',
      case when c.payload ->> 'phone' is not null then ${ctx.today}::date end, c.payload ->> 'personal_id_hash', c.payload ->> 'personal_id_sealed', ${batch.options.country === 'UZ' ? 'uz' : 'ru'}, ${batch.batchId}::uuid
      from ${taken(batch)} c on conflict do nothing`
  await ctx.db.$executeRaw`insert into ownerships (building_id, ownership_id, premises_id, owner_id, share_numerator, share_denominator, valid_from, basis, source, batch_id)
    select p.building_id, app.new_id(), p.premises_id, (c.payload ->> 'owner_id')::uuid, (c.payload ->> 'share_numerator')::bigint, (c.payload ->> 'share_denominator')::bigint,
      coalesce((c.payload ->> 'since')::date, ${ctx.today}::date), c.payload ->> 'basis', 'IMPORT', ${batch.batchId}::uuid
      from ${taken(batch)} c join premises p on p.building_id = c.house_id and p.kind = split_part(c.unit_key, ':', 1) and p.number = split_part(c.unit_key, ':', 2)
     where not exists (select from ownerships s where s.building_id = p.building_id and s.premises_id = p.premises_id and s.batch_id is distinct from ${batch.batchId}::uuid)
    on conflict do nothing`
}

async function applyAccounts(ctx: Context, { batch }: Chunk): Promise<void> {
  await ctx.db.$executeRaw`with place as (
      select p.building_id, p.premises_id, c.payload from ${taken(batch)} c
        join premises p on p.building_id = c.house_id and p.kind = split_part(c.unit_key, ':', 1) and p.number = split_part(c.unit_key, ':', 2)
       where c.outcome = 'NEW' and not exists (select from accounts a where a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null)),
    numbered as (select *, app.new_id() as account_id, app.next_account_number(${batch.options.country}) as number from place),
    known as (insert into account_numbers (number, building_id, account_id, premises_id) select number, building_id, account_id, premises_id from numbered)
    insert into accounts (building_id, account_id, premises_id, number, external_number, payer_kind, opened_on, batch_id)
    select building_id, account_id, premises_id, number, coalesce(payload ->> 'external_number', ''), payload ->> 'payer_kind', (payload ->> 'opened_on')::date, ${batch.batchId}::uuid from numbered`
  const accounts = Prisma.sql`${taken(batch)} c join premises p on p.building_id = c.house_id and p.kind = split_part(c.unit_key, ':', 1) and p.number = split_part(c.unit_key, ':', 2)
    join accounts a on a.building_id = p.building_id and a.premises_id = p.premises_id and a.closed_on is null`
  await ctx.db.$executeRaw(changedTrail('imports.correctAccount', Prisma.sql`select a.building_id, a.premises_id, 'account' as subject_type, a.account_id::text as subject_id,
      jsonb_build_object('external_number', a.external_number, 'payer_kind', a.payer_kind) as before, c.payload as after from ${accounts} where c.outcome = 'CHANGED'`, batch))
  await ctx.db.$executeRaw`update accounts x set external_number = coalesce(c.payload ->> 'external_number', x.external_number), payer_kind = c.payload ->> 'payer_kind'
    from ${accounts} where c.outcome = 'CHANGED' and x.building_id = a.building_id and x.account_id = a.account_id`
  await applyPersons(ctx, batch)
}

type ReadingRow = { serial: string; taken_on: string; register: string; house_id: string }

async function applyReadings(ctx: Context, { batch, mapping }: Chunk): Promise<void> {
  const meter = mapping.meter
  if (!meter) throw new Error(`the mapping ${mapping.id} names no meter`)
  const rows = await ctx.db.$queryRaw<ReadingRow[]>`select payload ->> 'serial' as serial, payload ->> 'taken_on' as taken_on, payload ->> 'register' as register, house_id from ${taken(batch)} c order by 1, 2`
  const first = rows[0]
  if (!first) return
  const serials = [...new Set(rows.map(row => row.serial))]
  const ids = await ctx.db.$queryRaw<{ serial: string; meter_id: string; known: boolean }[]>`select s.serial, coalesce(m.meter_id, app.new_id()) as meter_id, m.meter_id is not null as known
    from unnest(${serials}::text[]) s(serial) left join meters m on m.building_id = ${first.house_id}::uuid and m.service = ${meter.service} and m.serial = s.serial
      and m.premises_id is not distinct from ${batch.premisesId}::uuid and m.removed_on is null`
  const idOf = new Map(ids.map(row => [row.serial, row.meter_id]))
  await importReadings(ctx, {
    buildingId: first.house_id, batchId: batch.batchId,
    meters: ids.filter(row => !row.known).map(row => ({ meterId: row.meter_id, premisesId: batch.premisesId, service: meter.service, serial: row.serial, unit: meter.unit, digits: meter.digits,
      decimals: meter.decimals, installedOn: rows.find(each => each.serial === row.serial)?.taken_on ?? first.taken_on })),
    readings: rows.map(row => ({ meterId: idOf.get(row.serial) ?? '', takenOn: row.taken_on, values: [row.register] })),
  })
}

const appliers: Record<Target, (ctx: Context, chunk: Chunk) => Promise<void>> = {
  TERRITORY: applyTerritories, BUILDING: applyBuildings, PREMISES: applyPremises, OWNER: applyOwners, ACCOUNT: applyAccounts, READING: applyReadings,
}

/** Writes the next rows of a kind; how many there were. */
export async function applyChunk(ctx: Context, batch: Batch, { mapping, target }: { mapping: Mapping; target: Target }): Promise<number> {
  const count = await take(ctx, batch, target)
  if (count === 0) return 0
  await appliers[target](ctx, { batch, mapping })
  await ctx.db.$executeRaw`delete from import_rows where building_id = ${batch.buildingId}::uuid and batch_id = ${batch.batchId}::uuid and taken`
  return count
}
