-- Tariffs are drafted by one person and published by another, on a legal act; and the dated facts of a flat that decide
-- its bill: absences, privileges, what the resident says is wrong (issue 3.1, 3.3; uzbekistan.md 6, 2.7.2; kazakhstan.md 4.7).

-- A tariff reaches every house of its place, whoever manages it: a body may propose, the authority of the place publishes.
insert into auth.role_rights (role, right_name, reach) values
  ('MANAGER', 'tariff.draft', 'BUILDING'), ('ACCOUNTANT', 'tariff.draft', 'BUILDING'), ('INSPECTOR', 'tariff.draft', 'BUILDING'), ('PLATFORM_ADMIN', 'tariff.draft', 'BUILDING'),
  ('INSPECTOR', 'tariff.publish', 'BUILDING'), ('PLATFORM_ADMIN', 'tariff.publish', 'BUILDING');

-- Places for which the session holds a right. `below`: everything inside the place (of an authority); otherwise the place
-- of a house of one's own, to which the tariffs of all places around it apply.
create function auth.tariff_places(wanted text) returns table(country text, code text, below boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return query
  with mine as materialized (
    select g.scope_type, g.scope_id from auth.live_grants() g
     where g.scope_type in ('ORGANISATION', 'TERRITORY', 'COUNTRY') and exists (select 1 from auth.role_rights r where r.role = g.role and r.right_name = wanted))
  select distinct p.country::text, p.territory_code, false from mine m join auth.building_managers b on b.organisation_id::text = m.scope_id
    join auth.building_places p on p.building_id = b.building_id
   where m.scope_type = 'ORGANISATION' and b.valid_from <= app.today() and (b.valid_to is null or b.valid_to >= app.today())
  union
  select distinct p.country::text, m.scope_id, true from mine m join auth.building_places p on p.territory_code like m.scope_id || '%' where m.scope_type = 'TERRITORY'
  union
  select m.scope_id, '', true from mine m where m.scope_type = 'COUNTRY';
end $$;
create function auth.may_tariff(wanted text, of_country text, prefix text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return exists (select 1 from auth.tariff_places(wanted) p where p.country = of_country
  and case when p.below then prefix like p.code || '%' else p.code like prefix || '%' end);
end $$;
grant execute on function auth.tariff_places(text), auth.may_tariff(text, text, text) to uyim_app;

-- A draft is seen by those who may draft or publish there; what is published, and the reference, by everybody.
drop policy reads on tariffs;
create policy reads on tariffs for select using (published_at is not null or drafted_by is null or (select auth.service_has('{seed,reference}'))
  or auth.may_tariff('tariff.draft', country, territory_prefix) or auth.may_tariff('tariff.publish', country, territory_prefix));
create policy drafts on tariffs for insert with check (drafted_by = (select auth.person()) and published_at is null and auth.may_tariff('tariff.draft', country, territory_prefix));
create policy decisions on tariffs for update
  using (auth.may_tariff('tariff.publish', country, territory_prefix) or (drafted_by = (select auth.person()) and published_at is null))
  with check (auth.may_tariff('tariff.publish', country, territory_prefix) or (drafted_by = (select auth.person()) and published_at is null));
-- The act on which a draft stands may be new to us; it is marked as not checked.
create policy drafts on legal_acts for insert with check (not verified and exists (select 1 from auth.tariff_places('tariff.draft') p where p.country = legal_acts.country));

-- A tariff is history from its first word: a draft is published or declined as it stands, a published one only ends, and who ended it is who did.
create function app.keep_tariff() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare person uuid := auth.person();
begin
  if tg_op = 'INSERT' then
    if person is not null then
      new.drafted_by := person; new.drafted_at := app.now(); new.ended_by := null;
      new.published_at := null; new.demonstration := false; new.verified := false;
    end if;
  else
    new.ended_by := old.ended_by;
    if (to_jsonb(old) - '{published_at,published_by,declined_by,declined_at,declined_reason,valid_to,ended_by,verified,condition_key}'::text[])
      is distinct from (to_jsonb(new) - '{published_at,published_by,declined_by,declined_at,declined_reason,valid_to,ended_by,verified,condition_key}'::text[]) then
      raise exception 'the words of a tariff do not change' using errcode = 'UY001';
    end if;
    if person is not null and new.verified <> old.verified then
      raise exception 'who publishes does not verify' using errcode = 'UY001';
    end if;
    if old.published_at is null and old.declined_at is null then
      if new.valid_to is distinct from old.valid_to then raise exception 'a draft does not change' using errcode = 'UY001'; end if;
      if new.published_at is not null and person is not null then
        new.published_by := person;
        if person = old.drafted_by then raise exception 'who drafted does not publish' using errcode = 'UY060'; end if;
        if not auth.may_tariff('tariff.publish', old.country, old.territory_prefix) then raise exception 'this place is not theirs to publish for' using errcode = '42501'; end if;
      elsif new.declined_at is not null and person is not null then
        new.declined_by := person;
      end if;
    else
      if (old.published_at, old.published_by, old.declined_at, old.declined_by, old.declined_reason)
        is distinct from (new.published_at, new.published_by, new.declined_at, new.declined_by, new.declined_reason) then
        raise exception 'what was decided about a tariff stays' using errcode = 'UY001';
      end if;
      if new.valid_to is distinct from old.valid_to then
        if old.published_at is null or new.valid_to is null or new.valid_to > old.valid_to then raise exception 'a tariff only ends earlier' using errcode = 'UY001'; end if;
        if person is not null then new.ended_by := person; end if;
      end if;
    end if;
  end if;
  -- Months of one service are not in two conditions at once, which no key can say.
  if new.published_at is not null and new.months is not null then
    perform pg_advisory_xact_lock(hashtextextended('tariff ' || new.country || new.service, 22));
    if exists (select 1 from tariffs t where t.tariff_id <> new.tariff_id and t.published_at is not null and t.months is distinct from new.months and t.months is not null
        and (t.country, t.territory_prefix, t.service, t.customer_class, t.demonstration) = (new.country, new.territory_prefix, new.service, new.customer_class, new.demonstration)
        and (t.basis in ('AREA', 'PERSON', 'FIXED'), t.basis) = (new.basis in ('AREA', 'PERSON', 'FIXED'), case when new.basis in ('AREA', 'PERSON', 'FIXED') then new.basis else t.basis end)
        and (t.stove, t.metered, t.building_meter, t.privileged) is not distinct from (new.stove, new.metered, new.building_meter, new.privileged)
        and daterange(t.valid_from, t.valid_to, '[]') && daterange(new.valid_from, new.valid_to, '[]')
        and string_to_array(t.months, ',') && string_to_array(new.months, ',')) then
      raise exception 'the months of two tariffs overlap' using errcode = '23P01';
    end if;
  end if;
  return new;
end $$;
create trigger keep before insert or update on tariffs for each row execute function app.keep_tariff();

-- Figures of law by date (index_values) that a person brings: drafted by one, published by another on an act. What is published is copied
-- there and stays; who publishes may write there exactly what was drafted.
create table index_drafts (
  index_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  code text not null,
  valid_from date not null,
  value numeric(18, 4) not null check (value >= 0),
  act_id text,
  source text not null check (char_length(source) between 3 and 300),
  drafted_by uuid not null,
  drafted_at timestamptz not null default app.now(),
  accepted boolean,
  decided_by uuid,
  decided_at timestamptz,
  reason text check (char_length(reason) between 3 and 300),
  withdrawal_by uuid,                                   -- who wants what is published withdrawn before its month
  withdrawal_reason text check (char_length(withdrawal_reason) between 3 and 300),
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  check (num_nulls(accepted, decided_by, decided_at) in (0, 3) and (accepted is distinct from false) = (reason is null)),
  constraint act_of_an_index check (accepted is not true or act_id is not null),
  constraint four_eyes check (accepted is not true or decided_by <> drafted_by),
  check (num_nulls(withdrawal_by, withdrawal_reason) in (0, 2) and num_nulls(withdrawn_by, withdrawn_at) in (0, 2) and (withdrawal_by is null or accepted)),
  constraint withdrawn_by_two check (withdrawn_by is null or (withdrawal_by is not null and withdrawn_by <> withdrawal_by))
);
create index index_drafts_open on index_drafts (country, drafted_at) where decided_at is null;
alter table index_drafts enable row level security;
alter table index_drafts force row level security;
create policy reads on index_drafts for select using ((select auth.service_has('{seed,reference}')) or auth.may_tariff('tariff.draft', country, '') or auth.may_tariff('tariff.publish', country, ''));
create policy drafts on index_drafts for insert with check (drafted_by = (select auth.person()) and decided_at is null and auth.may_tariff('tariff.draft', country, ''));
create policy decisions on index_drafts for update using (auth.may_tariff('tariff.publish', country, '') or drafted_by = (select auth.person()))
  with check (auth.may_tariff('tariff.publish', country, '') or (drafted_by = (select auth.person()) and (not accepted or withdrawn_at is null)));
grant select, insert, update on index_drafts to uyim_app;
create policy publishes on index_values for insert with check (not verified and exists (select 1 from index_drafts d where d.accepted and d.decided_by = (select auth.person())
  and (d.country, d.code, d.valid_from, d.value, d.act_id, d.source) = (index_values.country, index_values.code, index_values.valid_from, index_values.value, index_values.act_id, index_values.source)));

create function app.keep_index_draft() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare person uuid := auth.person(); free constant text[] := '{accepted,decided_by,decided_at,reason}';
begin
  if tg_op = 'INSERT' then
    if person is null or new.accepted is not null then raise exception 'a draft is made by a person, and decided by another' using errcode = 'UY001'; end if;
    new.drafted_by := person; new.drafted_at := app.now();
    return new;
  end if;
  if old.accepted is not null or new.accepted is null or to_jsonb(old) - free is distinct from to_jsonb(new) - free then
    raise exception 'the words of a draft do not change, and it is decided once' using errcode = 'UY001';
  end if;
  new.decided_by := person; new.decided_at := app.now();
  if new.accepted and person = old.drafted_by then raise exception 'who drafted does not publish' using errcode = 'UY060'; end if;
  return new;
end $$;
create trigger keep before insert on index_drafts for each row execute function app.keep_index_draft();
create trigger keep_draft before update on index_drafts for each row when (old.accepted is distinct from true) execute function app.keep_index_draft();

-- What was published by mistake is withdrawn by two people while its month has not begun: no bill is made of a month ahead, so that none has
-- counted by it. Afterwards it stays. Of norms of consumption too (0025), which are a place's.
create function app.keep_withdrawal() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare person uuid := auth.person(); free constant text[] := '{withdrawal_by,withdrawal_reason,withdrawn_by,withdrawn_at,demonstration_key}';
begin
  if person is null or old.withdrawn_at is not null or to_jsonb(old) - free is distinct from to_jsonb(new) - free then
    raise exception 'what is published stays' using errcode = 'UY001';
  end if;
  if to_char(old.valid_from, 'YYYY-MM') <= to_char(app.today(), 'YYYY-MM') then raise exception 'bills may count by it' using errcode = 'UY064'; end if;
  if old.withdrawal_by is null then
    new.withdrawal_by := person; new.withdrawn_by := null; new.withdrawn_at := null;
    return new;
  end if;
  if (old.withdrawal_by, old.withdrawal_reason) is distinct from (new.withdrawal_by, new.withdrawal_reason) then raise exception 'the reason stays' using errcode = 'UY001'; end if;
  if person = old.withdrawal_by then raise exception 'another person withdraws' using errcode = 'UY060'; end if;
  if not auth.may_tariff('tariff.publish', old.country, coalesce(to_jsonb(old) ->> 'territory_prefix', '')) then raise exception 'this place is not theirs' using errcode = '42501'; end if;
  new.withdrawn_by := person; new.withdrawn_at := app.now();
  return new;
end $$;
create trigger withdraw before update on index_drafts for each row when (old.accepted) execute function app.keep_withdrawal();
create policy withdraws on index_values for delete using (to_char(valid_from, 'YYYY-MM') > to_char(app.today(), 'YYYY-MM') and exists (select 1 from index_drafts d where d.withdrawn_by = (select auth.person()) and d.withdrawn_at = app.now()
  and (d.country, d.code, d.valid_from, d.value, d.act_id, d.source) = (index_values.country, index_values.code, index_values.valid_from, index_values.value, index_values.act_id, index_values.source)));
grant delete on index_values to uyim_app;

-- The order in which payments cover debts (payment_allocation_rules, 0009) likewise: two people of the authority of the whole country. It begins
-- on a day that has not come, so that no payment of a day that is there is split by it; what is published nobody changes.
create table allocation_drafts (
  draft_id uuid primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  valid_from date not null,
  -- Each fund once: of a fund that is left out no debt would ever be paid.
  fund_order text[] not null check (cardinality(fund_order) = 6 and fund_order @> '{UTILITIES,CURRENT,SAVINGS,TARGETED,PROGRAMME,PENALTY}'),
  advance_fund text not null check (advance_fund in ('UTILITIES', 'CURRENT')),
  act_id text references legal_acts,
  source text not null check (char_length(source) between 3 and 300),
  drafted_by uuid not null,
  drafted_at timestamptz not null default app.now(),
  accepted boolean,
  decided_by uuid,
  decided_at timestamptz,
  reason text check (char_length(reason) between 3 and 300),
  check (num_nulls(accepted, decided_by, decided_at) in (0, 3) and (accepted is distinct from false) = (reason is null)),
  constraint act_of_an_order check (accepted is not true or act_id is not null),
  constraint four_eyes check (accepted is not true or decided_by <> drafted_by)
);
alter table allocation_drafts enable row level security;
alter table allocation_drafts force row level security;
create policy reads on allocation_drafts for select using ((select auth.service_has('{seed,reference}')) or auth.may_tariff('tariff.publish', country, ''));
create policy drafts on allocation_drafts for insert with check (drafted_by = (select auth.person()) and decided_at is null and auth.may_tariff('tariff.publish', country, ''));
create policy decisions on allocation_drafts for update using (auth.may_tariff('tariff.publish', country, '')) with check (auth.may_tariff('tariff.publish', country, ''));
grant select, insert, update on allocation_drafts to uyim_app;
create trigger keep before insert or update on allocation_drafts for each row execute function app.keep_index_draft();
create policy publishes on payment_allocation_rules for insert with check (not verified and valid_from > app.today() and exists (select 1 from allocation_drafts d where d.accepted and d.decided_by = (select auth.person())
  and (d.country, d.valid_from, d.fund_order, d.advance_fund, d.act_id, d.source) = (payment_allocation_rules.country, payment_allocation_rules.valid_from, payment_allocation_rules.fund_order, payment_allocation_rules.advance_fund,
    payment_allocation_rules.act_id, payment_allocation_rules.source)));

-- ── Dated facts of a flat ───────────────────────────────────────────────────────────────────────
-- Registered, but away for a while: not counted in a month on whose first day they are away.
create table person_absences (
  building_id uuid not null,
  absence_id uuid not null,
  premises_id uuid not null,
  persons integer not null check (persons between 1 and 99),
  from_day date not null,
  to_day date check (to_day >= from_day),
  ground text not null check (char_length(ground) between 3 and 300),
  recorded_at timestamptz not null default app.now(),
  withdrawn_at timestamptz,                             -- recorded by mistake
  withdrawn_reason text check (char_length(withdrawn_reason) between 3 and 300),
  primary key (building_id, absence_id),
  foreign key (building_id, premises_id) references premises,
  check ((withdrawn_at is null) = (withdrawn_reason is null))
);
create index person_absences_premises on person_absences (building_id, premises_id);

-- A privilege of a service: the flat is charged by the tariff that has this condition.
create table premises_privileges (
  building_id uuid not null,
  privilege_id uuid not null,
  premises_id uuid not null,
  service text not null check (service in ('COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT')),
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  ground text not null check (char_length(ground) between 3 and 300),
  recorded_at timestamptz not null default app.now(),
  primary key (building_id, privilege_id),
  foreign key (building_id, premises_id) references premises,
  constraint one_privilege_at_a_time exclude using gist (building_id with =, premises_id with =, service with =, daterange(valid_from, valid_to, '[]') with &&)
);

select app.protect('person_absences', '{registry.read,desk.search,bill.read}', '{registry.write}', '{imports,billing,worker}');
select app.protect('premises_privileges', '{registry.read,desk.search,bill.read}', '{registry.write}', '{imports,billing,worker}');
grant select, insert, update on person_absences, premises_privileges to uyim_app;

-- ── What the resident says is wrong ─────────────────────────────────────────────────────────────
-- A line of a bill or an input of it, with the request it became. Disputed while the request is open: nothing here is changed.
create table bill_disputes (
  building_id uuid not null,
  request_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  period char(7) not null,
  kind text not null check (kind in ('LINE', 'INPUT')),
  subject text not null check (char_length(subject) between 1 and 80), -- key of the line; name of the input
  amount bigint not null check (amount >= 0),           -- of the line, VAT included; nothing for an input
  currency char(3) not null,
  facts jsonb not null,                                 -- what stood behind it when it was said
  person_id uuid,
  at timestamptz not null default app.now(),
  primary key (building_id, request_id),
  foreign key (building_id, premises_id) references premises
);
create index bill_disputes_account on bill_disputes (building_id, account_id);
select app.protect('bill_disputes', '{bill.read,account.read}', '{request.file}', '{billing,payments,worker}', $day$(at at time zone interval '5 hours')::date$day$);
select app.append_only('bill_disputes');
grant select, insert on bill_disputes to uyim_app;

-- How much of the debt a dispute is about now: of a bill that was corrected, what its line has become; a line that is gone is owed no more.
create function app.disputed_now(d bill_disputes) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare made json;
begin
  if d.kind <> 'LINE' then return d.amount; end if;
  select k.lines into made from bill_corrections k where k.building_id = d.building_id and k.account_id = d.account_id and k.period = d.period and k.posted_at is not null order by k.version desc limit 1;
  if made is null then return d.amount; end if;
  return (select abs(coalesce(sum((l ->> 'net')::bigint + (l ->> 'vat')::bigint), 0))::bigint from json_array_elements(made) l where l ->> 'key' = d.subject);
end $$;
grant execute on function app.disputed_now(bill_disputes) to uyim_app;

-- Open disputes of an account; a closed or refused request is none.
create function app.open_disputes(p_building uuid, p_account uuid)
returns table(request_id uuid, request_number integer, period text, kind text, subject text, amount bigint, at timestamptz)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select d.request_id, r.number, d.period::text, d.kind, d.subject, app.disputed_now(d), d.at
    from bill_disputes d join requests r on r.building_id = d.building_id and r.request_id = d.request_id
   where d.building_id = p_building and d.account_id = p_account and r.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED') order by d.at, d.request_id
$$;
grant execute on function app.open_disputes(uuid, uuid) to uyim_app;

-- What of an account's debt is disputed now: wherever the debt is told to somebody, this is told with it.
create function app.disputed_sum(p_building uuid, p_account uuid) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select coalesce(sum(app.disputed_now(d)), 0)::bigint from bill_disputes d where d.building_id = p_building and d.account_id = p_account
    and exists (select 1 from requests r where r.building_id = d.building_id and r.request_id = d.request_id and r.state not in ('CLOSED', 'FORWARDED_OUT', 'NOT_CONSIDERED')));
end $$;
grant execute on function app.disputed_sum(uuid, uuid) to uyim_app;

-- ── Rules of penalties ──────────────────────────────────────────────────────────────────────────
-- Of a whole country: as tariffs, drafted by whoever has a word in a place of it, published by the authority of all of it.
drop policy reads on penalty_rules;
create policy reads on penalty_rules for select using (published_at is not null or (select auth.service_has('{seed,reference}'))
  or auth.may_tariff('tariff.draft', country, '') or auth.may_tariff('tariff.publish', country, ''));
create policy drafts on penalty_rules for insert with check (drafted_by = (select auth.person()) and published_at is null and auth.may_tariff('tariff.draft', country, ''));
create policy decisions on penalty_rules for update
  using (auth.may_tariff('tariff.publish', country, '') or (drafted_by = (select auth.person()) and published_at is null))
  with check (auth.may_tariff('tariff.publish', country, '') or (drafted_by = (select auth.person()) and published_at is null));

-- A draft is published or declined as it stands, by another person on a legal act; a published rule ends, or is switched off. That no
-- counted day changes is held by app.keep_penalties.
create function app.keep_penalty_rule() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare person uuid := auth.person(); free constant text[] := '{published_at,published_by,declined_by,declined_at,declined_reason,ended_by,valid_to,enabled,counted_to}';
begin
  if person is null then
    if tg_op = 'INSERT' and new.drafted_by is null then new.published_at := coalesce(new.published_at, app.now()); end if;
    return new;
  end if;
  if tg_op = 'INSERT' then
    new.drafted_by := person; new.drafted_at := app.now(); new.published_at := null; new.verified := false; new.counted_to := null; new.ended_by := null;
    return new;
  end if;
  new.ended_by := old.ended_by;
  if to_jsonb(old) - free is distinct from to_jsonb(new) - free or old.counted_to is distinct from new.counted_to or old.declined_at is not null then
    raise exception 'the words of a rule do not change' using errcode = 'UY001';
  end if;
  if old.published_at is null then
    if (old.valid_to, old.enabled) is distinct from (new.valid_to, new.enabled) then raise exception 'a draft does not change' using errcode = 'UY001'; end if;
    if new.published_at is not null then
      new.published_by := person;
      if person = old.drafted_by then raise exception 'who drafted does not publish' using errcode = 'UY060'; end if;
      if not auth.may_tariff('tariff.publish', old.country, '') then raise exception 'this country is not theirs to publish for' using errcode = '42501'; end if;
    elsif new.declined_at is not null then
      new.declined_by := person;
    end if;
    return new;
  end if;
  if (old.published_at, old.published_by, old.declined_at) is distinct from (new.published_at, new.published_by, new.declined_at) or new.enabled and not old.enabled
    or old.valid_to is distinct from new.valid_to and (new.valid_to is null or new.valid_to > old.valid_to) then
    raise exception 'a published rule only ends, or is switched off' using errcode = 'UY001';
  end if;
  if (old.valid_to, old.enabled) is distinct from (new.valid_to, new.enabled) then new.ended_by := person; end if;
  return new;
end $$;
create trigger keep_words before insert or update on penalty_rules for each row execute function app.keep_penalty_rule();

-- ── What a house is charged for, from a day on ──────────────────────────────────────────────────
-- Written down by one person who bills the house, published by another; what is published is in house_services.
create table house_service_changes (
  building_id uuid not null,
  change_id uuid not null,
  service text not null check (service in ('COLD_WATER', 'HOT_WATER', 'SEWERAGE', 'ELECTRICITY', 'HEAT', 'GAS', 'WASTE', 'LIFT')),
  valid_from date not null,
  method text check (method in ('METER', 'AREA', 'PERSON', 'BUILDING_METER', 'FIXED')), -- null: from this day on not charged
  volume_of text[] not null default '{}',
  premises_kinds text[] not null default '{}',
  seasonal boolean not null default false,
  common_shared_by text check (common_shared_by in ('AREA', 'PERSONS', 'EQUAL')),
  ground text not null check (char_length(ground) between 3 and 300),
  drafted_by uuid,
  drafted_at timestamptz,
  published_at timestamptz,
  published_by uuid,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  primary key (building_id, change_id),
  check (method is not null or (volume_of = '{}' and premises_kinds = '{}' and not seasonal and common_shared_by is null)),
  check (method is null or premises_kinds <> '{}'),
  check (num_nulls(drafted_by, drafted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  constraint common_of_meters check (common_shared_by is null or method = 'METER' and volume_of = '{}' and service in ('COLD_WATER', 'HOT_WATER', 'ELECTRICITY', 'GAS')),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null)
);
select app.protect('house_service_changes', '{billing.run,registry.read}', '{billing.run}', '{billing,worker}');
grant select, insert, update on house_service_changes to uyim_app;

create function app.keep_service_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare person uuid := auth.person(); free constant text[] := '{published_at,published_by,declined_by,declined_at,declined_reason}';
begin
  if tg_op = 'INSERT' then
    if person is not null then new.drafted_by := person; new.drafted_at := app.now(); new.published_at := null; end if;
    return new;
  end if;
  if to_jsonb(old) - free is distinct from to_jsonb(new) - free or old.published_at is not null or old.declined_at is not null then
    raise exception 'the words of a change stay' using errcode = 'UY001';
  end if;
  if person is null then return new; end if;
  if new.published_at is not null then
    new.published_by := person;
    if person = old.drafted_by then raise exception 'who drafted does not publish' using errcode = 'UY060'; end if;
  elsif new.declined_at is not null then
    new.declined_by := person;
  end if;
  return new;
end $$;
create trigger keep before insert or update on house_service_changes for each row execute function app.keep_service_change();

-- A person changes the way of charging by a published change alone, and never under a month that is billed; a run and a change
-- wait for each other.
create function app.keep_house_service() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare first_changed date := case when tg_op = 'INSERT' then new.valid_from when to_jsonb(old) - 'valid_to' = to_jsonb(new) - 'valid_to' then new.valid_to + 1 else new.valid_from end;
begin
  if auth.person() is null then return new; end if;
  perform pg_advisory_xact_lock(app.readings_lock(new.building_id));
  if exists (select 1 from billing_runs r where r.building_id = new.building_id and r.period >= to_char(first_changed, 'YYYY-MM')) then
    raise exception 'a month from % on is billed', first_changed using errcode = 'UY064';
  end if;
  if tg_op = 'UPDATE' then
    if (old.building_id, old.service, old.valid_from) is distinct from (new.building_id, new.service, new.valid_from) or new.valid_to is null and old.valid_to is not null or new.valid_to > old.valid_to then
      raise exception 'a service only ends earlier' using errcode = 'UY001';
    end if;
  end if;
  if not exists (select 1 from house_service_changes c where c.building_id = new.building_id and c.service = new.service and c.valid_from = first_changed and c.published_at = app.now()
      and (first_changed > new.valid_from or (c.method, c.volume_of, c.premises_kinds, c.seasonal) = (new.method, new.volume_of, new.premises_kinds, new.seasonal) and c.common_shared_by is not distinct from new.common_shared_by)) then
    raise exception 'no published change says so' using errcode = 'UY060';
  end if;
  return new;
end $$;
create trigger keep before insert or update on house_services for each row execute function app.keep_house_service();
