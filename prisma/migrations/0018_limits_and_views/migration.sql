-- Limits of one-time codes as dated data (identity 1.2, messaging.md 1.1). The most particular scope counts: a prefix ('+7701'),
-- a country ('KZ'), everybody (''); of one scope the row begun last. Changed by a row with a later day, never in place.
-- Without the suffix _ALL only codes that never came back count; prices and money in minor units of the country's currency.
create table code_limits (
  name text not null,
  scope text not null default '',
  valid_from date not null,
  value bigint not null check (value >= 0),
  source text not null,
  primary key (name, scope, valid_from)
);

insert into code_limits (name, scope, valid_from, value, source) values
  ('WRONG_CLOSES', '', '2026-01-01', 100, 'NIST SP 800-63B-4: at most 100 failures in a row'),
  ('WRONG_LOCKS_DAY', '', '2026-01-01', 20, 'identity 1.2'),
  ('NUMBER_15_MINUTES', '', '2026-01-01', 3, 'identity 1.2'),
  ('NUMBER_15_MINUTES_ALL', '', '2026-01-01', 10, 'ours: a household of one phone voting for its flats'),
  ('NUMBER_DAY', '', '2026-01-01', 10, 'identity 1.2'),
  ('NUMBER_DAY_ALL', '', '2026-01-01', 30, 'ours'),
  ('BROWSER_NUMBERS_HOUR', '', '2026-01-01', 10, 'identity 1.2'),
  ('BROWSER_NUMBERS_DAY_ALL', '', '2026-01-01', 20, 'ours: a shared computer of a council'),
  ('BROWSER_HOUR_ALL', '', '2026-01-01', 30, 'ours'),
  ('BROWSER_DAY_ALL', '', '2026-01-01', 60, 'ours'),
  ('ADDRESS_HOUR', '', '2026-01-01', 30, 'identity 1.2'),
  ('ADDRESS_HOUR_ALL', '', '2026-01-01', 600, 'ours: mobile operators put many subscribers behind one address'),
  ('ADDRESS_DAY_ALL', '', '2026-01-01', 3000, 'ours'),
  ('PREFIX_SAMPLE', '', '2026-01-01', 50, 'identity 1.2'),
  ('PREFIX_PROVEN_PERCENT', '', '2026-01-01', 30, 'identity 1.2'),
  ('PREFIX_HOUR', '', '2026-01-01', 3000, 'ours: to be set to the operator''s usual hour'),
  ('NEIGHBOURS_HOUR', '', '2026-01-01', 20, 'ours: different numbers of one hundred in an hour'),
  ('PART_PRICE', 'KZ', '2026-01-01', 2500, 'estimate, 25 tenge; to be set to the gateway''s contract'),
  ('PART_PRICE', 'UZ', '2026-01-01', 20000, 'estimate, 200 sum; to be set to the gateway''s contract'),
  ('MONEY_DAY', 'KZ', '2026-01-01', 25000000, 'ours: 250,000 tenge a day'),
  ('MONEY_DAY', 'UZ', '2026-01-01', 200000000, 'ours: 2,000,000 sum a day');
select app.protect_reference('code_limits');
grant select, insert, update on code_limits to uyim_app;

-- A number shut after a hundred wrong codes is opened on the word of two people of one house, of its council or of whoever keeps
-- its register, who each saw the same paper of its holder (identity 1.2, 1.5 L2a, 1.6).
create table number_reopenings (
  building_id uuid not null,
  reopening_id uuid not null,
  premises_id uuid not null,
  number_key char(32) not null,                          -- HMAC of the number
  closed_at timestamptz not null,                        -- which closing: another one needs two words of its own
  person_id uuid,                                        -- null: the number stands in the register alone
  owner_id uuid,                                         -- null: a tenant
  document_type text not null check (document_type in ('ID_CARD', 'PASSPORT', 'TITLE')),
  document_hash text not null,
  said_by uuid not null,
  said_at timestamptz not null default app.now(),
  primary key (building_id, reopening_id)
);
create unique index number_reopenings_once on number_reopenings (building_id, number_key, closed_at, said_by);
select app.protect('number_reopenings', '{owner.confirm,registry.write}', '{owner.confirm,registry.write}', '{sign-in}');
grant select, insert on number_reopenings to uyim_app;
create index owners_phone on owners (phone, building_id) where phone is not null;

-- Who of the staff was shown a home's data in a list or on a screen: once per person, home, kind and day (speed-and-safety.md 6).
-- Cards opened at the desk and in the register stand in the trail itself, each with its reason. The zero home: a list of the whole house.
create table data_views (
  building_id uuid not null,
  premises_id uuid not null,
  day date not null,
  viewer_id uuid not null,
  what text not null,
  at timestamptz not null default app.now(),
  role text not null,
  organisation_id uuid,
  primary key (building_id, premises_id, day, viewer_id, what)
);
create index data_views_viewer on data_views (viewer_id, day);
create index data_views_day on data_views (day);
alter table data_views enable row level security;
alter table data_views force row level security;
create policy reads on data_views for select using ((select auth.service_has('{worker,seed}')) or viewer_id = (select auth.person())
  or premises_id = any((select auth.premises('{account.read}'))::uuid[])
  or premises_id = '00000000-0000-0000-0000-000000000000' and building_id = any((select auth.buildings('{house.read}'))::uuid[])
  or building_id = any((select auth.buildings('{audit.read}'))::uuid[]));
-- As themselves and as nobody else, like the trail.
create policy inserts on data_views for insert with check (viewer_id = (select auth.person()));
create policy updates on data_views for update using (false);
create policy deletes on data_views for delete using ((select auth.service_has('{worker}')));
grant select, insert, delete on data_views to uyim_app;
