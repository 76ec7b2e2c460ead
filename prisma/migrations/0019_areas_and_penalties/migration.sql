-- Areas by date: who changes a wall within a month pays contributions for the days of each area.

-- From a day on the area is `area_m2`; before the first row of a unit it was that row's `previous_m2`. The latest row is premises.area_m2.
create table premises_areas (
  building_id uuid not null,
  premises_id uuid not null,
  valid_from date not null,
  previous_m2 numeric(10, 2) not null check (previous_m2 > 0),
  area_m2 numeric(10, 2) not null check (area_m2 > 0 and area_m2 < 100000),
  ground text not null,
  primary key (building_id, premises_id, valid_from),
  foreign key (building_id, premises_id) references premises,
  check (valid_from > '1900-01-01')
);
select app.protect('premises_areas', '{registry.read,desk.search,bill.read}', '{registry.write}', '{imports,billing,worker}');
grant select, insert, update on premises_areas to uyim_app;

-- ── Penalties ───────────────────────────────────────────────────────────────────────────────────
-- What a day of delay costs, by fund and payer, as dated data. A row that is not enabled charges nothing.
create table penalty_rules (
  rule_id text primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  fund text not null check (fund in ('UTILITIES', 'CURRENT', 'SAVINGS')),   -- never PENALTY: none is charged on a penalty
  payer_kind text not null check (payer_kind in ('NATURAL', 'LEGAL')),
  formula text not null check (formula in ('DAILY', 'YEARLY')),
  daily_rate numeric(9, 6) check (daily_rate > 0 and daily_rate < 1),      -- DAILY: of the overdue sum, each day rounded
  index_code text,                                      -- YEARLY: percent a year by date, times the factor, over 365 days
  factor numeric(6, 3) check (factor > 0),
  cap numeric(6, 4) not null check (cap > 0 and cap <= 1), -- of the charge as first posted (settled 10)
  enabled boolean not null,
  act_id text,
  source text not null,
  verified boolean not null default false,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  counted_to date,                                      -- the last day that a posted bill has counted by this rule
  -- Of a draft made by a person (0022); rows of the reference have none of these and are published as they come.
  published_at timestamptz,
  drafted_by uuid,
  drafted_at timestamptz,
  published_by uuid,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  ended_by uuid,
  check (num_nulls(drafted_by, drafted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  constraint act_of_a_rule check (published_at is null or drafted_by is null or act_id is not null),
  constraint four_eyes check (published_at is null or drafted_by is null or (published_by is not null and published_by <> drafted_by)),
  constraint published_or_declined check (published_at is null or declined_at is null),
  check ((formula = 'DAILY') = (daily_rate is not null)),
  check ((formula = 'YEARLY') = (index_code is not null and factor is not null)),
  constraint one_penalty_at_a_time exclude using gist (country with =, fund with =, payer_kind with =, daterange(valid_from, valid_to, '[]') with &&)
    where (published_at is not null)
);
select app.protect_reference('penalty_rules');
grant select, insert, update on penalty_rules to uyim_app;

-- What each run posted on each overdue charge: the next one posts only what is new, or takes back what a late notice of
-- a payment in time has undone.
create table penalty_accruals (
  building_id uuid not null,
  account_id uuid not null,
  fund text not null check (fund in ('UTILITIES', 'CURRENT', 'SAVINGS')),
  charge_period char(7) not null,
  run_period char(7) not null,
  premises_id uuid not null,
  amount bigint not null check (amount <> 0),
  primary key (building_id, account_id, fund, charge_period, run_period)
);
select app.protect('penalty_accruals', '{bill.read}', '{}', '{billing}');
select app.append_only('penalty_accruals');
grant select on penalty_accruals to uyim_app;

-- Until when bills have counted by a rule. From then on its words stand for these days.
create function app.mark_counted() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update penalty_rules r set counted_to = least(x.through, coalesce(r.valid_to, x.through))
    from (select b.country, n.fund, a.payer_kind, max(least((n.run_period || '-01')::date + interval '1 month' - interval '1 day', app.today() - 1))::date as through
            from written n join accounts a on a.building_id = n.building_id and a.account_id = n.account_id join buildings b on b.building_id = n.building_id group by b.country, n.fund, a.payer_kind) x
   where r.country = x.country and r.fund = x.fund and r.payer_kind = x.payer_kind and r.published_at is not null and r.enabled and r.valid_from <= x.through
     and coalesce(r.counted_to, '-infinity') < least(x.through, coalesce(r.valid_to, x.through));
  return null;
end $$;
create trigger mark_counted after insert on penalty_accruals referencing new table as written for each statement execute function app.mark_counted();
create policy counted on penalty_rules for update using ((select auth.service_has('{billing}')));

-- A rule is published for days to come: what bills have counted by another, or by these words, is not counted anew. Switching
-- a rule off, and ending it after the last counted day, are always allowed.
create function app.keep_penalties() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare counted date; changed date;
begin
  if new.published_at is null then return null; end if;
  if tg_op = 'INSERT' then
    changed := new.valid_from;
  elsif old.published_at is null then
    changed := new.valid_from;
  elsif (old.country, old.fund, old.payer_kind, old.formula, old.daily_rate, old.index_code, old.factor, old.cap, old.valid_from)
      is distinct from (new.country, new.fund, new.payer_kind, new.formula, new.daily_rate, new.index_code, new.factor, new.cap, new.valid_from) then
    changed := least(old.valid_from, new.valid_from);
  elsif old.valid_to is distinct from new.valid_to then
    changed := least(old.valid_to, new.valid_to) + 1;
  end if;
  select max(r.counted_to) into counted from penalty_rules r where r.country = new.country and r.fund = new.fund and r.payer_kind = new.payer_kind;
  if changed <= greatest(counted, old.counted_to) then
    raise exception 'bills have counted penalties up to % by the rule before', greatest(counted, old.counted_to) using errcode = 'UY013';
  end if;
  return null;
end $$;
create trigger keep after insert or update on penalty_rules for each row execute function app.keep_penalties();

-- Accounts that may owe a penalty by the end of a month, each with what happened in its funds. An account that stands at
-- nothing, was not paid to since the month began and was never charged one has no day of delay in it; one that was charged
-- is looked at again, because a payment may become known under a day of an earlier month. Two years are looked at: what is older has
-- reached its cap, and stands as one sum brought forward.
create function app.penalty_facts(p_buildings uuid[], p_period text, p_funds text[]) returns table(building_id uuid, account_id uuid, premises_id uuid, payer_kind text, facts jsonb)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  first_day date := (p_period || '-01')::date;
  since char(7) := to_char(first_day - interval '24 months', 'YYYY-MM');
begin
  return query
  with paid as materialized (
    select distinct e.building_id, e.account_id from ledger_entries e
     where e.building_id = any(p_buildings) and e.account_id is not null and e.period >= p_period::char(7) and e.kind <> 'CHARGE'),
  fined as materialized (
    select distinct c.building_id, c.account_id from penalty_accruals c where c.building_id = any(p_buildings) and c.charge_period >= since and c.fund = any(p_funds)),
  wanted as materialized (
    select a.building_id, a.account_id, a.premises_id, a.payer_kind, h.balances from accounts a
      join account_heads h on h.building_id = a.building_id and h.account_id = a.account_id and h.building_id = any(p_buildings)
      left join paid p on p.building_id = a.building_id and p.account_id = a.account_id
      left join fined d on d.building_id = a.building_id and d.account_id = a.account_id
     where a.building_id = any(p_buildings) and (a.closed_on is null or a.closed_on >= first_day)
       -- A month billed after a later one takes nothing back of what that one rightly charged.
       and not exists (select 1 from penalty_accruals c where c.building_id = a.building_id and c.account_id = a.account_id and c.run_period > p_period::char(7))
       and (p.account_id is not null or d.account_id is not null or exists (select 1 from unnest(p_funds) f where (h.balances ->> f)::bigint > 0))),
  entry as materialized (
    -- No day of delay before the bill was there.
    select e.building_id, e.account_id, e.fund, e.amount, e.period, e.transaction_id, e.kind, e.value_date, e.source_type, coalesce(greatest(r.due_on, (r.issued_at at time zone interval '5 hours')::date), k.late_after) as due_on
      from ledger_entries e join wanted w on w.building_id = e.building_id and w.account_id = e.account_key
      left join billing_runs r on r.building_id = e.building_id and r.run_id = e.transaction_id and r.period = e.period
      left join bill_corrections k on k.building_id = e.building_id and k.correction_id = e.transaction_id
     where e.building_id = any(p_buildings) and e.period >= since and e.fund in ('UTILITIES', 'CURRENT', 'SAVINGS')
       -- A charge that was taken back never was, nor its reversal.
       and not (e.kind = 'CHARGE' and exists (select 1 from ledger_reversals v where v.building_id = e.building_id and v.reversed_transaction_id = e.transaction_id and v.account_id = e.account_id))
       and not (e.kind = 'REVERSAL' and exists (select 1 from ledger_entries c where c.building_id = e.building_id and c.account_key = e.account_id
         and c.transaction_id = e.reverses_transaction_id and c.kind = 'CHARGE'))),
  paying as (
    -- Money counts from the day on which it left the payer: as the provider dates it, as it was accepted, or as the payer told and it then arrived.
    select t.building_id, t.account_id, t.payment_id, t.state, t.amount, least(t.value_date, (t.created_at at time zone interval '5 hours')::date, (t.provider_time at time zone interval '5 hours')::date,
        (select (min(i.told_paid_at) at time zone interval '5 hours')::date from payment_intents i where i.building_id = t.building_id and i.account_id = t.account_id
          and i.number = t.number and i.amount = t.amount and i.told_paid_at between t.created_at - interval '3 days' and t.created_at)) as day
      from payment_transactions t join wanted w on w.building_id = t.building_id and w.account_id = t.account_id
     where t.building_id = any(p_buildings) and t.created_at >= first_day - 732 and (t.state in ('PAID', 'REFUNDED') or t.state = 'PENDING' and t.fund is null and t.expires_at >= app.now())),
  told as (
    select i.building_id, i.account_id, i.amount, (i.told_paid_at at time zone interval '5 hours')::date as day from payment_intents i join wanted w on w.building_id = i.building_id and w.account_id = i.account_id
     where i.building_id = any(p_buildings) and i.invoice_id is null and i.told_paid_at > app.now() - interval '3 days' and i.withdrawn_at is null
       and not exists (select 1 from payment_transactions t where t.building_id = i.building_id and t.account_id = i.account_id and t.number = i.number and t.amount = i.amount and t.created_at >= i.left_at))
  select w.building_id, w.account_id, w.premises_id, w.payer_kind, jsonb_build_object(
    'entries', (select coalesce(jsonb_agg(jsonb_build_object('fund', e.fund, 'amount', e.amount::text, 'period', e.period, 'dueOn', e.due_on, 'opening', e.kind = 'OPENING',
        'day', coalesce(case when e.kind = 'PAYMENT' then p.day end, e.value_date),
        'kind', case when e.due_on is not null then 'CHARGE' when e.amount > 0 and e.kind in ('CHARGE', 'OPENING', 'ADJUSTMENT', 'RECALCULATION') then 'PLAIN' else 'CREDIT' end)
        order by e.value_date, e.transaction_id, e.fund), '[]')
      from entry e left join paying p on p.building_id = e.building_id and p.payment_id = e.transaction_id where e.building_id = w.building_id and e.account_id = w.account_id),
    'brought', (select coalesce(jsonb_object_agg(f.fund, (coalesce((w.balances ->> f.fund)::bigint, 0) - f.moved)::text), '{}') from (
        select g.fund, coalesce(sum(e.amount), 0)::bigint as moved from unnest(array['UTILITIES', 'CURRENT', 'SAVINGS']) g(fund)
          left join ledger_entries e on e.building_id = w.building_id and e.account_key = w.account_id and e.period >= since and e.fund = g.fund group by g.fund) f),
    'flying', (select coalesce(jsonb_agg(jsonb_build_object('amount', x.amount::text, 'day', x.day)), '[]') from (
        select p.amount, p.day from paying p where p.state = 'PENDING' and p.building_id = w.building_id and p.account_id = w.account_id
        union all select t.amount, t.day from told t where t.building_id = w.building_id and t.account_id = w.account_id) x),
    'posted', (select coalesce(jsonb_agg(jsonb_build_object('fund', x.fund, 'period', x.charge_period, 'amount', x.amount::text, 'through', x.through)), '[]') from (
        -- The day through which a charge was counted: what a rule that is switched off has brought stays.
        select c.fund, c.charge_period, sum(c.amount)::bigint as amount,
            max(least((c.run_period || '-01')::date + interval '1 month' - interval '1 day', (r.issued_at at time zone interval '5 hours')::date - 1))::date as through
          from penalty_accruals c left join billing_runs r on r.building_id = c.building_id and r.period = c.run_period
         where c.building_id = w.building_id and c.account_id = w.account_id group by c.fund, c.charge_period) x))
    from wanted w order by w.building_id, w.account_id;
end $$;
grant execute on function app.penalty_facts(uuid[], text, text[]) to uyim_app;
