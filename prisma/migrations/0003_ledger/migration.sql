-- Double-entry, append-only ledger with a balance per fund (settled 4, 5; uzbekistan.md 2.8).
-- Nobody inserts here but the two posting functions and the billing run's bulk function: the application
-- role may only read. Debit is positive on a resident account (owes more), credit negative.
-- A link of an account's chain = all its lines of one transaction; its lines share seq and hash.

create table ledger_entries (
  building_id uuid not null,
  period char(7) not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  transaction_id uuid not null,
  line integer not null check (line > 0),
  account_id uuid,                                      -- resident side, chained
  premises_id uuid,
  ledger text not null,                                 -- 'RECEIVABLE', 'INCOME', 'CLEARING:payme', 'BANK', 'EXPENSE', 'OPENING'
  fund text not null check (fund ~ '^(UTILITIES|CURRENT|SAVINGS|TARGETED|PENALTY|PROGRAMME:[0-9a-f-]{36})$'),
  kind text not null check (kind in ('OPENING', 'CHARGE', 'PAYMENT', 'PENALTY', 'REVERSAL', 'RECALCULATION', 'ADJUSTMENT', 'REFUND', 'TRANSFER', 'SPENDING')),
  amount bigint not null check (amount <> 0),
  value_date date not null,
  source_type text not null,
  source_id text not null,
  reverses_transaction_id uuid,
  posted_at timestamptz not null default app.now(),
  seq bigint,
  previous_hash bytea,
  hash bytea,
  primary key (building_id, period, transaction_id, line),
  check ((account_id is null) = (seq is null)),
  check ((ledger = 'RECEIVABLE') = (account_id is not null))
) partition by list (period);
select app.ensure_partitions('ledger_entries', '2025-01-01', '2027-12-01');
create index ledger_entries_account on ledger_entries (building_id, account_id, seq) where account_id is not null;
create index ledger_entries_fund on ledger_entries (building_id, ledger, fund);

-- Head of each account's chain and its balance per fund: the snapshot (I4: snapshot = fold of entries).
create table account_heads (
  building_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  balances jsonb not null default '{}',                 -- {"UTILITIES": tiyin, …}
  primary key (building_id, account_id)
) with (fillfactor = 60);

-- A transaction is reversed at most once.
create table ledger_reversals (
  building_id uuid not null,
  reversed_transaction_id uuid not null,
  transaction_id uuid not null,
  primary key (building_id, reversed_transaction_id)
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

create function app.link_text(building uuid, account uuid, seq bigint, transaction uuid, period text, kind text,
  value_date date, source_type text, source_id text, reverses uuid, lines text) returns text
language sql immutable parallel safe as $$
  select concat_ws('|', building, account, seq, transaction, period, kind,
    extract(year from value_date)::text || '-' || lpad(extract(month from value_date)::text, 2, '0') || '-' || lpad(extract(day from value_date)::text, 2, '0'),
    source_type, source_id, coalesce(reverses::text, ''), lines)
$$;
create function app.link_hash(previous bytea, link text) returns bytea
language sql immutable parallel safe as $$ select sha256(previous || convert_to(link, 'UTF8')) $$;

select app.protect('ledger_entries', '{bill.read,house.money}', '{}', '{billing,payments,worker}');
select app.protect('account_heads', '{bill.read,house.money,desk.search}', '{}', '{billing,payments,worker}');
select app.protect('ledger_reversals', '{bill.read,house.money}', '{}', '{billing,payments,worker}');
select app.protect('ledger_heads', '{house.read,house.money}', '{}', '{billing,worker,public}');
select app.append_only('ledger_entries');
select app.append_only('ledger_reversals');
select app.append_only('ledger_heads');
grant select on ledger_entries, account_heads, ledger_reversals, ledger_heads to uyim_app;

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
  select * into head from account_heads h where h.building_id = p_building and h.account_id = p_account for update;
  if head.account_id is null then
    insert into account_heads (building_id, account_id, premises_id, seq, hash)
    values (p_building, p_account, p_premises, 0, sha256(convert_to(p_building::text || p_account::text, 'UTF8')))
    on conflict do nothing;
    select * into strict head from account_heads h where h.building_id = p_building and h.account_id = p_account for update;
  end if;
  if p_reverses is not null then
    insert into ledger_reversals (building_id, reversed_transaction_id, transaction_id) values (p_building, p_reverses, p_transaction);
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
  added := head.balances;
  for i in 1..n loop
    added := jsonb_set(added, array[p_funds[i]], to_jsonb(coalesce((added ->> p_funds[i])::bigint, 0) + p_amounts[i]));
  end loop;
  update account_heads set seq = next_seq, hash = next_hash, balances = added
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
  if p_reverses is not null then
    insert into ledger_reversals (building_id, reversed_transaction_id, transaction_id) values (p_building, p_reverses, p_transaction);
  end if;
  insert into ledger_entries (building_id, period, transaction_id, line, ledger, fund, kind, amount, value_date,
    source_type, source_id, reverses_transaction_id)
  select p_building, p_period, p_transaction, i, p_ledgers[i], p_funds[i], p_kind, p_amounts[i], p_value_date,
    p_source_type, p_source_id, p_reverses from generate_series(1, cardinality(p_ledgers)) i;
end $$;
grant execute on function app.post_account(uuid, uuid, uuid, text, uuid, text, date, text, text, uuid, text[], bigint[], text[]),
  app.post_house(uuid, text, uuid, text, date, text, text, uuid, text[], text[], bigint[]),
  app.link_text(uuid, uuid, bigint, uuid, text, text, date, text, text, uuid, text), app.link_hash(bytea, text) to uyim_app;
