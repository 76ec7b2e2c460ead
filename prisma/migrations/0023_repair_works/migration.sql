-- Works of a repair programme and where its money went (uzbekistan.md 2.7.1): stages, acts and invoices, completion, the closing of a
-- programme (reconciled or cancelled) and what it gives back. A fund pays only on an act of its own programme, within what the owners'
-- meeting voted and within what it holds; the database refuses the rest.

create table repair_stages (
  building_id uuid not null,
  programme_id uuid not null,
  stage_id uuid not null,
  n integer not null check (n > 0),
  title text not null check (char_length(title) between 3 and 200),                -- as its keepers gave it
  title_locale text not null check (title_locale in ('uz', 'kk', 'ru')),
  titles jsonb not null default '{}' check (titles - array['uz', 'kk', 'ru'] = '{}' and not titles ? title_locale), -- in other languages, where somebody wrote it
  plan bigint not null check (plan > 0),                -- of the whole estimate
  due_on date,
  registered_by uuid,
  registered_at timestamptz not null default app.now(),
  completed_on date,
  completion_act text,                                  -- number of the act of completed works
  completed_by uuid,
  primary key (building_id, programme_id, stage_id),
  unique (building_id, programme_id, n),
  foreign key (building_id, programme_id) references repair_programmes,
  check ((completed_on is null) = (completion_act is null))
);

-- What was done or bought: never edited, only withdrawn (and its posting reversed).
create table repair_acts (
  building_id uuid not null,
  programme_id uuid not null,
  act_id uuid not null,
  stage_id uuid not null,
  kind text not null check (kind in ('ACT', 'INVOICE')),
  number text not null check (char_length(number) between 1 and 60),
  dated_on date not null,
  contractor text not null check (char_length(contractor) between 2 and 200),
  what text not null check (char_length(what) between 3 and 300),
  amount bigint not null check (amount > 0),            -- of the whole paper
  owners_amount bigint not null check (owners_amount >= 0 and owners_amount <= amount), -- of it from the programme's own fund
  transaction_id uuid not null,
  recorded_by uuid not null,
  recorded_at timestamptz not null default app.now(),
  primary key (building_id, programme_id, act_id),
  foreign key (building_id, programme_id, stage_id) references repair_stages
);
create index repair_acts_paper on repair_acts (building_id, programme_id, kind, contractor, number, dated_on);
create index repair_acts_stage on repair_acts (building_id, programme_id, stage_id);
create table repair_act_withdrawals (
  building_id uuid not null,
  programme_id uuid not null,
  act_id uuid not null,
  ground text not null check (char_length(ground) between 3 and 300),
  withdrawn_by uuid not null,
  withdrawn_at timestamptz not null default app.now(),
  primary key (building_id, programme_id, act_id),
  foreign key (building_id, programme_id, act_id) references repair_acts
);

-- A stage planned by mistake.
create table repair_stage_withdrawals (
  building_id uuid not null,
  programme_id uuid not null,
  stage_id uuid not null,
  ground text not null check (char_length(ground) between 3 and 300),
  withdrawn_by uuid not null,
  withdrawn_at timestamptz not null default app.now(),
  primary key (building_id, programme_id, stage_id),
  foreign key (building_id, programme_id, stage_id) references repair_stages
);

-- Spending that was refused: council and owners see that it was tried.
create table repair_refusals (
  building_id uuid not null,
  programme_id uuid not null,
  refusal_id uuid not null,
  reason text not null check (reason in ('OVER_CAP', 'NO_MONEY')),
  number text not null,
  contractor text not null,
  amount bigint not null,
  owners_amount bigint not null,
  refused_at timestamptz not null default app.now(),
  recorded_by uuid not null,
  primary key (building_id, programme_id, refusal_id),
  foreign key (building_id, programme_id) references repair_programmes
);

-- The end of a programme with its sums as they were: gathered = spent + rest.
create table repair_closings (
  building_id uuid not null,
  programme_id uuid not null,
  kind text not null check (kind in ('CANCELLED', 'RECONCILED')),
  ground text not null check (char_length(ground) between 3 and 300),
  gathered bigint not null,
  spent bigint not null check (spent >= 0),
  rest bigint not null check (rest >= 0),
  refundable bigint not null check (refundable >= 0),   -- of the rest: owed back to payers
  closed_by uuid not null,
  closed_at timestamptz not null default app.now(),
  primary key (building_id, programme_id),
  foreign key (building_id, programme_id) references repair_programmes,
  check (gathered = spent + rest),
  check (kind <> 'CANCELLED' or spent = 0)
);

-- Money given back: asked for by one person, decided by another.
create table repair_refunds (
  building_id uuid not null,
  refund_id uuid not null,
  programme_id uuid not null,
  premises_id uuid not null,
  account_id uuid not null,
  amount bigint not null check (amount > 0),
  application text not null check (char_length(application) between 3 and 300), -- the payer's application by number and date
  requested_by uuid not null,
  requested_at timestamptz not null default app.now(),
  primary key (building_id, refund_id),
  foreign key (building_id, programme_id) references repair_programmes,
  foreign key (building_id, premises_id) references premises
);
create index repair_refunds_programme on repair_refunds (building_id, programme_id);
create table repair_refund_decisions (
  building_id uuid not null,
  refund_id uuid not null,
  premises_id uuid not null,
  approved boolean not null,
  ground text not null check (char_length(ground) between 3 and 300), -- the order to the bank, or why not
  transaction_id uuid,
  decided_by uuid not null,
  decided_at timestamptz not null default app.now(),
  primary key (building_id, refund_id),
  foreign key (building_id, refund_id) references repair_refunds,
  check (approved = (transaction_id is not null))
);

select app.protect('repair_stages', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_acts', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_act_withdrawals', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_stage_withdrawals', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_refusals', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_closings', '{house.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_refunds', '{fund.read}', '{billing.run}', '{payments,billing,worker}');
select app.protect('repair_refund_decisions', '{fund.read}', '{billing.run}', '{payments,billing,worker}');
select app.append_only(t) from unnest(array['repair_acts', 'repair_act_withdrawals', 'repair_stage_withdrawals', 'repair_refusals', 'repair_closings', 'repair_refunds', 'repair_refund_decisions']::regclass[]) t;
grant select, insert on repair_acts, repair_act_withdrawals, repair_stage_withdrawals, repair_refusals, repair_closings, repair_refunds, repair_refund_decisions to uyim_app;
grant select, insert on repair_stages to uyim_app;
grant update (completed_on, completion_act, completed_by) on repair_stages to uyim_app;

-- ── Sums ────────────────────────────────────────────────────────────────────────────────────────
-- What each account paid into a programme, got back, and owes it in all; what it paid beyond that is to be given back, and never more than it paid.
create function app.programme_shares(p_building uuid, p_programme uuid)
returns table(account_id uuid, premises_id uuid, part bigint, paid bigint, refunded bigint, refundable bigint)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with money as (
    select e.account_id, coalesce(-sum(e.amount) filter (where e.source_type = 'payment'), 0)::bigint as paid, coalesce(sum(e.amount) filter (where e.kind = 'REFUND'), 0)::bigint as refunded
      from ledger_entries e where e.building_id = p_building and e.fund = 'PROGRAMME:' || p_programme and e.account_id is not null group by e.account_id),
  parts as (
    select o.account_id, sum(o.amount)::bigint as part from repair_obligations o where o.building_id = p_building and o.programme_id = p_programme group by o.account_id),
  both_sides as (
    select coalesce(m.account_id, s.account_id) as account_id, coalesce(m.paid, 0) as paid, coalesce(m.refunded, 0) as refunded,
      case when p.state = 'CANCELLED' then 0 else coalesce(s.part, 0) end as part
      from repair_programmes p, money m full join parts s on s.account_id = m.account_id where p.building_id = p_building and p.programme_id = p_programme)
  select b.account_id, a.premises_id, b.part, b.paid, b.refunded, greatest(least(b.paid - b.refunded, b.paid - b.refunded - b.part), 0)
    from both_sides b join accounts a on a.building_id = p_building and a.account_id = b.account_id
$$;

-- Gathered is told by the accounts, spent and held by the house's side of the book: that they agree is what a reconciliation proves.
create function app.programme_money(p_building uuid, p_programme uuid, out gathered bigint, out spent bigint, out held bigint, out refundable bigint)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(-sum(e.amount) filter (where e.account_id is not null and (e.source_type = 'payment' or e.kind = 'REFUND')), 0)::bigint,
    coalesce(sum(e.amount) filter (where e.ledger = 'EXPENSE' or e.ledger like 'EXPENSE:%'), 0)::bigint,
    coalesce(sum(e.amount) filter (where e.ledger = 'BANK' or e.ledger like 'CLEARING:%'), 0)::bigint,
    (select coalesce(sum(s.refundable), 0)::bigint from app.programme_shares(p_building, p_programme) s)
    from ledger_entries e where e.building_id = p_building and e.fund = 'PROGRAMME:' || p_programme
$$;

-- ── The gates ───────────────────────────────────────────────────────────────────────────────────
-- Works begin behind a gate: an estimate that the owners' meeting approved, a contract, and of the owners' part so much in the fund
-- (and owed to nobody) as the meeting or the dated rule says.
create function app.start_repair() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare e repair_estimates; m record;
begin
  select * into e from repair_estimates x where x.building_id = new.building_id and x.programme_id = new.programme_id and x.version = new.approved_version;
  if e.owners_total is null then
    raise exception 'the owners have approved nothing' using errcode = 'UY037';
  end if;
  if new.contract_number is null then
    raise exception 'no contract stands behind the works' using errcode = 'UY038';
  end if;
  select * into m from app.programme_money(new.building_id, new.programme_id);
  if (m.held - m.refundable) * 100 < e.owners_total * e.start_percent then
    raise exception 'too little is gathered' using errcode = 'UY039';
  end if;
  return new;
end $$;
create trigger start before update on repair_programmes for each row when (new.state = 'IN_WORK' and old.state <> 'IN_WORK') execute function app.start_repair();

-- An act is taken while works go on, within the voted estimate and within what the fund holds and owes to nobody.
create function app.take_repair_act() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare p repair_programmes; e repair_estimates; before_all bigint; before_own bigint; m record;
begin
  new.recorded_by := app.acting_person(new.recorded_by);
  select * into p from repair_programmes x where x.building_id = new.building_id and x.programme_id = new.programme_id for update;
  if p.state is null or p.state not in ('IN_WORK', 'DONE') then
    raise exception 'no works are under way' using errcode = 'UY034';
  end if;
  -- A paper counts once; one withdrawn by mistake in its sum is written anew, the same paper. The lock above keeps two hands apart.
  if exists (select 1 from repair_acts a where a.building_id = new.building_id and a.programme_id = new.programme_id and a.kind = new.kind and a.contractor = new.contractor
      and a.number = new.number and a.dated_on = new.dated_on
      and not exists (select 1 from repair_act_withdrawals w where w.building_id = a.building_id and w.programme_id = a.programme_id and w.act_id = a.act_id)) then
    raise exception 'the paper is taken already' using errcode = 'unique_violation';
  end if;
  select * into e from repair_estimates x where x.building_id = p.building_id and x.programme_id = p.programme_id and x.version = p.approved_version;
  select coalesce(sum(a.amount), 0), coalesce(sum(a.owners_amount), 0) into before_all, before_own from repair_acts a
   where a.building_id = p.building_id and a.programme_id = p.programme_id
     and not exists (select 1 from repair_act_withdrawals w where w.building_id = a.building_id and w.programme_id = a.programme_id and w.act_id = a.act_id);
  if before_all + new.amount > e.total or before_own + new.owners_amount > e.owners_total then
    raise exception 'over what the owners voted' using errcode = 'UY030';
  end if;
  select * into m from app.programme_money(p.building_id, p.programme_id);
  if new.owners_amount > m.held - m.refundable then
    raise exception 'the fund does not hold it' using errcode = 'UY031';
  end if;
  return new;
end $$;
create trigger take before insert on repair_acts for each row execute function app.take_repair_act();

create function app.withdraw_repair_stage() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.withdrawn_by := app.acting_person(new.withdrawn_by);
  return new;
end $$;
create trigger take before insert on repair_stage_withdrawals for each row execute function app.withdraw_repair_stage();

create function app.withdraw_repair_act() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.withdrawn_by := app.acting_person(new.withdrawn_by);
  perform 1 from repair_programmes x where x.building_id = new.building_id and x.programme_id = new.programme_id and x.state in ('IN_WORK', 'DONE') for update;
  if not found then
    raise exception 'the programme is closed' using errcode = 'UY034';
  end if;
  return new;
end $$;
create trigger take before insert on repair_act_withdrawals for each row execute function app.withdraw_repair_act();

-- A version below what was spent already is no cap at all.
create function app.check_repair_cap() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare before_all bigint; before_own bigint;
begin
  select coalesce(sum(a.amount), 0), coalesce(sum(a.owners_amount), 0) into before_all, before_own from repair_acts a
   where a.building_id = new.building_id and a.programme_id = new.programme_id
     and not exists (select 1 from repair_act_withdrawals w where w.building_id = a.building_id and w.programme_id = a.programme_id and w.act_id = a.act_id);
  if before_all > new.total or before_own > new.owners_total then
    raise exception 'more was spent already' using errcode = 'UY030';
  end if;
  return new;
end $$;
create trigger cap before update on repair_estimates for each row when (new.owners_total is not null) execute function app.check_repair_cap();

-- Asked by app.post_house: money leaves the fund of a programme only on an act of this very programme, exactly as it was taken.
create function app.pass_programme(p_building uuid, p_transaction uuid, p_source_type text, p_source_id text, p_ledgers text[], p_funds text[], p_amounts bigint[])
returns void language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare x record; a repair_acts; cap bigint; m record;
begin
  for x in select substr(l.fund, 11)::uuid as programme_id, coalesce(sum(l.amount) filter (where l.ledger = 'EXPENSE' or l.ledger like 'EXPENSE:%'), 0)::bigint as spent,
        coalesce(sum(l.amount) filter (where l.ledger = 'BANK' or l.ledger like 'CLEARING:%'), 0)::bigint as moved
      from unnest(p_ledgers, p_funds, p_amounts) l(ledger, fund, amount) where l.fund like 'PROGRAMME:%' group by l.fund loop
    if x.spent = 0 and x.moved = 0 then continue; end if;
    perform 1 from repair_programmes p where p.building_id = p_building and p.programme_id = x.programme_id for update;
    if not found then
      raise exception 'the house has no such programme' using errcode = 'UY035';
    end if;
    if x.spent <> 0 then
      select * into a from repair_acts t where t.building_id = p_building and t.programme_id = x.programme_id and t.transaction_id = p_transaction
        and p_source_type = 'repairAct' and t.act_id::text = p_source_id and t.owners_amount = x.spent;
      if not found or exists (select 1 from repair_act_withdrawals w where w.building_id = p_building and w.programme_id = x.programme_id and w.act_id = a.act_id) then
        raise exception 'no act of this programme stands behind it' using errcode = 'UY035';
      end if;
    end if;
    select * into m from app.programme_money(p_building, x.programme_id);
    select e.owners_total into cap from repair_programmes p join repair_estimates e on e.building_id = p.building_id and e.programme_id = p.programme_id and e.version = p.approved_version
     where p.building_id = p_building and p.programme_id = x.programme_id;
    if m.spent + x.spent > coalesce(cap, 0) and x.spent > 0 then
      raise exception 'over what the owners voted' using errcode = 'UY030';
    end if;
    if m.held + x.moved < 0 and x.moved < 0 then
      raise exception 'the fund does not hold it' using errcode = 'UY031';
    end if;
  end loop;
end $$;

create function app.close_repair() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.closed_by := app.acting_person(new.closed_by);
  return new;
end $$;
create trigger take before insert on repair_closings for each row execute function app.close_repair();

-- What is asked back is no more than was paid beyond the part, less what others have asked already.
create function app.ask_refund() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare open_amount bigint; s record;
begin
  new.requested_by := app.acting_person(new.requested_by);
  perform 1 from repair_programmes p where p.building_id = new.building_id and p.programme_id = new.programme_id for update;
  select * into s from app.programme_shares(new.building_id, new.programme_id) x where x.account_id = new.account_id and x.premises_id = new.premises_id;
  select coalesce(sum(r.amount), 0) into open_amount from repair_refunds r where r.building_id = new.building_id and r.programme_id = new.programme_id and r.account_id = new.account_id
     and not exists (select 1 from repair_refund_decisions d where d.building_id = r.building_id and d.refund_id = r.refund_id);
  if s.refundable is null or new.amount + open_amount > s.refundable then
    raise exception 'no so much is to be given back' using errcode = 'UY033';
  end if;
  return new;
end $$;
create trigger ask before insert on repair_refunds for each row execute function app.ask_refund();

create function app.decide_refund() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare r repair_refunds; s record; m record;
begin
  new.decided_by := app.acting_person(new.decided_by);
  select * into r from repair_refunds x where x.building_id = new.building_id and x.refund_id = new.refund_id;
  if r.requested_by = new.decided_by and new.approved then
    raise exception 'who asked does not decide' using errcode = 'UY032';
  end if;
  new.premises_id := r.premises_id;
  perform 1 from repair_programmes p where p.building_id = r.building_id and p.programme_id = r.programme_id for update;
  if exists (select 1 from repair_refund_decisions d where d.building_id = new.building_id and d.refund_id = new.refund_id) then
    raise exception 'decided before' using errcode = '23505';
  end if;
  if not new.approved then return new; end if;
  select * into s from app.programme_shares(r.building_id, r.programme_id) x where x.account_id = r.account_id;
  if s.refundable is null or r.amount > s.refundable then
    raise exception 'no so much is to be given back' using errcode = 'UY033';
  end if;
  -- What an act spent already is not there to be given back.
  select * into m from app.programme_money(r.building_id, r.programme_id);
  if m.held < r.amount then
    raise exception 'the fund does not hold it' using errcode = 'UY031';
  end if;
  return new;
end $$;
create trigger decide before insert on repair_refund_decisions for each row execute function app.decide_refund();

-- Asked by app.post_account for every REFUND: exactly what two persons decided, from the fund it was paid into, which holds it.
create function app.pass_refund(p_building uuid, p_account uuid, p_transaction uuid, p_source_type text, p_source_id text, p_funds text[], p_amounts bigint[], p_contras text[])
returns void language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare p_programme uuid; m record;
begin
  select r.programme_id into p_programme from repair_refunds r join repair_refund_decisions d on d.building_id = r.building_id and d.refund_id = r.refund_id
   where p_source_type = 'refund' and p_contras = '{BANK}' and r.building_id = p_building and r.refund_id::text = p_source_id and r.account_id = p_account and d.approved
     and d.decided_by <> r.requested_by and d.transaction_id = p_transaction and array['PROGRAMME:' || r.programme_id] = p_funds and array[r.amount] = p_amounts;
  if not found then
    raise exception 'nobody decided this refund' using errcode = 'UY032';
  end if;
  perform 1 from repair_programmes p where p.building_id = p_building and p.programme_id = p_programme for update;
  select * into m from app.programme_money(p_building, p_programme);
  if m.held < p_amounts[1] then
    raise exception 'the fund does not hold it' using errcode = 'UY031';
  end if;
end $$;

grant execute on function app.programme_shares(uuid, uuid), app.programme_money(uuid, uuid) to uyim_app;
revoke execute on function app.pass_programme(uuid, uuid, text, text, text[], text[], bigint[]), app.pass_refund(uuid, uuid, uuid, text, text, text[], bigint[], text[]) from public;
