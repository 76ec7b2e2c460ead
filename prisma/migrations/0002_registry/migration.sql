-- Register of houses, premises, owners and personal accounts.
-- The 29 fields of the annex of Order 172 (kazakhstan.md 2) with their limits and conditional rules;
-- Uzbek additions of uzbekistan.md 3. Null = not given yet; a record is complete when no mandatory field is null.

create table buildings (
  building_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  territory_code text not null,                         -- KATO or SOATO
  name text not null default '',                        -- short address people use: 'Abay 12'
  address_uz text not null default '', address_kk text not null default '', address_ru text not null default '',
  address_state text not null default 'GIVEN' check (address_state in ('GIVEN', 'NOT_GIVEN')),
  search_key text not null default '',
  external_key text not null default '',                -- key of the source row, for imports
  system_of_record text not null default 'OWN' check (system_of_record in ('OWN', 'EXTERNAL')),
  demonstration boolean not null default false,
  -- 1..29 in the order of the annex
  cadastral_number text check (char_length(cadastral_number) between 1 and 200),
  ato_classifier_code text check (char_length(ato_classifier_code) <= 500),
  address_registration_code text check (char_length(address_registration_code) = 16),
  intended_purpose text check (intended_purpose in ('apartmentBuilding')),
  stock_category text check (stock_category in ('residential', 'nonResidential')),
  condominium_registered boolean,
  has_technical_passport boolean,
  balance_ownership text check (balance_ownership in ('privateCondominium', 'privateSingleOwner', 'stateEnterprise', 'stateInstitution')),
  elevator_count integer check (elevator_count between 0 and 99),
  has_electricity boolean,
  year_built integer check (year_built between 1800 and 2100),
  commissioning_year integer check (commissioning_year between 1800 and 2100),
  last_overhaul_date date,
  never_overhauled boolean not null default false,
  total_residential integer check (total_residential >= 0),
  total_non_residential integer check (total_non_residential >= 0),
  total_parking integer check (total_parking >= 0),
  storey_count integer check (storey_count between 0 and 100),
  apartment_count integer check (apartment_count >= 0),
  non_residential_count integer check (non_residential_count >= 0),
  heating_type text check (heating_type in ('central', 'autonomous', 'individualUnits', 'none')),
  heating_scheme text check (heating_scheme in ('open', 'closed')),
  gas_supply_type text check (gas_supply_type in ('networkNatural', 'lpgTank', 'lpgCylinder', 'none')),
  has_gas_pipeline boolean,
  hot_water_type text check (hot_water_type in ('central', 'autonomous', 'individualUnits', 'none')),
  water_supply_type text check (water_supply_type in ('centralised', 'nonCentralised')),
  has_water_pipe boolean,
  sewerage_type text check (sewerage_type in ('centralised', 'septic', 'outdoorToilet')),
  has_sewer boolean,
  common_meter_count integer check (common_meter_count >= 0),
  building_condition text check (building_condition in ('operating', 'operatingNeedsOverhaul', 'operatingInRenewal', 'notOperating', 'declaredUnsafe')),
  disposal_reason text check (char_length(disposal_reason) <= 500),
  barrier_free boolean,
  -- beside the annex
  wall_type text not null default '',
  entrance_count integer check (entrance_count between 1 and 60),
  total_area_m2 numeric(12, 2) check (total_area_m2 >= 0),
  latitude numeric(9, 6), longitude numeric(9, 6),
  tax_number text not null default '',
  confirmed_at timestamptz, confirmed_by uuid,
  batch_id uuid,
  created_at timestamptz not null default app.now(),
  -- field 18 exists only with central heating (annex; kazakhstan.md 7.12)
  constraint heating_scheme_iff_central check (heating_type is null or (heating_type = 'central') or heating_scheme is null),
  constraint disposal_reason_when_out check (building_condition is null
    or building_condition not in ('notOperating', 'declaredUnsafe') or coalesce(disposal_reason, '') <> ''),
  constraint overhaul_after_building check (last_overhaul_date is null or year_built is null or extract(year from last_overhaul_date) >= year_built)
);
create index buildings_external_key on buildings (external_key) where external_key <> '';

create table building_managements (
  building_id uuid not null references buildings,
  management_id uuid not null,
  organisation_id uuid not null references organisations,
  method text not null check (method in ('ASSOCIATION', 'DIRECT_JOINT', 'PARTNERSHIP', 'ORGANISATION', 'MANAGER', 'CALL_CENTRE')),
  basis text not null default '',
  valid_from date not null,
  valid_to date,
  primary key (building_id, management_id)
);

create function auth.copy_building_place() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  insert into auth.building_places (building_id, country, territory_code)
  values (new.building_id, new.country, new.territory_code)
  on conflict (building_id) do update set country = excluded.country, territory_code = excluded.territory_code;
  return new;
end $$;
create trigger copy_place after insert or update of country, territory_code on buildings
  for each row execute function auth.copy_building_place();

create function auth.copy_building_manager() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  insert into auth.building_managers (management_id, building_id, organisation_id, valid_from, valid_to)
  values (new.management_id, new.building_id, new.organisation_id, new.valid_from, new.valid_to)
  on conflict (management_id) do update set valid_from = excluded.valid_from, valid_to = excluded.valid_to;
  return new;
end $$;
create trigger copy_manager after insert or update on building_managements
  for each row execute function auth.copy_building_manager();

create table premises (
  building_id uuid not null references buildings,
  premises_id uuid not null,
  kind text not null check (kind in ('APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE')),
  number text not null check (char_length(number) between 1 and 20),
  number_state text not null default 'GIVEN' check (number_state in ('GIVEN', 'ASSIGNED')),
  entrance integer check (entrance between 1 and 60),
  floor integer check (floor between -5 and 100),
  rooms integer check (rooms between 0 and 50),
  area_m2 numeric(10, 2) not null check (area_m2 > 0 and area_m2 < 100000),
  living_area_m2 numeric(10, 2) check (living_area_m2 > 0),
  cadastral_number text check (char_length(cadastral_number) between 1 and 200),
  electric_stove boolean not null default false,
  external_key text not null default '',
  batch_id uuid,
  created_at timestamptz not null default app.now(),
  primary key (building_id, premises_id)
);
create unique index premises_number on premises (building_id, kind, number);

-- The house's own register of owners: not the sign-in person, who is linked by a grant with evidence.
create table owners (
  building_id uuid not null references buildings,
  owner_id uuid not null,
  kind text not null default 'PERSON' check (kind in ('PERSON', 'ORGANISATION', 'STATE')),
  full_name text not null check (char_length(full_name) between 1 and 300),
  search_key text not null default '',
  phone text check (phone ~ '^\+[0-9]{11,12}$'),
  phone_since date,
  personal_id_hash text,
  personal_id_sealed text,
  locale text not null default 'ru' check (locale in ('uz', 'kk', 'ru')),
  batch_id uuid,
  created_at timestamptz not null default app.now(),
  primary key (building_id, owner_id)
);

create table ownerships (
  building_id uuid not null,
  ownership_id uuid not null,
  premises_id uuid not null,
  owner_id uuid not null,
  share_numerator bigint not null check (share_numerator > 0),
  share_denominator bigint not null check (share_denominator > 0),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  basis text not null default '',
  source text not null default '',
  verified_at timestamptz,
  batch_id uuid,
  primary key (building_id, ownership_id),
  foreign key (building_id, premises_id) references premises,
  foreign key (building_id, owner_id) references owners,
  constraint share_at_most_one check (share_numerator <= share_denominator),
  constraint one_share_per_owner_at_a_time exclude using gist (building_id with =, premises_id with =, owner_id with =,
    daterange(valid_from, valid_to, '[]') with &&)
);
create index ownerships_premises on ownerships (building_id, premises_id);

-- Registered persons by date: an input of waste, electricity and water bills.
create table registered_persons (
  building_id uuid not null,
  premises_id uuid not null,
  valid_from date not null,
  persons integer not null check (persons between 0 and 99),
  source text not null default '',
  primary key (building_id, premises_id, valid_from),
  foreign key (building_id, premises_id) references premises
);

create sequence account_number_sequence;
create table accounts (
  building_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  number char(10) not null check (number ~ '^[0-9]{10}$'),
  external_number text not null default '' check (char_length(external_number) <= 30), -- as the keeper before us wrote it
  payer_kind text not null default 'NATURAL' check (payer_kind in ('NATURAL', 'LEGAL')),
  opened_on date not null,
  closed_on date,
  batch_id uuid,
  primary key (building_id, account_id),
  foreign key (building_id, premises_id) references premises
);
create unique index accounts_number on accounts (building_id, number);
create index accounts_premises on accounts (building_id, premises_id);

-- Dedupe table (settled 1): a number payers type anywhere names one account of one house, never reused.
create table account_numbers (
  number char(10) primary key,
  building_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null
);

-- Luhn digit of nine digits (uzbekistan.md 5: account number, last digit Luhn, never reused).
create function app.luhn_digit(digits text) returns text language plpgsql immutable strict
set search_path = pg_catalog, pg_temp as $$
declare total int := 0; d int;
begin
  for i in 1..length(digits) loop
    d := substr(digits, length(digits) - i + 1, 1)::int;
    if i % 2 = 1 then d := d * 2; if d > 9 then d := d - 9; end if; end if;
    total := total + d;
  end loop;
  return ((10 - total % 10) % 10)::text;
end $$;
create function app.next_account_number(country text) returns text language sql volatile
set search_path = pg_catalog, public, pg_temp as $$
  select n || app.luhn_digit(n) from (select case country when 'UZ' then '7' else '5' end
    || lpad(nextval('public.account_number_sequence')::text, 8, '0') as n) x
$$;
grant usage on sequence account_number_sequence to uyim_app;
grant execute on function app.luhn_digit(text), app.next_account_number(text) to uyim_app;

-- Files of a house: photos and documents by content hash (bytes lie in the store, not here).
create table stored_files (
  building_id uuid not null,
  file_id uuid not null,
  premises_id uuid,
  sha256 char(64) not null,
  media_type text not null,
  size_bytes bigint not null check (size_bytes > 0),
  kind text not null,
  subject_type text not null,
  subject_id text not null,
  shared boolean not null default false,                -- a paper of the whole house: every linked person reads it
  created_by uuid,
  created_at timestamptz not null default app.now(),
  primary key (building_id, file_id)
);
create index stored_files_subject on stored_files (building_id, subject_type, subject_id);

-- Papers given out: what the short code on the paper leads to. No personal data here.
create table issued_documents (
  building_id uuid not null,
  document_id uuid not null,
  premises_id uuid,
  code char(10) not null check (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
  kind text not null check (kind in ('BILL', 'RECEIPT', 'STATEMENT', 'INVITATION', 'MINUTES', 'NOTICE', 'ESTIMATE', 'ACT', 'REPORT', 'CERTIFICATE')),
  number text not null default '',
  subject_type text not null,
  subject_id text not null,
  locale text not null check (locale in ('uz', 'kk', 'ru')),
  sha256 char(64) not null,
  size_bytes bigint not null check (size_bytes > 0),
  issued_on date not null,
  issued_at timestamptz not null default app.now(),
  issued_by uuid,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  replaced_by text,                                     -- number of the paper that holds in its place
  primary key (building_id, document_id),
  check ((withdrawn_at is null) = (withdrawn_reason is null) and (replaced_by is null or withdrawn_at is not null))
);
create index issued_documents_subject on issued_documents (building_id, subject_type, subject_id);
-- Dedupe table (settled 1): one code leads to one paper, whichever house it is of.
create table document_codes (
  code char(10) primary key,
  building_id uuid not null,
  document_id uuid not null,
  premises_id uuid
);
-- Dedupe table: the key of a source's row names one house of ours, so that a file read twice changes nothing.
create table external_building_keys (
  source text not null,
  external_key text not null,
  building_id uuid not null,
  primary key (source, external_key)
);

-- UUIDv7 for rows made in SQL by the thousand; PostgreSQL has its own only since 18.
create function app.new_id() returns uuid language sql volatile parallel safe set search_path = pg_catalog, pg_temp as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;
grant execute on function app.new_id() to uyim_app;

-- Exact sum of fractions in lowest terms: '1', '2/3'. Shares are never compared as decimals.
create function app.sum_of_shares(numerators bigint[], denominators bigint[]) returns text
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare n numeric := 0; d numeric := 1; common numeric;
begin
  if cardinality(numerators) = 1 and numerators[1] = denominators[1] then return '1'; end if;
  for i in 1..cardinality(numerators) loop
    n := n * denominators[i] + numerators[i]::numeric * d;
    d := d * denominators[i];
    common := gcd(n, d);
    if common > 1 then n := div(n, common); d := div(d, common); end if;
  end loop;
  return case when d = 1 then n::text else n || '/' || d end;
end $$;
grant execute on function app.sum_of_shares(bigint[], bigint[]) to uyim_app;

-- Organisations that the session's person works for with one of these rights.
create function auth.organisations(rights text[]) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(distinct g.scope_id), '{}') from auth.live_grants() g
   where g.scope_type = 'ORGANISATION' and exists (select 1 from auth.role_rights r where r.role = g.role and r.right_name = any(rights))
$$;
grant execute on function auth.organisations(text[]) to uyim_app;

select app.protect('buildings', '{house.read}', '{registry.write}', '{imports,billing,payments,worker,public,sign-in}');
select app.protect('building_managements', '{house.read}', '{registry.write}', '{imports,billing,payments,worker,public}');
select app.protect('premises', '{registry.read,registry.write,desk.search,house.money,house.readings,meeting.convene,owner.confirm,bill.read}', '{registry.write}', '{imports,billing,payments,worker,sign-in,meetings}');
select app.protect('owners', '{registry.read,desk.search,owner.confirm}', '{registry.write}', '{imports,worker,sign-in,meetings}');
select app.protect('ownerships', '{registry.read,desk.search,owner.confirm}', '{registry.write}', '{imports,worker,sign-in,meetings,billing}');
select app.protect('registered_persons', '{registry.read,desk.search,bill.read}', '{registry.write}', '{imports,billing,worker}');
select app.protect('accounts', '{account.read,registry.read,desk.search,house.money}', '{registry.write}', '{imports,billing,payments,worker,sign-in}');
select app.protect('account_numbers', '{account.read,registry.read,desk.search}', '{registry.write}', '{imports,billing,payments,worker,sign-in}');
select app.protect('stored_files', '{file.read,request.read,reading.read}', '{file.write}', '{worker,imports,billing,payments}', $day$(created_at at time zone interval '5 hours')::date$day$);
create policy shared_reads on stored_files for select using (shared and building_id = any((select auth.buildings('{house.read}'))::uuid[]));
select app.protect('issued_documents', '{bill.read,payment.read,request.read,registry.read}', '{file.write,billing.run}', '{worker,billing,payments,meetings,public}');
create policy house_reads on issued_documents for select using (premises_id is null and building_id = any((select auth.buildings('{house.read}'))::uuid[]));
select app.protect('document_codes', '{bill.read,payment.read,request.read,registry.read}', '{file.write,billing.run}', '{worker,billing,payments,meetings,public}');
select app.protect('external_building_keys', '{registry.read}', '{registry.write}', '{imports}');
grant select, insert, update on issued_documents to uyim_app;
grant select, insert on document_codes, external_building_keys to uyim_app;
grant select, insert, update on buildings, building_managements, premises, owners, ownerships, registered_persons, accounts to uyim_app;
grant select, insert on account_numbers, stored_files to uyim_app;
