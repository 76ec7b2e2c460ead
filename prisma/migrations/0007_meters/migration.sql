-- Meters and readings. Settled 1: the phone fixes id and date, so a reading sent twice is one reading.
-- A FLAGGED reading is kept and shown but does not count: its consumption is null until staff settles it.
-- Nothing is overwritten: a correction is a new reading that names the one it supersedes.

create table meters (
  building_id uuid not null,
  meter_id uuid not null,
  premises_id uuid,                                     -- null: a meter of the building
  service text not null check (service in ('COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'HEAT', 'GAS')),
  kind text not null check (kind in ('UNIT', 'BUILDING')),
  serial text not null check (char_length(serial) between 1 and 40),
  unit text not null check (unit in ('m3', 'kWh', 'Gcal')),
  registers integer not null default 1 check (registers between 1 and 4),
  digits integer not null default 5 check (digits between 1 and 9),
  decimals integer not null default 0 check (decimals between 0 and 3),
  installed_on date not null,
  removed_on date check (removed_on >= installed_on),
  verified_until date,
  replaces_meter_id uuid,
  batch_id uuid,
  created_at timestamptz not null default app.now(),
  primary key (building_id, meter_id),
  foreign key (building_id, premises_id) references premises,
  check ((kind = 'UNIT') = (premises_id is not null))
);
-- One working device per serial and service in a house; the old one has left when the new one comes.
create unique index meters_serial on meters (building_id, service, serial) where removed_on is null;
create unique index meters_replaced_once on meters (building_id, replaces_meter_id) where replaces_meter_id is not null;
create index meters_premises on meters (building_id, premises_id);

create table readings (
  building_id uuid not null,
  meter_id uuid not null,
  taken_on date not null,
  reading_id uuid not null,                             -- made by the phone
  premises_id uuid,
  period char(7) not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'), -- the month it counts for
  register_values numeric(14, 3)[] not null check (cardinality(register_values) between 1 and 4),
  consumption numeric(14, 3),                           -- of all registers since the counted reading before; null: does not count
  register_consumptions numeric(14, 3)[],               -- the same per register, for prices by time of day
  state text not null check (state in ('ACCEPTED', 'FLAGGED')),
  late boolean not null default false,
  confirmed text[] not null default '{}',               -- questions that the person answered with yes
  flags text[] not null default '{}',                   -- why it does not count yet
  source text not null check (source in ('RESIDENT', 'CLERK', 'COUNCIL', 'IMPORT', 'SYSTEM')),
  photo_file_id uuid,
  submitted_at timestamptz not null,                    -- by the phone's clock
  received_at timestamptz not null default app.now(),
  person_id uuid,
  note text not null default '',
  supersedes_reading_id uuid,
  superseded_by uuid,                                   -- a superseded reading never counts
  superseded_at timestamptz,
  billed_difference numeric(14, 3),                     -- of a correction that came after the bills of its month: so much more than they took
  billed_through char(7),                               -- and the last month that was billed by then: a run after it has counted it
  batch_id uuid,
  primary key (building_id, meter_id, taken_on, reading_id),
  check ((state = 'FLAGGED') = (consumption is null)),
  check ((state = 'FLAGGED') = (cardinality(flags) > 0)),
  check ((consumption is null) = (register_consumptions is null)),
  check ((superseded_by is null) = (superseded_at is null)),
  check (billed_difference is null or supersedes_reading_id is not null and state = 'ACCEPTED'),
  check ((billed_difference is null) = (billed_through is null) and billed_through >= period),
  check (0 <= all (register_values))
) partition by range (taken_on);
select app.ensure_partitions('readings', '2025-01-01', '2027-12-01');
create index readings_period on readings (building_id, period, meter_id);
-- Few readings are corrected after their month is billed; every run asks for them.
create index readings_corrected on readings (building_id) where billed_difference is not null;
create index readings_premises on readings (building_id, premises_id, taken_on);

-- Dedupe table (settled 1): the phone's id names one reading of the whole country.
create table reading_ids (
  reading_id uuid primary key,
  building_id uuid not null,
  premises_id uuid,
  meter_id uuid not null,
  taken_on date not null,
  content_hash char(64) not null                        -- the same id with other content is a conflict
);

-- Is any register of the one below the same register of the other?
create function app.any_lower(later numeric[], earlier numeric[]) returns boolean language sql immutable parallel safe as $$
  select bool_or(l < e) from unnest(later, earlier) u(l, e)
$$;
grant execute on function app.any_lower(numeric[], numeric[]) to uyim_app;

-- Who keeps a reading shares this lock, who bills the house holds it alone: no reading comes to a month that is being billed.
create function app.readings_lock(p_building uuid) returns bigint language sql immutable parallel safe as $$
  select hashtextextended('readings:' || p_building::text, 0)
$$;
grant execute on function app.readings_lock(uuid) to uyim_app;

-- When readings are expected and until when they still count for their month, by date.
create table reading_windows (
  country char(2) not null,
  valid_from date not null,
  from_day integer not null check (from_day between 1 and 31),
  to_day integer not null check (to_day between 1 and 31), -- 31: the last day of the month
  grace_days integer not null check (grace_days between 0 and 27),
  source text not null,
  verified boolean not null,
  primary key (country, valid_from)
);
select app.protect_reference('reading_windows');
grant select, insert, update on reading_windows to uyim_app;

select app.protect('meters', '{reading.read}', '{registry.write}', '{billing,imports,worker}');
select app.protect('readings', '{reading.read}', '{reading.submit}', '{billing,imports,worker}');
select app.protect('reading_ids', '{reading.read}', '{reading.submit}', '{imports,worker}');
grant select, insert, update on meters to uyim_app;
grant select, insert, update (photo_file_id, superseded_by, superseded_at) on readings to uyim_app;
grant select, insert on reading_ids to uyim_app;

-- Policies before rows: the owner of the tables is under them too (FORCE), so the rows come by a short lift.
alter table reading_windows no force row level security;
insert into reading_windows (country, valid_from, from_day, to_day, grace_days, source, verified) values
  ('KZ', '2000-01-01', 20, 30, 3, 'Unified payment document, order of 29.08.2025 as reported: readings from the 20th to the 30th; days of grace are ours', false),
  ('UZ', '2000-01-01', 1, 31, 3, 'No act found that sets days; the whole month is ours', false);
alter table reading_windows force row level security;
