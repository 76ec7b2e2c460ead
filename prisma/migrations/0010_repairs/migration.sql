-- Repair programmes: the owners' part of an estimate, split by area, paid in instalments (uzbekistan.md 2.7.1), each
-- programme with money of its own (fund PROGRAMME:<id>). Kazakh savings live in the fund SAVINGS and need no table.

-- Figures of law by date of the release, without which no repair begins; others come from two people on an act (billing, draft-index):
-- the owners' part of the estimate, per cent (seed 000, point 7: 30 %; it carries no date, so it counts from PQ-5152), and how much of
-- it must lie in the programme's fund before works begin (uzbekistan.md 2.7.1: a configured threshold; no act names one, so it is our
-- own choice, and the owners' meeting that approves an estimate may decide another).
alter table index_values no force row level security;
insert into index_values (country, code, valid_from, value, source, verified) values
  ('UZ', 'REPAIR_OWNERS_PERCENT', '2021-06-19', 30, 'PQ-5152', true),
  ('KZ', 'REPAIR_OWNERS_PERCENT', '2020-01-07', 100, '94-I', false),
  ('UZ', 'REPAIR_START_PERCENT', '2021-06-19', 10, '', false),
  ('KZ', 'REPAIR_START_PERCENT', '2020-01-07', 10, '', false);
alter table index_values force row level security;

create table repair_programmes (
  building_id uuid not null references buildings,
  programme_id uuid not null,
  kind text not null check (kind in ('CAPITAL', 'CURRENT', 'TARGETED')), -- TARGETED: a targeted contribution of a Kazakh house
  title text not null check (char_length(title) between 3 and 200),                -- as its keepers gave it
  title_locale text not null check (title_locale in ('uz', 'kk', 'ru')),
  titles jsonb not null default '{}' check (titles - array['uz', 'kk', 'ru'] = '{}' and not titles ? title_locale), -- in other languages, where somebody wrote it
  year integer not null check (year between 2000 and 2100),
  owners_percent numeric(6, 3) not null check (owners_percent > 0 and owners_percent <= 100),
  share_source text not null,
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  state text not null default 'DRAFT'
    check (state in ('DRAFT', 'ESTIMATED', 'APPROVED', 'COLLECTING', 'IN_WORK', 'DONE', 'RECONCILED', 'CANCELLED')),
  approved_version integer,
  contract_number text check (char_length(contract_number) between 1 and 60),   -- by which works begin
  contract_on date,
  contractor text check (char_length(contractor) between 2 and 200),
  opened_at timestamptz not null default app.now(),
  opened_by uuid,
  primary key (building_id, programme_id),
  check ((contract_number is null) = (contract_on is null) and (contract_number is null) = (contractor is null))
);

-- A version is never edited; the next one is another row.
create table repair_estimates (
  building_id uuid not null,
  programme_id uuid not null,
  version integer not null check (version > 0),
  lines jsonb not null,                                 -- [{code, title: {text, locale, others}, unit, quantity, unitPrice, amount}], money in minor units as text
  net_total bigint not null check (net_total > 0),
  vat_percent numeric(5, 2) not null default 0 check (vat_percent between 0 and 100),
  vat_amount bigint not null check (vat_amount >= 0),
  total bigint not null check (total > 0),
  registered_at timestamptz not null default app.now(),
  registered_by uuid,
  decision_number text,                                 -- protocol of the owners' meeting that approved it
  decision_on date,
  approved_at timestamptz,
  owners_total bigint,
  start_percent numeric(6, 3) check (start_percent between 0 and 100),  -- of the owners' part, before works begin
  primary key (building_id, programme_id, version),
  foreign key (building_id, programme_id) references repair_programmes,
  check (total = net_total + vat_amount),
  check ((approved_at is null) = (owners_total is null) and (approved_at is null) = (decision_number is null)
    and (approved_at is null) = (start_percent is null))
);

-- What a version adds to a premises' part: the first one all of it, the next only the difference, below zero when it is lower.
-- Each version has a row for every premises, also where nothing changes: its weights are what the parts were reckoned by.
create table repair_obligations (
  building_id uuid not null,
  programme_id uuid not null,
  version integer not null,
  premises_id uuid not null,
  account_id uuid not null,
  weight bigint not null check (weight > 0),            -- area in 1/100 m²
  amount bigint not null,
  created_at timestamptz not null default app.now(),
  primary key (building_id, programme_id, version, premises_id),
  foreign key (building_id, programme_id, version) references repair_estimates,
  foreign key (building_id, premises_id) references premises
);
create index repair_obligations_premises on repair_obligations (building_id, premises_id);

create table repair_instalments (
  building_id uuid not null,
  programme_id uuid not null,
  version integer not null,
  premises_id uuid not null,
  n integer not null check (n > 0),
  due_on date not null,
  amount bigint not null check (amount > 0),
  credited bigint not null default 0 check (credited between 0 and amount), -- taken off by a lower version; the amount stays as it was
  invoice_id uuid,                                      -- its number to pay by; none once nothing is left of it
  charged_by uuid,                                      -- ledger transaction: the debt arises in the month it falls due
  primary key (building_id, programme_id, version, premises_id, n),
  foreign key (building_id, programme_id, version, premises_id) references repair_obligations
);
create unique index repair_instalments_invoice on repair_instalments (building_id, invoice_id);
create index repair_instalments_due on repair_instalments (building_id, due_on) where charged_by is null;

select app.protect('repair_programmes', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_estimates', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_obligations', '{fund.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_instalments', '{fund.read}', '{billing.run}', '{payments,billing,worker}');
grant select, insert, update on repair_programmes, repair_estimates, repair_instalments to uyim_app;
grant select, insert on repair_obligations to uyim_app;
