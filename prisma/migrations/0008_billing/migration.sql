-- Tariffs as dated data, and bills made from them set by set (kazakhstan.md 4.7, uzbekistan.md 2.7.2, 6; settled 8, 9).
-- A bill is one row with its lines inside. What all bills of a house and month share (prices with their tariffs,
-- VAT, days served) is kept once in the run that made them and never changes afterwards.

-- ── Dated data ──────────────────────────────────────────────────────────────────────────────────
create table tariffs (
  tariff_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  territory_prefix text not null,                       -- '' the whole country; '75' Almaty (KATO), '1726' Tashkent (SOATO)
  service text not null check (service in ('COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT')),
  supplier_id uuid,
  customer_class text not null default 'POPULATION' check (customer_class in ('POPULATION', 'OTHER')),
  basis text not null check (basis in ('VOLUME', 'VOLUME_TIERED', 'TIERED_PER_PERSON', 'AREA', 'GCAL', 'PERSON', 'FIXED')),
  unit text not null check (unit in ('m3', 'kWh', 'Gcal', 'm2', 'person', 'account')),
  price numeric(14, 4) check (price >= 0),              -- major units of the currency for one unit
  tiers jsonb,                                          -- [{"upTo": "3", "price": "91.96"}, …, {"upTo": null, …}]
  stove boolean,                                        -- condition: only flats with (without) an electric stove
  metered boolean,                                      -- condition: only flats with (without) a meter of their own
  building_meter boolean,                               -- condition: only houses with (without) a meter at the inlet
  months text check (months ~ '^[0-9]{1,2}(,[0-9]{1,2})*$'), -- condition: months of the year, '11,12,1,2'
  vat_mode text not null check (vat_mode in ('NET', 'INCLUDED', 'NONE', 'UNKNOWN')),
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  act_id text,
  source text not null,
  note text not null default '',
  valid_from date not null,
  valid_to date,
  demonstration boolean not null default false,
  verified boolean not null default false,
  published_at timestamptz,
  condition_key text generated always as (basis || '|' || coalesce(stove::text, '-') || '|' || coalesce(metered::text, '-') || '|'
    || coalesce(building_meter::text, '-') || '|' || coalesce(months, '-')) stored,
  check (valid_to >= valid_from),
  constraint price_or_tiers check (case when basis in ('VOLUME_TIERED', 'TIERED_PER_PERSON') then tiers is not null and price is null
    else tiers is null and price is not null end),
  constraint unknown_vat_is_never_published check (published_at is null or vat_mode <> 'UNKNOWN'),
  constraint one_tariff_at_a_time exclude using gist (country with =, territory_prefix with =, service with =, customer_class with =,
    condition_key with =, daterange(valid_from, valid_to, '[]') with &&)
);
create index tariffs_place on tariffs (country, service);

create table consumption_norms (
  norm_id uuid primary key,
  country char(2) not null,
  territory_prefix text not null,
  service text not null,
  per_person numeric(12, 3) not null check (per_person >= 0), -- a month
  unit text not null,
  act_id text,
  source text not null,
  valid_from date not null,
  valid_to date,
  demonstration boolean not null default false,
  verified boolean not null default false,
  constraint one_norm_at_a_time exclude using gist (country with =, territory_prefix with =, service with =,
    daterange(valid_from, valid_to, '[]') with &&)
);

-- When a seasonal service is served: heating by the decision of the town.
create table service_seasons (
  season_id uuid primary key,
  country char(2) not null,
  territory_prefix text not null,
  service text not null,
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  act_id text,
  source text not null,
  demonstration boolean not null default false,
  verified boolean not null default false,
  constraint one_season_at_a_time exclude using gist (country with =, territory_prefix with =, service with =,
    daterange(from_day, to_day, '[]') with &&)
);
select app.protect_reference(t) from unnest(array['tariffs', 'consumption_norms', 'service_seasons']::regclass[]) t;
grant select, insert, update on tariffs, consumption_norms, service_seasons to uyim_app;

-- A published tariff is history: its figures never change, only its end may be set.
create function app.keep_published_tariff() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.published_at is not null and (to_jsonb(old) - '{valid_to,note,verified,act_id,source}'::text[])
      is distinct from (to_jsonb(new) - '{valid_to,note,verified,act_id,source}'::text[]) then
    raise exception 'a published tariff does not change' using errcode = 'UY001';
  end if;
  return new;
end $$;
create trigger keep_published before update on tariffs for each row execute function app.keep_published_tariff();

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
  primary key (building_id, service, valid_from),
  constraint one_way_at_a_time exclude using gist (building_id with =, service with =, daterange(valid_from, valid_to, '[]') with &&)
);

create table service_interruptions (
  building_id uuid not null,
  interruption_id uuid not null,
  service text not null,
  from_day date not null,
  to_day date not null check (to_day >= from_day),
  act_number text not null,
  primary key (building_id, interruption_id)
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
  opening_balance bigint not null,                      -- owed before this charge; below zero an advance
  lines jsonb not null,                                 -- [{"key","quantity","people"?,"source"?,"before"?,"extra"?,"net","vat"}]
  hash bytea not null,
  run_id uuid not null,
  issued_at timestamptz not null default app.now(),
  primary key (building_id, account_id, period)
) partition by list (period);
select app.ensure_partitions('bills', '2025-01-01', '2027-12-01');

-- Volumes charged by estimate and not yet covered by a reading: the next reading pays them back.
create table estimated_volumes (
  building_id uuid not null,
  meter_id uuid not null,
  period char(7) not null,
  premises_id uuid not null,
  volume numeric(14, 3) not null check (volume > 0),
  settled_in char(7),
  primary key (building_id, meter_id, period)
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

select app.protect('house_services', '{house.read}', '{billing.run,registry.write}', '{billing,imports,worker}');
select app.protect('service_interruptions', '{house.read}', '{billing.run,registry.write}', '{billing,imports,worker}');
select app.protect('contribution_rates', '{house.read}', '{billing.run,registry.write}', '{billing,imports,worker,payments}');
select app.protect('billing_runs', '{house.read}', '{}', '{billing,worker}');
select app.protect('bills', '{bill.read}', '{}', '{billing,payments,worker}');
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

-- What each meter of a flat counts for in a month: its readings less what was charged by estimate before;
-- without a reading the average of its last three months; without those its part of the norm.
create function app.metered_volumes(p_building uuid, p_period text, p_prices jsonb)
returns table(meter_id uuid, premises_id uuid, service text, volume numeric, before numeric, billed numeric, source text)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare first_day date := (p_period || '-01')::date; last_day date := ((p_period || '-01')::date + interval '1 month')::date - 1;
begin
  return query
  with taken as materialized (
    select r.meter_id, sum(r.consumption) as volume from readings r
     where r.building_id = p_building and r.period = p_period and r.consumption is not null and r.superseded_by is null
       and r.taken_on >= first_day - 45 and r.taken_on < first_day + 90 group by r.meter_id),
  owed as materialized (
    select e.meter_id, sum(e.volume) as volume from estimated_volumes e
     where e.building_id = p_building and e.settled_in is null and e.period < p_period group by e.meter_id),
  norm as materialized (
    select x.service, x.norm from jsonb_to_recordset(p_prices -> 'volumes') as x(service text, norm numeric)),
  device as (
    select m.meter_id, m.premises_id, m.service, m.removed_on, t.volume, coalesce(o.volume, 0) as before,
      count(*) filter (where m.removed_on is null) over (partition by m.premises_id, m.service) as working
      from meters m left join taken t on t.meter_id = m.meter_id left join owed o on o.meter_id = m.meter_id
     where m.building_id = p_building and m.kind = 'UNIT' and m.installed_on <= last_day
       and (m.removed_on is null or m.removed_on >= first_day))
  select d.meter_id, d.premises_id, d.service, d.volume,
    case when d.volume is null then 0 else least(d.before, d.volume) end,
    case when d.volume is not null then greatest(d.volume - d.before, 0)
         when d.removed_on is not null then 0
         when a.average is not null then a.average
         else round(n.norm * p.persons / d.working, 3) end,
    case when d.volume is not null or d.removed_on is not null then 'METER' when a.average is not null then 'AVERAGE' else 'NORM' end
    from device d
    left join norm n on n.service = d.service
    left join lateral (
      select round(sum(r.consumption) / count(distinct r.period), 3) as average from readings r
       where d.volume is null and r.building_id = p_building and r.meter_id = d.meter_id and r.consumption is not null
         and r.superseded_by is null and r.period < p_period and r.period >= to_char(first_day - interval '3 months', 'YYYY-MM')
         and r.taken_on >= first_day - 140 and r.taken_on < last_day) a on true
    left join lateral (
      select g.persons from registered_persons g where d.volume is null and a.average is null and g.building_id = p_building
         and g.premises_id = d.premises_id and g.valid_from <= first_day order by g.valid_from desc limit 1) p on true;
end $$;

-- Lines of every account of a house for a month. `problem` names a service whose line has no price or no volume.
create function app.compute_bills(p_building uuid, p_period text, p_prices jsonb)
returns table(account_id uuid, premises_id uuid, number text, lines text, line_count integer, utilities bigint, current_fund bigint,
  savings bigint, vat bigint, estimated boolean, problem text)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare first_day date := (p_period || '-01')::date; last_day date := ((p_period || '-01')::date + interval '1 month')::date - 1;
begin
  return query
  with item as materialized (
    select (e.ordinality)::int as ord, x.*, cardinality(x.prices) as tiers, coalesce(cardinality(x."upTo"), 0) as limits,
      '{"key":"' || x.key || '","quantity":"' as head
      from jsonb_array_elements(p_prices -> 'items') with ordinality e(item, ordinality),
        jsonb_to_record(e.item) as x(key text, service text, fund text, "of" text, "volumeAt" int[], "upTo" numeric[], prices numeric[],
          "perPerson" boolean, kinds text[], stove boolean, metered boolean, days int, "monthDays" int, "vatBp" bigint, "houseNet" numeric)),
  norm as materialized (
    select (e.ordinality)::int as ord, x.service, x.norm
      from jsonb_array_elements(p_prices -> 'volumes') with ordinality e(item, ordinality), jsonb_to_record(e.item) as x(service text, norm numeric)),
  flat as materialized (
    select a.account_id, a.premises_id, a.number::text as number, p.kind, p.area_m2, p.electric_stove, coalesce(g.persons, 0) as persons
      from accounts a
      join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id
      left join lateral (select r.persons from registered_persons r where r.building_id = p_building and r.premises_id = a.premises_id
        and r.valid_from <= first_day order by r.valid_from desc limit 1) g on true
     where a.building_id = p_building and a.opened_on <= last_day and (a.closed_on is null or a.closed_on > last_day)),
  measured as materialized (
    select v.premises_id, v.service, sum(v.billed) as billed, sum(v.before) as before, bool_or(v.billed is null) as unknown,
      min(v.source) as source, max(v.source) as source_to
      from app.metered_volumes(p_building, p_period, p_prices) v group by v.premises_id, v.service),
  volume as materialized (
    select f.premises_id, array_agg(case when m.premises_id is null then round(n.norm * f.persons, 3) when m.unknown then null else m.billed end order by n.ord) as billed,
      array_agg(coalesce(m.before, 0) order by n.ord) as before,
      array_agg(case when m.premises_id is null then 'NORM' when m.source = m.source_to then m.source else 'AVERAGE' end order by n.ord) as source,
      array_agg(m.premises_id is not null order by n.ord) as metered
      from flat f cross join norm n left join measured m on m.premises_id = f.premises_id and m.service = n.service
     group by f.premises_id),
  shared as materialized (
    select s.premises_id, s.key, s.part + (s.place <= s.whole - s.given)::int as net, (s.place <= s.whole - s.given) as extra, s.area_m2
      from (
        select q.*, row_number() over (partition by q.key order by q.rest desc, q.premises_id) as place, sum(q.part) over (partition by q.key) as given
          from (
            select f.premises_id, f.area_m2, i.key, i."houseNet" as whole,
              div(i."houseNet" * f.area_m2, sum(f.area_m2) over (partition by i.key)) as part,
              mod(i."houseNet" * f.area_m2, sum(f.area_m2) over (partition by i.key)) as rest
              from flat f join item i on i."of" = 'SHARE' and f.kind = any(i.kinds)) q) s),
  quantity as (
    select f.account_id, f.premises_id, f.number, i.ord, i.key, i.service, i.fund, i.head, i.tiers, i.limits, i."upTo", i.prices, i.days, i."monthDays", i."vatBp", i."perPerson",
      case i."of" when 'AREA' then f.area_m2 when 'PERSONS' then f.persons when 'ONE' then 1 when 'SHARE' then f.area_m2
        else case cardinality(i."volumeAt") when 1 then v.billed[i."volumeAt"[1]] else v.billed[i."volumeAt"[1]] + v.billed[i."volumeAt"[2]] end end as q,
      greatest(f.persons, 1) as people,
      case when i."of" = 'VOLUME' then v.source[i."volumeAt"[1]] end as source,
      case when i."of" = 'VOLUME' then v.before[i."volumeAt"[1]] + coalesce(v.before[i."volumeAt"[2]], 0) else 0 end as before,
      s.net as share, s.extra
      from flat f
      join item i on f.kind = any(i.kinds) and (i.stove is null or i.stove = f.electric_stove)
      left join volume v on v.premises_id = f.premises_id
      left join shared s on i."of" = 'SHARE' and s.premises_id = f.premises_id and s.key = i.key
     where i.metered is null or i.metered = v.metered[i."volumeAt"[1]]
    offset 0),
  based as (
    select x.*, case when x."perPerson" then x.people else 1 end as m,
      case when x.share is not null then null else x.q * x.prices[1]
        + case when x.tiers < 2 then 0 else greatest(x.q - x."upTo"[1] * case when x."perPerson" then x.people else 1 end, 0) * (x.prices[2] - x.prices[1])
          + case when x.tiers < 3 then 0 else greatest(x.q - x."upTo"[2] * case when x."perPerson" then x.people else 1 end, 0) * (x.prices[3] - x.prices[2])
            + case when x.tiers < 4 then 0 else greatest(x.q - x."upTo"[3] * case when x."perPerson" then x.people else 1 end, 0) * (x.prices[4] - x.prices[3])
              + case when x.tiers < 5 then 0 else greatest(x.q - x."upTo"[4] * case when x."perPerson" then x.people else 1 end, 0) * (x.prices[5] - x.prices[4])
        end end end end end as base
      from quantity x offset 0),
  priced as (
    select b.*, case when b.share is not null then b.share when b.days = b."monthDays" then round(b.base, 2) * 100
      else div(b.base * (200 * b.days) + b."monthDays", 2 * b."monthDays") end::bigint as net
      from based b offset 0),
  taxed as (
    select p.*, (p.net * p."vatBp" * 2 + 10000) / 20000 as line_vat from priced p offset 0)
  select t.account_id, t.premises_id, t.number,
    '[' || string_agg(t.head || trim_scale(t.q)::text || '"' || case when t."perPerson" then ',"people":' || t.people else '' end
      || case when t.source is null or t.source = 'METER' then '' else ',"source":"' || t.source || '"' end
      || case when t.before > 0 then ',"before":"' || trim_scale(t.before) || '"' else '' end || case when t.extra then ',"extra":1' else '' end
      || ',"net":"' || t.net || '","vat":"' || t.line_vat || '"}', ',' order by t.ord) || ']',
    count(*)::int,
    coalesce(sum(t.net + t.line_vat) filter (where t.fund = 'UTILITIES'), 0)::bigint,
    coalesce(sum(t.net + t.line_vat) filter (where t.fund = 'CURRENT'), 0)::bigint,
    coalesce(sum(t.net + t.line_vat) filter (where t.fund = 'SAVINGS'), 0)::bigint,
    sum(t.line_vat)::bigint,
    bool_or(t.source in ('AVERAGE', 'NORM') or t.before > 0),
    min(t.service) filter (where t.net is null or (t.limits = t.tiers and t.q > t."upTo"[t.limits] * t.m))
    from taxed t group by t.account_id, t.premises_id, t.number;
end $$;

create function app.bill_hash(p_building uuid, p_account uuid, p_period text, p_number text, p_due date, p_currency text, p_opening bigint,
  p_total bigint, p_vat bigint, p_lines text, p_prices_hash bytea) returns bytea
language sql immutable parallel safe as $$
  select sha256(convert_to(p_building || '|' || p_account || '|' || p_period || '|' || p_number || '|' || (p_due - date '2000-01-01') || '|' || p_currency
    || '|' || p_opening || '|' || p_total || '|' || p_vat || '|' || p_lines, 'UTF8') || p_prices_hash)
$$;

-- What a run would post, nothing written. One row for each account, with the hash its bill would have.
create function app.preview_bills(p_building uuid, p_period text, p_prices jsonb, p_due date, p_currency text)
returns table(account_id uuid, premises_id uuid, bill_number text, lines text, line_count integer, utilities bigint, current_fund bigint,
  savings bigint, vat bigint, estimated boolean, problem text, opening bigint, hash bytea)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare prices_hash bytea := sha256(convert_to(p_prices::text, 'UTF8'));
begin
  return query
  select c.account_id, c.premises_id, c.number || '-' || replace(p_period, '-', ''), c.lines, c.line_count, c.utilities, c.current_fund, c.savings, c.vat,
    c.estimated, c.problem, o.opening,
    app.bill_hash(p_building, c.account_id, p_period, c.number || '-' || replace(p_period, '-', ''), p_due, p_currency, o.opening,
      c.utilities + c.current_fund + c.savings, c.vat, c.lines, prices_hash)
    from app.compute_bills(p_building, p_period, p_prices) c
    left join account_heads h on h.building_id = p_building and h.account_id = c.account_id
    cross join lateral (select coalesce(sum(b.value::bigint), 0)::bigint as opening from jsonb_each_text(h.balances) b) o;
end $$;

-- One house, one month, one transaction: bills, ledger lines, chain heads, estimates, the run and its event, set by set.
-- A second run of the same house and month waits for the first and then fails on the key (23505).
create function app.post_bills(p_building uuid, p_period text, p_run uuid, p_event uuid, p_prices jsonb, p_due date, p_currency text,
  p_findings jsonb, p_person uuid)
returns table(accounts integer, line_count integer, total bigint, bills_hash bytea, problem text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  last_day date := ((p_period || '-01')::date + interval '1 month')::date - 1;
  prices_hash bytea := sha256(convert_to(p_prices::text, 'UTF8'));
  suffix text := '-' || replace(p_period, '-', '');
  charge_tail text;
  done record;
begin
  if not auth.service_has('{billing,seed}') then
    raise exception 'only the billing service posts bills' using errcode = '42501';
  end if;
  if exists (select 1 from billing_runs r where r.building_id = p_building and r.period = p_period) then
    raise exception 'the house was billed for this month' using errcode = '23505';
  end if;
  charge_tail := concat_ws('|', p_run, p_period, 'CHARGE', to_char(last_day, 'YYYY-MM-DD'), 'billingRun', p_run) || '||';
  insert into account_heads (building_id, account_id, premises_id, seq, hash)
  select a.building_id, a.account_id, a.premises_id, 0, sha256(convert_to(a.building_id::text || a.account_id::text, 'UTF8'))
    from accounts a where a.building_id = p_building
     and not exists (select 1 from account_heads h where h.building_id = p_building and h.account_id = a.account_id)
  on conflict do nothing;
  begin
    with computed as materialized (select * from app.compute_bills(p_building, p_period, p_prices)),
    head as materialized (
      select h.account_id, h.seq, h.hash, h.balances from account_heads h
       where h.building_id = p_building and h.account_id in (select account_id from computed) order by h.account_id for update),
    ready as materialized (
      select c.*, row_number() over (order by c.account_id)::int as place, h.seq + 1 as seq, h.hash as previous, h.balances,
        c.utilities + c.current_fund + c.savings as total,
        (select coalesce(sum(b.value::bigint), 0)::bigint from jsonb_each_text(h.balances) b) as opening
        from computed c join head h on h.account_id = c.account_id),
    link as materialized (
      select r.*, (r.utilities <> 0)::int as u, (r.current_fund <> 0)::int as w,
        sha256(r.previous || convert_to(p_building || '|' || r.account_id || '|' || r.seq || '|' || charge_tail || concat_ws(';',
          case when r.utilities <> 0 then '1:UTILITIES:' || r.utilities end,
          case when r.current_fund <> 0 then (1 + (r.utilities <> 0)::int) || ':CURRENT:' || r.current_fund end,
          case when r.savings <> 0 then (1 + (r.utilities <> 0)::int + (r.current_fund <> 0)::int) || ':SAVINGS:' || r.savings end), 'UTF8')) as hash,
        app.bill_hash(p_building, r.account_id, p_period, r.number || suffix, p_due, p_currency, r.opening, r.total, r.vat, r.lines, prices_hash) as bill_hash
        from ready r),
    bill as (
      insert into bills (building_id, account_id, period, premises_id, bill_number, due_on, currency, total, vat, opening_balance, lines, hash, run_id)
      select p_building, l.account_id, p_period, l.premises_id, l.number || suffix, p_due, p_currency, l.total, l.vat, l.opening, l.lines::jsonb,
        l.bill_hash, p_run from link l),
    entry as (
      insert into ledger_entries (building_id, period, transaction_id, line, account_id, premises_id, ledger, fund, kind, amount, value_date,
        source_type, source_id, seq, previous_hash, hash)
      select p_building, p_period, p_run, (l.place - 1) * 3 + v.place, l.account_id, l.premises_id, 'RECEIVABLE', v.fund, 'CHARGE', v.amount, last_day,
        'billingRun', p_run::text, l.seq, l.previous, l.hash
        from link l cross join lateral (values ('UTILITIES', l.utilities, 1), ('CURRENT', l.current_fund, 2), ('SAVINGS', l.savings, 3)) v(fund, amount, place)
       where v.amount <> 0
      union all
      select p_building, p_period, p_run, (select count(*)::int from link) * 3 + s.place, null, null, 'INCOME', s.fund, 'CHARGE', -s.amount, last_day,
        'billingRun', p_run::text, null, null, null
        from (select x.fund, x.amount, x.place from (select sum(utilities)::bigint as u, sum(current_fund)::bigint as w, sum(savings)::bigint as s from link) t
          cross join lateral (values ('UTILITIES', t.u, 1), ('CURRENT', t.w, 2), ('SAVINGS', t.s, 3)) x(fund, amount, place)) s
       where s.amount <> 0),
    moved as (
      update account_heads h set seq = l.seq, hash = l.hash, balances = h.balances
        || case when l.utilities <> 0 then jsonb_build_object('UTILITIES', coalesce((h.balances ->> 'UTILITIES')::bigint, 0) + l.utilities) else '{}' end
        || case when l.current_fund <> 0 then jsonb_build_object('CURRENT', coalesce((h.balances ->> 'CURRENT')::bigint, 0) + l.current_fund) else '{}' end
        || case when l.savings <> 0 then jsonb_build_object('SAVINGS', coalesce((h.balances ->> 'SAVINGS')::bigint, 0) + l.savings) else '{}' end
        from link l where h.building_id = p_building and h.account_id = l.account_id and l.total <> 0)
    select count(*)::int as accounts, coalesce(sum(l.line_count), 0)::int as line_count, coalesce(sum(l.total), 0)::bigint as total,
      coalesce(sha256(string_agg(l.bill_hash, '' order by l.account_id)), '') as bills_hash, coalesce(bool_or(l.estimated), false) as estimated,
      min(l.problem) as problem
      into done from link l;
    if done.problem is not null then
      raise exception 'a line has no price' using errcode = 'UY010';
    end if;
  exception when sqlstate 'UY010' then
    return query select 0, 0, 0::bigint, ''::bytea, done.problem;
    return;
  end;
  if done.estimated then perform app.settle_estimates(p_building, p_period, p_prices); end if;
  insert into billing_runs (building_id, period, run_id, currency, prices, prices_hash, findings, due_on, accounts, line_count, total, bills_hash, person_id)
  values (p_building, p_period, p_run, p_currency, p_prices, prices_hash, p_findings, p_due, done.accounts, done.line_count, done.total, done.bills_hash, p_person);
  insert into event_queue (building_id, event_id, name, payload, created_at, next_try_at)
  values (p_building, p_event, 'billing.billsIssued', jsonb_build_object('period', p_period, 'runId', p_run, 'dueOn', p_due, 'accounts', done.accounts), app.now(), app.now());
  return query select done.accounts, done.line_count, done.total, done.bills_hash, null::text;
end $$;

-- Marks what a reading has paid back and writes down what was charged by estimate this month.
create function app.settle_estimates(p_building uuid, p_period text, p_prices jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  with settling as materialized (
    select v.meter_id, v.premises_id, v.volume, v.billed, v.source, coalesce((select sum(e.volume) from estimated_volumes e
      where e.building_id = p_building and e.meter_id = v.meter_id and e.settled_in is null and e.period < p_period), 0) as owed
      from app.metered_volumes(p_building, p_period, p_prices) v),
  settled as (
    update estimated_volumes e set settled_in = p_period from settling s
     where e.building_id = p_building and e.meter_id = s.meter_id and e.settled_in is null and e.period < p_period and s.volume is not null)
  insert into estimated_volumes (building_id, meter_id, period, premises_id, volume)
  select p_building, s.meter_id, p_period, s.premises_id, case when s.volume is null then s.billed else s.owed - s.volume end
    from settling s where (s.volume is null and s.source <> 'METER' and s.billed > 0) or (s.volume is not null and s.owed > s.volume);
end $$;

revoke execute on function app.settle_estimates(uuid, text, jsonb) from public;
revoke execute on function app.post_bills(uuid, text, uuid, uuid, jsonb, date, text, jsonb, uuid) from public;
grant execute on function app.metered_volumes(uuid, text, jsonb), app.compute_bills(uuid, text, jsonb),
  app.bill_hash(uuid, uuid, text, text, date, text, bigint, bigint, bigint, text, bytea),
  app.preview_bills(uuid, text, jsonb, date, text),
  app.post_bills(uuid, text, uuid, uuid, jsonb, date, text, jsonb, uuid) to uyim_app;
