-- Tariffs as dated data, and bills made from them set by set (kazakhstan.md 4.7, uzbekistan.md 2.7.2, 6; settled 8, 9).
-- A bill is one row with its lines inside. What all bills of a house and month share (prices with their tariffs,
-- VAT, days served) is kept once in the run that made them and never changes afterwards.

-- ── Dated data ──────────────────────────────────────────────────────────────────────────────────
create table tariffs (
  tariff_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  territory_prefix text not null check (territory_prefix ~ '^[0-9]{0,9}$'), -- '' the whole country; '75' Almaty (KATO), '1726' Tashkent (SOATO)
  service text not null check (service in ('COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT')),
  supplier_id uuid references organisations,            -- whose tariff it is; a place has one supplier of a service at a time
  customer_class text not null default 'POPULATION' check (customer_class in ('POPULATION', 'OTHER')),
  basis text not null check (basis in ('VOLUME', 'VOLUME_TIERED', 'TIERED_PER_PERSON', 'AREA', 'GCAL', 'PERSON', 'FIXED')),
  unit text not null check (unit in ('m3', 'kWh', 'Gcal', 'm2', 'person', 'account')),
  price numeric(14, 4) check (price >= 0),              -- major units of the currency for one unit
  tiers jsonb,                                          -- [{"upTo": "3", "price": "91.96"}, …, {"upTo": null, …}]
  stove boolean,                                        -- condition: only flats with (without) an electric stove
  metered boolean,                                      -- condition: only flats with (without) a meter of their own
  building_meter boolean,                               -- condition: only houses with (without) a meter at the inlet
  privileged boolean,                                   -- condition: only flats with (without) a privilege of the service
  months text check (months ~ '^[0-9]{1,2}(,[0-9]{1,2})*$'), -- condition: months of the year, '11,12,1,2'
  vat_mode text not null check (vat_mode in ('NET', 'INCLUDED', 'NONE', 'UNKNOWN')),
  vat_rate numeric(5, 2) check (vat_rate > 0 and vat_rate < 100), -- percent of the act itself; null: the law's of the day
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  act_id text references legal_acts,
  source text not null,
  note text not null default '',
  valid_from date not null,
  valid_to date,
  demonstration boolean not null default false,
  verified boolean not null default false,
  published_at timestamptz,
  -- Of a draft made by a person (0022); rows of the reference have none of these.
  drafted_by uuid,
  drafted_at timestamptz,
  published_by uuid,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  ended_by uuid,
  supersedes uuid[] not null default '{}',
  -- What is counted decides, not how: tiers and one flat price of the same volume cannot both be in force.
  condition_key text generated always as (case when basis in ('AREA', 'PERSON', 'FIXED') then basis else 'METER' end || '|' || coalesce(stove::text, '-') || '|'
    || coalesce(metered::text, '-') || '|' || coalesce(building_meter::text, '-') || '|' || coalesce(privileged::text, '-') || '|' || coalesce(months, '-')
    || '|' || demonstration::text) stored,
  check (valid_to >= valid_from),
  check (vat_rate is null or vat_mode in ('NET', 'INCLUDED')),
  check (num_nulls(drafted_by, drafted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  constraint price_or_tiers check (case when basis in ('VOLUME_TIERED', 'TIERED_PER_PERSON') then tiers is not null and price is null
    else tiers is null and price is not null end),
  constraint unknown_vat_is_never_published check (published_at is null or vat_mode <> 'UNKNOWN'),
  constraint act_of_a_draft check (published_at is null or drafted_by is null or act_id is not null),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null),
  constraint one_tariff_at_a_time exclude using gist (country with =, territory_prefix with =, service with =, customer_class with =,
    condition_key with =, daterange(valid_from, valid_to, '[]') with &&) where (published_at is not null)
);
create index tariffs_place on tariffs (country, service);

-- What a person without a meter, or with a silent one, is taken to use in a month. A month is counted by the norm of its first day.
create table consumption_norms (
  norm_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  territory_prefix text not null check (territory_prefix ~ '^[0-9]{0,9}$'),
  service text not null check (service in ('COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'GAS')),
  per_person numeric(12, 3) not null check (per_person >= 0), -- a month
  unit text not null check (unit = case service when 'ELECTRICITY' then 'kWh' else 'm3' end),
  act_id text references legal_acts,
  source text not null,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  demonstration boolean not null default false,
  verified boolean not null default false,
  -- Of a draft made by a person (0025); rows of the reference have none of these and are published as they come.
  published_at timestamptz,
  drafted_by uuid,
  drafted_at timestamptz,
  published_by uuid,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  ended_by uuid,
  own_to date,                                          -- its last day by its own words, whatever ended it on the eve of the next one
  withdrawal_by uuid,                                   -- who wants what is published withdrawn before its month (0025)
  withdrawal_reason text check (char_length(withdrawal_reason) between 3 and 300),
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  demonstration_key text generated always as (demonstration::text) stored,
  check (num_nulls(drafted_by, drafted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  check (num_nulls(withdrawal_by, withdrawal_reason) in (0, 2) and num_nulls(withdrawn_by, withdrawn_at) in (0, 2) and (withdrawal_by is null or (published_at is not null and drafted_by is not null))),
  constraint withdrawn_by_two check (withdrawn_by is null or (withdrawal_by is not null and withdrawn_by <> withdrawal_by)),
  constraint act_of_a_norm_of_consumption check (published_at is null or drafted_by is null or act_id is not null),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null),
  constraint one_norm_at_a_time exclude using gist (country with =, territory_prefix with =, service with =, demonstration_key with =,
    daterange(valid_from, valid_to, '[]') with &&) where (published_at is not null and withdrawn_at is null)
);

-- When a seasonal service is served: heating by the decision of the town.
create table service_seasons (
  season_id uuid primary key,
  country char(2) not null,
  territory_prefix text not null,
  service text not null,
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  act_id text references legal_acts,
  source text not null,
  demonstration boolean not null default false,
  verified boolean not null default false,
  -- Of a draft made by a person (0025); rows of the reference have none of these and are published as they come.
  published_at timestamptz,
  drafted_by uuid,
  drafted_at timestamptz,
  published_by uuid,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  ended_by uuid,
  demonstration_key text generated always as (demonstration::text) stored,
  check (num_nulls(drafted_by, drafted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  constraint act_of_a_season check (published_at is null or drafted_by is null or act_id is not null),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null),
  constraint one_season_at_a_time exclude using gist (country with =, territory_prefix with =, service with =, demonstration_key with =,
    daterange(from_day, to_day, '[]') with &&) where (published_at is not null)
);

-- Seasons of a place between two days: what is published before what is shown for demonstration, then the nearer place.
create function app.seasons_of(p_country text, p_territory text, p_demonstration boolean, p_from date, p_to date) returns setof service_seasons
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with known as (select s.* from service_seasons s where s.country = p_country and p_territory like s.territory_prefix || '%' and (not s.demonstration or p_demonstration) and s.published_at is not null)
  select s.* from known s where s.from_day <= p_to and s.to_day >= p_from
    and not exists (select 1 from known n where n.service = s.service and daterange(n.from_day, n.to_day, '[]') && daterange(s.from_day, s.to_day, '[]')
      and (not n.demonstration, length(n.territory_prefix)) > (not s.demonstration, length(s.territory_prefix)))
$$;
select app.protect_reference(t) from unnest(array['tariffs', 'consumption_norms', 'service_seasons']::regclass[]) t;
grant select, insert, update on tariffs, consumption_norms, service_seasons to uyim_app;

-- ── What a house is charged for ─────────────────────────────────────────────────────────────────
create table house_services (
  building_id uuid not null,
  service text not null,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  method text not null check (method in ('METER', 'AREA', 'PERSON', 'BUILDING_METER', 'FIXED')),
  volume_of text[] not null default '{}',               -- SEWERAGE: {COLD_WATER,HOT_WATER}
  premises_kinds text[] not null default '{APARTMENT}',
  seasonal boolean not null default false,
  -- How accounts divide what the house's meter saw and no flat: house_services of METER only; null, they do not.
  common_shared_by text check (common_shared_by in ('AREA', 'PERSONS', 'EQUAL')),
  primary key (building_id, service, valid_from),
  constraint common_of_meters check (common_shared_by is null or method = 'METER' and volume_of = '{}' and service in ('COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'GAS')),
  constraint one_way_at_a_time exclude using gist (building_id with =, service with =, daterange(valid_from, valid_to, '[]') with &&)
);

create table service_interruptions (
  building_id uuid not null,
  interruption_id uuid not null,
  service text not null,
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  act_number text not null,
  recorded_at timestamptz not null default app.now(),
  recorded_by uuid,
  -- Written down wrongly: taken back while no bill knew of it, afterwards undone by a counter-act.
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text check (char_length(withdrawn_reason) between 3 and 300),
  counter_act text check (char_length(counter_act) between 1 and 60),
  primary key (building_id, interruption_id),
  check (num_nulls(withdrawn_at, withdrawn_reason) in (0, 2) and (counter_act is null or withdrawn_at is not null))
);

-- Contributions per m² by date: of the meeting, or a multiple of an index of law (0.005 MRP).
create table contribution_rates (
  building_id uuid not null,
  rate_id uuid not null,
  fund text not null check (fund in ('CURRENT', 'SAVINGS')),
  premises_kind text not null check (premises_kind in ('APARTMENT', 'NON_RESIDENTIAL', 'PARKING', 'STORAGE')),
  per_m2 numeric(14, 4) check (per_m2 >= 0),
  index_code text,
  index_multiple numeric(12, 6) check (index_multiple > 0),
  basis text not null,                                  -- the meeting's decision or the article
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  primary key (building_id, rate_id),
  check ((per_m2 is null) = (index_code is not null)),
  check ((index_code is null) = (index_multiple is null)),
  constraint one_rate_at_a_time exclude using gist (building_id with =, fund with =, premises_kind with =,
    daterange(valid_from, valid_to, '[]') with &&)
);

-- What the law does not let a meeting decide (kazakhstan.md 4.1), by dated indexes: savings below so many MRP per m², and
-- premises that are no flats above so many times the flats' rate. Twin of judgeContribution in server/billing/contributions/rules.ts,
-- which judges each month anew: an index of law may move past a rate that was right when it was decided.
create function app.index_on(p_country text, p_code text, p_day date) returns numeric
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select i.value from index_values i where i.country = p_country and i.code = p_code and i.valid_from <= p_day order by i.valid_from desc limit 1
$$;
create function app.rate_on(r contribution_rates, p_country text, p_day date) returns numeric
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(r.per_m2, r.index_multiple * app.index_on(p_country, r.index_code, p_day))
$$;
create function app.judge_rate() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare place text; price numeric; flats numeric; dearest numeric;
begin
  select b.country into place from buildings b where b.building_id = new.building_id;
  price := app.rate_on(new, place, new.valid_from);
  if new.fund = 'SAVINGS' and price < app.index_on(place, 'MRP', new.valid_from) * app.index_on(place, 'SAVINGS_MIN_MRP', new.valid_from) then
    raise exception 'a savings contribution below the least of law' using errcode = 'UY011';
  end if;
  select max(app.rate_on(r, place, new.valid_from)) filter (where r.premises_kind = 'APARTMENT'), max(app.rate_on(r, place, new.valid_from)) filter (where r.premises_kind <> 'APARTMENT')
    into flats, dearest from contribution_rates r
   where r.building_id = new.building_id and r.fund = new.fund and r.valid_from <= new.valid_from and coalesce(r.valid_to, 'infinity') >= new.valid_from
     and (r.premises_kind = 'APARTMENT' or new.premises_kind in ('APARTMENT', r.premises_kind));
  if dearest > flats * app.index_on(place, 'OTHER_UNITS_MAX_TIMES', new.valid_from) then
    raise exception 'other premises above what the law allows beside the flats' using errcode = 'UY012';
  end if;
  return null;
end $$;
create trigger judge after insert or update on contribution_rates for each row execute function app.judge_rate();

-- ── Runs and bills ──────────────────────────────────────────────────────────────────────────────
-- One run of a house and month: the key itself refuses a second and a parallel one.
create table billing_runs (
  building_id uuid not null,
  period char(7) not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  run_id uuid not null,
  currency char(3) not null,
  prices jsonb not null,                                -- the plan as it was: every price a line refers to
  prices_hash bytea not null,
  findings jsonb not null default '[]',                 -- services left out, and why
  due_on date not null,
  accounts integer not null,
  line_count integer not null,
  total bigint not null,
  bills_hash bytea not null,                            -- over the hashes of all bills
  person_id uuid,
  issued_at timestamptz not null default app.now(),
  primary key (building_id, period)
);

create table bills (
  building_id uuid not null,
  account_id uuid not null,
  period char(7) not null,
  premises_id uuid not null,
  bill_number text not null,
  due_on date not null,
  currency char(3) not null,
  total bigint not null,                                -- charged for the month, VAT included
  vat bigint not null,
  opening_balance bigint not null,                      -- owed before this charge in the house's funds (parts of repairs have invoices); below zero an advance
  lines text not null,                                  -- JSON as it is hashed (reading it as json once more on writing would cost a thirtieth of the run): [{"key","quantity","source"?,"before"?,"people"?,"extra"?,"net","vat"}]
  hash bytea not null,
  run_id uuid not null,
  issued_at timestamptz not null default app.now(),
  primary key (building_id, account_id, period)
) partition by list (period);
select app.ensure_partitions('bills', '2025-01-01', '2027-12-01');

-- Volumes charged by estimate and not yet covered by a reading, each with the charge that took it (hot water, and its
-- sewerage): the next reading pays it back to that charge and to no other.
create table estimated_volumes (
  building_id uuid not null,
  meter_id uuid not null,
  period char(7) not null,
  service text not null,
  premises_id uuid not null,
  volume numeric(14, 3) not null check (volume > 0),
  settled_in char(7),
  primary key (building_id, meter_id, period, service)
);

-- Houses waiting for their run when a whole organisation is billed.
create table billing_orders (
  building_id uuid not null,
  period char(7) not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  order_id uuid not null,
  organisation_id uuid not null,
  state text not null check (state in ('WAITING', 'POSTED', 'HELD')),
  accept_findings boolean not null,
  reason text,
  person_id uuid,
  ordered_at timestamptz not null default app.now(),
  settled_at timestamptz,
  primary key (building_id, period)
);
create index billing_orders_waiting on billing_orders (order_id) where state = 'WAITING';

-- The last month whose bills may have counted an act: of one of its days, also corrected, or a later one that recalculated them. A moment is the start of
-- its transaction, so that an act of the hour before a run may have been seen by it.
create function app.interruption_counted(p_building uuid, p_from date, p_recorded timestamptz) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select max(x.period)::text from (
    select r.period from billing_runs r where r.building_id = p_building and r.period >= to_char(p_from, 'YYYY-MM') and r.issued_at > p_recorded - interval '1 hour'
    union all select k.period from bill_corrections k where k.building_id = p_building and k.period >= to_char(p_from, 'YYYY-MM') and k.posted_at > p_recorded - interval '1 hour') x);
end $$;
-- The words of an act stay. It is withdrawn once; after it was counted by another person and on a counter-act.
create function app.keep_interruption() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if to_jsonb(old) - '{withdrawn_at,withdrawn_by,withdrawn_reason,counter_act}'::text[] is distinct from to_jsonb(new) - '{withdrawn_at,withdrawn_by,withdrawn_reason,counter_act}'::text[]
    or old.withdrawn_at is not null then raise exception 'the words of an act stay' using errcode = 'UY001'; end if;
  if auth.person() is null then return new; end if;
  new.withdrawn_by := auth.person();
  -- No run begins or goes on meanwhile.
  perform pg_advisory_xact_lock(app.readings_lock(new.building_id));
  if app.interruption_counted(new.building_id, new.from_day, new.recorded_at) is not null then
    if new.counter_act is null then raise exception 'bills know of this act' using errcode = 'UY063'; end if;
    if new.recorded_by = new.withdrawn_by then raise exception 'who wrote the act down does not undo it' using errcode = 'UY060'; end if;
  end if;
  return new;
end $$;
create trigger keep before update on service_interruptions for each row execute function app.keep_interruption();

select app.protect('house_services', '{house.read}', '{billing.run,registry.write}', '{billing,imports,worker}');
select app.protect('service_interruptions', '{house.read}', '{billing.run,registry.write}', '{billing,imports,worker}');
select app.protect('contribution_rates', '{house.read}', '{billing.run,registry.write}', '{billing,imports,worker,payments}');
select app.protect('billing_runs', '{house.read}', '{}', '{billing,imports,worker}');
-- The bill that is still to be paid on the day of the link is no history.
select app.protect('bills', '{bill.read}', '{}', '{billing,payments,worker}', 'due_on');
select app.protect('estimated_volumes', '{bill.read}', '{}', '{billing}');
select app.protect('billing_orders', '{billing.run}', '{billing.run}', '{billing,worker}');
select app.append_only('billing_runs');
select app.append_only('bills');
grant select, insert, update on house_services, service_interruptions, contribution_rates, billing_orders to uyim_app;
grant select on billing_runs, bills, estimated_volumes to uyim_app;

-- ── The engine ──────────────────────────────────────────────────────────────────────────────────
-- Arithmetic of one line, the same as recompute() in server/billing/charges/rules.ts:
--   base = quantity priced through the tiers (their limits times people), exact
--   net  = base * days / month days, rounded once, half up;  vat = net * rate, rounded once, half up
-- Houses with the same prices are billed by one statement that is written for these prices: constants instead of
-- joins, one row per account instead of one per line. Measured: 0.03 of a bare insert without this.

-- Base amount of a line in minor units, exact: each tier adds the difference of its price to the one before.
create function app.base_sql(item jsonb, quantity text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare prices numeric[]; limits numeric[]; times text := case when (item ->> 'perPerson')::boolean then ' * people' else '' end; made text;
begin
  select array_agg(trim_scale(x::numeric * 100) order by n) into prices from jsonb_array_elements_text(item -> 'prices') with ordinality e(x, n);
  select array_agg(x::numeric order by n) into limits from jsonb_array_elements_text(item -> 'upTo') with ordinality e(x, n);
  made := format('%s * %L::numeric', quantity, prices[1]);
  for i in 2..cardinality(prices) loop
    made := made || format(' + greatest(%s - %L::numeric%s, 0) * %L::numeric', quantity, limits[i - 1], times, prices[i] - prices[i - 1]);
  end loop;
  return made;
end $$;

-- For whom a price is.
create function app.item_condition(item jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (select 'kind in (' || string_agg(quote_literal(x), ',') || ')' from jsonb_array_elements_text(item -> 'kinds') x)
    || case when item ->> 'stove' is null then '' when (item ->> 'stove')::boolean then ' and electric_stove' else ' and not electric_stove' end
    || case when item ->> 'privileged' is null then '' else format(' and %s coalesce(%L = any(privileges), false)', case when (item ->> 'privileged')::boolean then '' else 'not' end, item ->> 'service') end
    || case when item ->> 'metered' is null then '' else format(' and %s has%s', case when (item ->> 'metered')::boolean then '' else 'not' end, item -> 'volumeAt' ->> 0) end
$$;

-- Ends the names of the columns of a charge of certain volumes: what it takes now, and what it took by estimate earlier.
create function app.item_source(item jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select lower(item ->> 'service') || (select string_agg('_' || x, '' order by n) from jsonb_array_elements_text(item -> 'volumeAt') with ordinality e(x, n))
$$;
create function app.item_quantity(item jsonb) returns text
language sql immutable set search_path = pg_catalog, app, pg_temp as $$
  select case item ->> 'of' when 'AREA' then 'area_m2' when 'SHARE' then 'area_m2' when 'PERSONS' then 'persons::numeric' when 'ONE' then '1::numeric'
    else 'used_' || item_source(item) end
$$;

-- ── Parts of a month ────────────────────────────────────────────────────────────────────────────
-- An account that opens or closes within the month, a unit whose area changed (premises_areas), and one where other persons
-- are registered than on the first day pay what is charged by area, person or account by days: `parts` of a line are areas
-- or persons with their days. Houses without any such account are billed by a statement that knows nothing of this.
-- Who is away is not charged by person from the first day of the absence, and not before the day after it was applied for (uzbekistan.md 2.7.2).
create function app.away_from(p_from date, p_recorded timestamptz) returns date
language sql immutable set search_path = pg_catalog, pg_temp as $$ select greatest(p_from, (p_recorded at time zone interval '5 hours')::date + 1) $$;
create function app.has_parts(p_buildings uuid[], p_first date, p_last date, p_persons boolean) returns boolean
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select 1 from accounts a where a.building_id = any(p_buildings) and (a.closed_on between p_first and p_last or a.opened_on between p_first + 1 and p_last))
    or exists (select 1 from premises_areas x where x.building_id = any(p_buildings) and x.valid_from > p_first)
    or p_persons and exists (select 1 from registered_persons r where r.building_id = any(p_buildings) and r.valid_from > p_first and r.valid_from <= p_last
      and r.persons <> coalesce((select q.persons from registered_persons q where q.building_id = r.building_id and q.premises_id = r.premises_id and q.valid_from < r.valid_from
        order by q.valid_from desc limit 1), 0))
    or p_persons and exists (select 1 from person_absences w where w.building_id = any(p_buildings) and w.withdrawn_at is null and w.from_day <= p_last and (w.to_day is null or w.to_day >= p_first)
      and (w.to_day < p_last or app.away_from(w.from_day, w.recorded_at) > p_first));
end $$;

-- The last day of an account that closes: the day before, when the next account of the unit opens on that day.
create function app.account_end(p_building uuid, p_premises uuid, p_opened date, p_closed date) returns date
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select least(p_closed, (select min(b.opened_on) - 1 from accounts b
    where b.building_id = p_building and b.premises_id = p_premises and b.opened_on > p_opened and b.opened_on <= p_closed))
$$;

-- The area of a unit on a day, where it has changed; nothing where it never did.
create function app.area_on(p_building uuid, p_premises uuid, p_day date) returns numeric
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((select x.area_m2 from premises_areas x where x.building_id = p_building and x.premises_id = p_premises and x.valid_from <= p_day order by x.valid_from desc limit 1),
    (select x.previous_m2 from premises_areas x where x.building_id = p_building and x.premises_id = p_premises order by x.valid_from limit 1));
end $$;

-- Areas or persons of an account with their days within the stretches p_from … p_to on which a price was served, '[["60", 12], …]';
-- nothing when it is `p_value` on all of them. Whoever is away is not counted on these days.
create function app.dated_parts(p_of text, p_building uuid, p_premises uuid, p_opened date, p_ends date, p_value numeric, p_from date[], p_to date[]) returns jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare parts jsonb;
begin
  with span as (select greatest(x.f, p_opened) as f, least(x.t, p_ends) as t from unnest(p_from, p_to) x(f, t)),
  gone as (
    select app.away_from(w.from_day, w.recorded_at) as f, coalesce(w.to_day, 'infinity') as t, w.persons from person_absences w
     where p_of = 'PERSONS' and w.building_id = p_building and w.premises_id = p_premises and w.withdrawn_at is null and coalesce(w.to_day, 'infinity') >= app.away_from(w.from_day, w.recorded_at)),
  point as (
    select r.valid_from as since from registered_persons r where p_of = 'PERSONS' and r.building_id = p_building and r.premises_id = p_premises
    union select g.f from gone g union select g.t + 1 from gone g where g.t < 'infinity'),
  known as (
    select '-infinity'::date as since, case p_of when 'PERSONS' then 0 when 'AREA' then coalesce((select a.previous_m2 from premises_areas a
        where a.building_id = p_building and a.premises_id = p_premises order by a.valid_from limit 1), p_value) else p_value end as value
    union all select a.valid_from, a.area_m2 from premises_areas a where p_of = 'AREA' and a.building_id = p_building and a.premises_id = p_premises
    union all select p.since, greatest(coalesce((select r.persons from registered_persons r where r.building_id = p_building and r.premises_id = p_premises and r.valid_from <= p.since order by r.valid_from desc limit 1), 0)
      - coalesce((select sum(g.persons) from gone g where p.since between g.f and g.t), 0), 0) from point p),
  changed as (select x.since, x.value from (select k.since, k.value, lag(k.value) over (order by k.since) as before from known k) x where x.before is distinct from x.value),
  term as (select c.since, c.value, lead(c.since, 1, 'infinity'::date) over (order by c.since) as until from changed c),
  charged as (
    select m.since, m.value, sum(least(s.t, case when m.until = 'infinity' then s.t else m.until - 1 end) - greatest(s.f, m.since) + 1)::int as days
      from term m join span s on greatest(s.f, m.since) <= s.t and m.until > greatest(s.f, m.since) group by m.since, m.value)
  select jsonb_agg(jsonb_build_array(trim_scale(c.value)::text, c.days) order by c.since) into parts from charged c;
  if parts is null then return '[]'; end if;
  if jsonb_array_length(parts) = 1 and (parts -> 0 ->> 0)::numeric = p_value and (parts -> 0 ->> 1)::int = (select sum(x.t - x.f + 1) from unnest(p_from, p_to) x(f, t)) then return null; end if;
  return parts;
end $$;

create function app.parts_net(p_parts jsonb, p_price numeric, p_month_days integer) returns bigint
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select div(sum((x ->> 0)::numeric * (x ->> 1)::numeric) * p_price * 200 + p_month_days, 2 * p_month_days)::bigint from jsonb_array_elements(p_parts) x
$$;

-- What the house's meter saw less the volumes of its flats (as charged: metered, by average, by norm, less what was charged earlier;
-- of premises that are charged elsewhere what their meters saw), at one price, divided among the accounts by weight: relations
-- `commonN`, a row of each house with why there is nothing to divide, named at one account, and `shareN`.
create function app.common_sql(item jsonb, n integer, cond text) returns text
language sql immutable set search_path = pg_catalog, app, pg_temp as $$
  select format(', common%1$s as materialized (
      select x.building_id, x.holder, x.flats, case when x.known and x.flats <= %2$L::numeric then div((%2$L::numeric - x.flats) * %3$L::numeric * %4$s + %5$s, %6$s) end as net,
          case when not x.known then ''noCommonShare'' when x.flats > %2$L::numeric then ''flatsAboveHouse:'' || trim_scale(x.flats) when x.flats < %2$L::numeric and not x.someone then ''noSharers:'' || trim_scale(x.flats) end as code
        from (select u.building_id, min(u.account)::uuid as holder, coalesce(sum(u.volume), 0) + %12$L::numeric as flats, count(*) filter (where u.own) = count(u.volume) as known, bool_or(u.someone) as someone
          from (select building_id, premises_id, min(account_id::text) as account, bool_or(%7$s or has%8$s) as own, max(case when %7$s or has%8$s then %9$s end) as volume, bool_or(%10$s and %11$s > 0) as someone
            from flat group by building_id, premises_id) u group by u.building_id) x)
    , share%1$s as materialized (select s.account_id, (s.part + (s.place <= s.total - s.given)::int)::bigint as net, s.place <= s.total - s.given as extra, s.weight, s.weights, s.flats from (
        select p.*, row_number() over (partition by p.building_id order by p.rest desc, p.premises_id, p.account_id) as place, sum(p.part) over (partition by p.building_id) as given from (
          select d.*, div(d.total * d.weight, d.weights) as part, mod(d.total * d.weight, d.weights) as rest from (
            select f.building_id, f.account_id, f.premises_id, c.net as total, c.flats, f.weight, sum(f.weight) over (partition by f.building_id) as weights
              from (select building_id, account_id, premises_id, %11$s as weight from flat where %10$s) f join common%1$s c on c.building_id = f.building_id
             where c.net > 0 and f.weight > 0) d) p) s)',
    n, item ->> 'houseQuantity', item -> 'prices' ->> 0, 200 * (item ->> 'days')::int, (item ->> 'monthDays')::int, 2 * (item ->> 'monthDays')::int,
    app.item_condition(item), item -> 'volumeAt' ->> 0, app.item_quantity(item || '{"of": "VOLUME"}'), cond,
    case item ->> 'by' when 'AREA' then 'area_m2' when 'PERSONS' then 'persons::numeric' else '1::numeric' end, coalesce(item -> 'earlier' ->> 'flats', '0'))
$$;

-- The statement's first part: relation `computed`, one row for each account of the houses $1 in the month $2, and
-- `pair`, which charges take which volumes. $3 first day, $4 last day of the month. With `p_parts` also accounts that were
-- open for a part of the month; only who is there on its last day is charged by a volume.
-- `p_fined` names the parameter with penalties, [{"account_id", "amount", "line"}]; null where nobody owes one.
-- `p_heated` names the one with lines of heat contracts (server/billing/heat), made before: items with a `heat` are theirs.
create function app.bills_sql(p_prices jsonb, p_parts boolean, p_fined text default null, p_heated text default null) returns text
language plpgsql immutable set search_path = pg_catalog, app, pg_temp as $$
declare
  sources jsonb := '{}'; usual_of jsonb := '{}'; full_of jsonb := '{}'; pairs jsonb := '[]'; pair_of jsonb; covered text := ''; source int; span_from text; span_to text;
  item jsonb; n int := 0; k int; service text; norm text; q text; cond text; days int; month_days int; vat_bp bigint; of_kind text;
  volumes text := ''; repairs text := ''; norms text := ''; shares text := ''; share_joins text := ''; nets text := ''; vats text := ''; pieces text := ''; counts text := '0';
  sums jsonb := '{"UTILITIES": "0::bigint", "CURRENT": "0::bigint", "SAVINGS": "0::bigint"}'; vat_sum text := '0::bigint'; problems text := ''; missing text := 'false'; estimates text := 'false'; codes text; before_of text;
  beyond jsonb := '{}'; lacking jsonb := '{}'; parts text := ''; usual text; in_parts boolean; hotless text; common boolean; base text; marks text;
begin
  for k, service, norm in select e.ordinality::int, e.x ->> 'service', e.x ->> 'norm' from jsonb_array_elements(p_prices -> 'volumes') with ordinality e(x, ordinality) loop
    volumes := volumes || format(', sum(u.volume) filter (where u.service = %1$L) as metered%2$s, count(*) filter (where u.service = %1$L) as meters%2$s', service, k);
    repairs := repairs || format(', sum(x.volume) filter (where x.service = %1$L) as metered%2$s, max(x.code) filter (where x.service = %1$L) as code%2$s', service, k);
    -- A flat without a meter: by norm, or by what its heat contract says of hot water.
    norm := format('round(%L::numeric * (g.persons - least(coalesce(w.persons, 0), g.persons)), 3)', norm);
    if p_heated is not null and service = 'HOT_WATER' then norm := format('coalesce(y2.heat_volume, %s)', norm); end if;
    usual_of := usual_of || jsonb_build_object(k, format('case when coalesce(v.meters%1$s, 0) = 0 then %2$s else coalesce(v.metered%1$s, 0) end', k, norm));
    full_of := full_of || jsonb_build_object(k, format('case when coalesce(v.meters%1$s, 0) = 0 then %2$s when coalesce(c.code%1$s, 0) < 3 then coalesce(v.metered%1$s, 0) + coalesce(c.metered%1$s, 0) end', k, norm));
    norms := norms || format(', coalesce(v.meters%1$s, 0) > 0 as has%1$s, case when coalesce(v.meters%1$s, 0) = 0 then 2 else coalesce(c.code%1$s, 0) end as code%1$s', k);
  end loop;
  -- A flat above the last published tier goes without the whole service, also where only a part of the month has such tiers.
  for item in select x from jsonb_array_elements(p_prices -> 'items') x where x ->> 'of' = 'VOLUME' and jsonb_array_length(x -> 'upTo') = jsonb_array_length(x -> 'prices') loop
    beyond := jsonb_set(beyond, array[item ->> 'service'], to_jsonb(coalesce(beyond ->> (item ->> 'service') || ' or ', '') || format('(%s and %s > %L::numeric%s)', app.item_condition(item),
      app.item_quantity(item), item -> 'upTo' ->> -1, case when (item ->> 'perPerson')::boolean then ' * people' else '' end)));
  end loop;
  for item in select e.x from jsonb_array_elements(p_prices -> 'items') with ordinality e(x, ordinality) where e.x ->> 'of' <> 'PENALTY' and not e.x ? 'heat' order by e.ordinality loop
    n := n + 1;
    of_kind := item ->> 'of';
    service := item ->> 'service';
    days := (item ->> 'days')::int; month_days := (item ->> 'monthDays')::int; vat_bp := (item ->> 'vatBp')::bigint;
    cond := app.item_condition(item) || coalesce(' and (' || (beyond ->> service) || ') is not true', '');
    q := app.item_quantity(item);
    in_parts := p_parts and of_kind in ('AREA', 'PERSONS', 'ONE');
    -- A volume of the month is charged to who is there on its last day.
    if p_parts and not in_parts then cond := cond || ' and stays'; end if;
    -- Hot water of whom the heat contract charges by norm.
    hotless := case when p_heated is not null and service = 'HOT_WATER' then ' and heat_hot is not true' else '' end;
    cond := cond || hotless;
    common := item ? 'by';
    if common then
      -- What the house's meter saw and no flat was charged or metered: known only here, divided within each house.
      cond := app.item_condition(item) || case when p_parts then ' and stays' else '' end;
      q := format('weight%s', n);
      shares := shares || app.common_sql(item, n, cond);
      share_joins := share_joins || format(' left join share%1$s on share%1$s.account_id = f.account_id left join common%1$s on common%1$s.holder = f.account_id', n);
      nets := nets || format(', share%1$s.net as net%1$s, share%1$s.extra as extra%1$s, share%1$s.weight as weight%1$s, share%1$s.weights as weights%1$s, share%1$s.flats as flats%1$s, common%1$s.code as lack%1$s', n);
      missing := missing || format(' or lack%s is not null', n);
      problems := problems || format(', case when lack%1$s is not null then %2$L || lack%1$s end', n, service || ':');
    elsif of_kind = 'SHARE' then
      shares := shares || format(', share%1$s as materialized (select s.account_id, (s.part + (s.place <= %2$L::numeric - s.given)::int)::bigint as net, s.place <= %2$L::numeric - s.given as extra from (
        select p.*, row_number() over (order by p.rest desc, p.premises_id) as place, sum(p.part) over () as given from (
          select f.account_id, f.premises_id, div(%2$L::numeric * f.area_m2, sum(f.area_m2) over ()) as part, mod(%2$L::numeric * f.area_m2, sum(f.area_m2) over ()) as rest
            from flat f where %3$s) p) s)', n, item ->> 'houseNet', cond);
      share_joins := share_joins || format(' left join share%1$s on share%1$s.account_id = f.account_id', n);
      nets := nets || format(', share%1$s.net as net%1$s, share%1$s.extra as extra%1$s', n);
    else
      base := base_sql(item, q);
      -- What was paid ahead of a rise keeps the price before it, within the norm.
      if item ? 'prepaid' then base := base || format(' - least(%s, %L::numeric, coalesce((heat_prepaid -> %L ->> ''left'')::numeric, 0)) * %L::numeric', q, item -> 'prepaid' ->> 'norm', item ->> 'key', ((item -> 'prices' ->> 0)::numeric - (item -> 'prepaid' ->> 'price')::numeric) * 100); end if;
      -- A cast rounds half up, away from zero.
      usual := case when days = month_days then format('(%s)::bigint', base)
        else format('div((%s) * %s + %s, %s)::bigint', base, 2 * days, month_days, 2 * month_days) end;
      if in_parts then
        select string_agg(format('%L::date', x ->> 'from'), ', ' order by place), string_agg(format('%L::date', x ->> 'to'), ', ' order by place) into span_from, span_to
          from jsonb_array_elements(coalesce(item -> 'spans', jsonb_build_array(coalesce(item -> 'span', case when item ? 'from' then item end)))) with ordinality e(x, place) where x <> 'null';
        parts := parts || format(', case when dated then app.dated_parts(%L, f.building_id, f.premises_id, f.opened_on, f.ends_on, %s, array[%s], array[%s]) end as parts%s',
          of_kind, q, coalesce(span_from, '$3'), coalesce(span_to, '$4'), n);
        usual := format('case when parts%1$s is null then %2$s when parts%1$s <> ''[]'' then app.parts_net(parts%1$s, %3$L::numeric, %4$s) end', n, usual, item -> 'prices' ->> 0, month_days);
        q := format('coalesce((parts%s -> -1 ->> 0)::numeric, %s)', n, q);
      end if;
      nets := nets || format(', case when %s then %s end as net%s', cond, usual, n);
    end if;
    vats := vats || case when vat_bp = 0 then format(', 0::bigint as vat%s', n) else format(', (net%1$s * %2$s + 10000) / 20000 as vat%1$s', n, vat_bp * 2) end;
    codes := (select 'greatest(' || string_agg('code' || x, ', ') || ')' from jsonb_array_elements_text(item -> 'volumeAt') x);
    before_of := 'before_' || app.item_source(item);
    if of_kind = 'VOLUME' then
      covered := covered || format(', case when net%s is not null then %L end', n, service);
      for source in select x::int from jsonb_array_elements_text(item -> 'volumeAt') x loop
        pair_of := jsonb_build_array(p_prices -> 'volumes' -> (source - 1) ->> 'service', service);
        if not pairs @> jsonb_build_array(pair_of) then pairs := pairs || jsonb_build_array(pair_of); end if;
      end loop;
      if not sources ? before_of then
        sources := sources || jsonb_build_object(before_of, true);
        repairs := repairs || format(', sum(x.before) filter (where x.charge = %L and x.service in (%s)) as %s', service,
          (select string_agg(quote_literal(p_prices -> 'volumes' -> (x::int - 1) ->> 'service'), ', ') from jsonb_array_elements_text(item -> 'volumeAt') x), before_of);
        -- Only flats without a reading, or with an estimate to be paid back, need a second look.
        norms := norms || (select format(', case when c.premises_id is null then %1$s else %2$s - coalesce(c.%3$s, 0) end as used_%4$s, c.%3$s',
            string_agg(usual_of ->> x, ' + '), string_agg(full_of ->> x, ' + '), before_of, app.item_source(item)) from jsonb_array_elements_text(item -> 'volumeAt') x);
      end if;
    end if;
    -- By || and not by concat(), which costs a third more: no part of a line may be null.
    marks := case when item ? 'prepaid' then format('coalesce('',"prepaid":'' || (heat_prepaid ->> %L), '''') || ', item ->> 'key') else '' end
      || case when (item ->> 'perPerson')::boolean then ''',"people":'' || people || ' else '' end
      || case when of_kind = 'SHARE' then format('case when extra%s then '',"extra":1'' else '''' end || ', n) else '' end
      || case when common then format(''',"common":{"flats":"'' || trim_scale(flats%1$s) || ''","all":"'' || trim_scale(weights%1$s) || ''"}'' || ', n) else '' end
      || case when in_parts then format('coalesce('',"parts":'' || parts%s::text, '''') || ', n) else '' end;
    -- The area is written once for all lines; most volumes were metered and owe nothing to an estimate, and need one look.
    if q = 'area_m2' and position('area_text' in vats) = 0 then vats := vats || ', trim_scale(area_m2)::text as area_text'; end if;
    pieces := pieces || format(E',\n      case when net%1$s is not null then %2$L || %3$s || %4$s || net%1$s || %5$s end', n, format('{"key":"%s","quantity":"', item ->> 'key'),
      case when q = 'area_m2' then 'area_text' else format('trim_scale(%s)', q) end,
      case when of_kind = 'VOLUME' then format('case when %1$s = 0 and not repaired then ''"'' else case %1$s when 0 then ''"'' when 1 then ''","source":"AVERAGE"'' else ''","source":"NORM"'' end'
          || ' || case when %2$s > 0 then '',"before":"'' || trim_scale(%2$s) || ''"'' else '''' end end || ', codes, before_of) || marks || ''',"net":"'''
        when marks = '' then '''","net":"''' else '''"'' || ' || marks || ''',"net":"''' end,
      case when vat_bp = 0 then '''","vat":"0"}''' else format('''","vat":"'' || vat%s || ''"}''', n) end);
    counts := counts || format(' + (net%s is not null)::int', n);
    sums := jsonb_set(sums, array[item ->> 'fund'], to_jsonb((sums ->> (item ->> 'fund')) || format(' + coalesce(net%1$s + vat%1$s, 0)', n)));
    vat_sum := vat_sum || format(' + coalesce(vat%s, 0)', n);
    -- What a flat lacks for a line: a volume, or a price for so much of it. Only that flat goes without the service, and is named.
    if of_kind = 'VOLUME' then
      lacking := jsonb_set(lacking, array[service], to_jsonb(coalesce(lacking ->> service || ' or ', '') || format('(net%s is null and %s%s)', n, app.item_condition(item), case when p_parts then ' and stays' else '' end || hotless)));
    end if;
    if of_kind = 'VOLUME' then estimates := estimates || format(' or (net%s is not null and (%s > 0 or coalesce(%s > 0, false)))', n, codes, before_of); end if;
  end loop;
  if n = 0 and p_heated is null then return null; end if;
  if p_heated is not null then
    norms := norms || ', y2.heat_prepaid, y2.heat_hot, y2.heat_lines, y2.heat_count, y2.heat_amount, y2.heat_vat, y2.heat_estimated';
    pieces := pieces || ', heat_lines';
    counts := counts || ' + coalesce(heat_count, 0)';
    sums := jsonb_set(sums, '{UTILITIES}', to_jsonb((sums ->> 'UTILITIES') || ' + coalesce(heat_amount, 0)'));
    vat_sum := vat_sum || ' + coalesce(heat_vat, 0)';
    estimates := estimates || ' or heat_estimated is true';
  end if;
  if p_fined is not null then
    pieces := pieces || ', fine_line';
    counts := counts || ' + coalesce(fine_count, 0)';
  end if;
  for service, cond in select x.key, x.value from jsonb_each_text(lacking) x order by x.key loop
    missing := missing || ' or ' || cond;
    problems := problems || format(', case when %s then %L || %s end', cond, service || ':',
      case when beyond ? service then format('case when %s then ''aboveTiers'' else ''noVolume'' end', beyond ->> service) else '''noVolume''' end);
  end loop;
  return format($statement$
  with %31$snorm as materialized (select * from unnest(%1$L::text[], %2$L::numeric[]) x(service, norm)),
  -- A reading may count for a later month than its day's, also of a device that has left since: what came after the bills of its month.
  used as materialized (
    select m.building_id, m.premises_id, m.meter_id, m.service, m.removed_on is not null as gone, r.consumption as volume
      from meters m left join readings r on r.building_id = m.building_id and r.meter_id = m.meter_id and r.building_id = any((select $1)::uuid[]) and r.period = $2::char(7)
       and r.consumption is not null and r.superseded_by is null and r.taken_on >= $3 - 366 and r.taken_on < $3 + 75
     where m.building_id = any((select $1)::uuid[]) and m.kind = 'UNIT' and m.installed_on <= $4 and (m.removed_on is null or m.removed_on >= $3 or r.consumption is not null)
       and m.service = any(%1$L::text[])),
  -- Dated facts of the flats as on the first day of the month; few flats have them.
  away as materialized (
    select w.building_id, w.premises_id, sum(w.persons)::int as persons from person_absences w
     where w.building_id = any((select $1)::uuid[]) and w.withdrawn_at is null and w.from_day <= $3 and (w.to_day is null or w.to_day >= $3) group by w.building_id, w.premises_id),
  privilege as materialized (
    select g.building_id, g.premises_id, array_agg(g.service) as privileges from premises_privileges g
     where g.building_id = any((select $1)::uuid[]) and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) group by g.building_id, g.premises_id),
  -- Devices without a reading, with how many the flat has of their service: by windows, for a join to so few expected rows is made one by one.
  silent as materialized (
    select s.* from (select q.*, count(*) filter (where q.first) over (partition by q.premises_id, q.service) as devices
      from (select u.*, row_number() over (partition by u.meter_id) = 1 as first from used u
        where not u.gone and u.premises_id in (select x.premises_id from used x where x.volume is null and not x.gone)) q) s
     where s.volume is null),
  guessed as materialized (
    select s.building_id, s.premises_id, s.meter_id, s.service, coalesce(a.volume, round(n.norm * greatest((
        select g.persons from registered_persons g where g.building_id = s.building_id and g.premises_id = s.premises_id and g.valid_from <= $3
         order by g.valid_from desc limit 1) - coalesce((select w.persons from away w where w.building_id = s.building_id and w.premises_id = s.premises_id), 0), 0)
        / s.devices, 3)) as volume,
      case when a.volume is not null then 1 else 2 end as code
      from silent s left join norm n on n.service = s.service
      left join lateral (select round(sum(r.consumption) / count(distinct r.period)%27$s, 3) as volume from readings r
        where r.building_id = s.building_id and r.meter_id = s.meter_id
          and r.period in (to_char($3 - interval '3 months', 'YYYY-MM'), to_char($3 - interval '2 months', 'YYYY-MM'), to_char($3 - interval '1 month', 'YYYY-MM'))
          and r.consumption is not null and r.superseded_by is null and r.taken_on >= $3 - 110 and r.taken_on < $4) a on true),
  -- Which charges of this month take which volumes, and what each of them has charged by estimate already.
  pair as materialized (select * from unnest(%29$L::text[], %30$L::text[]) x(service, charge)),
  debt as materialized (
    select x.building_id, x.premises_id, x.meter_id, x.service as charge, sum(x.volume) as owed from estimated_volumes x
     where x.building_id = any((select $1)::uuid[]) and x.settled_in is null and x.period < $2 group by x.building_id, x.premises_id, x.meter_id, x.service),
  owed as materialized (
    select e.building_id, e.premises_id, e.meter_id, e.charge, e.owed, u.service, u.volume, least(e.owed, u.volume) as before from debt e
      join (select t.meter_id, t.service, sum(t.volume) as volume from used t where t.volume is not null and t.meter_id in (select d.meter_id from debt d)
        group by t.meter_id, t.service) u on u.meter_id = e.meter_id
      join pair p on p.service = u.service and p.charge = e.charge),
  repair as materialized (
    select x.building_id, x.premises_id%17$s from (
      select g.building_id, g.premises_id, g.service, null as charge, g.volume, case when g.volume is null then 3 else g.code end as code, null::numeric as before from guessed g
      union all select o.building_id, o.premises_id, o.service, o.charge, null, 0, o.before from owed o) x group by x.building_id, x.premises_id),
  volume as (select u.building_id, u.premises_id%3$s from used u group by u.building_id, u.premises_id),
  -- The latest row of each flat without a sort: days count more than persons, of whom there are at most 99.
  living as (
    select r.building_id, r.premises_id, max((r.valid_from - date '1900-01-01') * 100 + r.persons) %% 100 as persons
      from registered_persons r where r.building_id = any((select $1)::uuid[]) and r.valid_from <= $3 group by r.building_id, r.premises_id),
  flat as (
    select a.building_id, a.account_id, a.premises_id, a.number, p.kind, %21$s as area_m2, p.electric_stove, i.privileges,
      greatest(coalesce(g.persons, 0) - coalesce(w.persons, 0), 0) as persons, greatest(g.persons - coalesce(w.persons, 0), 1) as people, c.premises_id is not null as repaired,
      -- Where the account stands before. Parts of repairs have invoices of their own, and what is paid into a programme early is no advance.
      h.ctid as head, coalesce(h.seq, 0) as head_seq, h.hash as head_hash,
        coalesce(h.utilities, 0) + coalesce(h.current_fund, 0) + coalesce(h.savings, 0) + coalesce(h.targeted, 0) + coalesce(h.penalty, 0) as opening%4$s%19$s
      from accounts a join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id and p.building_id = any((select $1)::uuid[])%20$s%32$s
      left join account_heads h on h.building_id = a.building_id and h.account_id = a.account_id and h.building_id = any((select $1)::uuid[])
      left join living g on g.building_id = a.building_id and g.premises_id = a.premises_id
      left join away w on w.building_id = a.building_id and w.premises_id = a.premises_id
      left join privilege i on i.building_id = a.building_id and i.premises_id = a.premises_id
      left join volume v on v.building_id = a.building_id and v.premises_id = a.premises_id
      left join repair c on c.building_id = a.building_id and c.premises_id = a.premises_id
     where a.building_id = any((select $1)::uuid[]) and a.opened_on <= $4 and (a.closed_on is null or a.closed_on %22$s) offset 0)%5$s,
  priced as (select f.*%6$s from %23$s f%7$s offset 0),%26$s
  taxed as (select p.*%8$s from priced p offset 0),
  computed as (
    select building_id, account_id, premises_id, head, head_seq, opening, %10$s as line_count, %11$s as utilities, %12$s as current_fund, %13$s as savings, %24$s as penalty, %14$s as vat, %15$s as estimated,
      coalesce(head_hash, sha256(convert_to(building_id::text || account_id::text, 'UTF8'))) as head_hash, account_id::text as account, number::text || '-' || replace($2, '-', '') as bill_number, '[' || concat_ws(','%9$s) || ']' as lines,
      case when %18$s then concat_ws(',', null%16$s) end as problem, case when repaired then concat_ws(',', null%28$s) end as covered
      from taxed%25$s offset 0)$statement$,
    (select coalesce(array_agg(x ->> 'service'), '{}') from jsonb_array_elements(p_prices -> 'volumes') x),
    (select coalesce(array_agg(x ->> 'norm'), '{}') from jsonb_array_elements(p_prices -> 'volumes') x),
    volumes, norms, shares, nets, share_joins, vats, pieces, counts, sums ->> 'UTILITIES', sums ->> 'CURRENT', sums ->> 'SAVINGS', vat_sum, estimates, problems, repairs, missing,
    case when p_parts then ', a.opened_on, z.ends_on, z.ends_on is null or z.ends_on >= $4 as stays, a.opened_on > $3 or z.ends_on <= $4 or y.premises_id is not null or q.premises_id is not null as dated' else '' end,
    case when p_parts then '
      cross join lateral (select case when a.closed_on is not null then app.account_end(a.building_id, a.premises_id, a.opened_on, a.closed_on) end as ends_on) z
      left join (select distinct x.building_id, x.premises_id from premises_areas x where x.building_id = any((select $1)::uuid[]) and x.valid_from > $3) y on y.building_id = a.building_id and y.premises_id = a.premises_id
      left join (select x.building_id, x.premises_id from registered_persons x where x.building_id = any((select $1)::uuid[]) and x.valid_from > $3 and x.valid_from <= $4
        union select x.building_id, x.premises_id from person_absences x where x.building_id = any((select $1)::uuid[]) and x.withdrawn_at is null and x.from_day <= $4 and (x.to_day is null or x.to_day >= $3)
          and (x.to_day < $4 or app.away_from(x.from_day, x.recorded_at) > $3)) q
        on q.building_id = a.building_id and q.premises_id = a.premises_id' else '' end,
    case when p_parts then 'case when y.premises_id is null then p.area_m2 else coalesce(app.area_on(p.building_id, p.premises_id, $4), p.area_m2) end' else 'p.area_m2' end,
    case when p_parts then '>= $3' else '> $4' end,
    case when parts = '' then 'flat' else format('(select f.*%s from flat f offset 0)', parts) end,
    case when p_fined is null then '0::bigint' else 'coalesce(fine, 0)' end,
    case when p_fined is null then '' else ' left join fined on fine_account = account_id' end,
    case when p_fined is null then '' else format(' fined as materialized (select x.account_id as fine_account, x.amount as fine, x.line as fine_line, x.line_count as fine_count from jsonb_to_recordset(%s::jsonb) as x(account_id uuid, amount bigint, line text, line_count int)),', p_fined) end,
    (select ' * case s.service' || string_agg(format(' when %L then %s::numeric / %s', x ->> 'service', x -> 'served' ->> 0, x -> 'served' ->> 1), '') || ' else 1 end'
       from jsonb_array_elements(p_prices -> 'volumes') x where x ? 'served'),
    covered, (select coalesce(array_agg(x ->> 0), '{}') from jsonb_array_elements(pairs) x), (select coalesce(array_agg(x ->> 1), '{}') from jsonb_array_elements(pairs) x),
    case when p_heated is null then '' else format('heated as materialized (select x.account_id as heat_account, x.lines as heat_lines, x.line_count as heat_count, x.amount as heat_amount, x.vat as heat_vat, x.estimated as heat_estimated, x.hot as heat_hot, x.volume as heat_volume, x.prepaid as heat_prepaid
      from jsonb_to_recordset(%s::jsonb) as x(account_id uuid, lines text, line_count int, amount bigint, vat bigint, estimated boolean, hot boolean, volume numeric, prepaid jsonb)),
  ', p_heated) end,
    case when p_heated is null then '' else '
      left join heated y2 on y2.heat_account = a.account_id' end);
end $$;

-- What a bill's hash is made of; $5 due day, $6 currency, $7 hash of the prices (one text: bytes put together afterwards would be copied once more for each bill).
create function app.bill_text_sql() returns text language sql immutable as $$
  select $text$c.building_id || '|' || c.account || ('|' || $2 || '|') || c.bill_number || ('|' || ($5 - date '2000-01-01') || '|' || $6 || '|' || encode($7, 'hex') || '|') || c.opening || '|'
    || (c.utilities + c.current_fund + c.savings + c.penalty) || '|' || c.vat || '|' || c.lines$text$
$$;

-- Findings of one flat: 'COLD_WATER:noVolume,…' with the flat's number; what is common is the house's, and named once. Where nothing is shared, with what was taken off. Asked for flats that lack something only.
create function app.gaps_of(p_building uuid, p_premises uuid, p_problem text, p_period text) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_agg(jsonb_build_object('service', split_part(x, ':', 1), 'code', split_part(x, ':', 2), 'day', p_period || '-01')
      || case when split_part(x, ':', 2) in ('noVolume', 'aboveTiers') then jsonb_build_object('premisesId', u.premises_id, 'unitKind', u.kind, 'unit', u.number) else jsonb_strip_nulls(jsonb_build_object('common', true, 'flats', nullif(split_part(x, ':', 3), ''))) end order by x)
    from premises u, (select distinct unnest(string_to_array(p_problem, ',')) as x) y where u.building_id = p_building and u.premises_id = p_premises
$$;

-- What a run would post, nothing written. One row for each account, with the hash its bill would have.
create function app.preview_bills(p_building uuid, p_period text, p_prices jsonb, p_due date, p_currency text, p_penalties jsonb, p_heat jsonb)
returns table(account_id uuid, premises_id uuid, bill_number text, lines text, line_count integer, utilities bigint, current_fund bigint,
  savings bigint, penalty bigint, vat bigint, estimated boolean, gaps jsonb, opening bigint, hash bytea)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
  made text := app.bills_sql(p_prices, app.has_parts(array[p_building], first_day, last_day, p_prices -> 'items' @> '[{"of": "PERSONS"}]'), case when p_penalties <> '[]' then '$8' end, case when p_heat <> '[]' then '$9' end);
begin
  if made is null then return; end if;
  return query execute made || format(' select c.account_id, c.premises_id, c.bill_number, c.lines, c.line_count, c.utilities, c.current_fund, c.savings, c.penalty, c.vat,
      c.estimated, case when c.problem is not null then app.gaps_of(c.building_id, c.premises_id, c.problem, $2) end, c.opening, sha256(convert_to(%s, ''UTF8''))
    from computed c where c.line_count > 0 or c.problem is not null', app.bill_text_sql())
    using array[p_building], p_period, first_day, last_day, p_due, p_currency, sha256(convert_to(p_prices::text, 'UTF8')), p_penalties, p_heat;
end $$;

-- Houses with the same prices, one month, one transaction: bills, ledger lines, chain heads, estimates, runs and their
-- events. A second run of a house and month waits for the first and then fails on the key (23505). Flats that
-- lack a volume or a price go without that service and come back as `gaps`, findings of their house; unless these are
-- accepted, only the houses with gaps come back and nothing of the whole call is written.
-- How much a part of the statement holds is a guess of the planner (one row for eight thousand, in a stock's first month): nothing
-- is joined row by row, nor merged by house and then sifted by account, so that a wrong guess costs nothing, and each table is asked for these houses alone. They come to it by
-- a subquery: of houses that it sees, the planner weighs each in each of some twenty partitions, 10 ms for two hundred.
create function app.post_bills(p_buildings uuid[], p_period text, p_runs uuid[], p_events uuid[], p_prices jsonb, p_due date, p_currency text,
  p_findings jsonb, p_person uuid, p_accept boolean, p_penalties jsonb, p_heat jsonb)
returns table(building_id uuid, accounts integer, line_count integer, total bigint, bills_hash bytea, gaps jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp set work_mem = '64MB' set jit = off set enable_nestloop = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
  moment timestamptz := app.now(); fined boolean := p_penalties <> '[]'; heated boolean := p_heat <> '[]'; written text;
  -- The past months of a demonstration are issued on the day after each, or nobody in it could ever be late; every other bill when it is posted.
  issued timestamptz := case when auth.service_has('{seed}') and not exists (select 1 from buildings x where x.building_id = any(p_buildings) and not x.demonstration)
    then least(app.now(), (last_day + 1)::timestamp at time zone interval '5 hours' + interval '9 hours') else app.now() end;
  made text := app.bills_sql(p_prices, app.has_parts(p_buildings, first_day, last_day, p_prices -> 'items' @> '[{"of": "PERSONS"}]'), case when p_penalties <> '[]' then '$15' end, case when p_heat <> '[]' then '$16' end); heads bigint; moved bigint; stopped jsonb; done jsonb;
  -- Only the funds that these prices speak of.
  funds text[] := (select coalesce(array_agg(f.amount), '{}') from (values ('UTILITIES', 'utilities'), ('CURRENT', 'current_fund'), ('SAVINGS', 'savings'), ('PENALTY', 'penalty')) f(fund, amount)
   where f.fund <> 'PENALTY' and exists (select 1 from jsonb_array_elements(p_prices -> 'items') i where i ->> 'fund' = f.fund) or f.fund = 'PENALTY' and p_penalties <> '[]');
begin
  if not auth.service_has('{billing,seed}') then
    raise exception 'only the billing service posts bills' using errcode = '42501';
  end if;
  perform app.assert_month_open(b.id, p_period) from (select x.id from unnest(p_buildings) x(id) order by 1) b;
  if exists (select 1 from billing_runs r where r.building_id = any(p_buildings) and r.period = p_period::char(7)) then
    raise exception 'a house was billed for this month' using errcode = '23505';
  end if;
  if made is null then
    made := 'with guessed as (select null::uuid as building_id, null::uuid as meter_id, null::uuid as premises_id, ''''::text as service, 0::numeric as volume where false),
      pair as (select ''''::text as service, ''''::text as charge where false),
      owed as (select null::uuid as building_id, null::uuid as meter_id, null::uuid as premises_id, ''''::text as charge, 0::numeric as volume, 0::numeric as owed where false),
      computed as (select null::uuid as building_id, null::uuid as account_id, null::uuid as premises_id, null::tid as head, 0::bigint as head_seq, 0::bigint as opening, 0 as line_count, 0::bigint as utilities,
        0::bigint as current_fund, 0::bigint as savings, 0::bigint as penalty, 0::bigint as vat, false as estimated, ''''::bytea as head_hash, ''''::text as account, '''' as bill_number, '''' as lines, null::text as problem, null::text as covered where false)';
  end if;
  begin
    written := made || format($statement$,
    house as materialized (select x.*, x.building_id::text as building, x.run_id::text as run, '|' || x.run_id || '|' || $2 || '|CHARGE|' || $10 || '|billingRun|' || x.run_id || '||' as charge
      from unnest($1, $8, $9) x(building_id, run_id, event_id)),
    -- What is of one length stands first: each reader of this relation finds it without walking over the texts.
    link as materialized (
      select c.building_id, c.account_id, c.premises_id, r.run_id, c.head, c.head_seq + 1 as seq, c.opening, c.utilities + c.current_fund + c.savings + c.penalty as total, c.line_count,
        c.utilities, c.current_fund, c.savings, c.penalty, c.vat, c.head_hash as previous,
        sha256(c.head_hash || convert_to(r.building || '|' || c.account || '|' || (c.head_seq + 1) || r.charge || concat_ws(';', case when c.utilities <> 0 then '1:UTILITIES:' || c.utilities end,
            case when c.current_fund <> 0 then (1 + (c.utilities <> 0)::int) || ':CURRENT:' || c.current_fund end,
            case when c.savings <> 0 then (1 + (c.utilities <> 0)::int + (c.current_fund <> 0)::int) || ':SAVINGS:' || c.savings end/*link*/), 'UTF8')) as hash,
        sha256(convert_to(%s, 'UTF8')) as bill_hash, r.run, c.bill_number, c.lines, c.problem, c.covered
        from computed c join house r on r.building_id = c.building_id
       where c.line_count > 0 or c.problem is not null),
    lack as materialized (select l.building_id, l.premises_id, l.problem from link l where l.problem is not null),
    -- Which charges were made for flats with an estimate: only these settle one, or leave one behind.
    charged as materialized (select distinct l.building_id, l.premises_id, x as charge from link l cross join lateral unnest(string_to_array(l.covered, ',')) x where l.covered is not null),
    gap as materialized (
      select k.building_id, jsonb_agg(x.finding order by x.finding ->> 'unit', x.finding ->> 'premisesId', x.finding ->> 'service') as gaps
        from lack k cross join lateral jsonb_array_elements(app.gaps_of(k.building_id, k.premises_id, k.problem, $2)) x(finding) group by k.building_id),
    summed as materialized (
      select l.building_id, (count(*) filter (where l.line_count > 0))::int as accounts, sum(l.line_count)::int as line_count, sum(l.total)::bigint as total, sum(l.utilities)::bigint as utilities,
        sum(l.current_fund)::bigint as current_fund, sum(l.savings)::bigint as savings, sum(l.penalty)::bigint as penalty, sha256(coalesce(string_agg(l.bill_hash, '' order by l.account_id) filter (where l.line_count > 0), '')) as bills_hash
        from link l group by l.building_id),
    -- A relation and not VALUES beside each account, whose expressions would be made ready again for each of them.
    fund as materialized (select * from (values ('UTILITIES', 1), ('CURRENT', 2), ('SAVINGS', 3)/*fund*/) x(fund, place)),
    bill as (
      insert into bills (building_id, account_id, period, premises_id, bill_number, due_on, currency, total, vat, opening_balance, lines, hash, run_id, issued_at)
      select l.building_id, l.account_id, $2, l.premises_id, l.bill_number, $5, $6, l.total, l.vat, l.opening, l.lines, l.bill_hash, l.run_id, $17 from link l where l.line_count > 0),
    entry as (
      insert into ledger_entries (building_id, period, transaction_id, line, account_id, premises_id, ledger, fund, kind, amount, value_date,
        source_type, source_id, posted_at, seq, previous_hash, hash)
      select l.building_id, $2, l.run_id, v.place, l.account_id, l.premises_id, 'RECEIVABLE', v.fund, 'CHARGE', v.amount, $4,
        'billingRun', l.run, $11, l.seq, l.previous, l.hash
        from link l cross join lateral (select f.*, case f.place when 1 then l.utilities when 2 then l.current_fund when 3 then l.savings else l.penalty end as amount from fund f offset 0) v
       where v.amount <> 0
      union all
      select s.building_id, $2, r.run_id, v.place, null, null, 'INCOME', v.fund, 'CHARGE', -v.amount, $4, 'billingRun', r.run, $11, null, null, null
        from summed s join house r on r.building_id = s.building_id
        cross join lateral (select f.*, case f.place when 1 then s.utilities when 2 then s.current_fund when 3 then s.savings else s.penalty end as amount from fund f offset 0) v
       where v.amount <> 0),
    moved as (
      update account_heads h set seq = l.seq, hash = l.hash, total = h.total + l.total, moved_at = greatest(h.moved_at, $11)%s
        -- Without the texts, which would be carried into a table of all accounts.
        from (select l.account_id, l.head, l.seq, l.hash, l.total, l.utilities, l.current_fund, l.savings, l.penalty from link l where l.total <> 0/*or*/ offset 0) l
       where h.building_id = any((select $1)::uuid[]) and h.ctid = l.head and h.account_id = l.account_id and h.seq = l.seq - 1
      returning 1),
    opened as (
      insert into account_heads (building_id, account_id, premises_id, seq, hash, total, moved_at%s)
      select l.building_id, l.account_id, l.premises_id, l.seq, l.hash, l.total, $11%s from link l where l.head is null and (l.total <> 0/*or*/) on conflict do nothing
      returning 1),
    settled as (
      update estimated_volumes e set settled_in = $2
       where e.building_id = any($1) and e.settled_in is null and e.period < $2
         and (e.building_id, e.meter_id, e.service) in (select o.building_id, o.meter_id, o.charge from owed o join charged c on c.premises_id = o.premises_id and c.charge = o.charge)),
    estimated as (
      insert into estimated_volumes (building_id, meter_id, period, service, premises_id, volume)
      select g.building_id, g.meter_id, $2, p.charge, g.premises_id, g.volume from guessed g join pair p on p.service = g.service
        join charged c on c.premises_id = g.premises_id and c.charge = p.charge where g.volume > 0
      union all select o.building_id, o.meter_id, $2, o.charge, o.premises_id, o.owed - o.volume from owed o
        join charged c on c.premises_id = o.premises_id and c.charge = o.charge where o.owed > o.volume),
    run as (
      insert into billing_runs (building_id, period, run_id, currency, prices, prices_hash, findings, due_on, accounts, line_count, total, bills_hash, person_id, issued_at)
      select r.building_id, $2, r.run_id, $6, $12, $7, $13 || coalesce((select g.gaps from gap g where g.building_id = r.building_id), '[]'), $5, coalesce(s.accounts, 0), coalesce(s.line_count, 0), coalesce(s.total, 0), coalesce(s.bills_hash, sha256('')), $14, $17
        from house r left join summed s on s.building_id = r.building_id),
    traced as (
      insert into audit_entries (building_id, at, audit_id, service, action, subject_type, subject_id, ground, after)
      select r.building_id, $11, gen_random_uuid(), 'billing', 'billing.postBills', 'billingRun', r.run_id::text, $2,
        jsonb_build_object('accounts', coalesce(s.accounts, 0), 'total', coalesce(s.total, 0)::text, 'billsHash', encode(coalesce(s.bills_hash, sha256('')), 'hex'))
        from house r left join summed s on s.building_id = r.building_id),
    /*accrued*//*heated*/told as (
      insert into event_queue (building_id, event_id, name, payload, created_at, next_try_at)
      select r.building_id, r.event_id, 'billing.billsIssued', jsonb_build_object('period', $2, 'runId', r.run_id, 'dueOn', $5, 'accounts', coalesce(s.accounts, 0)), $11, $11
        from house r left join summed s on s.building_id = r.building_id)
    select (select count(*) from link l where (l.total <> 0/*or*/)), (select count(*) from moved) + (select count(*) from opened),
      (select jsonb_object_agg(g.building_id, g.gaps) from gap g),
      (select coalesce(jsonb_agg(jsonb_build_object('building_id', s.building_id, 'accounts', s.accounts, 'line_count', s.line_count, 'total', s.total, 'bills_hash', encode(s.bills_hash, 'hex'))), '[]') from summed s)
    $statement$, app.bill_text_sql(), (select string_agg(format(', %1$I = coalesce(h.%1$I, 0) + l.%1$I', x), '') from unnest(funds) x),
      (select string_agg(format(', %I', x), '') from unnest(funds) x), (select string_agg(format(', l.%I', x), '') from unnest(funds) x));
    if fined then
      written := replace(written, '/*link*/', ', case when c.penalty <> 0 then (1 + (c.utilities <> 0)::int + (c.current_fund <> 0)::int + (c.savings <> 0)::int) || '':PENALTY:'' || c.penalty end');
      written := replace(written, '/*fund*/', ', (''PENALTY'', 4)');
      written := replace(written, '/*accrued*/', 'accrued as (
        insert into penalty_accruals (building_id, account_id, fund, charge_period, run_period, premises_id, amount)
        select l.building_id, l.account_id, x.fund, x.charge_period, $2, l.premises_id, x.amount from link l
          join jsonb_to_recordset($15::jsonb) as f(account_id uuid, accruals jsonb) on f.account_id = l.account_id
          cross join lateral jsonb_to_recordset(f.accruals) as x(fund text, charge_period text, amount bigint)), ');
    end if;
    -- What is taken back may be as much as what is charged: there are entries though they sum to nothing.
    if fined or heated then
      written := replace(written, '/*or*/', case when fined then ' or l.penalty <> 0' else '' end || case when heated then ' or l.utilities <> 0' else '' end);
    end if;
    if heated then
      written := replace(written, '/*heated*/', 'recalculated as (
        insert into heat_recalculations (building_id, account_id, charge_period, line_key, run_period, premises_id, net, vat)
        select l.building_id, l.account_id, x.charge_period, x.line_key, $2, l.premises_id, x.net, x.vat from link l
          join jsonb_to_recordset($16::jsonb) as f(account_id uuid, recalculated jsonb) on f.account_id = l.account_id
          cross join lateral jsonb_to_recordset(f.recalculated) as x(charge_period text, line_key text, net bigint, vat bigint)),
      heat_settled as (
        update estimated_volumes e set settled_in = $2 from link l
          join jsonb_to_recordset($16::jsonb) as f(account_id uuid, settled uuid[]) on f.account_id = l.account_id
         where e.building_id = l.building_id and e.service = ''HEAT'' and e.meter_id = any(f.settled) and e.settled_in is null and e.period < $2),
      heat_estimated as (
        insert into estimated_volumes (building_id, meter_id, period, service, premises_id, volume)
        select l.building_id, x.meter_id, $2, ''HEAT'', l.premises_id, x.volume from link l
          join jsonb_to_recordset($16::jsonb) as f(account_id uuid, estimates jsonb) on f.account_id = l.account_id
          cross join lateral jsonb_to_recordset(f.estimates) as x(meter_id uuid, volume numeric)), ');
    end if;
    execute written
    into heads, moved, stopped, done
    using p_buildings, p_period, first_day, last_day, p_due, p_currency, sha256(convert_to(p_prices::text, 'UTF8')), p_runs, p_events, to_char(last_day, 'YYYY-MM-DD'), moment,
      p_prices, p_findings, p_person, p_penalties, p_heat, issued;
    if stopped is not null and not p_accept then
      raise exception 'flats without a volume or a price' using errcode = 'UY010';
    end if;
  exception when sqlstate 'UY010' then
    return query select x.key::uuid, 0, 0, 0::bigint, ''::bytea, x.value from jsonb_each(stopped) x;
    return;
  end;
  -- A payment moved a head after this statement's snapshot: the whole transaction is tried again.
  if heads <> moved then
    raise exception 'an account moved meanwhile' using errcode = '40001';
  end if;
  return query select b.id, coalesce(d.accounts, 0), coalesce(d.line_count, 0), coalesce(d.total, 0), coalesce(decode(d.bills_hash, 'hex'), sha256('')), coalesce(stopped -> b.id::text, '[]')
    from unnest(p_buildings) b(id) left join jsonb_to_recordset(done) as d(building_id uuid, accounts int, line_count int, total bigint, bills_hash text) on d.building_id = b.id;
end $$;

-- ── What decides the prices ─────────────────────────────────────────────────────────────────────
-- What a place publishes, or has published, for a class of customers in some of these days.
create function app.place_tariffs(p_country text, p_territory text, p_demonstration boolean, p_class text, p_first date, p_last date) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('tariffId', t.tariff_id, 'territoryPrefix', t.territory_prefix, 'service', t.service, 'basis', t.basis,
        'unit', t.unit, 'price', trim_scale(t.price)::text, 'tiers', t.tiers, 'stove', t.stove, 'metered', t.metered, 'buildingMeter', t.building_meter,
        'privileged', t.privileged, 'months', t.months, 'vatMode', t.vat_mode, 'vatRate', trim_scale(t.vat_rate)::text, 'actId', t.act_id, 'source', t.source, 'demonstration', t.demonstration, 'verified', t.verified,
        'published', t.published_at is not null, 'validFrom', t.valid_from, 'validTo', t.valid_to) order by t.service, t.valid_from, t.tariff_id), '[]')
    from tariffs t where t.country = p_country and t.customer_class = p_class and p_territory like t.territory_prefix || '%'
      and (not t.demonstration or p_demonstration)
      and (t.published_at is not null or (t.vat_mode = 'UNKNOWN' and t.drafted_by is null)) and t.valid_from <= p_last and coalesce(t.valid_to, 'infinity') >= p_first
$$;

-- Of a place: everything published for it in a month, and the law's indexes.
create function app.billing_place(p_country text, p_territory text, p_demonstration boolean, p_period text) returns jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
begin
  return jsonb_build_object(
    'tariffs', app.place_tariffs(p_country, p_territory, p_demonstration, 'POPULATION', first_day, last_day),
    'otherTariffs', app.place_tariffs(p_country, p_territory, p_demonstration, 'OTHER', first_day, last_day),
    'norms', coalesce((select jsonb_agg(jsonb_build_object('service', n.service, 'perPerson', trim_scale(n.per_person)::text, 'territoryPrefix', n.territory_prefix,
        'actId', n.act_id, 'source', n.source, 'demonstration', n.demonstration, 'verified', n.verified, 'validFrom', n.valid_from, 'validTo', n.valid_to) order by n.norm_id)
      from consumption_norms n where n.country = p_country and p_territory like n.territory_prefix || '%' and (not n.demonstration or p_demonstration) and n.published_at is not null and n.withdrawn_at is null), '[]'),
    'seasons', coalesce((select jsonb_agg(jsonb_build_object('service', s.service, 'from', s.from_day, 'to', s.to_day) order by s.from_day, s.season_id)
      from app.seasons_of(p_country, p_territory, p_demonstration, first_day, last_day) s), '[]'),
    'indexes', coalesce((select jsonb_agg(jsonb_build_object('code', i.code, 'validFrom', i.valid_from, 'value', trim_scale(i.value)::text) order by i.code, i.valid_from)
      from index_values i where i.country = p_country), '[]'),
    'penalties', coalesce((select jsonb_agg(jsonb_build_object('fund', r.fund, 'payerKind', r.payer_kind, 'formula', r.formula, 'dailyRate', trim_scale(r.daily_rate)::text, 'indexCode', r.index_code,
        'factor', trim_scale(r.factor)::text, 'cap', trim_scale(r.cap)::text, 'actId', r.act_id, 'source', r.source, 'verified', r.verified, 'validFrom', r.valid_from, 'validTo', r.valid_to, 'enabled', r.enabled)
        order by r.fund, r.payer_kind desc, r.valid_from)
      from penalty_rules r where r.country = p_country and r.published_at is not null and (r.enabled or r.counted_to is not null) and r.valid_from <= last_day), '[]'),
    'dueDay', (select i.value::int from index_values i where i.country = p_country and i.code = 'BILL_DUE_DAY' and i.valid_from <= last_day order by i.valid_from desc limit 1))
    || coalesce((select jsonb_build_object('prepaid', jsonb_build_object('former', app.place_tariffs(p_country, p_territory, p_demonstration, 'POPULATION', (first_day - interval '3 months')::date, first_day - 1),
        'rules', jsonb_agg(jsonb_build_object('service', split_part(i.code, '.', 2), 'months', trim_scale(i.value)::text, 'validFrom', i.valid_from, 'source', i.source, 'verified', i.verified) order by i.code, i.valid_from)))
      from index_values i where i.country = p_country and i.code like 'PREPAID\_MONTHS.%' having count(*) > 0), '{}');
end $$;

-- Bills of months whose readings were corrected after them: by how much each service, and what bills since have charged for it.
-- A month is looked at for a year after its last correction, and always with all of them, however long ago its readings were taken.
-- Asked only for houses that have such a reading.
create function app.correction_facts(p_buildings uuid[], p_period text) returns table(building_id uuid, facts jsonb)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
begin
  return query
  with moved as materialized (
    select x.building_id, x.premises_id, x.period, jsonb_object_agg(x.service, trim_scale(x.difference)::text) as volumes from (
      select r.building_id, r.premises_id, r.period, m.service, sum(r.billed_difference) as difference from readings r join meters m on m.building_id = r.building_id and m.meter_id = r.meter_id
       where r.building_id = any(p_buildings) and r.billed_difference is not null and r.premises_id is not null and r.period < p_period::char(7) and r.taken_on < first_day + 75
         and exists (select 1 from readings f where f.building_id = r.building_id and f.premises_id = r.premises_id and f.period = r.period and f.billed_difference is not null and f.received_at >= first_day - 400)
       group by r.building_id, r.premises_id, r.period, m.service) x group by x.building_id, x.premises_id, x.period),
  bill as (
    select v.building_id, jsonb_agg(jsonb_build_object('accountId', b.account_id, 'premisesId', b.premises_id, 'unitKind', u.kind, 'unit', u.number, 'period', b.period, 'volumes', v.volumes, 'lines', b.lines, 'own', b.prices, 'open', a.closed_on is null or a.closed_on >= first_day,
        -- Of a service that its bill left out, above the last published tier: by what it would have been counted.
        'lacked', (select jsonb_agg(jsonb_build_object('service', f.x ->> 'service', 'stove', u.electric_stove, 'people', greatest(coalesce((select g.persons from registered_persons g where g.building_id = b.building_id and g.premises_id = b.premises_id and g.valid_from <= (b.period || '-01')::date order by g.valid_from desc limit 1), 0)
            - coalesce((select sum(w.persons) from person_absences w where w.building_id = b.building_id and w.premises_id = b.premises_id and w.withdrawn_at is null and w.from_day <= (b.period || '-01')::date and coalesce(w.to_day, 'infinity') >= (b.period || '-01')::date), 0), 1),
            'privileged', exists (select 1 from premises_privileges g where g.building_id = b.building_id and g.premises_id = b.premises_id and g.service = f.x ->> 'service' and g.valid_from <= (b.period || '-01')::date and coalesce(g.valid_to, 'infinity') >= (b.period || '-01')::date),
            'volumes', (select jsonb_object_agg(k.service, trim_scale(k.used)::text) from (select m.service, sum(case when r.superseded_by is null then r.consumption else 0 end - coalesce(r.billed_difference, 0)) as used from meters m join readings r on r.building_id = m.building_id and r.meter_id = m.meter_id
              where m.building_id = b.building_id and m.premises_id = b.premises_id and m.kind = 'UNIT' and r.period = b.period and r.consumption is not null group by m.service) k)) order by f.x ->> 'service')
          from billing_runs q cross join lateral jsonb_array_elements(q.findings) f(x) where q.building_id = b.building_id and q.period = b.period and f.x ->> 'premisesId' = b.premises_id::text and f.x ->> 'code' = 'aboveTiers' and (f.x ->> 'day') like b.period || '%'
            and a.opened_on <= ((b.period || '-01')::date + interval '1 month')::date - 1 and (a.closed_on is null or app.account_end(a.building_id, a.premises_id, a.opened_on, a.closed_on) >= ((b.period || '-01')::date + interval '1 month')::date - 1)),
        'given', (select coalesce(jsonb_agg(jsonb_build_object('key', g.line_key, 'net', g.net::text, 'vat', g.vat::text)), '[]') from (select h.line_key, sum(h.net)::bigint as net, sum(h.vat)::bigint as vat from heat_recalculations h
          where h.building_id = b.building_id and h.account_id = b.account_id and h.charge_period = b.period group by h.line_key) g))
        -- What later months took of the volume paid ahead of a rise.
        || case when b.lines::text like '%"prepaid":%' then jsonb_build_object('since', (select coalesce(jsonb_agg(jsonb_build_object('period', s.period, 'lines', s.lines, 'own', coalesce(s.prices, r.prices),
            'volumes', (select w.volumes from moved w where w.building_id = s.building_id and w.premises_id = s.premises_id and w.period = s.period)) order by s.period), '[]')
          from current_bills s join billing_runs r on r.building_id = s.building_id and r.period = s.period where s.building_id = b.building_id and s.account_id = b.account_id
           and s.period > b.period and s.period <= to_char((b.period || '-01')::date + interval '3 months', 'YYYY-MM')::char(7) and s.period < p_period::char(7) and s.lines::text like '%"prepaid":%')) else '{}' end order by b.period, b.account_id) as list
      from moved v join current_bills b on b.building_id = v.building_id and b.period = v.period and b.premises_id = v.premises_id join accounts a on a.building_id = b.building_id and a.account_id = b.account_id join premises u on u.building_id = b.building_id and u.premises_id = b.premises_id
     group by v.building_id)
  select h.id, jsonb_build_object('bills', coalesce(b.list, '[]'), 'shared', app.shared_again(h.id, p_period),
      'prices', coalesce((select jsonb_object_agg(r.period, r.prices) from billing_runs r where r.building_id = h.id and r.period in (select v.period from moved v where v.building_id = h.id)), '{}'))
    from unnest(p_buildings) h(id) left join bill b on b.building_id = h.id;
end $$;

-- What a house shared in months billed before and is divided again, because a reading of the house or of a flat that it was divided by was
-- corrected since: by how much more the house's meter saw and the flats' did, whose parts there are, and what bills charged for them so far.
-- Where nothing was charged because the flats had more than the house, the parts are those of the month's last day. A month that waits to be
-- made up with a later one is counted there, and divided nowhere else.
create function app.shared_again(p_building uuid, p_period text) returns jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare first_day date := (p_period || '-01')::date; wanted char(7) := p_period; told jsonb;
begin
  with moved as materialized (
    select m.service, m.kind, m.premises_id, r.period, r.billed_through, r.billed_difference as difference, r.received_at >= first_day - 400 as fresh from readings r join meters m on m.building_id = r.building_id and m.meter_id = r.meter_id
     where r.building_id = p_building and r.billed_difference is not null and r.period < wanted and r.taken_on < first_day + 75),
  item as materialized (
    select r.period, (r.period || '-01')::date as first_day, ((r.period || '-01')::date + interval '1 month')::date - 1 as last_day, r.findings, x.item, x.item ->> 'service' as service, x.item ->> 'key' as key, x.item ? 'heat' as heated, x.item ? 'by' as common, s.since,
        (select sum((y ->> 'days')::int) from jsonb_array_elements(r.prices -> 'items') y where y ->> 'of' = 'SHARE' and y ->> 'service' = x.item ->> 'service' and y -> 'kinds' = x.item -> 'kinds' and y ? 'by' = x.item ? 'by'
          and regexp_replace(y ->> 'key', '\.\d+$', '') = regexp_replace(x.item ->> 'key', '\.\d+$', '')) as served
      from billing_runs r cross join lateral jsonb_array_elements(r.prices -> 'items') x(item) cross join lateral (select coalesce(x.item -> 'earlier' ->> 'since', x.item -> 'heat' ->> 'since', r.period)::char(7) as since) s
     where r.building_id = p_building and r.period < wanted and r.period >= (select min(v.period) from moved v where v.fresh) and x.item ->> 'of' = 'SHARE'
       and exists (select 1 from moved v where v.service = x.item ->> 'service' and v.period between s.since and r.period and v.billed_through >= r.period and v.fresh)
       and not exists (select 1 from jsonb_array_elements(r.findings) f where x.item ? 'by' and f ->> 'service' = x.item ->> 'service' and f ? 'common' and f ->> 'code' in ('noHouseMeter', 'noCommonShare'))),
  line as materialized (
    select b.period, b.account_id, b.premises_id, l.x ->> 'key' as key, l.x as line from current_bills b cross join lateral json_array_elements(b.lines) l(x) where b.building_id = p_building and b.period in (select i.period from item i)),
  part as (
    select i.period, i.key, l.account_id, l.premises_id, l.line ->> 'quantity' as weight, (l.line ->> 'net')::bigint as net, (l.line ->> 'vat')::bigint as vat, (l.line -> 'common' ->> 'flats')::numeric as flats
      from item i join line l on l.period = i.period and l.key = i.key
    union all
    select i.period, i.key, a.account_id, a.premises_id, trim_scale(w.weight)::text, 0, 0, null from item i join accounts a on a.building_id = p_building
      join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
      cross join lateral (select case when a.opened_on > i.last_day or app.account_end(a.building_id, a.premises_id, a.opened_on, a.closed_on) < i.last_day or not i.item -> 'kinds' ? p.kind then 0 else case i.item ->> 'by' when 'AREA' then coalesce(app.area_on(p.building_id, p.premises_id, i.last_day), p.area_m2) when 'EQUAL' then 1
        else greatest(coalesce((select g.persons from registered_persons g where g.building_id = p.building_id and g.premises_id = p.premises_id and g.valid_from <= i.first_day order by g.valid_from desc limit 1), 0)
          - coalesce((select sum(g.persons) from person_absences g where g.building_id = p.building_id and g.premises_id = p.premises_id and g.withdrawn_at is null and g.from_day <= i.first_day and coalesce(g.to_day, 'infinity') >= i.first_day), 0), 0) end end as weight) w
     where i.common and (w.weight > 0 or exists (select 1 from heat_recalculations h where h.building_id = p_building and h.account_id = a.account_id and h.charge_period = i.period and h.line_key = i.key)) and not exists (select 1 from line l where l.period = i.period and l.key = i.key)),
  shares as (
    select t.period, t.key, max(t.flats) as flats, jsonb_agg(jsonb_build_object('accountId', t.account_id, 'premisesId', t.premises_id, 'open', a.closed_on is null or a.closed_on >= first_day, 'weight', t.weight, 'net', t.net + coalesce(g.net, 0), 'vat', t.vat + coalesce(g.vat, 0))
        order by t.premises_id, t.account_id) as list
      from part t join accounts a on a.building_id = p_building and a.account_id = t.account_id
      left join lateral (select sum(h.net)::bigint as net, sum(h.vat)::bigint as vat from heat_recalculations h where h.building_id = p_building and h.account_id = t.account_id and h.charge_period = t.period and h.line_key = t.key) g on true
     group by t.period, t.key),
  -- A month in which nothing was left to share is on no line: its finding says what was taken off; without one that was all the house had.
  untold as (
    select i.period, i.key, case when count(f.x) = 0 then min(i.item ->> 'houseQuantity')::numeric when count(distinct f.x ->> 'flats') = 1 then min((f.x ->> 'flats')::numeric) end as flats
      from item i left join lateral jsonb_array_elements(i.findings) f(x) on f.x ->> 'service' = i.service and f.x ? 'common' and f.x ? 'flats'
     where i.common and not exists (select 1 from line l where l.period = i.period and l.key = i.key) group by i.period, i.key)
  select jsonb_agg(jsonb_build_object('period', i.period, 'item', i.item, 'served', i.served, 'taken', trim_scale(coalesce(s.flats, u.flats))::text, 'shares', s.list,
      'house', coalesce((select trim_scale(sum(v.difference)) from moved v where v.service = i.service and v.kind = 'BUILDING' and v.period between i.since and i.period and v.billed_through >= i.period), 0)::text,
      'flats', coalesce((select trim_scale(sum(v.difference)) from moved v where v.service = i.service and v.kind = 'UNIT' and v.period between i.since and i.period and v.billed_through >= i.period
        and case when i.heated then exists (select 1 from line l where l.period = i.period and l.premises_id = v.premises_id and l.key like 'HEAT.flat%')
          else i.common and exists (select 1 from accounts a where a.building_id = p_building and a.premises_id = v.premises_id and a.opened_on <= i.last_day and (a.closed_on is null or a.closed_on >= i.first_day)) end), 0)::text)
      order by i.period, i.key) into told
    from item i join shares s on s.period = i.period and s.key = i.key left join untold u on u.period = i.period and u.key = i.key
   where not i.common or s.flats is not null or u.flats is not null;
  return coalesce(told, '[]');
end $$;

-- Accounts of flats that stood in advance on the eve of a rise of a price (server/billing/prepaid), with their bill of the month
-- before it, of which each service has its part of the advance, and their other bills since: also of later months, when a bill is
-- counted anew. What was taken back counts as of the day of what it takes back. Asked only for months in which a volume paid ahead
-- may still keep its price. Programmes of repairs have money of their own.
create function app.prepaid_facts(p_buildings uuid[], p_rise date, p_period text) returns table(building_id uuid, facts jsonb)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare risen char(7) := to_char(p_rise, 'YYYY-MM'); before char(7) := to_char(p_rise - interval '1 month', 'YYYY-MM'); wanted char(7) := p_period; last char(7) := to_char(p_rise + interval '3 months', 'YYYY-MM');
begin
  return query
  with ahead as materialized (
    select e.building_id, e.account_id, -sum(e.amount) as advance from ledger_entries e
     where e.building_id = any(p_buildings) and e.account_id is not null and e.fund not like 'PROGRAMME:%'
       and (e.value_date < p_rise or e.reverses_transaction_id is not null and exists (select 1 from ledger_entries o
         where o.building_id = any(p_buildings) and o.building_id = e.building_id and o.account_key = e.account_key and o.transaction_id = e.reverses_transaction_id and o.value_date < p_rise)) group by e.building_id, e.account_id having sum(e.amount) < 0),
  account as (
    select x.building_id, jsonb_agg(jsonb_build_object('accountId', x.account_id, 'advance', x.advance::text, 'before', jsonb_build_object('period', b.period, 'lines', b.lines, 'own', b.prices),
        'since', (select coalesce(jsonb_agg(jsonb_build_object('period', s.period, 'lines', s.lines, 'own', s.prices, 'volumes', (select jsonb_object_agg(k.service, k.difference::text) from (
              select m.service, trim_scale(sum(r.billed_difference)) as difference from readings r join meters m on m.building_id = r.building_id and m.meter_id = r.meter_id
               where r.building_id = s.building_id and r.premises_id = s.premises_id and r.period = s.period and r.billed_difference is not null and r.taken_on >= p_rise - 400 and r.taken_on < p_rise + 200
                 -- Of a bill that is counted anew: what was known when it was made. What was corrected since took only what this one had left.
                 and (s.period > wanted or not exists (select 1 from current_bills n where n.building_id = s.building_id and n.account_id = s.account_id and n.period = wanted)
                   or exists (select 1 from heat_recalculations h where h.building_id = s.building_id and h.account_id = s.account_id and h.charge_period = s.period and h.run_period <= wanted)) group by m.service) k)) order by s.period), '[]')
          from current_bills s where s.building_id = x.building_id and s.account_id = x.account_id and s.period >= risen and s.period <= last and s.period <> wanted)) order by x.account_id) as list
      from ahead x join premises u on u.building_id = x.building_id and u.premises_id = (select a.premises_id from accounts a where a.building_id = x.building_id and a.account_id = x.account_id) and u.kind = 'APARTMENT'
      join current_bills b on b.building_id = x.building_id and b.account_id = x.account_id and b.period = before group by x.building_id)
  select c.building_id, jsonb_build_object('accounts', c.list, 'prices', (select jsonb_object_agg(r.period, r.prices) from billing_runs r where r.building_id = c.building_id and r.period >= before and r.period <= last and r.period <> wanted))
    from account c;
end $$;

-- What the house's meters of a service saw since it was shared last, and what own meters were charged in the months between, which
-- are made up now: {"volume"} of the month alone, or {"volume", "since", "flats", "apart"}. Nothing where the two cannot be told
-- apart: a meter without a reading of the month, or of the month before the first that is counted here; a flat whose volume of
-- such a month nobody knows. A meter that came since, or was never read before, has begun with its first figure.
create function app.shared_volume(p_building uuid, p_service text, p_period text) returns jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
  since date := first_day; month char(7); told jsonb;
begin
  -- Back through the months in which the house's part was wanted and not charged; of heat, also those in which nothing was.
  loop
    month := to_char(since - interval '1 month', 'YYYY-MM');
    exit when since <= first_day - interval '11 months' or not exists (select 1 from billing_runs r where r.building_id = p_building and r.period = month
      and (exists (select 1 from jsonb_array_elements(r.findings) f where f ->> 'service' = p_service and f ->> 'code' in ('noHouseMeter', 'noCommonShare') and not f ? 'premisesId' and (p_service = 'HEAT' or f ? 'common'))
        or p_service = 'HEAT' and not r.prices -> 'items' @> '[{"service": "HEAT"}]' and exists (select 1 from heat_contracts c where c.building_id = p_building and c.published_at is not null
          and c.mode <> 'BY_AREA' and c.valid_from < since and coalesce(c.valid_to, 'infinity') >= since - interval '1 month')));
    since := (since - interval '1 month')::date;
  end loop;
  told := app.shared_since(p_building, p_service, p_period, since);
  -- What cannot be made up is given up: a month that is whole is shared again.
  return case when told is null and since < first_day then app.shared_since(p_building, p_service, p_period, first_day) else told end;
end $$;

create function app.shared_since(p_building uuid, p_service text, p_period text, p_since date) returns jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
  begun char(7) := to_char(p_since, 'YYYY-MM'); before char(7) := to_char(p_since - interval '1 month', 'YYYY-MM'); this char(7) := p_period;
  whole boolean; volume numeric; own numeric; apart numeric; elsewhere numeric;
begin
  with counted as materialized (
    select m.meter_id, m.installed_on, m.removed_on, m.kind, m.premises_id, r.period, r.consumption from meters m left join readings r on r.building_id = p_building and r.meter_id = m.meter_id
       and r.consumption is not null and r.superseded_by is null and r.taken_on >= p_since - 400 and r.taken_on < first_day + 75 and r.period <= this
     where m.building_id = p_building and m.service = p_service and m.kind = 'BUILDING' and m.installed_on <= last_day),
  device as (
    select c.meter_id, coalesce(bool_or(c.period = this), false) as now, bool_or(c.period >= begun) as seen,
        coalesce(bool_or(c.period = before) or bool_and(c.period >= begun), false) or c.installed_on >= p_since as begins, c.removed_on, sum(c.consumption) filter (where c.period >= begun) as volume
      from counted c group by c.meter_id, c.installed_on, c.removed_on)
  select coalesce(bool_and(d.begins and (d.now or coalesce(d.removed_on < first_day, false))), false), sum(d.volume) into whole, volume
    from device d where d.removed_on is null or d.removed_on >= p_since or d.seen;
  -- Who had no volume in the month before, or in one that is made up: read by now, and by this reading for all of it.
  if not whole or exists (select 1 from billing_runs r cross join lateral jsonb_array_elements(r.findings) f
      where r.building_id = p_building and r.period >= before and r.period < this and f ->> 'service' = p_service and f ? 'premisesId'
        and (case when r.period < begun then f ->> 'code' = 'noVolume' and exists (select 1 from meters m join readings x on x.building_id = m.building_id and x.meter_id = m.meter_id
            where m.building_id = p_building and m.premises_id = (f ->> 'premisesId')::uuid and m.service = p_service and x.period = this and x.consumption is not null and x.superseded_by is null and x.taken_on >= first_day - 366 and x.taken_on < first_day + 75)
          else f ->> 'code' <> 'noVolume' or not exists (select 1 from meters m where m.building_id = p_building and m.premises_id = (f ->> 'premisesId')::uuid and m.service = p_service and m.removed_on is null)
            or exists (select 1 from meters m where m.building_id = p_building and m.premises_id = (f ->> 'premisesId')::uuid and m.service = p_service and m.removed_on is null
              and not exists (select 1 from readings x where x.building_id = m.building_id and x.meter_id = m.meter_id and x.period = this and x.consumption is not null and x.superseded_by is null
                and x.taken_on >= first_day - 366 and x.taken_on < first_day + 75)) end)) then
    return null;
  end if;
  if p_since = first_day then return jsonb_build_object('volume', trim_scale(volume)::text); end if;
  -- By persons a flat without a meter has no volume in its bill.
  if exists (select 1 from billing_runs r where r.building_id = p_building and r.period >= begun and r.period < this and r.prices -> 'items' @> jsonb_build_array(jsonb_build_object('service', p_service, 'of', 'PERSONS'))) then
    return null;
  end if;
  select coalesce(sum(x.used) filter (where p.kind = 'APARTMENT'), 0), coalesce(sum(x.used) filter (where p.kind <> 'APARTMENT'), 0) into own, apart
    from (select b.premises_id, b.period, max((l ->> 'quantity')::numeric) as used from billing_runs r join bills b on b.building_id = r.building_id and b.period = r.period and b.building_id = p_building
          cross join lateral json_array_elements(b.lines::json) l
           where r.building_id = p_building and r.period >= begun and r.period < this
             and l ->> 'key' in (select i ->> 'key' from jsonb_array_elements(r.prices -> 'items') i where i ->> 'service' = p_service and i ->> 'of' = 'VOLUME')
           group by b.premises_id, b.period) x
      join premises p on p.building_id = p_building and p.premises_id = x.premises_id;
  -- What was corrected since is on a later bill, as a line of its own.
  own := own + coalesce((select sum(r.billed_difference) from readings r join meters m on m.building_id = r.building_id and m.meter_id = r.meter_id where r.building_id = p_building and m.service = p_service
    and r.billed_difference is not null and r.premises_id is not null and r.period >= begun and r.period < this and r.taken_on >= p_since - 400 and r.taken_on < first_day + 75
    and (p_service = 'HEAT' or exists (select 1 from premises p join house_services s on s.building_id = p.building_id and p.kind = any(s.premises_kinds) where p.building_id = p_building and p.premises_id = r.premises_id
      and s.service = p_service and s.valid_from <= last_day and coalesce(s.valid_to, 'infinity') >= p_since))), 0);
  -- Premises that pay elsewhere, by their own meters; a month of silence is in the reading that came after it.
  with paying as (
    select m.meter_id from meters m join premises p on p.building_id = m.building_id and p.premises_id = m.premises_id
     where m.building_id = p_building and m.service = p_service and m.kind = 'UNIT' and p_service <> 'HEAT' and m.installed_on < first_day and (m.removed_on is null or m.removed_on >= p_since)
       and not exists (select 1 from house_services s where s.building_id = p_building and s.service = p_service and p.kind = any(s.premises_kinds) and s.valid_from <= last_day and coalesce(s.valid_to, 'infinity') >= p_since)),
  read as (
    select y.meter_id, sum(r.consumption) filter (where r.period < this) as used, count(distinct r.period) filter (where r.period < this) as months, bool_or(r.period = this) as now
      from paying y left join readings r on r.building_id = p_building and r.meter_id = y.meter_id and r.consumption is not null and r.superseded_by is null and r.period >= begun and r.period <= this
       and r.taken_on >= p_since - 400 and r.taken_on < first_day + 75 group by y.meter_id)
  select coalesce(bool_and(coalesce(x.now, false) or x.months = (extract(year from age(first_day, p_since)) * 12 + extract(month from age(first_day, p_since)))), true), coalesce(sum(x.used), 0) into whole, elsewhere from read x;
  if not whole then return null; end if;
  return jsonb_build_object('volume', trim_scale(volume)::text, 'since', begun, 'flats', trim_scale(own)::text, 'apart', trim_scale(apart + elsewhere)::text);
end $$;

-- Of houses: their services, rates and own meters; no row for a house that is not visible to the asker.
-- Planned once per connection, because planning over the partitions costs more than reading.
create function app.billing_houses(p_buildings uuid[], p_period text)
returns table(building_id uuid, country text, territory_code text, demonstration boolean, name text, may_run boolean, billed boolean, facts jsonb)
language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1; mine uuid[] := auth.buildings('{billing.run}');
begin
  return query
  with service as materialized (
    select s.building_id, bool_or(s.method = 'BUILDING_METER' or s.common_shared_by is not null) as shared, jsonb_agg(jsonb_build_object('service', s.service, 'method', s.method, 'volumeOf', s.volume_of, 'kinds', s.premises_kinds,
        'seasonal', s.seasonal, 'validFrom', s.valid_from, 'validTo', s.valid_to)
        || case when s.common_shared_by is null then '{}' else jsonb_build_object('commonSharedBy', s.common_shared_by) end order by s.service, s.valid_from) as list
      from house_services s where s.building_id = any(p_buildings) and s.valid_from <= last_day and coalesce(s.valid_to, 'infinity') >= first_day group by s.building_id),
  interruption as (
    select x.building_id, jsonb_agg(jsonb_build_object('service', x.service, 'from', x.from_day, 'to', x.to_day) order by x.from_day, x.interruption_id) as list
      from service_interruptions x where x.building_id = any(p_buildings) and x.withdrawn_at is null and x.from_day <= last_day and x.to_day >= first_day group by x.building_id),
  rate as (
    select c.building_id, jsonb_agg(jsonb_build_object('fund', c.fund, 'kind', c.premises_kind, 'perM2', trim_scale(c.per_m2)::text, 'indexCode', c.index_code,
        'indexMultiple', trim_scale(c.index_multiple)::text, 'basis', c.basis, 'validFrom', c.valid_from, 'validTo', c.valid_to) order by c.fund, c.premises_kind, c.valid_from) as list
      from contribution_rates c where c.building_id = any(p_buildings) group by c.building_id),
  stove as (
    select p.building_id, jsonb_agg(distinct p.electric_stove) as list from premises p where p.building_id = any(p_buildings) and p.kind = 'APARTMENT' group by p.building_id),
  privilege as (
    select g.building_id, jsonb_agg(distinct g.service) as list from premises_privileges g
     where g.building_id = any(p_buildings) and g.valid_from <= first_day and coalesce(g.valid_to, 'infinity') >= first_day group by g.building_id),
  own as (
    select v.building_id, jsonb_agg(jsonb_build_object('service', v.service, 'volume', trim_scale(v.volume)::text)
        || case when exists (select 1 from house_services s where s.building_id = v.building_id and s.service = v.service and s.common_shared_by is not null and s.valid_from <= last_day and coalesce(s.valid_to, 'infinity') >= first_day)
          then jsonb_build_object('shared', app.shared_volume(v.building_id, v.service, p_period)) else '{}' end order by v.service) as list from (
      select d.building_id, d.service, sum(r.consumption) as volume from meters d join readings r on r.building_id = d.building_id and r.meter_id = d.meter_id
       where d.building_id in (select s.building_id from service s where s.shared) and d.kind = 'BUILDING' and r.period = p_period::char(7) and r.consumption is not null
         and r.superseded_by is null and r.taken_on >= first_day - 366 and r.taken_on < first_day + 75 group by d.building_id, d.service) v group by v.building_id),
  -- Houses with a heat contract, or with one in the last year: an act that came late is still recalculated.
  heat as (
    select distinct y.building_id from heat_contracts y where y.building_id = any(p_buildings) and y.published_at is not null and y.valid_from <= last_day and coalesce(y.valid_to, 'infinity') >= first_day - 366),
  corrected as (
    select distinct r.building_id from readings r where r.building_id = any(p_buildings) and r.billed_difference is not null and r.period < p_period::char(7) and r.received_at >= first_day - 400 and r.taken_on < first_day + 75),
  area as (
    select k.building_id, jsonb_agg(jsonb_build_object('kind', k.kind, 'areaM2', trim_scale(k.area)::text) order by k.kind) as list from (
      select p.building_id, p.kind, sum(case when exists (select 1 from premises_areas x where x.building_id = p.building_id and x.premises_id = p.premises_id and x.valid_from > last_day)
          then app.area_on(p.building_id, p.premises_id, last_day) else p.area_m2 end) as area from premises p join accounts a on a.building_id = p.building_id and a.premises_id = p.premises_id
       where p.building_id in (select s.building_id from service s where s.shared) and a.opened_on <= last_day
         and (a.closed_on is null or a.closed_on >= last_day and app.account_end(a.building_id, a.premises_id, a.opened_on, a.closed_on) >= last_day)
       group by p.building_id, p.kind) k group by k.building_id)
  select b.building_id, b.country::text, b.territory_code, b.demonstration, b.name, b.building_id = any(mine),
    exists (select 1 from billing_runs r where r.building_id = b.building_id and r.period = p_period::char(7)),
    jsonb_build_object('services', coalesce(s.list, '[]'), 'interruptions', coalesce(i.list, '[]'), 'rates', coalesce(c.list, '[]'), 'stoves', coalesce(t.list, '[]'), 'privileges', coalesce(g.list, '[]'),
      'buildingVolumes', coalesce(o.list, '[]'), 'kinds', coalesce(a.list, '[]'))
      || case when y.building_id is null then '{}' else '{"heat": true}'::jsonb end || case when x.building_id is null then '{}' else '{"corrected": true}'::jsonb end
    from buildings b left join service s on s.building_id = b.building_id left join interruption i on i.building_id = b.building_id left join rate c on c.building_id = b.building_id
    left join stove t on t.building_id = b.building_id left join privilege g on g.building_id = b.building_id left join own o on o.building_id = b.building_id left join area a on a.building_id = b.building_id
    left join heat y on y.building_id = b.building_id left join corrected x on x.building_id = b.building_id
   where b.building_id = any(p_buildings);
end $$;

-- ── The bill page ───────────────────────────────────────────────────────────────────────────────
-- A bill with all that explains it, in one round trip. Each table is read once, because each pays for its policies;
-- planned once per connection, because planning over the partitions costs more than reading. Amounts travel as text.
create function app.bill_page(p_number text, p_period text) returns jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  -- As the columns are: a text beside them would hide the key of the number and the partitions of the months.
  wanted char(7) := p_period;
  last_period char(7) := to_char((p_period || '-01')::date - interval '1 month', 'YYYY-MM');
  first_period char(7) := to_char((p_period || '-01')::date - interval '11 months', 'YYYY-MM');
  page jsonb;
begin
  with place as materialized (select n.* from account_numbers n where n.number = p_number::char(10)),
  mine as materialized (
    select b.* from current_bills b join place n on n.building_id = b.building_id and n.account_id = b.account_id
     where b.period >= first_period),
  run as materialized (
    select r.* from billing_runs r where r.building_id = (select n.building_id from place n) and r.period in (wanted, last_period))
  select jsonb_build_object('accountNumber', n.number,
    'bill', jsonb_build_object('buildingId', b.building_id, 'accountId', b.account_id, 'premisesId', b.premises_id, 'number', b.bill_number, 'period', b.period,
      'dueOn', b.due_on, 'currency', b.currency, 'total', b.total::text, 'vat', b.vat::text, 'openingBalance', b.opening_balance::text, 'hash', encode(b.hash, 'hex'),
      'issuedAt', coalesce(b.corrected_at, b.issued_at), 'version', b.version, 'lines', b.lines, 'prices', coalesce(b.prices, r.prices),
      -- What a neighbour lacks is the neighbour's.
      'findings', (select coalesce(jsonb_agg(f.x order by f.n), '[]') from jsonb_array_elements(r.findings) with ordinality f(x, n)
        where coalesce(f.x ->> 'premisesId', b.premises_id::text) = b.premises_id::text)),
    'previous', (select jsonb_build_object('period', p.period, 'total', p.total::text, 'lines', p.lines, 'prices', coalesce(p.prices, q.prices))
      from mine p join run q on q.period = p.period where p.period = last_period),
    'months', (select jsonb_agg(jsonb_build_object('period', m.period, 'total', m.total::text, 'dueOn', m.due_on) order by m.period) from mine m),
    'replaced', case when b.version = 1 then '[]' else app.replaced_bills(n.building_id, n.account_id, p_period) end,
    'disputes', (select coalesce(jsonb_agg(jsonb_build_object('requestId', d.request_id, 'number', q.number, 'period', d.period, 'kind', d.kind, 'subject', d.subject, 'amount', app.disputed_now(d)::text) order by d.at), '[]')
      from bill_disputes d join requests q on q.building_id = d.building_id and q.request_id = d.request_id
     where d.building_id = n.building_id and d.account_id = n.account_id and q.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED')),
    'balance', (app.owed(h)).balance::text, 'programmes', (app.owed(h)).programmes::text,
    'house', (select jsonb_build_object('buildingId', g.building_id, 'country', g.country, 'name', g.name, 'addressUz', g.address_uz, 'addressKk', g.address_kk,
        'addressRu', g.address_ru, 'unitKind', u.kind, 'unitNumber', u.number, 'areaM2', trim_scale(u.area_m2)::text, 'organisation', coalesce((
          select o.name from building_managements k join organisations o on o.organisation_id = k.organisation_id
           where k.building_id = g.building_id and k.method <> 'CALL_CENTRE' and k.valid_from <= app.today() and (k.valid_to is null or k.valid_to >= app.today())
           order by k.valid_from desc limit 1), ''))
      from buildings g join premises u on u.building_id = g.building_id and u.premises_id = n.premises_id where g.building_id = n.building_id),
    'acts', (select coalesce(jsonb_agg(jsonb_build_object('actId', l.act_id, 'number', l.number, 'issuedOn', l.issued_on, 'titleUz', l.title_uz, 'titleKk', l.title_kk,
        'titleRu', l.title_ru, 'url', l.url, 'verified', l.verified)), '[]')
      from legal_acts l where l.act_id in (select unnest(array[i ->> 'actId', i -> 'heat' ->> 'seasonAct']) from jsonb_array_elements(coalesce(b.prices, r.prices) -> 'items') i
        union select v #>> '{normFrom,actId}' from jsonb_array_elements(coalesce(b.prices, r.prices) -> 'volumes') v)))
    into page
    from place n join mine b on b.period = wanted join run r on r.period = wanted
    left join account_heads h on h.building_id = n.building_id and h.account_id = n.account_id;
  return page;
end $$;

-- The accounts of the asker's own flats with their last twelve bills.
create function app.my_bills() returns setof jsonb
language plpgsql stable set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare first_period char(7) := to_char(app.today() - interval '12 months', 'YYYY-MM'); flats uuid[] := auth.premises('{bill.read}');
begin
  return query
  with place as materialized (select a.* from accounts a where a.premises_id = any(flats) and a.closed_on is null),
  mine as materialized (
    select b.building_id, b.account_id, b.period, b.due_on, b.total, b.opening_balance from current_bills b
      join place n on n.building_id = b.building_id and n.account_id = b.account_id where b.period >= first_period)
  select jsonb_build_object('accountNumber', n.number, 'accountId', n.account_id, 'currency', case g.country when 'UZ' then 'UZS' else 'KZT' end,
    'house', jsonb_build_object('buildingId', g.building_id, 'country', g.country, 'name', g.name, 'addressUz', g.address_uz, 'addressKk', g.address_kk,
      'addressRu', g.address_ru, 'unitKind', u.kind, 'unitNumber', u.number, 'areaM2', trim_scale(u.area_m2)::text, 'organisation', ''),
    'balance', (app.owed(h)).balance::text, 'programmes', (app.owed(h)).programmes::text,
    'lastBill', (select jsonb_build_object('period', m.period, 'dueOn', m.due_on, 'total', m.total::text, 'openingBalance', m.opening_balance::text)
      from mine m where m.account_id = n.account_id order by m.period desc limit 1),
    'months', coalesce((select jsonb_agg(jsonb_build_object('period', m.period, 'total', m.total::text, 'dueOn', m.due_on) order by m.period) from mine m where m.account_id = n.account_id), '[]'))
    from place n join buildings g on g.building_id = n.building_id join premises u on u.building_id = n.building_id and u.premises_id = n.premises_id
    left join account_heads h on h.building_id = n.building_id and h.account_id = n.account_id
   order by g.name, n.number;
end $$;

revoke execute on function app.post_bills(uuid[], text, uuid[], uuid[], jsonb, date, text, jsonb, uuid, boolean, jsonb, jsonb) from public;
grant execute on function app.index_on(text, text, date), app.rate_on(contribution_rates, text, date), app.bill_page(text, text), app.my_bills(), app.base_sql(jsonb, text), app.item_condition(jsonb), app.item_source(jsonb), app.item_quantity(jsonb), app.gaps_of(uuid, uuid, text, text), app.interruption_counted(uuid, date, timestamptz), app.common_sql(jsonb, integer, text), app.bills_sql(jsonb, boolean, text, text), app.has_parts(uuid[], date, date, boolean), app.account_end(uuid, uuid, date, date),
  app.area_on(uuid, uuid, date), app.away_from(date, timestamptz), app.dated_parts(text, uuid, uuid, date, date, numeric, date[], date[]), app.parts_net(jsonb, numeric, integer), app.bill_text_sql(), app.preview_bills(uuid, text, jsonb, date, text, jsonb, jsonb), app.seasons_of(text, text, boolean, date, date),
  app.place_tariffs(text, text, boolean, text, date, date), app.billing_place(text, text, boolean, text), app.billing_houses(uuid[], text), app.correction_facts(uuid[], text), app.prepaid_facts(uuid[], date, text), app.shared_volume(uuid, text, text), app.shared_since(uuid, text, text, date), app.shared_again(uuid, text),
  app.post_bills(uuid[], text, uuid[], uuid[], jsonb, date, text, jsonb, uuid, boolean, jsonb, jsonb) to uyim_app;

-- ── Similar flats ───────────────────────────────────────────────────────────────────────────────
-- What flats of the same house, kind and about the same area (a fifth more or less) are usually charged: the middle by service,
-- of five others at least, rounded so that it is nobody's own figure. Asked for a bill that the asker's own scope has shown; the
-- others are seen by the machine (p_secret) and leave this function only as such a middle. A unit counts once, whoever shares it.
create function app.similar_flats(p_building uuid, p_premises uuid, p_period text, p_secret text) returns jsonb
language plpgsql volatile set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  month char(7) := p_period; sid text := coalesce(current_setting('app.sid', true), ''); acting text := coalesce(current_setting('app.acting', true), '');
  own_kind text; area numeric; step numeric; told jsonb; fewest constant int := 5;
begin
  perform set_config('app.sid', p_secret, true), set_config('app.acting', '', true);
  select u.kind, u.area_m2, case b.country when 'UZ' then 100000 else 1000 end into own_kind, area, step
    from premises u join buildings b on b.building_id = u.building_id where u.building_id = p_building and u.premises_id = p_premises;
  with price as materialized (
    select i ->> 'key' as key, i ->> 'service' as service from billing_runs r, jsonb_array_elements(r.prices -> 'items') i
     where r.building_id = p_building and r.period = month and i ->> 'service' <> 'PENALTY'
    union select i ->> 'key', i ->> 'service' from bill_corrections k, jsonb_array_elements(k.prices -> 'items') i
     where k.building_id = p_building and k.period = month and k.posted_at is not null and i ->> 'service' <> 'PENALTY'),
  spent as materialized (
    select b.premises_id, p.service, sum(l.net + l.vat) as amount from current_bills b
      join premises u on u.building_id = b.building_id and u.premises_id = b.premises_id and u.kind = own_kind and u.area_m2 between area * 0.8 and area * 1.2
      cross join lateral json_to_recordset(b.lines) as l(key text, net bigint, vat bigint) join price p on p.key = l.key
     where b.building_id = p_building and b.period = month and b.premises_id <> p_premises group by 1, 2),
  typical as (
    select s.service, count(*) as others, round(percentile_cont(0.5) within group (order by s.amount)::numeric / step) * step as middle from spent s group by s.service having count(*) >= fewest),
  whole as (
    select count(*) as others, round(percentile_cont(0.5) within group (order by w.amount)::numeric / step) * step as middle from (select sum(s.amount) as amount from spent s group by s.premises_id) w having count(*) >= fewest)
  select jsonb_build_object('others', w.others, 'total', w.middle::bigint::text,
      'services', (select coalesce(jsonb_agg(jsonb_build_object('service', t.service, 'others', t.others, 'amount', t.middle::bigint::text) order by t.service), '[]') from typical t)) into told from whole w;
  perform set_config('app.sid', sid, true), set_config('app.acting', acting, true);
  return told;
end $$;
grant execute on function app.similar_flats(uuid, uuid, text, text) to uyim_app;
