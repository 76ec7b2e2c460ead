-- A posted bill never changes. What was wrong in it is taken back by a reversal of its posting, and a new bill stands beside it,
-- both to be seen (issue 3, 2). Nobody types a sum: the new bill is what its dated facts give now (server/billing/corrections).
-- One person drafts, another posts. Where debts are frozen (Uzbekistan, seed 000, point 8; uzbekistan.md 2.8) it needs a ground
-- that can be checked: an act of interruption that came after the bill, or an inspection's conclusion that a person took for it.
create table bill_corrections (
  building_id uuid not null,
  correction_id uuid not null,                          -- its posting in the ledger too
  account_id uuid not null,
  premises_id uuid not null,
  period char(7) not null,
  version smallint not null check (version > 1),        -- 1 is the bill of the run
  replaces_transaction_id uuid not null,                -- the posting that is taken back: of the run, or of the correction before
  reversal_id uuid not null,
  bill_number text not null,
  due_on date not null,
  late_after date not null,                             -- no day of delay up to it: who is charged more has not known of it before
  currency char(3) not null,
  total bigint not null,
  vat bigint not null,
  opening_balance bigint not null,
  lines json not null,
  prices jsonb not null,
  hash bytea not null,
  funds jsonb not null,                                 -- what is posted: {"UTILITIES": "123"}
  was jsonb not null,                                   -- what is taken back
  services text[] not null check (cardinality(services) > 0), -- whose lines differ
  ground text not null check (char_length(ground) between 3 and 500),
  conclusion_id uuid,
  drafted_by uuid not null,
  drafted_at timestamptz not null default app.now(),
  posted_by uuid,
  posted_at timestamptz,
  declined_by uuid,
  declined_at timestamptz,
  declined_reason text check (char_length(declined_reason) between 3 and 500),
  primary key (building_id, correction_id),
  foreign key (building_id, account_id) references accounts,
  foreign key (building_id, premises_id) references premises,
  constraint corrected_or_declined check (posted_at is null or declined_at is null),
  check (num_nulls(posted_by, posted_at) in (0, 2) and num_nulls(declined_by, declined_at, declined_reason) in (0, 3)),
  constraint four_eyes check (posted_by is null or posted_by <> drafted_by)
);
-- One posted bill of a version, and one draft at a time.
create unique index bill_corrections_posted on bill_corrections (building_id, account_id, period, version) where posted_at is not null;
create unique index bill_corrections_draft on bill_corrections (building_id, account_id, period) where posted_at is null and declined_at is null;
create index bill_corrections_period on bill_corrections (building_id, period);

select app.protect('bill_corrections', '{bill.read,billing.run}', '{billing.run}', '{billing,payments,worker}', 'due_on');
grant select, insert, update on bill_corrections to uyim_app;

create function app.draft_correction() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.drafted_by := app.acting_person(new.drafted_by);
  if new.posted_at is not null or new.declined_at is not null or new.conclusion_id is not null then
    raise exception 'a correction begins as a draft' using errcode = 'UY080';
  end if;
  if new.total is distinct from (select coalesce(sum((l ->> 'net')::bigint + (l ->> 'vat')::bigint), 0) from json_array_elements(new.lines) l)
      or new.total is distinct from (select coalesce(sum(f.value::bigint), 0) from jsonb_each_text(new.funds) f)
      or not exists (select 1 from bills b where b.building_id = new.building_id and b.account_id = new.account_id and b.period = new.period and b.premises_id = new.premises_id) then
    raise exception 'a corrected bill is the sum of its lines' using errcode = 'UY080';
  end if;
  return new;
end $$;
create trigger draft before insert on bill_corrections for each row execute function app.draft_correction();

-- Its words never change, but for the day before which a larger sum is not late: that of the posting, for nobody was told of it before.
-- It is posted once, by another person, and in Uzbekistan on a ground where a debt of any fund changes: an act that came after the bill
-- it replaces, which only makes it smaller; an act undone after it, which only makes it larger; or a conclusion.
create function app.decide_correction() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare country text; delta bigint; since timestamptz;
begin
  if (to_jsonb(old) - array['conclusion_id', 'posted_by', 'posted_at', 'declined_by', 'declined_at', 'declined_reason']) <> (to_jsonb(new) - array['conclusion_id', 'posted_by', 'posted_at', 'declined_by', 'declined_at', 'declined_reason'])
      or old.posted_at is not null or old.declined_at is not null or num_nonnulls(new.posted_at, new.declined_at) <> 1 then
    raise exception 'a correction is decided once' using errcode = 'UY080';
  end if;
  if new.declined_at is not null then
    new.declined_by := app.acting_person(new.declined_by);
    return new;
  end if;
  new.posted_by := app.acting_person(new.posted_by);
  if new.posted_by = old.drafted_by then
    raise exception 'who drafted does not post' using errcode = 'UY025';
  end if;
  select b.country into country from buildings b where b.building_id = new.building_id;
  delta := new.total - (select coalesce(sum(f.value::bigint), 0) from jsonb_each_text(new.was) f);
  if delta > 0 then new.late_after := greatest(old.late_after, app.today()); end if;
  since := coalesce((select k.posted_at from bill_corrections k where k.building_id = new.building_id and k.correction_id = new.replaces_transaction_id),
    (select r.issued_at from billing_runs r where r.building_id = new.building_id and r.period = new.period));
  if country = 'UZ' and new.funds <> new.was and (delta = 0 or exists (select 1 from unnest(new.services) s where not exists (select 1 from service_interruptions x
        where x.building_id = new.building_id and x.service = s and case when x.withdrawn_at is null then delta < 0 and x.recorded_at > since else delta > 0 and x.counter_act is not null and x.withdrawn_at > since end
          and x.from_day < ((new.period || '-01')::date + interval '1 month')::date and x.to_day >= (new.period || '-01')::date)))
     and not exists (select 1 from conclusion_uses u where u.building_id = new.building_id and u.conclusion_id = new.conclusion_id and u.account_id = new.account_id
        and u.transaction_id = new.correction_id and u.amount = delta and u.used_by = new.posted_by) then
    raise exception 'debts are frozen: a conclusion or an act is needed' using errcode = 'UY081';
  end if;
  return new;
end $$;
create trigger decide before update on bill_corrections for each row execute function app.decide_correction();

-- Each bill as it stands: of the run, or the last one that took its place. The day of issue is that of the run's.
create view current_bills with (security_invoker = true) as
  select b.building_id, b.account_id, b.period, b.premises_id, coalesce(k.bill_number, b.bill_number) as bill_number, b.due_on, b.currency, coalesce(k.total, b.total) as total, coalesce(k.vat, b.vat) as vat,
    b.opening_balance, coalesce(k.lines, b.lines::json) as lines, coalesce(k.hash, b.hash) as hash, b.run_id, b.issued_at, k.posted_at as corrected_at, k.prices, coalesce(k.version, 1::smallint) as version,
    coalesce(k.correction_id, b.run_id) as transaction_id
  from bills b left join lateral (
    select x.* from bill_corrections x where x.building_id = b.building_id and x.account_id = b.account_id and x.period = b.period and x.posted_at is not null order by x.version desc limit 1) k on true;
grant select on current_bills to uyim_app;

-- Bills that were taken back, oldest first, each with why: what the new one stands beside.
create function app.replaced_bills(p_building uuid, p_account uuid, p_period text) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('number', coalesce(o.bill_number, b.bill_number), 'total', coalesce(o.total, b.total)::text, 'issuedAt', coalesce(o.posted_at, b.issued_at), 'takenBackAt', k.posted_at, 'ground', k.ground,
      'lines', coalesce(o.lines::jsonb, b.lines::jsonb), 'prices', coalesce(o.prices, r.prices)) order by k.version), '[]')
    from bill_corrections k join bills b on b.building_id = k.building_id and b.account_id = k.account_id and b.period = k.period join billing_runs r on r.building_id = b.building_id and r.period = b.period
    left join bill_corrections o on o.building_id = k.building_id and o.correction_id = k.replaces_transaction_id
   where k.building_id = p_building and k.account_id = p_account and k.period = p_period::char(7) and k.posted_at is not null
$$;
grant execute on function app.replaced_bills(uuid, uuid, text) to uyim_app;
