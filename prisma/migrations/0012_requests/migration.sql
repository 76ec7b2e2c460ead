-- Requests of residents (uzbekistan.md 2.6.1; kazakhstan.md K29, 4.8).
-- What the whole house may see (requests) lies apart from who asked and in which words (request_details),
-- so that the house board cannot show a person even by mistake.

-- Terms of the law and of the service, by date. Unverified rows are shown as such.
create table request_terms (
  country char(2) not null,
  purpose text not null check (purpose in ('ANSWER', 'SERVICE', 'EXTENSION', 'FORWARD', 'SILENCE')),
  category text not null default '',                    -- '': any
  kind text not null default '',                        -- '': any; APPLICATION, COMPLAINT, PROPOSAL
  emergency boolean not null default false,
  valid_from date not null,
  amount integer not null check (amount between 0 and 1000),
  unit text not null check (unit in ('MINUTES', 'HOURS', 'CALENDAR_DAYS', 'WORKING_DAYS', 'MONTHS')),
  end_moves boolean,                                    -- an end on a rest day goes to the next working day; null: unknown, both are shown
  ground text not null default '',                      -- words: requests.grounds
  source text not null,
  verified boolean not null,
  primary key (country, purpose, category, kind, emergency, valid_from)
);

-- What can be asked for; words in locales/<l>/requests.json.
create table request_categories (
  category text primary key check (category ~ '^[A-Z_]{2,30}$'),
  position integer not null,
  emergency_possible boolean not null,
  places text[] not null,
  valid_from date not null default '2000-01-01',
  valid_to date
);

-- Who asked: only the flat's people and staff of the house.
create table request_details (
  building_id uuid not null,
  request_id uuid not null,                             -- made by the phone
  premises_id uuid not null,
  person_id uuid,                                       -- whose request it is; null: a caller without a session
  filed_by uuid,                                        -- who typed it
  channel text not null check (channel in ('PWA', 'PHONE', 'VISIT', 'PAPER')),
  caller_name text not null default '' check (char_length(caller_name) <= 200),
  on_behalf_reason text not null default '' check (char_length(on_behalf_reason) <= 500),
  locale text not null check (locale in ('uz', 'kk', 'ru')),
  text text not null default '' check (char_length(text) <= 4000),
  photo_ids uuid[] not null default '{}' check (cardinality(photo_ids) <= 5), -- promised by the phone; the bytes may follow later
  submitted_at timestamptz not null,
  primary key (building_id, request_id),
  foreign key (building_id, premises_id) references premises
);
create index request_details_premises on request_details (building_id, premises_id);

-- What the house sees.
create table requests (
  building_id uuid not null,
  request_id uuid not null,
  number integer not null check (number > 0),
  category text not null references request_categories,
  kind text not null check (kind in ('APPLICATION', 'COMPLAINT', 'PROPOSAL')),
  place text not null check (place in ('FLAT', 'ENTRANCE', 'LIFT', 'BASEMENT', 'ROOF', 'FACADE', 'YARD')),
  entrance integer check (entrance between 1 and 60),
  floor integer check (floor between -5 and 100),
  emergency boolean not null default false,
  state text not null check (state in ('RECEIVED', 'REGISTERED', 'ROUTED', 'IN_WORK', 'EXTENDED', 'DONE_BY_EXECUTOR', 'ANSWERED',
    'REOPENED', 'CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED')),
  received_at timestamptz not null,
  registered_on date not null,                          -- the same day, or the next working day when received after hours
  due_on date not null,                                 -- of the law; computed, never typed, never moved by reopening
  due_on_if_moved date not null,                        -- the same when the end moves off rest days
  due_moves boolean,                                    -- which of the two holds; null: unknown
  due_verified boolean not null,
  due_ground text not null,
  extended_to date,
  service_due_at timestamptz not null,                  -- promise of the service
  silence_ends_on date,                                 -- after a result: silence until then closes
  executor_organisation_id uuid references organisations,
  joined integer not null default 0,
  changed_at timestamptz not null default app.now(),
  primary key (building_id, request_id)
);
create unique index requests_number on requests (building_id, number);
create index requests_open on requests (building_id, category, place) where state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED');

-- Neighbours who said 'me too'.
create table request_joins (
  building_id uuid not null,
  request_id uuid not null,
  premises_id uuid not null,
  person_id uuid,
  joined_at timestamptz not null default app.now(),
  primary key (building_id, request_id, premises_id),
  foreign key (building_id, premises_id) references premises
);

-- The state is the fold of these; nothing is ever changed here.
create table request_events (
  building_id uuid not null,
  request_id uuid not null,
  seq integer not null check (seq > 0),
  at timestamptz not null default app.now(),
  event text not null,
  to_state text not null,
  side text not null check (side in ('RESIDENT', 'NEIGHBOUR', 'CLERK', 'STAFF', 'SYSTEM')),
  note text not null default '' check (char_length(note) <= 4000),
  params jsonb not null default '{}',
  person_id uuid,
  primary key (building_id, request_id, seq)
);

-- Dedupe table (settled 1): the phone's id names one request of the whole country.
create table request_ids (
  request_id uuid primary key,
  building_id uuid not null,
  premises_id uuid not null,
  content_hash char(64) not null
);

-- Whoever linked by account number sees what was asked from the flat since then, and their own whatever their clock said.
select app.protect('request_details', '{request.read}', '{request.file,request.answer}', '{worker}',
  $day$case when person_id = (select auth.person()) then 'infinity'::date else (submitted_at at time zone interval '5 hours')::date end$day$);
select app.protect('request_joins', '{request.read}', '{request.file}', '{worker}');
select app.protect('request_ids', '{request.read}', '{request.file}', '{worker}');

-- Read by every linked person of the house; written by whoever sees the details behind the row.
alter table requests enable row level security;
alter table requests force row level security;
create policy reads on requests for select using ((select auth.service_has('{worker,billing,payments,seed}'))
  or building_id = any((select auth.buildings('{house.read}'))::uuid[]));
create policy inserts on requests for insert with check ((select auth.service_has('{worker,seed}'))
  or exists (select 1 from request_details d where d.building_id = requests.building_id and d.request_id = requests.request_id));
create policy updates on requests for update using ((select auth.service_has('{worker,seed}'))
  or exists (select 1 from request_details d where d.building_id = requests.building_id and d.request_id = requests.request_id));
create policy deletes on requests for delete using ((select auth.service_has('{seed}')));

alter table request_events enable row level security;
alter table request_events force row level security;
create policy reads on request_events for select using ((select auth.service_has('{worker,seed}'))
  or exists (select 1 from request_details d where d.building_id = request_events.building_id and d.request_id = request_events.request_id)
  or exists (select 1 from request_joins j where j.building_id = request_events.building_id and j.request_id = request_events.request_id));
create policy inserts on request_events for insert with check ((select auth.service_has('{worker,seed}'))
  or exists (select 1 from request_details d where d.building_id = request_events.building_id and d.request_id = request_events.request_id));
create policy updates on request_events for update using (false);
create policy deletes on request_events for delete using (false);
select app.append_only('request_events');

select app.protect_reference(t) from unnest(array['request_terms', 'request_categories']::regclass[]) t;
grant select, insert, update on requests to uyim_app;
grant select, insert on request_details, request_joins, request_events, request_ids to uyim_app;
grant select, insert, update on request_terms, request_categories to uyim_app;

-- Answering is the desk's and the management's; reporting work as done is the management's alone.
insert into auth.role_rights (role, right_name, reach) values
  ('CLERK', 'request.answer', 'BUILDING'), ('MANAGER', 'request.execute', 'BUILDING') on conflict do nothing;

alter table request_terms no force row level security;
alter table request_categories no force row level security;
insert into request_categories (category, position, emergency_possible, places) values
  ('WATER', 1, true, '{FLAT,ENTRANCE,BASEMENT,YARD}'),
  ('HEATING', 2, true, '{FLAT,ENTRANCE,BASEMENT}'),
  ('ELECTRICITY', 3, true, '{FLAT,ENTRANCE,LIFT,BASEMENT,YARD}'),
  ('GAS', 4, true, '{FLAT,ENTRANCE,BASEMENT,YARD}'),
  ('SEWERAGE', 5, true, '{FLAT,BASEMENT,YARD}'),
  ('LIFT', 6, true, '{LIFT}'),
  ('ROOF', 7, true, '{ROOF,FLAT,ENTRANCE}'),
  ('CLEANING', 8, false, '{ENTRANCE,LIFT,BASEMENT,YARD}'),
  ('WASTE', 9, false, '{YARD,ENTRANCE}'),
  ('DOORS', 10, false, '{ENTRANCE,BASEMENT,ROOF}'),
  ('YARD', 11, false, '{YARD}'),
  ('NOISE', 12, false, '{FLAT,ENTRANCE,YARD}'),
  ('BILL', 13, false, '{FLAT}'),
  ('OTHER', 14, false, '{FLAT,ENTRANCE,LIFT,BASEMENT,ROOF,FACADE,YARD}');
insert into request_terms (country, purpose, category, kind, emergency, valid_from, amount, unit, end_moves, ground, source, verified) values
  ('UZ', 'ANSWER', '', '', false, '2017-12-12', 15, 'CALENDAR_DAYS', null, 'UZ_APPEALS_28', 'uzbekistan.md 2.6.1 [V8 art. 28]', true),
  ('UZ', 'ANSWER', '', 'PROPOSAL', false, '2017-12-12', 1, 'MONTHS', null, 'UZ_APPEALS_28', 'uzbekistan.md 2.6.1 [V8]', true),
  ('UZ', 'EXTENSION', '', '', false, '2017-12-12', 1, 'MONTHS', null, 'UZ_APPEALS_28', 'uzbekistan.md 2.6.1 [V8]', true),
  ('UZ', 'FORWARD', '', '', false, '2017-12-12', 5, 'CALENDAR_DAYS', null, 'UZ_APPEALS', 'uzbekistan.md 2.6.1 [M]', false),
  ('UZ', 'SILENCE', '', '', false, '2000-01-01', 3, 'CALENDAR_DAYS', false, '', 'uzbekistan.md AT-UZ-13; ours', false),
  ('UZ', 'SERVICE', '', '', true, '2000-01-01', 60, 'MINUTES', false, '', 'uzbekistan.md 2.6.1 [D]: dispatch at once', false),
  ('UZ', 'SERVICE', '', '', false, '2000-01-01', 3, 'WORKING_DAYS', false, '', 'ours', false),
  ('UZ', 'SERVICE', 'LIFT', '', false, '2000-01-01', 1, 'CALENDAR_DAYS', false, '', 'ours', false),
  ('UZ', 'SERVICE', 'BILL', '', false, '2000-01-01', 10, 'CALENDAR_DAYS', false, '', 'ours', false),
  ('KZ', 'ANSWER', '', '', false, '2021-07-01', 15, 'WORKING_DAYS', null, 'KZ_APC', 'kazakhstan.md 4.8 [M]', false),
  ('KZ', 'EXTENSION', '', '', false, '2021-07-01', 15, 'WORKING_DAYS', null, '', 'ours', false),
  ('KZ', 'FORWARD', '', '', false, '2021-07-01', 3, 'WORKING_DAYS', null, 'KZ_APC', 'kazakhstan.md 4.8 [M]', false),
  ('KZ', 'SILENCE', '', '', false, '2000-01-01', 3, 'CALENDAR_DAYS', false, '', 'ours', false),
  ('KZ', 'SERVICE', '', '', true, '2000-01-01', 60, 'MINUTES', false, '', 'kazakhstan.md 4.8 [D]', false),
  ('KZ', 'SERVICE', '', '', false, '2000-01-01', 3, 'CALENDAR_DAYS', false, '', 'kazakhstan.md 4.8 [D]', false),
  ('KZ', 'SERVICE', 'LIFT', '', false, '2000-01-01', 1, 'CALENDAR_DAYS', false, '', 'kazakhstan.md 4.8 [D]', false),
  ('KZ', 'SERVICE', 'BILL', '', false, '2000-01-01', 15, 'CALENDAR_DAYS', false, '', 'kazakhstan.md 4.8 [D]', false);
alter table request_terms force row level security;
alter table request_categories force row level security;
