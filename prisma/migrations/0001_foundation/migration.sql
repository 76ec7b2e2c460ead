-- The ground everything stands on: clock, sessions and grants, row-level security, audit, event queue.
-- Sources: identity-signing-voting.md 6 (grants, seven grounds, RLS), settled 2, 3, 6, 7.

create schema app;
create schema auth;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;

grant usage on schema public, app, auth to uyim_app;

-- Every statement here is short: compiling one costs more than running it (measured: a third of the time of a payment).
do $$ begin
  execute format('alter database %I set jit = off', current_database());
exception when insufficient_privilege then
  raise notice 'jit stays as the server has it: the role does not own the database';
end $$;

-- ── Clock ───────────────────────────────────────────────────────────────────────────────────────
-- Only a test database may shift time; everywhere else the function is the transaction's own time.
create table app.clock_shift (shift interval not null);

create function app.now() returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if current_database() like 'uyim\_test\_%' then
    return transaction_timestamp() + coalesce((select s.shift from app.clock_shift s limit 1), interval '0');
  end if;
  return transaction_timestamp();
end $$;

-- Both countries keep one zone, UTC+5 (uzbekistan.md 10.3); a business date is a date there.
create function app.today() returns date language sql stable as
$$ select (app.now() at time zone interval '5 hours')::date $$;

-- ── Persons, sessions, grants (no grants to the application: definer functions only) ────────────
create table auth.persons (
  person_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  phone text unique check (phone ~ '^\+[0-9]{11,12}$'),
  display_name text not null default '',
  locale text not null default 'ru' check (locale in ('uz', 'kk', 'ru')),
  personal_id_hash text,
  personal_id_sealed text,
  phone_checked_at timestamptz,
  created_at timestamptz not null default app.now()
);

create table auth.sessions (
  session_hash bytea primary key,                      -- sha256 of the random id in the cookie
  person_id uuid references auth.persons,
  kind text not null check (kind in ('RESIDENT', 'STAFF', 'SERVICE')),
  service text,
  level smallint not null default 0 check (level between 0 and 3),
  factors text[] not null default '{}',
  device_name text not null default '',
  browser_hash text not null default '',
  created_at timestamptz not null default app.now(),
  last_seen_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  idle_seconds integer not null default 2592000,
  fresh_until timestamptz,                             -- until then a new device may not vote (settled 14)
  confirmed_at timestamptz,
  confirmed_by bytea,
  revoked_at timestamptz,
  revoked_reason text,
  check ((kind = 'SERVICE') = (service is not null)),
  check (kind = 'SERVICE' or person_id is not null)
);
create index sessions_person on auth.sessions (person_id) where revoked_at is null;

create table auth.role_rights (
  role text not null,
  right_name text not null,
  reach text not null check (reach in ('BUILDING', 'PREMISES')),
  primary key (role, right_name, reach)
);

create table auth.grants (
  grant_id uuid primary key,
  person_id uuid not null references auth.persons,
  organisation_id uuid,
  role text not null,
  scope_type text not null check (scope_type in ('UNIT', 'BUILDING', 'ORGANISATION', 'TERRITORY', 'COUNTRY')),
  scope_id text not null,
  building_id uuid,
  premises_id uuid,
  level smallint not null default 0 check (level between 0 and 3),
  parent_grant_id uuid references auth.grants,
  basis_type text not null default '',
  basis_id text not null default '',
  valid_from timestamptz not null default app.now(),
  valid_to timestamptz,
  ended_at timestamptz,
  ended_ground text check (ended_ground in ('TERM_EXPIRED', 'REVOKED_BY_GRANTOR', 'WAIVED_BY_HOLDER',
    'GRANTOR_ACCESS_ENDED', 'BASIS_ENDED_OR_ABSENT', 'FALSE_INFORMATION', 'OTHER_BY_LAW')),
  ended_by uuid,
  ended_note text,
  given_by uuid,
  created_at timestamptz not null default app.now(),
  check ((ended_at is null) = (ended_ground is null)),
  check (scope_type <> 'UNIT' or (building_id is not null and premises_id is not null)),
  check (scope_type <> 'BUILDING' or building_id is not null)
);
create index grants_person on auth.grants (person_id) where ended_at is null;
create index grants_building on auth.grants (building_id) where ended_at is null;
create index grants_premises on auth.grants (premises_id) where ended_at is null;
create index grants_basis on auth.grants (basis_type, basis_id);

-- Where a building lies and who manages it: copies kept by triggers on the register, because a policy
-- on the register itself may not read the register (FORCE recurses, settled 3).
create table auth.building_places (
  building_id uuid primary key,
  country char(2) not null,
  territory_code text not null
);
create index building_places_territory on auth.building_places (territory_code text_pattern_ops);
create table auth.building_managers (
  management_id uuid primary key,
  building_id uuid not null,
  organisation_id uuid not null,
  valid_from date not null,
  valid_to date
);
create index building_managers_organisation on auth.building_managers (organisation_id);

insert into auth.role_rights (role, right_name, reach)
select r.role, x, r.reach from (values
  ('OWNER', 'BUILDING', '{house.read}'),
  ('OWNER', 'PREMISES', '{bill.read,account.read,reading.read,reading.submit,request.file,request.read,vote.cast,payment.read,file.read,file.write,registry.read,fund.read}'),
  ('TENANT', 'BUILDING', '{house.read}'),
  ('TENANT', 'PREMISES', '{bill.read,account.read,reading.read,reading.submit,request.file,request.read,payment.read,file.read,file.write,fund.read}'),
  ('COUNCIL_MEMBER', 'BUILDING', '{house.read,house.money,house.readings,house.requests,owner.confirm,turnout.read,meeting.convene}'),
  ('CHAIR', 'BUILDING', '{house.read,house.money,house.readings,house.requests,owner.confirm,turnout.read,meeting.convene,grant.give}'),
  ('MANAGER', 'BUILDING', '{house.read,house.money,house.readings,house.requests,turnout.read,meeting.convene,bill.read,account.read,reading.read,reading.submit,request.file,request.read,request.answer,payment.read,file.read,file.write,registry.read,registry.write,import.run,billing.run,fund.read,grant.give,desk.search,audit.read}'),
  ('ACCOUNTANT', 'BUILDING', '{house.read,house.money,bill.read,account.read,reading.read,payment.read,billing.run,fund.read,registry.read,desk.search}'),
  ('CLERK', 'BUILDING', '{house.read,desk.search,account.read,bill.read,reading.read,reading.submit,request.file,request.read,payment.read,file.read,file.write,registry.read,fund.read}'),
  ('INSPECTOR', 'BUILDING', '{house.read,house.money,registry.read,request.read,audit.read,turnout.read}'),
  ('PLATFORM_ADMIN', 'BUILDING', '{house.read,registry.read,registry.write,import.run,grant.give,audit.read}')
) as r(role, reach, rights), unnest(r.rights::text[]) x;

-- ── Scope of a transaction ──────────────────────────────────────────────────────────────────────
-- Functions that policies ask at every statement are plpgsql: it keeps their plans for the session, while an SQL
-- function that cannot be inlined is planned anew at each call (0.13 ms against 0.01 ms, measured on 15).
create function auth.session_hash() returns bytea language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare sid text := current_setting('app.sid', true);
begin
  if sid is null or sid = '' then return null; end if;
  return sha256(convert_to(sid, 'UTF8'));
end $$;

create function auth.live_session() returns auth.sessions
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare found_one auth.sessions;
begin
  select s.* into found_one from auth.sessions s
   where s.session_hash = auth.session_hash() and s.revoked_at is null and s.expires_at > app.now()
     and s.last_seen_at + make_interval(secs => s.idle_seconds) > app.now();
  return found_one;
end $$;

create function auth.person() returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin return (auth.live_session()).person_id; end $$;

create function auth.service_has(services text[]) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare sid text := current_setting('app.sid', true); of_kind text; name text; ends timestamptz; revoked timestamptz;
begin
  if sid is null or sid = '' then return false; end if;
  select s.kind, s.service, s.expires_at, s.revoked_at into of_kind, name, ends, revoked
    from auth.sessions s where s.session_hash = sha256(convert_to(sid, 'UTF8'));
  return coalesce(of_kind = 'SERVICE' and name = any(services) and revoked is null and (ends = 'infinity' or ends > app.now()), false);
end $$;

-- A grant is alive while it and every ancestor is: within its term and not ended (para 20, ground 4).
create function auth.grant_is_live(wanted uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return (
  with recursive up as (
    select g.* from auth.grants g where g.grant_id = wanted
    union all select p.* from auth.grants p join up on p.grant_id = up.parent_grant_id)
  select coalesce(bool_and(up.ended_at is null and up.valid_from <= app.now()
    and (up.valid_to is null or up.valid_to > app.now())), false) from up);
end $$;

-- The live grants of the session's person; narrowed to one when the actor chose as what they act.
-- Rights over an organisation, a territory or a country live only in a session of staff: password and one-time key (identity 1.8).
create function auth.live_grants() returns setof auth.grants
language plpgsql stable security definer set search_path = pg_catalog, pg_temp rows 3 as $$
declare mine auth.sessions := auth.live_session();
begin return query
  select g.* from auth.grants g
   where g.person_id = mine.person_id and g.ended_at is null and (g.scope_type in ('UNIT', 'BUILDING') or mine.kind = 'STAFF')
     and (coalesce(current_setting('app.acting', true), '') = '' or g.grant_id::text = current_setting('app.acting', true))
     and case when g.parent_grant_id is null
           then g.valid_from <= app.now() and (g.valid_to is null or g.valid_to > app.now())
           else auth.grant_is_live(g.grant_id) end;
end $$;

create function auth.buildings(rights text[]) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return (
  with mine as materialized (
    select g.* from auth.live_grants() g
     where exists (select 1 from auth.role_rights r
                    where r.role = g.role and r.reach = 'BUILDING' and r.right_name = any(rights)))
  select coalesce(array_agg(distinct b.building_id), '{}') from (
    select m.building_id from mine m where m.scope_type in ('UNIT', 'BUILDING')
    union all
    select bm.building_id from mine m join auth.building_managers bm on bm.organisation_id::text = m.scope_id
     where m.scope_type = 'ORGANISATION' and bm.valid_from <= app.today()
       and (bm.valid_to is null or bm.valid_to >= app.today())
    union all
    select p.building_id from mine m join auth.building_places p on p.territory_code like m.scope_id || '%'
     where m.scope_type = 'TERRITORY'
    union all
    select p.building_id from mine m join auth.building_places p on p.country = m.scope_id
     where m.scope_type = 'COUNTRY') b);
end $$;

create function auth.premises(rights text[]) returns uuid[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return (
  select coalesce(array_agg(distinct g.premises_id), '{}') from auth.live_grants() g
   where g.scope_type = 'UNIT' and exists (select 1 from auth.role_rights r
     where r.role = g.role and r.reach = 'PREMISES' and r.right_name = any(rights)));
end $$;

-- From which day a flat's past is open to this session, as {premises: day}: whoever linked by account number and last
-- payment alone sees nothing older than the link (identity-signing-voting.md 1.5, L1b). Flats without a limit are not in it.
create function auth.history_limits() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return (
  select coalesce(jsonb_object_agg(x.premises_id, x.since), '{}') from (
    select g.premises_id, min((g.valid_from at time zone interval '5 hours')::date) as since from auth.live_grants() g
     where g.scope_type = 'UNIT' group by g.premises_id having bool_and(g.basis_type = 'ACCOUNT_AND_PAYMENT' and g.level < 2)) x);
end $$;

-- Sets the scope for this transaction and tells who acts. One round trip; null actor = a stranger.
create function auth.open_scope(sid text, acting text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare s auth.sessions;
begin
  -- Compiling a statement over dozens of partitions costs seconds where PostgreSQL was built with it (8 s measured on 15), and gains nothing here.
  perform set_config('app.sid', coalesce(sid, ''), true), set_config('app.acting', coalesce(acting, ''), true), set_config('jit', 'off', true);
  s := auth.live_session();
  if s.session_hash is null then
    return jsonb_build_object('now', app.now(), 'session', null, 'grants', '[]'::jsonb);
  end if;
  if s.kind <> 'SERVICE' and s.last_seen_at < app.now() - interval '5 minutes' then
    update auth.sessions set last_seen_at = app.now() where session_hash = s.session_hash;
  end if;
  return jsonb_build_object('now', app.now(),
    'session', jsonb_build_object('hash', encode(s.session_hash, 'hex'), 'personId', s.person_id, 'kind', s.kind,
      'service', s.service, 'level', s.level, 'fresh', s.fresh_until is not null and s.fresh_until > app.now()),
    'locale', (select p.locale from auth.persons p where p.person_id = s.person_id),
    'grants', case when s.kind = 'SERVICE' then '[]'::jsonb else coalesce((
      select jsonb_agg(jsonb_build_object('id', g.grant_id, 'role', g.role, 'scopeType', g.scope_type,
        'scopeId', g.scope_id, 'buildingId', g.building_id, 'premisesId', g.premises_id, 'level', g.level,
        'rights', (select coalesce(jsonb_agg(r.right_name order by r.right_name), '[]') from auth.role_rights r where r.role = g.role))
        order by g.created_at) from auth.live_grants() g), '[]'::jsonb) end);
end $$;

-- Does the session's scope reach this building with one of these rights? (for policies on organisation scope)
create function auth.reaches(rights text[], building uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select building = any(auth.buildings(rights)) $$;

grant execute on all functions in schema app, auth to uyim_app;
revoke execute on function auth.live_session() from public, uyim_app;
revoke execute on function auth.live_grants() from public, uyim_app;

-- ── The second wall, put up the same way on every table of a house ─────────────────────────────
-- Visible: to the named services; to rights on the building; to rights on the premises where the table
-- has premises_id. Seed is the demonstration's and the tests' own service and is always named. `day` is the expression by
-- which a row of a flat is past or not, for sessions whose history is limited.
create function app.protect(target regclass, read_rights text[], write_rights text[] default '{}', services text[] default '{}', day text default null)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  unit boolean := exists (select 1 from pg_attribute where attrelid = target and attname = 'premises_id' and not attisdropped);
  named text[] := services || array['seed'];
  reads text; writes text; machine text := format('(select auth.service_has(%L::text[]))', services || array['seed']);
begin
  reads := machine || format(' or building_id = any((select auth.buildings(%L::text[]))::uuid[])', read_rights);
  writes := machine || format(' or building_id = any((select auth.buildings(%L::text[]))::uuid[])', write_rights);
  if unit then
    reads := reads || format(' or premises_id = any((select auth.premises(%L::text[]))::uuid[])', read_rights)
      || case when day is null then '' else format(' and (%s) >= coalesce(((select auth.history_limits()) ->> premises_id::text)::date, ''-infinity'')', day) end;
    writes := writes || format(' or premises_id = any((select auth.premises(%L::text[]))::uuid[])', write_rights);
  end if;
  if write_rights = '{}' then writes := machine; end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy reads on %s for select using (%s)', target, reads);
  execute format('create policy inserts on %s for insert with check (%s)', target, writes);
  execute format('create policy updates on %s for update using (%s) with check (%s)', target, writes, writes);
  execute format('create policy deletes on %s for delete using (%s)', target, machine);
end $$;

-- Append-only by trigger as well as by missing grants.
create function app.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'append-only: % on % refused', tg_op, tg_table_name using errcode = 'UY001';
end $$;
create function app.append_only(target regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('create trigger append_only before update or delete on %s for each row execute function app.refuse_change()', target);
  execute format('create trigger append_only_truncate before truncate on %s for each statement execute function app.refuse_change()', target);
end $$;

-- Monthly partitions. `period` tables are listed by '2026-11', date tables ranged by month.
create function app.ensure_partitions(target text, first_month date, last_month date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare m date := date_trunc('month', first_month); part text; strategy "char";
begin
  select partstrat into strategy from pg_partitioned_table where partrelid = ('public.' || target)::regclass;
  while m <= last_month loop
    part := target || '_' || to_char(m, 'YYYY_MM');
    if to_regclass('public.' || part) is null then
      if strategy = 'l' then
        execute format('create table public.%I partition of public.%I for values in (%L)', part, target, to_char(m, 'YYYY-MM'));
      else
        execute format('create table public.%I partition of public.%I for values from (%L) to (%L)', part, target, m, m + interval '1 month');
      end if;
      execute format('alter table public.%I enable row level security', part);
      execute format('alter table public.%I force row level security', part);
    end if;
    m := m + interval '1 month';
  end loop;
  if to_regclass('public.' || target || '_rest') is null then
    execute format('create table public.%I partition of public.%I default', target || '_rest', target);
    execute format('alter table public.%I enable row level security', target || '_rest');
    execute format('alter table public.%I force row level security', target || '_rest');
  end if;
end $$;

-- ── Audit: who, acting as what, on which ground, before and after. Only insert (settled 7). ─────
create table audit_entries (
  building_id uuid not null,                            -- zero uuid: not about one house
  at timestamptz not null default app.now(),
  audit_id uuid not null,
  premises_id uuid,
  person_id uuid,
  service text,
  grant_id uuid,
  action text not null,
  subject_type text not null,
  subject_id text not null,
  ground text,
  before jsonb,
  after jsonb,
  request_id text not null default '',
  primary key (building_id, at, audit_id)
) partition by range (at);
select app.ensure_partitions('audit_entries', '2025-01-01', '2027-12-01');
alter table audit_entries enable row level security;
alter table audit_entries force row level security;
create policy reads on audit_entries for select using (
  (select auth.service_has('{worker,seed}')) or person_id = (select auth.person())
  or building_id = any((select auth.buildings('{audit.read}'))::uuid[]));
-- Whoever may write the thing itself may write its trace, as themselves and as nobody else.
create policy inserts on audit_entries for insert with check (
  (select auth.session_hash()) is not null and (person_id is null or person_id = (select auth.person()))
  or service = 'public');
create policy updates on audit_entries for update using (false);
create policy deletes on audit_entries for delete using (false);
select app.append_only('audit_entries');
grant select, insert on audit_entries to uyim_app;
create index audit_entries_subject on audit_entries (building_id, subject_type, subject_id);

-- ── Event queue: one row in the transaction of the effect, consumed at least once ───────────────
create table event_queue (
  building_id uuid not null,
  event_id uuid not null,
  name text not null,
  payload jsonb not null,
  created_at timestamptz not null default app.now(),
  attempts integer not null default 0,
  next_try_at timestamptz not null default app.now(),
  handled_at timestamptz,
  last_error text,
  primary key (building_id, event_id)
);
create index event_queue_waiting on event_queue (next_try_at) where handled_at is null;
alter table event_queue enable row level security;
alter table event_queue force row level security;
create policy reads on event_queue for select using ((select auth.service_has('{worker,seed}')));
create policy inserts on event_queue for insert with check (true);
create policy updates on event_queue for update using ((select auth.service_has('{worker,seed}')));
create policy deletes on event_queue for delete using ((select auth.service_has('{worker}')));
grant select, insert, update, delete on event_queue to uyim_app;

-- ── Reference tables: law and classifiers as dated data with their source ───────────────────────
create table territories (
  code text primary key,
  country char(2) not null,
  parent_code text,
  kind text not null,
  name_uz text not null default '', name_kk text not null default '', name_ru text not null default '',
  search_key text not null default '',
  edition text not null default '',
  batch_id uuid
);
create index territories_parent on territories (parent_code);

create table legal_acts (
  act_id text primary key,
  country char(2) not null,
  kind text not null,
  number text not null default '',
  issued_on date,
  title_uz text not null default '', title_kk text not null default '', title_ru text not null default '',
  url text not null default '',
  source text not null,
  verified boolean not null default false
);

-- Indexes of law by date: the Kazakh monthly calculation index and the like (kazakhstan.md 4.5).
create table index_values (
  country char(2) not null,
  code text not null,
  valid_from date not null,
  value numeric(18, 4) not null,
  act_id text,
  source text not null,
  verified boolean not null,
  primary key (country, code, valid_from)
);

create table calendar_days (
  country char(2) not null,
  day date not null,
  working boolean not null,
  note text not null default '',
  source text not null,
  verified boolean not null,
  primary key (country, day)
);

create table organisations (
  organisation_id uuid primary key,
  country char(2) not null,
  kind text not null check (kind in ('ASSOCIATION', 'PARTNERSHIP', 'MANAGEMENT_COMPANY', 'MANAGER', 'CALL_CENTRE',
    'SUPPLIER', 'SETTLEMENT_CENTRE', 'INSPECTION', 'AKIMAT', 'OPERATOR')),
  name text not null,
  registration_number text not null default '',
  phone text not null default '',
  demonstration boolean not null default false,
  created_at timestamptz not null default app.now()
);
grant select on territories, legal_acts, index_values, calendar_days, organisations to uyim_app;
grant insert, update on territories, legal_acts, index_values, calendar_days, organisations to uyim_app;

-- Reference rows are read by everybody; only the platform's own service writes them.
create function app.protect_reference(target regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy reads on %s for select using (true)', target);
  execute format('create policy inserts on %s for insert with check ((select auth.service_has(''{seed,imports,reference}'')))', target);
  execute format('create policy updates on %s for update using ((select auth.service_has(''{seed,imports,reference}'')))', target);
  execute format('create policy deletes on %s for delete using ((select auth.service_has(''{seed,imports,reference}'')))', target);
end $$;
select app.protect_reference(t) from unnest(array['territories', 'legal_acts', 'index_values', 'calendar_days', 'organisations']::regclass[]) t;
