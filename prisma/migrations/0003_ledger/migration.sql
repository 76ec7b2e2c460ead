-- Double-entry, append-only ledger with a balance per fund (settled 4, 5; uzbekistan.md 2.8).
-- Nobody inserts here but the two posting functions and the billing run's bulk function: the application
-- role may only read. Debit is positive on a resident account (owes more), credit negative.
-- A link of an account's chain = all its lines of one transaction; its lines share seq and hash.

create table ledger_entries (
  building_id uuid not null,
  period char(7) not null,
  transaction_id uuid not null,
  line integer not null check (line > 0),
  account_id uuid,                                      -- resident side, chained
  -- The account, or zero on the house's side: the key serves an account's history without an index of its own.
  account_key uuid not null generated always as (coalesce(account_id, '00000000-0000-0000-0000-000000000000'::uuid)) stored,
  premises_id uuid,
  ledger text not null,                                 -- 'RECEIVABLE', 'INCOME', 'CLEARING:payme', 'BANK', 'EXPENSE', 'OPENING'
  fund text not null check (fund in ('UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY') or fund ~ '^PROGRAMME:[0-9a-f-]{36}$'),
  kind text not null check (kind in ('CHARGE', 'PAYMENT', 'OPENING', 'PENALTY', 'REVERSAL', 'RECALCULATION', 'ADJUSTMENT', 'REFUND', 'TRANSFER', 'SPENDING')),
  amount bigint not null check (amount <> 0),
  value_date date not null,
  source_type text not null,
  source_id text not null,
  reverses_transaction_id uuid,
  posted_at timestamptz not null default app.now(),
  seq bigint,
  previous_hash bytea,
  hash bytea,
  primary key (building_id, account_key, period, transaction_id, line),
  check ((account_id is null) = (seq is null)),
  check ((ledger = 'RECEIVABLE') = (account_id is not null))
) partition by list (period);
select app.ensure_partitions('ledger_entries', '2025-01-01', '2027-12-01');
-- The list of a partition fixes the month; only the rest needs its own check.
alter table ledger_entries_rest add check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$');

-- Head of each account's chain and its balance per fund: the snapshot (I4: snapshot = fold of entries). A fund that never moved is null.
create table account_heads (
  building_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  utilities bigint, current_fund bigint, savings bigint, targeted bigint, penalty bigint,
  programmes jsonb,                                     -- {"PROGRAMME:…": tiyin, …}; few accounts have any
  total bigint not null default 0,                      -- of all funds
  moved_at timestamptz not null default app.now(),      -- the latest of all links (not of the last one: see app.ledger_sealed_heads): what stood at the end of a day needs no look at the entries
  primary key (building_id, account_id)
) with (fillfactor = 60);

-- All funds of a head as one: h.balances is {"UTILITIES": tiyin, …}; and such a one as the columns of a head.
create function balances(h account_heads) returns jsonb language sql stable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object('UTILITIES', h.utilities, 'CURRENT', h.current_fund, 'SAVINGS', h.savings, 'TARGETED', h.targeted, 'PENALTY', h.penalty)) || coalesce(h.programmes, '{}')
$$;
create function app.fund_columns(balances jsonb, out utilities bigint, out current_fund bigint, out savings bigint, out targeted bigint, out penalty bigint, out programmes jsonb)
language sql immutable parallel safe as $$
  select (balances ->> 'UTILITIES')::bigint, (balances ->> 'CURRENT')::bigint, (balances ->> 'SAVINGS')::bigint, (balances ->> 'TARGETED')::bigint, (balances ->> 'PENALTY')::bigint,
    nullif(balances - '{UTILITIES,CURRENT,SAVINGS,TARGETED,PENALTY}'::text[], '{}')
$$;

-- What is to be paid of an account, and how much of it stands in repair programmes. An advance of the house's funds counts;
-- money of a programme pays nothing else, so what is paid into one early is no advance. Twin of owedOf in server/ledger/rules.ts.
create function app.owed(h account_heads, out balance bigint, out programmes bigint) language sql immutable parallel safe as $$
  select coalesce(h.utilities, 0) + coalesce(h.current_fund, 0) + coalesce(h.savings, 0) + coalesce(h.targeted, 0) + coalesce(h.penalty, 0) + p.owed, p.owed
    from (select coalesce(sum(greatest(f.value::bigint, 0)), 0)::bigint as owed from jsonb_each_text(h.programmes) f) p
$$;

-- A transaction is reversed at most once for each account it touched (a billing run touches many);
-- the zero account stands for the house itself.
create table ledger_reversals (
  building_id uuid not null,
  reversed_transaction_id uuid not null,
  account_id uuid not null,
  transaction_id uuid not null,
  primary key (building_id, reversed_transaction_id, account_id)
);

-- Daily head per house: what the bill prints and a verifier recomputes.
create table ledger_heads (
  building_id uuid not null,
  day date not null,
  accounts bigint not null,
  links bigint not null,
  total bigint not null,
  hash bytea not null,
  sealed_at timestamptz not null default app.now(),
  primary key (building_id, day)
);

-- In plpgsql: an SQL function over concat_ws cannot be inlined and costs four times as much a row (measured on 15).
create function app.link_text(building uuid, account uuid, seq bigint, transaction uuid, period text, kind text,
  value_date date, source_type text, source_id text, reverses uuid, lines text) returns text
language plpgsql immutable parallel safe as $$
begin
  return concat_ws('|', building, account, seq, transaction, period, kind,
    extract(year from value_date)::text || '-' || lpad(extract(month from value_date)::text, 2, '0') || '-' || lpad(extract(day from value_date)::text, 2, '0'),
    source_type, source_id, coalesce(reverses::text, ''), lines);
end $$;
create function app.link_hash(previous bytea, link text) returns bytea
language plpgsql immutable parallel safe as $$ begin return sha256(previous || convert_to(link, 'UTF8')); end $$;

select app.protect('ledger_entries', '{bill.read,house.money}', '{}', '{billing,payments,worker}', 'value_date');
select app.protect('account_heads', '{bill.read,house.money,desk.search}', '{}', '{billing,payments,worker}');
select app.protect('ledger_reversals', '{bill.read,house.money}', '{}', '{billing,payments,worker}');
select app.protect('ledger_heads', '{house.read,house.money}', '{}', '{billing,worker,public}');
select app.append_only('ledger_entries');
select app.append_only('ledger_reversals');
select app.append_only('ledger_heads');
grant select on ledger_entries, account_heads, ledger_reversals, ledger_heads to uyim_app;

-- What may be posted at all. Debts are frozen (seed 000, point 8): an ADJUSTMENT is of an account and passes the gate of
-- 0015; an OPENING comes once and while a migration window is open (0015); a REVERSAL is the exact opposite.
create function app.check_posting(p_building uuid, p_account uuid, p_kind text, p_reverses uuid, p_funds text[], p_amounts bigint[])
returns void language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if p_kind = 'ADJUSTMENT' and p_account is null then
    raise exception 'an adjustment needs an inspection''s conclusion' using errcode = 'UY003';
  end if;
  if p_kind = 'OPENING' then
    perform app.assert_migration_window(p_building, p_account, p_funds);
  end if;
  if (p_kind = 'REVERSAL') <> (p_reverses is not null) then
    raise exception 'a reversal names what it reverses' using errcode = 'UY005';
  end if;
  -- Asked apart, because a query over all partitions is opened even where its answer is not needed.
  if p_account is null or p_kind not in ('OPENING', 'REVERSAL') then return; end if;
  if p_kind = 'OPENING' and exists (select 1 from ledger_entries e
      where e.building_id = p_building and e.account_key = p_account and e.kind = 'OPENING') then
    raise exception 'the account was opened before' using errcode = 'UY004';
  end if;
  -- A debt that the gate let in is not taken back behind its back: only another conclusion changes it.
  if p_kind = 'REVERSAL' and exists (select 1 from ledger_entries e
      where e.building_id = p_building and e.account_key = p_account and e.transaction_id = p_reverses and e.kind in ('ADJUSTMENT', 'OPENING')) then
    raise exception 'a debt changes by an inspection''s conclusion only' using errcode = 'UY003';
  end if;
  if p_kind = 'REVERSAL' and exists (
      select fund from (
        select x.fund, x.amount from unnest(p_funds, p_amounts) x(fund, amount)
        union all
        select e.fund, e.amount from ledger_entries e
         where e.building_id = p_building and e.account_key = p_account and e.transaction_id = p_reverses) both_sides
      group by fund having sum(amount) <> 0) then
    raise exception 'a reversal is the exact opposite' using errcode = 'UY005';
  end if;
end $$;

-- One account, one transaction: funds[i] gets amounts[i] on the account and its negative on contras[i].
-- Locks the account's head; the same transaction id twice in one period fails on the primary key (23505).
create function app.post_account(p_building uuid, p_account uuid, p_premises uuid, p_period text, p_transaction uuid,
  p_kind text, p_value_date date, p_source_type text, p_source_id text, p_reverses uuid,
  p_funds text[], p_amounts bigint[], p_contras text[]) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  head account_heads; link_lines text := ''; next_hash bytea; next_seq bigint; added jsonb; n int := cardinality(p_funds);
begin
  if n is null or n = 0 or n <> cardinality(p_amounts) or n <> cardinality(p_contras) then
    raise exception 'posting needs equal arrays' using errcode = 'UY002';
  end if;
  perform app.check_posting(p_building, p_account, p_kind, p_reverses, p_funds, p_amounts);
  -- Money that comes late bears the day on which it came; nothing else is posted into a closed month (0026).
  if p_kind not in ('PAYMENT', 'TRANSFER') then perform app.assert_month_open(p_building, p_period); end if;
  if p_kind = 'ADJUSTMENT' then
    perform app.pass_gate(p_building, p_account, p_period, p_transaction, p_source_type, p_source_id, p_funds, p_amounts);
  elsif p_kind = 'REFUND' then
    perform app.pass_refund(p_building, p_account, p_transaction, p_source_type, p_source_id, p_funds, p_amounts, p_contras);
  end if;
  select * into head from account_heads h where h.building_id = p_building and h.account_id = p_account for update;
  if head.account_id is null then
    insert into account_heads (building_id, account_id, premises_id, seq, hash)
    values (p_building, p_account, p_premises, 0, sha256(convert_to(p_building::text || p_account::text, 'UTF8')))
    on conflict do nothing;
    select * into strict head from account_heads h where h.building_id = p_building and h.account_id = p_account for update;
  end if;
  if p_reverses is not null then
    insert into ledger_reversals (building_id, reversed_transaction_id, account_id, transaction_id)
    values (p_building, p_reverses, p_account, p_transaction);
  end if;
  for i in 1..n loop
    link_lines := link_lines || case when i > 1 then ';' else '' end || i || ':' || p_funds[i] || ':' || p_amounts[i];
  end loop;
  next_seq := head.seq + 1;
  next_hash := app.link_hash(head.hash, app.link_text(p_building, p_account, next_seq, p_transaction, p_period, p_kind,
    p_value_date, p_source_type, p_source_id, p_reverses, link_lines));
  insert into ledger_entries (building_id, period, transaction_id, line, account_id, premises_id, ledger, fund, kind, amount,
    value_date, source_type, source_id, reverses_transaction_id, seq, previous_hash, hash)
  select p_building, p_period, p_transaction, i, p_account, p_premises, 'RECEIVABLE', p_funds[i], p_kind, p_amounts[i],
    p_value_date, p_source_type, p_source_id, p_reverses, next_seq, head.hash, next_hash from generate_series(1, n) i
  union all
  select p_building, p_period, p_transaction, n + i, null, null, p_contras[i], p_funds[i], p_kind, -p_amounts[i],
    p_value_date, p_source_type, p_source_id, p_reverses, null, null, null from generate_series(1, n) i;
  added := balances(head);
  for i in 1..n loop
    added := jsonb_set(added, array[p_funds[i]], to_jsonb(coalesce((added ->> p_funds[i])::bigint, 0) + p_amounts[i]));
  end loop;
  update account_heads set seq = next_seq, hash = next_hash, total = head.total + (select sum(x) from unnest(p_amounts) x), moved_at = greatest(head.moved_at, app.now()),
    (utilities, current_fund, savings, targeted, penalty, programmes) = (select f.* from app.fund_columns(added) f)
   where building_id = p_building and account_id = p_account;
  return next_seq;
end $$;

-- A transaction of the house itself (spending, bank): lines must sum to zero within every fund, so that
-- money of one fund or programme can never pay another.
create function app.post_house(p_building uuid, p_period text, p_transaction uuid, p_kind text, p_value_date date,
  p_source_type text, p_source_id text, p_reverses uuid, p_ledgers text[], p_funds text[], p_amounts bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select 1 from unnest(p_funds, p_amounts) x(fund, amount) group by fund having sum(amount) <> 0) then
    raise exception 'unbalanced posting' using errcode = 'UY002';
  end if;
  if 'RECEIVABLE' = any(p_ledgers) then
    raise exception 'a resident account is posted to by post_account only' using errcode = 'UY002';
  end if;
  perform app.check_posting(p_building, null, p_kind, p_reverses, p_funds, p_amounts);
  if p_kind not in ('PAYMENT', 'TRANSFER') then perform app.assert_month_open(p_building, p_period); end if;
  -- Money of a programme is spent by its acts only (0023).
  if p_reverses is null and exists (select 1 from unnest(p_funds) x(fund) where x.fund like 'PROGRAMME:%') then
    perform app.pass_programme(p_building, p_transaction, p_source_type, p_source_id, p_ledgers, p_funds, p_amounts);
  end if;
  if p_reverses is not null and exists (
      select 1 from (
        select x.ledger, x.fund, x.amount from unnest(p_ledgers, p_funds, p_amounts) x(ledger, fund, amount)
        union all
        select e.ledger, e.fund, e.amount from ledger_entries e
         where e.building_id = p_building and e.account_key = '00000000-0000-0000-0000-000000000000' and e.transaction_id = p_reverses) both_sides
      group by ledger, fund having sum(amount) <> 0) then
    raise exception 'a reversal is the exact opposite' using errcode = 'UY005';
  end if;
  if p_reverses is not null then
    insert into ledger_reversals (building_id, reversed_transaction_id, account_id, transaction_id)
    values (p_building, p_reverses, '00000000-0000-0000-0000-000000000000', p_transaction);
  end if;
  insert into ledger_entries (building_id, period, transaction_id, line, ledger, fund, kind, amount, value_date,
    source_type, source_id, reverses_transaction_id)
  select p_building, p_period, p_transaction, i, p_ledgers[i], p_funds[i], p_kind, p_amounts[i], p_value_date,
    p_source_type, p_source_id, p_reverses from generate_series(1, cardinality(p_ledgers)) i;
end $$;

-- ── Seal and verify ─────────────────────────────────────────────────────────────────────────────
-- Head of a house for a day: over every account's last link posted on or before that day. Made after the day
-- is over, so that no transaction of it is still open, and rebuilt from the entries alone.
-- Of one house by the key, never by going through everybody's book: each has its plan.
create function app.ledger_day_heads(p_building uuid, p_day date)
returns table(building_id uuid, accounts bigint, links bigint, total bigint, hash bytea)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  if p_building is null then
    return query
    with tips as (
      select distinct on (e.building_id, e.account_id) e.building_id, e.account_id, e.seq, e.hash
        from ledger_entries e
       where e.account_id is not null
         and (e.posted_at at time zone interval '5 hours')::date <= p_day
       order by e.building_id, e.account_id, e.seq desc),
    sums as (
      select e.building_id, sum(e.amount)::bigint as total from ledger_entries e
       where e.account_id is not null
         and (e.posted_at at time zone interval '5 hours')::date <= p_day
       group by e.building_id)
    select t.building_id, count(*), sum(t.seq)::bigint, max(s.total),
      sha256(convert_to(string_agg(t.account_id || ':' || t.seq || ':' || encode(t.hash, 'hex'), ';' order by t.account_id), 'UTF8'))
      from tips t join sums s using (building_id) group by t.building_id;
  else
    return query
    with tips as (
      select distinct on (e.building_id, e.account_id) e.building_id, e.account_id, e.seq, e.hash
        from ledger_entries e
       where e.account_id is not null and e.building_id = p_building
         and (e.posted_at at time zone interval '5 hours')::date <= p_day
       order by e.building_id, e.account_id, e.seq desc),
    sums as (
      select e.building_id, sum(e.amount)::bigint as total from ledger_entries e
       where e.account_id is not null and e.building_id = p_building
         and (e.posted_at at time zone interval '5 hours')::date <= p_day
       group by e.building_id)
    select t.building_id, count(*), sum(t.seq)::bigint, max(s.total),
      sha256(convert_to(string_agg(t.account_id || ':' || t.seq || ':' || encode(t.hash, 'hex'), ';' order by t.account_id), 'UTF8'))
      from tips t join sums s using (building_id) group by t.building_id;
  end if;
end $$;

create function app.seal_ledger(p_day date) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare sealed integer; over timestamptz := (p_day + 1)::timestamp at time zone interval '5 hours';
begin
  if p_day >= app.today() then
    raise exception 'a day is sealed after it is over' using errcode = 'UY006';
  end if;
  -- From the heads as they stand; only accounts that moved after that day are asked for their entries. What is sealed is verified
  -- from the entries alone (DAY of app.verify_ledger).
  insert into ledger_heads (building_id, day, accounts, links, total, hash)
  select t.building_id, p_day, count(*), sum(t.seq)::bigint, sum(t.total)::bigint,
      sha256(convert_to(string_agg(t.account_id || ':' || t.seq || ':' || encode(t.hash, 'hex'), ';' order by t.account_id), 'UTF8'))
    from (
      select h.building_id, h.account_id, h.seq, h.hash, h.total from account_heads h where h.seq > 0 and h.moved_at < over
      union all
      select h.building_id, h.account_id, e.seq, e.hash, e.total from account_heads h cross join lateral (
        select max(x.seq) as seq, (array_agg(x.hash order by x.seq desc))[1] as hash, sum(x.amount) as total
          from ledger_entries x where x.building_id = h.building_id and x.account_key = h.account_id and x.posted_at < over) e
       where h.seq > 0 and h.moved_at >= over and e.seq is not null) t
   group by t.building_id
  on conflict do nothing;
  get diagnostics sealed = row_count;
  return sealed;
end $$;

-- All sealed days of a house from its entries, in one reading of its book: each link stands as its account's last until the day
-- of the next, and a day on which nothing moved has the head of the day before.
create function app.ledger_sealed_heads(p_building uuid) returns table(building_id uuid, day date, links bigint, total bigint, hash bytea)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with moved as materialized (
    select e.account_id, (e.posted_at at time zone interval '5 hours')::date as day, max(e.seq) as seq, (array_agg(e.hash order by e.seq desc))[1] as hash, sum(e.amount) as amount
      from ledger_entries e where e.building_id = p_building and e.account_id is not null group by 1, 2),
  -- A moment is the start of its transaction: over midnight a link may bear a day before that of the link it follows, and the last one stands.
  latest as materialized (
    select m.account_id, m.day, m.seq, m.hash from (select m.*, max(m.seq) over (partition by m.account_id order by m.day rows between unbounded preceding and 1 preceding) as before from moved m) m where m.before is null or m.before < m.seq),
  -- The days on which anything moved, numbered; a link stands from its own number to before that of the next.
  turn as materialized (
    select d.day, d.place, d.total, lead(d.day, 1, 'infinity'::date) over (order by d.day) as until
      from (select m.day, row_number() over (order by m.day) as place, sum(sum(m.amount)) over (order by m.day)::bigint as total from moved m group by m.day) d),
  standing as (
    select m.account_id, m.seq, m.hash, t.place as first, lead(t.place, 1, (select count(*) + 1 from turn)) over (partition by m.account_id order by t.place) as next from latest m join turn t on t.day = m.day),
  head as materialized (
    select x.place, sum(s.seq)::bigint as links, sha256(convert_to(string_agg(s.account_id || ':' || s.seq || ':' || encode(s.hash, 'hex'), ';' order by s.account_id), 'UTF8')) as hash
      from standing s cross join lateral generate_series(s.first, s.next - 1) x(place) group by x.place)
  select p_building, d.day, h.links, t.total, h.hash from ledger_heads d join turn t on d.day >= t.day and d.day < t.until join head h on h.place = t.place where d.building_id = p_building;
end $$;

-- Recomputes every chain, balance, transaction and sealed day; no rows = nothing wrong. The first row of an
-- account is its first broken link.
-- Of one house by the key: the question is planned for what was asked.
create function app.verify_ledger(p_building uuid default null)
returns table(problem text, building_id uuid, account_id uuid, seq bigint, period text, transaction_id uuid)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare question text := $q$
  with numbered as (
    select e.*, row_number() over (partition by e.building_id, e.account_id, e.seq order by e.line) as place
      from ledger_entries e where e.account_id is not null and e.building_id = $1),
  links as (
    select n.building_id, n.account_id, n.seq, n.transaction_id, n.period::text as period, n.previous_hash, n.hash,
      app.link_text(n.building_id, n.account_id, n.seq, n.transaction_id, n.period::text, n.kind, n.value_date, n.source_type,
        n.source_id, n.reverses_transaction_id, string_agg(n.place || ':' || n.fund || ':' || n.amount, ';' order by n.place)) as link
      from numbered n
     group by n.building_id, n.account_id, n.seq, n.transaction_id, n.period, n.kind, n.value_date, n.source_type, n.source_id,
       n.reverses_transaction_id, n.previous_hash, n.hash),
  judged as (
    select l.*, lag(l.seq) over w as seq_before,
      coalesce(lag(l.hash) over w, sha256(convert_to(l.building_id::text || l.account_id::text, 'UTF8'))) as hash_before
      from links l window w as (partition by l.building_id, l.account_id order by l.seq, l.transaction_id)),
  folded as (
    select f.building_id, f.account_id, jsonb_object_agg(f.fund, f.amount) as balances from (
      select n.building_id, n.account_id, n.fund, sum(n.amount)::bigint as amount from numbered n group by 1, 2, 3) f
     group by 1, 2),
  tips as (select distinct on (l.building_id, l.account_id) l.* from links l order by l.building_id, l.account_id, l.seq desc)
  select * from (
    select case when j.seq <> coalesce(j.seq_before, 0) + 1 then 'GAP' when j.previous_hash <> j.hash_before then 'CHAIN' else 'HASH' end as problem,
      j.building_id, j.account_id, j.seq, j.period, j.transaction_id
      from judged j
     where j.seq <> coalesce(j.seq_before, 0) + 1 or j.previous_hash <> j.hash_before or j.hash <> app.link_hash(j.previous_hash, j.link)
    union all
    select 'HEAD', coalesce(h.building_id, t.building_id), coalesce(h.account_id, t.account_id), t.seq, t.period, t.transaction_id
      from (select * from account_heads a where a.building_id = $1) h
      full join tips t on t.building_id = h.building_id and t.account_id = h.account_id
     where (h.seq is distinct from t.seq or h.hash is distinct from t.hash)
    union all
    select 'BALANCE', h.building_id, h.account_id, h.seq, null, null
      from account_heads h left join folded f on f.building_id = h.building_id and f.account_id = h.account_id
     where h.building_id = $1
       and (h.total <> (select coalesce(sum(v.value::bigint), 0) from jsonb_each_text(h.balances) v) or exists (select 1 from jsonb_object_keys(h.balances || coalesce(f.balances, '{}')) k
                    where coalesce((h.balances ->> k)::bigint, 0) <> coalesce((f.balances ->> k)::bigint, 0)))
    union all
    select 'UNBALANCED', e.building_id, null, null, e.period::text, e.transaction_id
      from ledger_entries e where e.building_id = $1
     group by e.building_id, e.period, e.transaction_id, e.fund having sum(e.amount) <> 0
    union all
    select 'DAY', s.building_id, null, null, to_char(s.day, 'YYYY-MM-DD'), null
      from ledger_heads s left join (select b.building_id as id, y.* from (select distinct z.building_id from ledger_heads z where z.building_id = $1) b cross join lateral app.ledger_sealed_heads(b.building_id) y) d
        on d.id = s.building_id and d.day = s.day
     where s.building_id = $1
       and (d.hash is distinct from s.hash or d.links is distinct from s.links or d.total is distinct from s.total)
  ) found order by building_id, account_id nulls last, case when problem in ('GAP', 'CHAIN', 'HASH') then 0 else 1 end, seq nulls last, problem
$q$;
begin
  if p_building is null then return query execute replace(question, '= $1', 'is not null');
  else return query execute question using p_building;
  end if;
end $$;

revoke execute on function app.check_posting(uuid, uuid, text, uuid, text[], bigint[]) from public;
grant execute on function app.post_account(uuid, uuid, uuid, text, uuid, text, date, text, text, uuid, text[], bigint[], text[]),
  app.post_house(uuid, text, uuid, text, date, text, text, uuid, text[], text[], bigint[]),
  app.link_text(uuid, uuid, bigint, uuid, text, text, date, text, text, uuid, text), app.link_hash(bytea, text) to uyim_app;
grant execute on function app.ledger_day_heads(uuid, date), app.ledger_sealed_heads(uuid), app.seal_ledger(date), app.verify_ledger(uuid) to uyim_app;
