-- Heat by contract: seasons of a district, norms of hot water, and how each house or flat is charged
-- (issue 3.2; uzbekistan.md 2.7.2; kazakhstan.md 4.7). The lines are made in server/billing/heat and posted by app.post_bills.

-- ── What holds in a place: seasons and norms ────────────────────────────────────────────────────
-- Hot water of whom has no meter: litres of a person and day; heat of a cubic metre where the price is of heat.
create table hot_water_norms (
  norm_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  territory_prefix text not null check (territory_prefix ~ '^[0-9]{0,9}$'),
  litres_per_person_day numeric(8, 2) not null check (litres_per_person_day > 0),
  gcal_per_m3 numeric(8, 5) check (gcal_per_m3 > 0),
  act_id text references legal_acts,
  source text not null,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  demonstration boolean not null default false,
  verified boolean not null default false,
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
  constraint act_of_a_norm check (published_at is null or drafted_by is null or act_id is not null),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null),
  constraint one_norm_of_hot_water_at_a_time exclude using gist (country with =, territory_prefix with =, demonstration_key with =,
    daterange(valid_from, valid_to, '[]') with &&) where (published_at is not null)
);
select app.protect_reference('hot_water_norms');
grant select, insert, update on hot_water_norms to uyim_app;

-- As of tariffs: a draft is seen by those who have a word in the place; what is published, by everybody.
do $$
declare t regclass;
begin
  foreach t in array array['service_seasons', 'hot_water_norms', 'consumption_norms']::regclass[] loop
    execute format('drop policy reads on %s', t);
    execute format('create policy reads on %s for select using (published_at is not null or drafted_by is null or (select auth.service_has(''{seed,reference}''))
      or auth.may_tariff(''tariff.draft'', country, territory_prefix) or auth.may_tariff(''tariff.publish'', country, territory_prefix))', t);
    execute format('create policy drafts on %s for insert with check (drafted_by = (select auth.person()) and published_at is null and auth.may_tariff(''tariff.draft'', country, territory_prefix))', t);
    execute format('create policy decisions on %s for update
      using (auth.may_tariff(''tariff.publish'', country, territory_prefix) or (drafted_by = (select auth.person()) and published_at is null))
      with check (auth.may_tariff(''tariff.publish'', country, territory_prefix) or (drafted_by = (select auth.person()) and published_at is null))', t);
  end loop;
end $$;

-- ── Contracts ───────────────────────────────────────────────────────────────────────────────────
create table heat_contracts (
  building_id uuid not null,
  contract_id uuid not null,
  premises_id uuid,                                     -- null: every flat of the house that has no contract of its own
  number text not null check (char_length(number) between 1 and 60),
  supplier_id uuid not null references organisations,
  mode text not null check (mode in ('BY_AREA', 'BY_BUILDING_METER', 'BY_FLAT_METER')),
  heated_area_m2 numeric(10, 2) check (heated_area_m2 > 0), -- of a house: each flat's area in the register
  season_policy text not null check (season_policy in ('IN_SEASON', 'SPREAD_12')),
  hot_water boolean not null,                           -- also the hot water of whom has no meter of it
  customer_class text not null check (customer_class in ('POPULATION', 'OTHER')),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  drafted_by uuid,
  drafted_at timestamptz,
  published_at timestamptz,
  published_by uuid,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  ended_by uuid,
  unit_key text generated always as (coalesce(premises_id::text, 'HOUSE')) stored,
  primary key (building_id, contract_id),
  foreign key (building_id, premises_id) references premises,
  check ((premises_id is null) = (heated_area_m2 is null)),
  check (num_nulls(drafted_by, drafted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  constraint spread_is_by_area check (season_policy = 'IN_SEASON' or mode = 'BY_AREA'),
  -- A meter, and a twelfth of a season, know only whole months; hot water is the contract's in a month or it is not.
  constraint whole_months check ((mode = 'BY_AREA' and season_policy = 'IN_SEASON' and not hot_water) or (extract(day from valid_from) = 1 and (valid_to is null or extract(day from valid_to + 1) = 1))),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null),
  constraint one_contract_at_a_time exclude using gist (building_id with =, unit_key with =, daterange(valid_from, valid_to, '[]') with &&) where (published_at is not null)
);
select app.protect('heat_contracts', '{bill.read,registry.read,billing.run}', '{billing.run}', '{billing,imports,worker}');
-- The contract of a whole house is a fact of the house: whoever lives there reads by what their heat is counted.
create policy of_house on heat_contracts for select using (premises_id is null and published_at is not null and building_id = any((select auth.buildings('{house.read}'))::uuid[]));
grant select, insert, update on heat_contracts to uyim_app;

-- What each run gave back or took for months already billed, because an act came late.
create table heat_recalculations (
  building_id uuid not null,
  account_id uuid not null,
  charge_period char(7) not null,
  line_key text not null,
  run_period char(7) not null,
  premises_id uuid not null,
  net bigint not null,
  vat bigint not null,
  primary key (building_id, account_id, charge_period, line_key, run_period),
  check (net <> 0 or vat <> 0)
);
select app.protect('heat_recalculations', '{bill.read}', '{}', '{billing}');
select app.append_only('heat_recalculations');
grant select on heat_recalculations to uyim_app;

-- Who is gone has no bill any more: what a late act or a corrected reading changes of months already billed is posted on the closed
-- account itself, as a recalculation. Part of the run of its house.
create function app.post_left(p_building uuid, p_period text, p_rows jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare x record; last_day date := ((p_period || '-01')::date + interval '1 month')::date - 1;
begin
  if not auth.service_has('{billing,seed}') then
    raise exception 'only the billing service recalculates' using errcode = '42501';
  end if;
  for x in select a.account_id, a.premises_id, sum(m.net + m.vat)::bigint as amount, jsonb_agg(to_jsonb(m) order by m.charge_period, m.line_key) as months
      from jsonb_to_recordset(p_rows) as r(account_id uuid, recalculated jsonb) join accounts a on a.building_id = p_building and a.account_id = r.account_id
        cross join lateral jsonb_to_recordset(r.recalculated) as m(charge_period text, line_key text, net bigint, vat bigint)
     group by a.account_id, a.premises_id order by a.account_id loop
    if x.amount <> 0 then
      perform app.post_account(p_building, x.account_id, x.premises_id, p_period, gen_random_uuid(), 'RECALCULATION', last_day, 'recalculation', p_period, null, array['UTILITIES'], array[x.amount], array['INCOME']);
    end if;
    insert into heat_recalculations (building_id, account_id, charge_period, line_key, run_period, premises_id, net, vat)
    select p_building, x.account_id, m.charge_period, m.line_key, p_period, x.premises_id, m.net, m.vat from jsonb_to_recordset(x.months) as m(charge_period text, line_key text, net bigint, vat bigint);
    insert into audit_entries (building_id, at, audit_id, service, action, subject_type, subject_id, ground, after)
    values (p_building, app.now(), gen_random_uuid(), 'billing', 'billing.postLeft', 'account', x.account_id::text, p_period, jsonb_build_object('amount', x.amount::text, 'months', x.months));
  end loop;
end $$;
revoke execute on function app.post_left(uuid, text, jsonb) from public;
grant execute on function app.post_left(uuid, text, jsonb) to uyim_app;

-- ── Four eyes ───────────────────────────────────────────────────────────────────────────────────
-- A season, a norm or a contract is history from its first word: a draft is published or declined as it stands, by another
-- person; a published one only ends, or ends earlier, and who ended it is who did. `tg_argv`: the name of the last day, then 'PLACE' or 'HOUSE'.
create function app.keep_heat_paper() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  person uuid := auth.person(); was jsonb; becomes jsonb := to_jsonb(new); last text := tg_argv[0];
  decided text[] := array['published_at', 'published_by', 'declined_by', 'declined_at', 'declined_reason'];
  -- Generated columns are not there yet before the row is written.
  free text[] := decided || array['ended_by', 'own_to', 'verified', 'demonstration_key', 'unit_key', last];
begin
  if tg_op = 'INSERT' then
    if person is not null then
      new.drafted_by := person; new.drafted_at := app.now(); new.published_at := null; new.ended_by := null;
      if tg_argv[1] = 'PLACE' then new.demonstration := false; new.verified := false; end if;
    elsif new.drafted_by is null then
      new.published_at := coalesce(new.published_at, app.now());
    end if;
    return new;
  end if;
  was := to_jsonb(old); new.ended_by := old.ended_by;
  if (was - free) is distinct from (becomes - free) then raise exception 'the words of % do not change', tg_table_name using errcode = 'UY001'; end if;
  if person is not null and was -> 'verified' is distinct from becomes -> 'verified' then raise exception 'who publishes does not verify' using errcode = 'UY001'; end if;
  if old.published_at is null and old.declined_at is null then
    if was -> last is distinct from becomes -> last then raise exception 'a draft does not change' using errcode = 'UY001'; end if;
    if new.published_at is not null and person is not null then
      new.published_by := person;
      if person = old.drafted_by then raise exception 'who drafted does not publish' using errcode = 'UY060'; end if;
      if tg_argv[1] = 'PLACE' then
        if not auth.may_tariff('tariff.publish', becomes ->> 'country', becomes ->> 'territory_prefix') then raise exception 'this place is not theirs to publish for' using errcode = '42501'; end if;
      end if;
    elsif new.declined_at is not null and person is not null then
      new.declined_by := person;
    end if;
    return new;
  end if;
  if exists (select 1 from unnest(decided) d where was -> d is distinct from becomes -> d) then raise exception 'what was decided stays' using errcode = 'UY001'; end if;
  if was -> last is distinct from becomes -> last then
    if becomes ->> last is null or (becomes ->> last)::date > (was ->> last)::date then raise exception 'it only ends earlier' using errcode = 'UY001'; end if;
    if person is not null then
      if tg_argv[1] = 'PLACE' and not auth.may_tariff('tariff.publish', becomes ->> 'country', becomes ->> 'territory_prefix') then raise exception 'this place is not theirs to end for' using errcode = '42501'; end if;
      new.ended_by := person;
    end if;
  end if;
  return new;
end $$;
create trigger keep before insert or update on service_seasons for each row execute function app.keep_heat_paper('to_day', 'PLACE');
create trigger keep before insert or update on hot_water_norms for each row execute function app.keep_heat_paper('valid_to', 'PLACE');
create trigger keep before insert or update on heat_contracts for each row execute function app.keep_heat_paper('valid_to', 'HOUSE');

-- A norm of consumption published by mistake is withdrawn by two people as a figure of law is (0022), also when who drafted it asks; the norm
-- that it had ended on its eve goes on again, as far as its own words and the next norm let it.
create policy asks on consumption_norms for update using (drafted_by = (select auth.person()) and published_at is not null and withdrawn_at is null)
  with check (drafted_by = (select auth.person()) and withdrawn_at is null);

create function app.norm_ends(norm consumption_norms) returns date
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select nullif(least(coalesce(norm.own_to, 'infinity'), (select min(n.valid_from) - 1 from consumption_norms n where n.published_at is not null and n.withdrawn_at is null and n.valid_from > norm.valid_from
    and (n.country, n.territory_prefix, n.service, n.demonstration) = (norm.country, norm.territory_prefix, norm.service, norm.demonstration))), 'infinity')
$$;
grant execute on function app.norm_ends(consumption_norms) to uyim_app;

create function app.keep_norm_end() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare free constant text[] := '{valid_to,ended_by,demonstration_key}';
begin
  if tg_op = 'INSERT' then
    new.own_to := new.valid_to;
    return new;
  end if;
  if coalesce(new.valid_to, 'infinity') > coalesce(old.valid_to, 'infinity') then
    if to_jsonb(old) - free is distinct from to_jsonb(new) - free or new.valid_to is distinct from app.norm_ends(old)
      or not exists (select 1 from consumption_norms n where n.withdrawn_by = auth.person() and n.withdrawn_at = app.now() and n.valid_from = old.valid_to + 1
        and (n.country, n.territory_prefix, n.service, n.demonstration) = (old.country, old.territory_prefix, old.service, old.demonstration)) then
      raise exception 'it only ends earlier' using errcode = 'UY001';
    end if;
    -- Whoever published the withdrawn one ends it no more: whoever published the next does, or its own words.
    new.ended_by := case when new.valid_to is distinct from old.own_to then (select n.published_by from consumption_norms n where n.published_at is not null and n.withdrawn_at is null and n.valid_from = new.valid_to + 1
      and (n.country, n.territory_prefix, n.service, n.demonstration) = (old.country, old.territory_prefix, old.service, old.demonstration)) end;
  elsif new.own_to is distinct from old.own_to and (new.valid_to is not distinct from old.valid_to or new.own_to is distinct from new.valid_to) then
    raise exception 'its own last day is that on which it is ended' using errcode = 'UY001';
  end if;
  return new;
end $$;
create trigger keep before insert on consumption_norms for each row execute function app.keep_heat_paper('valid_to', 'PLACE');
create trigger keep_end before insert or update on consumption_norms for each row execute function app.keep_norm_end();
create trigger keep_words before update on consumption_norms for each row
  when ((old.withdrawal_by, old.withdrawal_reason, old.withdrawn_by, old.withdrawn_at) is not distinct from (new.withdrawal_by, new.withdrawal_reason, new.withdrawn_by, new.withdrawn_at)
    and coalesce(new.valid_to, 'infinity') <= coalesce(old.valid_to, 'infinity')) execute function app.keep_heat_paper('valid_to', 'PLACE');
create trigger withdraw before update on consumption_norms for each row
  when ((old.withdrawal_by, old.withdrawal_reason, old.withdrawn_by, old.withdrawn_at) is distinct from (new.withdrawal_by, new.withdrawal_reason, new.withdrawn_by, new.withdrawn_at)) execute function app.keep_withdrawal();

-- On one day the flats of a house are charged in one way; other premises by their own meter, or by area where the flats are.
-- Otherwise somebody's heat would be paid twice.
create function app.judge_heat_contract() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare flat boolean := new.premises_id is null or exists (select 1 from premises p where p.building_id = new.building_id and p.premises_id = new.premises_id and p.kind = 'APARTMENT');
begin
  if new.published_at is null then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended('heat ' || new.building_id, 25));
  if not flat and new.mode = 'BY_BUILDING_METER' then raise exception 'only flats share the meter of the house' using errcode = 'UY062'; end if;
  if exists (select 1 from heat_contracts c left join premises p on p.building_id = c.building_id and p.premises_id = c.premises_id
      where c.building_id = new.building_id and c.contract_id <> new.contract_id and c.published_at is not null
        and daterange(c.valid_from, c.valid_to, '[]') && daterange(new.valid_from, new.valid_to, '[]')
        and case when flat and (p.premises_id is null or p.kind = 'APARTMENT') then c.mode <> new.mode
          when flat then new.mode <> 'BY_AREA' and c.mode = 'BY_AREA'
          when p.premises_id is null or p.kind = 'APARTMENT' then c.mode <> 'BY_AREA' and new.mode = 'BY_AREA'
          else false end) then
    raise exception 'two ways of counting heat in one house' using errcode = 'UY062';
  end if;
  return null;
end $$;
create trigger judge after insert or update of published_at on heat_contracts for each row execute function app.judge_heat_contract();

-- ── What the lines are made from ────────────────────────────────────────────────────────────────
-- Asked once for all houses of a batch that have a contract, and not at all where none has.
create function app.heat_facts(p_buildings uuid[], p_period text) returns table(building_id uuid, facts jsonb)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  first_day date := (p_period || '-01')::date; last_day date := (first_day + interval '1 month')::date - 1;
  since char(7) := to_char(first_day - interval '12 months', 'YYYY-MM');
begin
  return query
  with contract as materialized (
    select c.*, o.name as supplier from heat_contracts c join organisations o on o.organisation_id = c.supplier_id
     where c.building_id = any(p_buildings) and c.published_at is not null and c.valid_from <= last_day and coalesce(c.valid_to, 'infinity') >= first_day),
  kind as materialized (
    select c.building_id, bool_or(c.hot_water) as hot, bool_or(c.customer_class = 'OTHER') as other, bool_or(c.mode <> 'BY_AREA') as metered,
        jsonb_agg(jsonb_build_object('contractId', c.contract_id, 'premisesId', c.premises_id, 'number', c.number, 'supplier', c.supplier, 'mode', c.mode, 'areaM2', trim_scale(c.heated_area_m2)::text,
          'policy', c.season_policy, 'hotWater', c.hot_water, 'customerClass', c.customer_class, 'from', c.valid_from, 'to', c.valid_to) order by c.valid_from, c.contract_id) as list
      from contract c group by c.building_id),
  meter as materialized (
    select d.building_id, d.premises_id, d.meter_id, d.kind, d.service, d.serial, d.installed_on, d.removed_on, r.used, e.owed
      from meters d join kind k on k.building_id = d.building_id
      left join (select q.building_id, q.meter_id, sum(q.consumption) as used from readings q
         where q.building_id = any(p_buildings) and q.period = p_period::char(7) and q.consumption is not null and q.superseded_by is null and q.taken_on >= first_day - 366 and q.taken_on < first_day + 75
         group by q.building_id, q.meter_id) r on r.building_id = d.building_id and r.meter_id = d.meter_id
      left join (select x.building_id, x.meter_id, sum(x.volume) as owed from estimated_volumes x
         where x.building_id = any(p_buildings) and x.service = 'HEAT' and x.settled_in is null and x.period < p_period::char(7) group by x.building_id, x.meter_id) e on e.building_id = d.building_id and e.meter_id = d.meter_id
     where d.building_id = any(p_buildings) and d.service in ('HEAT', 'HOT_WATER') and d.installed_on <= last_day and (d.removed_on is null or d.removed_on >= first_day)
       and (d.service = 'HEAT' and k.metered or d.service = 'HOT_WATER' and k.hot and d.kind = 'UNIT')),
  heat_meter as materialized (
    select m.building_id, m.premises_id, m.kind, jsonb_agg(jsonb_build_object('meterId', m.meter_id, 'serial', m.serial, 'from', greatest(m.installed_on, first_day), 'to', least(m.removed_on, last_day),
        'isNew', m.installed_on >= first_day, 'gone', m.removed_on is not null, 'used', trim_scale(m.used)::text, 'owed', trim_scale(m.owed)::text,
        'average', case when m.used is null and m.removed_on is null then (select trim_scale(round(sum(r.consumption) / count(distinct r.period), 3))::text from readings r
          where r.building_id = m.building_id and r.meter_id = m.meter_id
            and r.period in (to_char(first_day - interval '3 months', 'YYYY-MM'), to_char(first_day - interval '2 months', 'YYYY-MM'), to_char(first_day - interval '1 month', 'YYYY-MM'))
            and r.consumption is not null and r.superseded_by is null and r.taken_on >= first_day - 110 and r.taken_on < last_day) end) order by m.installed_on, m.meter_id) as list
      from meter m where m.service = 'HEAT' group by m.building_id, m.premises_id, m.kind),
  -- Units whose area changed after the month began: from a day on so much, the first for ever before.
  changed as materialized (
    select y.building_id, y.premises_id, jsonb_agg(jsonb_build_array(y.since, trim_scale(y.area)::text) order by y.since) as list from (
      select x.building_id, x.premises_id, x.valid_from as since, x.area_m2 as area from premises_areas x where x.building_id = any(p_buildings)
      union all (select distinct on (x.building_id, x.premises_id) x.building_id, x.premises_id, date '1900-01-01', x.previous_m2 from premises_areas x where x.building_id = any(p_buildings)
        order by x.building_id, x.premises_id, x.valid_from)) y
     where exists (select 1 from premises_areas z where z.building_id = y.building_id and z.premises_id = y.premises_id and z.valid_from > first_day) group by y.building_id, y.premises_id),
  warm as materialized (select distinct m.building_id, m.premises_id from meter m where m.service = 'HOT_WATER'),
  living as materialized (
    select r.building_id, r.premises_id, jsonb_agg(jsonb_build_array(r.valid_from, r.persons) order by r.valid_from) as list from registered_persons r
     where r.building_id in (select k.building_id from kind k where k.hot) and r.valid_from <= last_day group by r.building_id, r.premises_id),
  away as materialized (
    select w.building_id, w.premises_id, jsonb_agg(jsonb_build_object('persons', w.persons, 'from', greatest(w.from_day, (w.recorded_at at time zone interval '5 hours')::date + 1), 'to', w.to_day) order by w.from_day, w.absence_id) as list
      from person_absences w where w.building_id in (select k.building_id from kind k where k.hot) and w.withdrawn_at is null and w.from_day <= last_day and coalesce(w.to_day, 'infinity') >= first_day
     group by w.building_id, w.premises_id),
  -- Months that were billed before an act of them was known, or undone. A moment is the start of its transaction: an act entered while the run was going is
  -- younger or older by chance, and where it was counted its difference is zero.
  late as materialized (
    select r.building_id, r.period, r.prices, r.run_id from billing_runs r
     where r.building_id = any(p_buildings) and r.period >= since and r.period < p_period::char(7)
       and exists (select 1 from service_interruptions x where x.building_id = r.building_id and x.service in ('HEAT', 'HOT_WATER') and coalesce(x.withdrawn_at, x.recorded_at) > r.issued_at - interval '1 hour')),
  unit as (
    select a.building_id, jsonb_agg(jsonb_build_object('accountId', a.account_id, 'premisesId', a.premises_id, 'kind', p.kind, 'number', p.number, 'from', greatest(a.opened_on, first_day), 'to', least(z.ends_on, last_day),
        'areaM2', trim_scale(case when s.list is null then p.area_m2 else coalesce(app.area_on(p.building_id, p.premises_id, last_day), p.area_m2) end)::text)
        || case when s.list is null then '{}' else jsonb_build_object('areas', s.list) end || case when h.list is null then '{}' else jsonb_build_object('meters', h.list) end || case when l.list is null then '{}' else jsonb_build_object('persons', l.list) end
        || case when w.list is null then '{}' else jsonb_build_object('absences', w.list) end || case when v.premises_id is null then '{}' else '{"hotMeter": true}'::jsonb end order by a.premises_id, a.account_id) as list
      from accounts a join premises p on p.building_id = a.building_id and p.premises_id = a.premises_id and p.kind in ('APARTMENT', 'NON_RESIDENTIAL')
      cross join lateral (select case when a.closed_on is not null then app.account_end(a.building_id, a.premises_id, a.opened_on, a.closed_on) end as ends_on) z
      left join changed s on s.building_id = a.building_id and s.premises_id = a.premises_id
      left join heat_meter h on h.building_id = a.building_id and h.premises_id = a.premises_id
      left join living l on l.building_id = a.building_id and l.premises_id = a.premises_id
      left join away w on w.building_id = a.building_id and w.premises_id = a.premises_id
      left join warm v on v.building_id = a.building_id and v.premises_id = a.premises_id
     where a.building_id in (select k.building_id from kind k union all select t.building_id from late t) and a.opened_on <= last_day
       and (a.closed_on is null or a.closed_on >= first_day and z.ends_on >= first_day)
     group by a.building_id),
  charged as (
    select b.building_id, jsonb_agg(jsonb_build_object('accountId', b.account_id, 'period', b.period, 'lines', l.list) order by b.period, b.account_id) as list
      from late t join bills b on b.building_id = t.building_id and b.period = t.period and b.building_id = any(p_buildings) and b.period >= since
      cross join lateral (select jsonb_agg(x) as list from jsonb_array_elements(b.lines::jsonb) x where x ? 'heat') l
     where l.list is not null group by b.building_id),
  price as (
    select t.building_id, jsonb_object_agg(t.period, (select coalesce(jsonb_agg(i), '[]') from jsonb_array_elements(t.prices -> 'items') i where i ? 'heat')) as list from late t group by t.building_id),
  given as (
    select x.building_id, jsonb_agg(jsonb_build_object('accountId', x.account_id, 'period', x.charge_period, 'key', x.line_key, 'net', x.net::text, 'vat', x.vat::text) order by x.account_id, x.charge_period, x.line_key) as list from (
      select y.building_id, y.account_id, y.charge_period, y.line_key, sum(y.net)::bigint as net, sum(y.vat)::bigint as vat from heat_recalculations y
       where y.building_id in (select t.building_id from late t) group by y.building_id, y.account_id, y.charge_period, y.line_key) x group by x.building_id),
  -- Acts that were counted and undone since, each with the paper that undid it.
  undone as (
    select x.building_id, jsonb_agg(jsonb_build_object('service', x.service, 'from', x.from_day, 'to', x.to_day, 'act', x.act_number, 'by', x.counter_act) order by x.from_day, x.to_day, x.act_number) as list
      from service_interruptions x where x.building_id in (select t.building_id from late t) and x.counter_act is not null and x.service in ('HEAT', 'HOT_WATER') group by x.building_id),
  off as (
    select x.building_id, jsonb_agg(jsonb_build_object('service', x.service, 'from', x.from_day, 'to', x.to_day, 'act', x.act_number) order by x.from_day, x.to_day, x.act_number) as list
      from service_interruptions x where x.building_id = any(p_buildings) and x.withdrawn_at is null and x.service in ('HEAT', 'HOT_WATER') and x.to_day >= first_day - 740 group by x.building_id)
  select b.building_id, case when u2.list is null then '{}' else jsonb_build_object('undone', u2.list) end || jsonb_build_object('contracts', coalesce(k.list, '[]'), 'units', coalesce(u.list, '[]'), 'houseMeters', coalesce(h.list, '[]'), 'interruptions', coalesce(o.list, '[]'),
      'seasons', coalesce((select jsonb_agg(jsonb_build_object('from', s.from_day, 'to', s.to_day, 'act', s.act_id) order by s.from_day)
        from app.seasons_of(b.country, b.territory_code, b.demonstration, first_day - 366, last_day) s where s.service = 'HEAT' and k.building_id is not null), '[]'),
      'norms', coalesce((select jsonb_agg(jsonb_build_object('territoryPrefix', n.territory_prefix, 'demonstration', n.demonstration, 'litres', trim_scale(n.litres_per_person_day)::text, 'gcalPerM3', trim_scale(n.gcal_per_m3)::text,
          'actId', n.act_id, 'source', n.source, 'verified', n.verified, 'validFrom', n.valid_from, 'validTo', n.valid_to) order by n.norm_id)
        from hot_water_norms n where k.hot and n.country = b.country and b.territory_code like n.territory_prefix || '%' and (not n.demonstration or b.demonstration) and n.published_at is not null
          and n.valid_from <= last_day and coalesce(n.valid_to, 'infinity') >= first_day), '[]'),
      'otherTariffs', coalesce((select jsonb_agg(jsonb_build_object('tariffId', t.tariff_id, 'territoryPrefix', t.territory_prefix, 'service', t.service, 'basis', t.basis, 'unit', t.unit,
          'price', trim_scale(t.price)::text, 'tiers', t.tiers, 'stove', t.stove, 'metered', t.metered, 'buildingMeter', t.building_meter, 'privileged', t.privileged, 'months', t.months, 'vatMode', t.vat_mode,
          'vatRate', trim_scale(t.vat_rate)::text, 'actId', t.act_id, 'source', t.source, 'demonstration', t.demonstration, 'verified', t.verified, 'published', true, 'validFrom', t.valid_from, 'validTo', t.valid_to)
          order by t.valid_from, t.tariff_id)
        from tariffs t where k.other and t.country = b.country and t.customer_class = 'OTHER' and t.service in ('HEAT', 'HOT_WATER') and b.territory_code like t.territory_prefix || '%'
          and (not t.demonstration or b.demonstration) and t.published_at is not null and t.valid_from <= last_day and coalesce(t.valid_to, 'infinity') >= first_day), '[]'),
      'charged', coalesce(c.list, '[]'), 'prices', coalesce(i.list, '{}'), 'recalculated', coalesce(g.list, '[]'))
      || case when k.metered and h.list is not null then jsonb_build_object('shared', app.shared_volume(b.building_id, 'HEAT', p_period)) else '{}' end
    from buildings b left join kind k on k.building_id = b.building_id left join unit u on u.building_id = b.building_id
    left join heat_meter h on h.building_id = b.building_id and h.kind = 'BUILDING' left join off o on o.building_id = b.building_id
    left join undone u2 on u2.building_id = b.building_id left join charged c on c.building_id = b.building_id left join price i on i.building_id = b.building_id left join given g on g.building_id = b.building_id
   where b.building_id = any(p_buildings);
end $$;
grant execute on function app.heat_facts(uuid[], text) to uyim_app;
