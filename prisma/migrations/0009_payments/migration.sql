-- Payments (payments.md 1, 2, 6; settled 1, 2, 5, 11, 12). The neutral state machine NEW → PENDING → PAID → REFUNDED,
-- PENDING → CANCELLED | EXPIRED: only settle_payment and reverse_payment touch the ledger, in the transaction of the
-- state change. One call of a provider is one statement: it sets its own scope, decides, writes, logs and answers.

-- ── Merchants: who the money is for, at which address, with which keys (payments.md 11, settled 12) ──────────
create table payment_merchants (
  merchant_id uuid primary key,
  provider text not null check (provider in ('payme', 'click', 'uzum', 'paynet', 'kaspi', 'halyk')),
  segment text not null check (segment ~ '^[a-z0-9][a-z0-9-]{2,39}$'),
  country char(2) not null check (country in ('UZ', 'KZ')),
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  scope_type text not null check (scope_type in ('OPERATOR', 'ORGANISATION', 'BUILDING')),
  scope_id uuid,
  short_address boolean not null default false,         -- answers at /api/payments/<provider> itself
  external_id text not null default '',                 -- the provider's own name of the merchant, for pay links
  account_field text not null default 'ls' check (account_field ~ '^[a-z_]{1,30}$'),
  kinds text[] not null default '{ACCUMULATING,ONE_TIME}',
  least_amount bigint not null default 100 check (least_amount > 0),
  most_amount bigint not null check (most_amount >= least_amount),
  allowed_addresses inet[] not null default '{}',       -- empty: from anywhere (Kaspi: from nowhere)
  refunds text not null default 'ALLOWED' check (refunds in ('ALLOWED', 'FORBIDDEN')),
  expires_after interval not null default '12 hours',
  answer_format text not null default 'JSON' check (answer_format in ('JSON', 'XML')),
  pay_page text not null default '',
  settlement_account text not null default '',
  fiscal_items jsonb not null default '{}',             -- what is sold (payments.md 2.4), by ACCOUNT and PROGRAMME: title, code (IKPU), packageCode, vatPercent
  demonstration boolean not null default false,
  active_from date not null,
  active_to date,
  check ((scope_type = 'OPERATOR') = (scope_id is null))
);
create unique index payment_merchants_segment on payment_merchants (provider, segment);
create unique index payment_merchants_short on payment_merchants (provider) where short_address;

-- Two live keys at most: rotation without an outage. Only the hash is kept.
create table payment_merchant_keys (
  merchant_id uuid not null references payment_merchants,
  key_hash bytea not null,
  test boolean not null,                                -- refused in production
  valid_from timestamptz not null default app.now(),
  valid_to timestamptz,
  primary key (merchant_id, key_hash)
);

-- Order in which a payment covers debts, as dated data; the receipt names the rule.
create table payment_allocation_rules (
  rule_id text primary key,
  country char(2) not null,
  valid_from date not null,
  fund_order text[] not null,                           -- 'PROGRAMME' stands for every programme of the account
  advance_fund text not null,                           -- takes what is left when nothing is owed
  act_id text references legal_acts,
  source text not null,
  verified boolean not null default false
);
create unique index payment_allocation_rules_date on payment_allocation_rules (country, valid_from);
-- No act names them yet. UZ: uzbekistan.md 4.2 (oldest principal, newest principal, penalty, advance); KZ: own order, for a lawyer; of 2000: before the first dated rule.
insert into payment_allocation_rules (rule_id, country, valid_from, fund_order, advance_fund, source, verified) values
  ('UZ-2026-1', 'UZ', '2026-01-01', '{UTILITIES,CURRENT,SAVINGS,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', '', false),
  ('KZ-2026-1', 'KZ', '2026-01-01', '{UTILITIES,CURRENT,SAVINGS,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', '', false),
  ('UZ-2000-1', 'UZ', '2000-01-01', '{UTILITIES,CURRENT,SAVINGS,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', '', false),
  ('KZ-2000-1', 'KZ', '2000-01-01', '{UTILITIES,CURRENT,SAVINGS,TARGETED,PROGRAMME,PENALTY}', 'CURRENT', '', false);

-- ── One-time payables: an exact amount, one live payment, paid once ──────────────────────────────────────────
create table payment_invoices (
  building_id uuid not null,
  invoice_id uuid not null,
  number char(10) not null check (number ~ '^[0-9]{10}$'),
  account_id uuid not null,
  premises_id uuid not null,
  fund text not null,
  amount bigint not null check (amount > 0),
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  due_on date not null,
  source_type text not null,
  source_id text not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'PAID', 'WITHDRAWN')),
  paid_by uuid,                                         -- its own payment; null and PAID: covered by money of the account
  paid_at timestamptz,
  issued_at timestamptz not null default app.now(),
  primary key (building_id, invoice_id),
  foreign key (building_id, premises_id) references premises,
  check (paid_by is null or state = 'PAID')
);
create unique index payment_invoices_source on payment_invoices (building_id, source_type, source_id);
create index payment_invoices_account on payment_invoices (building_id, account_id, fund);
-- Dedupe table (settled 1): a number names one invoice, never reused; from the sequence of account numbers.
create table invoice_numbers (
  number char(10) primary key,
  building_id uuid not null,
  invoice_id uuid not null
);

-- ── Transactions ─────────────────────────────────────────────────────────────────────────────────────────────
create sequence payment_sequence;
create table payment_transactions (
  building_id uuid not null,
  payment_id uuid not null,
  seq bigint not null default nextval('payment_sequence'),   -- our number, as providers print it
  provider text not null,
  service text not null,                                -- segment of the merchant
  external_id text not null,
  merchant_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  number char(10) not null,                             -- what the payer typed
  account_field text not null default 'ls',
  invoice_id uuid,
  live_invoice_id uuid,                                 -- the invoice while this payment holds it; changes only on release
  fund text,                                            -- of the invoice; null: split by the rule
  amount bigint not null check (amount > 0),
  currency char(3) not null,
  state text not null check (state in ('PENDING', 'PAID', 'REFUNDED', 'CANCELLED', 'EXPIRED')),
  provider_time timestamptz not null,
  expires_at timestamptz,
  created_at timestamptz not null,
  performed_at timestamptz,
  cancelled_at timestamptz,
  reason integer,
  value_date date,                                      -- accounting date of the settlement
  reversal_id uuid,                                     -- ledger transaction that took it back; the payment's own is payment_id
  raw_create text,
  raw_perform text,
  fiscal jsonb not null default '{}',
  primary key (building_id, payment_id)
) with (fillfactor = 60);
create unique index payment_transactions_live_invoice on payment_transactions (building_id, live_invoice_id) where live_invoice_id is not null;
create index payment_transactions_account on payment_transactions (building_id, account_id, created_at);
create index payment_transactions_statement on payment_transactions (provider, service, provider_time);
grant usage on sequence payment_sequence to uyim_app;

-- Dedupe table (settled 1, 11): the provider's id, alone, names one transaction and at most one final answer.
create table payment_dedupe (
  provider text not null,
  service text not null,
  method text not null,                                 -- 'create' (Payme), 'pay' (Kaspi)
  external_id text not null,
  building_id uuid,                                     -- null: a stored refusal that found no account
  payment_id uuid,
  asked text,                                           -- what was asked, to tell a repeat from a contradiction
  answer text,                                          -- replayed byte for byte; null: rebuilt from the transaction
  created_at timestamptz not null default app.now(),
  primary key (provider, service, method, external_id)
);

-- Append-only, kept at least five years; secrets and personal numbers are masked before they come here.
create table payment_request_log (
  building_id uuid not null,                            -- zero uuid: no house was found
  at timestamptz not null,
  log_id uuid not null,
  provider text not null,
  service text not null,
  method text not null,
  external_id text not null default '',
  payment_id uuid,
  address text not null default '',
  request text not null default '',
  response text not null default '',
  http_status smallint not null default 200,
  microseconds integer not null default 0,
  primary key (building_id, at, log_id)
) partition by range (at);
select app.ensure_partitions('payment_request_log', '2026-01-01', '2027-12-01');

-- A person left for the provider, and told that they paid: so that money on its way is never shown as debt.
create table payment_intents (
  building_id uuid not null,
  intent_id uuid not null,
  premises_id uuid not null,
  account_id uuid not null,
  person_id uuid not null,
  invoice_id uuid,
  number char(10) not null,
  provider text not null,
  merchant_id uuid not null,
  amount bigint not null check (amount > 0),
  currency char(3) not null,
  left_at timestamptz not null,
  told_paid_at timestamptz,
  withdrawn_at timestamptz,
  payment_id uuid,
  primary key (building_id, intent_id)
);
create index payment_intents_account on payment_intents (building_id, account_id, left_at);

select app.protect('payment_transactions', '{payment.read}', '{}', '{payments,billing,worker}', $day$(created_at at time zone interval '5 hours')::date$day$);
select app.protect('payment_invoices', '{payment.read,fund.read}', '{}', '{payments,billing,worker}');
select app.protect('payment_intents', '{payment.read}', '{}', '{payments,billing,worker}');
select app.protect('invoice_numbers', '{}', '{}', '{payments}');
select app.protect('payment_dedupe', '{}', '{}', '{payments}');
select app.protect('payment_request_log', '{}', '{}', '{payments,worker}');
select app.append_only('payment_request_log');
select app.protect_reference('payment_allocation_rules');

-- Countries whose platform this session keeps.
create function auth.kept_countries() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin return (select coalesce(array_agg(distinct g.scope_id), '{}') from auth.live_grants() g where g.role = 'PLATFORM_ADMIN' and g.scope_type = 'COUNTRY'); end $$;

-- Merchants are about no house: the machine reads them, and who keeps the platform of a country writes those of that country alone.
alter table payment_merchants enable row level security;
alter table payment_merchants force row level security;
create policy reads on payment_merchants for select using ((select auth.service_has('{payments,reference,seed}')) or country = any((select auth.kept_countries())::text[]));
create policy inserts on payment_merchants for insert with check ((select auth.service_has('{reference,seed}')) or country = any((select auth.kept_countries())::text[]));
create policy updates on payment_merchants for update using ((select auth.service_has('{reference,seed}')) or country = any((select auth.kept_countries())::text[]))
  with check ((select auth.service_has('{reference,seed}')) or country = any((select auth.kept_countries())::text[]));
create policy deletes on payment_merchants for delete using (false);
-- Keys and how a bank is reached: the machine alone.
create function app.protect_merchants(target regclass) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy reads on %s for select using ((select auth.service_has(''{payments,reference,seed}'')))', target);
  execute format('create policy inserts on %s for insert with check ((select auth.service_has(''{payments,reference,seed}'')))', target);
  execute format('create policy updates on %s for update using ((select auth.service_has(''{payments,reference,seed}'')))', target);
  execute format('create policy deletes on %s for delete using (false)', target);
end $$;
select app.protect_merchants('payment_merchant_keys');

grant select, insert, update on payment_transactions, payment_invoices, payment_intents, payment_merchants, payment_merchant_keys to uyim_app;
grant select, insert on payment_dedupe, payment_request_log, invoice_numbers to uyim_app;
grant select, insert on payment_allocation_rules to uyim_app;
grant update (answer) on payment_dedupe to uyim_app;

-- ── The core: split, settle, reverse, let go ─────────────────────────────────────────────────────────────────
create function app.moment() returns timestamptz language plpgsql stable set search_path = pg_catalog, pg_temp as
$$ begin return date_trunc('milliseconds', app.now()); end $$;
create function app.milliseconds(at timestamptz) returns bigint language plpgsql immutable parallel safe as
$$ begin return coalesce((extract(epoch from at) * 1000)::bigint, 0); end $$;

create type app.fund_split as (funds text[], amounts bigint[]);
-- The twin of splitPayment in server/payments/rules.ts; a property test holds them together.
create function app.split_payment(p_balances jsonb, p_amount bigint, p_order text[], p_advance text) returns app.fund_split
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare wanted text; owed record; rest bigint := p_amount; place integer; funds text[] := '{}'; amounts bigint[] := '{}';
begin
  foreach wanted in array p_order loop
    exit when rest = 0;
    if wanted <> 'PROGRAMME' then
      if (p_balances ->> wanted)::bigint > 0 then
        funds := funds || wanted; amounts := amounts || least(rest, (p_balances ->> wanted)::bigint);
        rest := rest - least(rest, (p_balances ->> wanted)::bigint);
      end if;
    else
      for owed in select e.key, e.value::bigint as due from jsonb_each_text(p_balances) e
          where e.key like 'PROGRAMME:%' and e.value::bigint > 0 order by e.key collate "C" loop
        exit when rest = 0;
        funds := funds || owed.key; amounts := amounts || least(rest, owed.due);
        rest := rest - least(rest, owed.due);
      end loop;
    end if;
  end loop;
  if rest > 0 then
    place := array_position(funds, p_advance);
    if place is null then
      funds := funds || p_advance; amounts := amounts || rest;
    else
      amounts[place] := amounts[place] + rest;
    end if;
  end if;
  return row(funds, amounts)::app.fund_split;
end $$;

-- Money of the account that reached a programme covers its instalments by date, besides those paid by number.
create function app.cover_invoices(p_building uuid, p_account uuid) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare v payment_invoices; one text; rest bigint;
begin
  for one in select distinct i.fund from payment_invoices i where i.building_id = p_building and i.account_id = p_account and i.state <> 'WITHDRAWN' loop
    select coalesce(-sum(e.amount), 0) into rest from ledger_entries e
     where e.building_id = p_building and e.account_key = p_account and e.fund = one and (e.source_type = 'payment' or e.kind = 'REFUND');
    select rest - coalesce(sum(i.amount), 0) into rest from payment_invoices i
     where i.building_id = p_building and i.account_id = p_account and i.fund = one and i.paid_by is not null;
    for v in select * from payment_invoices i
        where i.building_id = p_building and i.account_id = p_account and i.fund = one and i.state <> 'WITHDRAWN' and i.paid_by is null
          and not exists (select 1 from payment_transactions t where t.building_id = i.building_id and t.live_invoice_id = i.invoice_id)
        order by i.due_on, i.number for update loop
      rest := rest - v.amount;
      if (v.state = 'PAID') is distinct from (rest >= 0) then
        update payment_invoices set state = case when rest >= 0 then 'PAID' else 'OPEN' end, paid_at = case when rest >= 0 then app.now() end
         where building_id = v.building_id and invoice_id = v.invoice_id;
      end if;
    end loop;
  end loop;
end $$;

-- What a change of state leaves behind: the event and the trace, in the same transaction; a batch writes them at once.
create type app.payment_note as (
  call_id uuid, building_id uuid, premises_id uuid, account_id uuid, payment_id uuid, invoice_id uuid, provider text, external_id text,
  number text, amount bigint, currency text, event text, action text, before text, after text
);
create function app.note_payment(t payment_transactions, p_call uuid, p_event text, p_action text, p_before text) returns app.payment_note
language plpgsql immutable as $$
begin
  return row(p_call, t.building_id, t.premises_id, t.account_id, t.payment_id, t.invoice_id, t.provider, t.external_id,
    t.number, t.amount, t.currency, p_event, p_action, p_before, t.state)::app.payment_note;
end $$;
create function app.announce_payments(p_notes app.payment_note[]) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare at timestamptz := app.now();
begin
  if cardinality(p_notes) = 0 then return; end if;
  insert into event_queue (building_id, event_id, name, payload, created_at, next_try_at)
  select n.building_id, n.call_id, n.event, jsonb_build_object('paymentId', n.payment_id, 'accountId', n.account_id, 'premisesId', n.premises_id,
    'invoiceId', n.invoice_id, 'provider', n.provider, 'amount', n.amount::text, 'currency', n.currency, 'number', n.number), at, at
    from unnest(p_notes) n;
  insert into audit_entries (building_id, at, audit_id, premises_id, service, action, subject_type, subject_id, ground, before, after)
  select n.building_id, at, n.call_id, n.premises_id, 'payments', n.action, 'payment', n.payment_id::text, n.provider || ' ' || n.external_id,
    jsonb_build_object('state', n.before), jsonb_build_object('state', n.after, 'amount', n.amount::text)
    from unnest(p_notes) n;
end $$;

-- PENDING → PAID, many at once: state, ledger, invoice, event and trace in one statement. What app.post_account does for each
-- account, with the split over funds decided under the lock of its head. A row changes only if it is still pending; two
-- payments of one account in one statement would forge its chain, so they are told to come one by one.
create type app.settlement as (building_id uuid, payment_id uuid, call_id uuid, day date, raw text);
-- Told to the planner as one row: whatever it believes of a young table, each payment is looked up by its key.
create function app.each_settlement(p_settlements app.settlement[]) returns setof app.settlement language plpgsql stable rows 1
set search_path = pg_catalog, public, pg_temp as $$ begin return query select * from unnest(p_settlements); end $$;

-- Where the money of a payment lies until the house has it: with its provider, or, read from a statement, in the bank already.
create function app.clearing_of(provider text) returns text language plpgsql immutable parallel safe as
$$ begin return case provider when 'bank' then 'BANK' else 'CLEARING:' || provider end; end $$;

create function app.settle_payments(p_settlements app.settlement[], p_at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare at timestamptz := app.now(); settled integer; accounts integer; invoiced boolean; t record;
begin
  with done as (
    update payment_transactions p set state = 'PAID', performed_at = coalesce(p.performed_at, p_at), value_date = x.day, raw_perform = x.raw
      from app.each_settlement(p_settlements) x where p.building_id = x.building_id and p.payment_id = x.payment_id and p.state = 'PENDING'
    returning p.building_id, p.payment_id, p.account_id, p.premises_id, p.invoice_id, p.seq, p.provider, p.external_id, p.number, p.amount, p.currency, p.fund, p.value_date, x.call_id),
  head as (
    select d.*, to_char(d.value_date, 'YYYY-MM') as period, y.account_id as known, coalesce(y.seq, 0) + 1 as link, coalesce(y.balances, '{}') as balances, coalesce(y.total, 0) as total,
        coalesce(y.hash, sha256(convert_to(d.building_id::text || d.account_id::text, 'UTF8'))) as before, r.fund_order, r.advance_fund
      from (select * from done order by account_id) d
      left join lateral (select * from payment_allocation_rules r where d.fund is null and r.country = case d.currency when 'UZS' then 'UZ' else 'KZ' end and r.valid_from <= d.value_date
        order by r.valid_from desc limit 1) r on true
      left join lateral (select y.seq, y.hash, y.total, y.account_id, y.balances from account_heads y where y.building_id = d.building_id and y.account_id = d.account_id for update) y on true),
  split as (
    select h.*, case when h.fund is null then app.split_payment(h.balances, h.amount, h.fund_order, h.advance_fund) else row(array[h.fund], array[h.amount])::app.fund_split end as parts from head h),
  chained as (
    select s.*, u.lines, u.changed, app.link_hash(s.before, app.link_text(s.building_id, s.account_id, s.link, s.payment_id, s.period, 'PAYMENT', s.value_date, 'payment', s.seq::text, null, u.lines)) as hash
      from split s cross join lateral (
        select string_agg(x.line || ':' || x.fund || ':' || -x.amount, ';' order by x.line) as lines, jsonb_object_agg(x.fund, coalesce((s.balances ->> x.fund)::bigint, 0) - x.amount) as changed
          from unnest((s.parts).funds, (s.parts).amounts) with ordinality x(fund, amount, line)) u),
  entered as (
    insert into ledger_entries (building_id, period, transaction_id, line, account_id, premises_id, ledger, fund, kind, amount, value_date, source_type, source_id, posted_at, seq, previous_hash, hash)
    select c.building_id, c.period, c.payment_id, x.line + case when side.own then 0 else cardinality((c.parts).funds) end, case when side.own then c.account_id end, case when side.own then c.premises_id end,
      case when side.own then 'RECEIVABLE' else app.clearing_of(c.provider) end, x.fund, 'PAYMENT', case when side.own then -x.amount else x.amount end, c.value_date, 'payment', c.seq::text, at,
      case when side.own then c.link end, case when side.own then c.before end, case when side.own then c.hash end
      from chained c cross join lateral unnest((c.parts).funds, (c.parts).amounts) with ordinality x(fund, amount, line) cross join (values (true), (false)) side(own)),
  moved as (
    update account_heads y set seq = c.link, hash = c.hash, total = c.total - c.amount, moved_at = greatest(y.moved_at, at),
        (utilities, current_fund, savings, targeted, penalty, programmes) = (select f.* from app.fund_columns(c.balances || c.changed) f)
      from chained c where y.building_id = c.building_id and y.account_id = c.account_id and c.known is not null),
  opened as (
    insert into account_heads (building_id, account_id, premises_id, seq, hash, total, utilities, current_fund, savings, targeted, penalty, programmes)
    select c.building_id, c.account_id, c.premises_id, c.link, c.hash, -c.amount, f.* from chained c cross join lateral app.fund_columns(c.changed) f where c.known is null),
  announced as (
    insert into event_queue (building_id, event_id, name, payload, created_at, next_try_at)
    select d.building_id, d.call_id, 'payments.posted', jsonb_build_object('paymentId', d.payment_id, 'accountId', d.account_id, 'premisesId', d.premises_id, 'invoiceId', d.invoice_id,
      'provider', d.provider, 'amount', d.amount::text, 'currency', d.currency, 'number', d.number), at, at from done d),
  recorded as (
    insert into audit_entries (building_id, at, audit_id, premises_id, service, action, subject_type, subject_id, ground, before, after)
    select d.building_id, at, d.call_id, d.premises_id, 'payments', 'payments.settlePayment', 'payment', d.payment_id::text, d.provider || ' ' || d.external_id,
      '{"state": "PENDING"}', jsonb_build_object('state', 'PAID', 'amount', d.amount::text) from done d)
  select count(*), count(distinct c.account_id), bool_or(exists (select 1 from payment_invoices i where i.building_id = c.building_id and i.account_id = c.account_id))
    into settled, accounts, invoiced from chained c;
  if settled <> cardinality(p_settlements) or accounts <> settled then
    raise exception 'a payment is not pending, or two are of one account' using errcode = 'UY010';
  end if;
  if invoiced then
    for t in select p.building_id, p.account_id, p.payment_id, p.invoice_id, p.performed_at from unnest(p_settlements) x
        join payment_transactions p on p.building_id = x.building_id and p.payment_id = x.payment_id loop
      update payment_invoices i set state = 'PAID', paid_by = t.payment_id, paid_at = t.performed_at
       where i.building_id = t.building_id and i.invoice_id = t.invoice_id and i.state <> 'WITHDRAWN';
      perform app.cover_invoices(t.building_id, t.account_id);
    end loop;
  end if;
end $$;
revoke execute on function app.settle_payments(app.settlement[], timestamptz) from public;
grant execute on function app.settle_payments(app.settlement[], timestamptz) to uyim_app;

-- Why money of a programme is not taken back out of its fund; null: nothing speaks against it. GIVEN_BACK: the house gave it back
-- by another way. SPENT: an act has paid with it, and a fund never holds less than nothing.
create function app.reversal_refusal(t payment_transactions) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare f record;
begin
  perform 1 from payment_transactions p where p.building_id = t.building_id and p.payment_id = t.payment_id and p.state = 'PAID' for update;
  if not found then
    raise exception 'the payment is not paid' using errcode = 'UY010';
  end if;
  for f in select substr(e.fund, 11)::uuid as programme_id, -sum(e.amount)::bigint as amount from ledger_entries e
      where e.building_id = t.building_id and e.account_key = t.account_id and e.period = to_char(t.value_date, 'YYYY-MM') and e.transaction_id = t.payment_id
        and e.fund like 'PROGRAMME:%' group by e.fund order by e.fund loop
    perform 1 from repair_programmes p where p.building_id = t.building_id and p.programme_id = f.programme_id for update;
    if exists (select 1 from app.programme_shares(t.building_id, f.programme_id) s where s.account_id = t.account_id and s.paid - s.refunded < f.amount) then return 'GIVEN_BACK'; end if;
    if (select m.held from app.programme_money(t.building_id, f.programme_id) m) < f.amount then return 'SPENT'; end if;
  end loop;
  return null;
end $$;

-- PAID → REFUNDED: the exact opposite in the ledger, once; an invoice is open again, and so is the bank's line behind it. A payment
-- that may not be taken back stays as it was, PAID: whoever asked is refused.
create function app.reverse_payment(inout t payment_transactions, p_call uuid, p_at timestamptz, p_reason integer)
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare funds text[]; amounts bigint[];
begin
  if app.reversal_refusal(t) is not null then return; end if;
  select array_agg(e.fund order by e.line), array_agg(-e.amount order by e.line) into funds, amounts from ledger_entries e
   where e.building_id = t.building_id and e.account_key = t.account_id and e.period = to_char(t.value_date, 'YYYY-MM') and e.transaction_id = t.payment_id;
  update payment_transactions p set state = 'REFUNDED', cancelled_at = p_at, reason = p_reason, live_invoice_id = null, reversal_id = p_call
   where p.building_id = t.building_id and p.payment_id = t.payment_id and p.state = 'PAID' returning p.* into t;
  if not found then
    raise exception 'the payment is not paid' using errcode = 'UY010';
  end if;
  perform app.post_account(t.building_id, t.account_id, t.premises_id, to_char(app.today(), 'YYYY-MM'), p_call, 'REVERSAL',
    app.today(), 'payment', t.seq::text, t.payment_id, funds, amounts, array_fill(app.clearing_of(t.provider), array[cardinality(funds)]));
  if t.invoice_id is not null then
    update payment_invoices i set state = 'OPEN', paid_by = null, paid_at = null
     where i.building_id = t.building_id and i.invoice_id = t.invoice_id and i.paid_by = t.payment_id;
  end if;
  perform app.cover_invoices(t.building_id, t.account_id), app.reopen_statement_lines(t.building_id, t.payment_id);
end $$;

-- PENDING → CANCELLED or EXPIRED: nothing was posted, nothing is taken back.
create function app.release_payment(inout t payment_transactions, p_at timestamptz, p_reason integer, p_state text)
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  update payment_transactions p set state = p_state, cancelled_at = p_at, reason = p_reason, live_invoice_id = null
   where p.building_id = t.building_id and p.payment_id = t.payment_id and p.state = 'PENDING' and p_state in ('CANCELLED', 'EXPIRED') returning p.* into t;
  if not found then
    raise exception 'the payment is not pending' using errcode = 'UY010';
  end if;
end $$;
create function app.expire_payment(inout t payment_transactions) language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  t := app.release_payment(t, app.moment(), 4, 'EXPIRED');
  perform app.announce_payments(array[app.note_payment(t, gen_random_uuid(), 'payments.released', 'payments.releasePayment', 'PENDING')]);
end $$;

-- What a provider cancelled by its own call stays cancelled in its answers, whatever becomes of the money by other hands; and it is
-- the provider's word when the day is compared. p_answer: what the same call is answered with again.
create function app.keep_cancel(t payment_transactions, p_answer text) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into payment_dedupe (provider, service, method, external_id, building_id, payment_id, answer) values (t.provider, t.service, 'cancel', t.external_id, t.building_id, t.payment_id, p_answer)
  on conflict do nothing;
end $$;
create function app.kept_cancel(t payment_transactions) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select d.answer from payment_dedupe d where d.provider = t.provider and d.service = t.service and d.method = 'cancel' and d.external_id = t.external_id
$$;

-- Sweeper: what its provider never finished. Expiry is also judged on every read. The window goes back from the
-- moment of expiry; by merchant, because the index of statements does.
create function app.expire_payments(p_window interval) returns integer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare m payment_merchants; t payment_transactions; done integer := 0;
begin
  for m in select * from payment_merchants loop
    for t in select * from payment_transactions p
        where p.provider = m.provider and p.service = m.segment and p.state = 'PENDING' and p.expires_at < app.moment()
          and p.provider_time between app.now() - m.expires_after - p_window and app.now() - m.expires_after
        order by p.provider_time for update skip locked loop
      perform app.expire_payment(t);
      done := done + 1;
    end loop;
  end loop;
  return done;
end $$;

-- ── Doors: scope, merchant, payable ──────────────────────────────────────────────────────────────────────────
-- One call of a provider. Calls of a batch never share an external id or a number.
create type app.payment_call as (
  n integer, id uuid, segment text, key_hash text, address text, method text, external_id text, moment bigint, amount bigint,
  account jsonb, number text, reason integer, fiscal_type text, payload text, raw text, log text
);
create type app.payable as (
  building_id uuid, account_id uuid, premises_id uuid, invoice_id uuid, fund text, amount bigint, state text, country char(2)
);
-- act: what the end of the batch writes, CREATE or SETTLE of the payment t.
create type app.door_answer as (answer text, building_id uuid, payment_id uuid, note app.payment_note, act text, t payment_transactions);

create function app.open_payment_door(p_secret text) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('app.sid', p_secret, true), set_config('app.acting', '', true);
  if not auth.service_has('{payments}') then
    raise exception 'the scope of payments is needed' using errcode = '42501';
  end if;
end $$;

-- The account number in what a payer typed, with spaces or hyphens between groups; null: no such number can be.
create function app.typed_number(typed text) returns text language plpgsql immutable strict parallel safe as $$
declare digits text := translate(typed, U&' \00A0-', '');
begin
  return case when digits ~ '^[0-9]{10}$' then digits end;
end $$;

-- What a number names: an account (OPEN, CLOSED) or an invoice (OPEN, PAID, WITHDRAWN); no row: nothing.
create function app.find_payable(p_number text) returns setof app.payable language sql stable as $$
  select x.building_id, x.account_id, x.premises_id, null::uuid, null::text, null::bigint,
    case when a.closed_on <= app.today() then 'CLOSED' else 'OPEN' end, b.country
    from public.account_numbers x join public.accounts a on a.building_id = x.building_id and a.account_id = x.account_id
    join public.buildings b on b.building_id = x.building_id where x.number = p_number::char(10)
  union all
  select x.building_id, v.account_id, v.premises_id, v.invoice_id, v.fund, v.amount, v.state, b.country
    from public.invoice_numbers x join public.payment_invoices v on v.building_id = x.building_id and v.invoice_id = x.invoice_id
    join public.buildings b on b.building_id = x.building_id where x.number = p_number::char(10)
$$;

-- Does the merchant collect for this house today? Outside it an account is 'not found' (settled 12).
create function app.merchant_reaches(m payment_merchants, p app.payable) returns boolean
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if p.building_id is null or p.country <> m.country then return false; end if;
  if m.scope_type = 'OPERATOR' then return true; end if;
  if m.scope_type = 'BUILDING' then return p.building_id = m.scope_id; end if;
  return exists (select 1 from building_managements g where g.building_id = p.building_id and g.organisation_id = m.scope_id
    and g.valid_from <= app.today() and (g.valid_to is null or g.valid_to >= app.today()));
end $$;

create function app.address_allowed(m payment_merchants, p_address text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(p_address::inet <<= any(m.allowed_addresses), false);
exception when invalid_text_representation then
  return false;
end $$;

create function app.new_payment(k app.payment_call, m payment_merchants, p app.payable) returns payment_transactions
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare t payment_transactions;
begin
  t.building_id := p.building_id; t.payment_id := k.id; t.seq := nextval('payment_sequence'); t.provider := m.provider; t.service := m.segment;
  t.external_id := k.external_id; t.merchant_id := m.merchant_id; t.account_id := p.account_id; t.premises_id := p.premises_id; t.number := k.number;
  t.account_field := m.account_field; t.invoice_id := p.invoice_id; t.live_invoice_id := p.invoice_id; t.fund := p.fund; t.amount := k.amount;
  t.currency := m.currency; t.state := 'PENDING'; t.raw_create := k.raw; t.fiscal := '{}';
  return t;
end $$;

-- The provider's key first, then the payment: whoever comes second with the same key is told to look again.
create function app.create_payments(p_payments payment_transactions[], p_method text, p_asked text[], p_answers text[]) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare created integer;
begin
  if cardinality(p_payments) = 0 then return; end if;
  insert into payment_dedupe (provider, service, method, external_id, building_id, payment_id, asked, answer)
  select x.provider, x.service, p_method, x.external_id, x.building_id, x.payment_id, p_asked[x.n], p_answers[x.n]
    from unnest(p_payments) with ordinality x(building_id, payment_id, seq, provider, service, external_id, merchant_id, account_id, premises_id, number,
      account_field, invoice_id, live_invoice_id, fund, amount, currency, state, provider_time, expires_at, created_at, performed_at, cancelled_at,
      reason, value_date, reversal_id, raw_create, raw_perform, fiscal, n) on conflict do nothing;
  get diagnostics created = row_count;
  if created <> cardinality(p_payments) then
    raise exception 'a payment of this id exists' using errcode = 'UY010';
  end if;
  insert into payment_transactions select * from unnest(p_payments);
end $$;

-- ── Payme (payments.md 2) ────────────────────────────────────────────────────────────────────────────────────
-- Answers: 'R' and the JSON of the result, or 'E', the code and, after '|', the data. Words are added outside.
create function app.payme_state(state text) returns integer language plpgsql immutable parallel safe as
$$ begin return case state when 'PENDING' then 1 when 'PAID' then 2 when 'REFUNDED' then -2 else -1 end; end $$;

-- Why this account and amount cannot be paid, in the order account, amount; null: they can.
create function app.payme_refusal(k app.payment_call, m payment_merchants, p app.payable) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if not app.merchant_reaches(m, p) then return 'E-31050|' || m.account_field; end if;
  if p.state in ('CLOSED', 'WITHDRAWN') or not (case when p.invoice_id is null then 'ACCUMULATING' else 'ONE_TIME' end = any(m.kinds)) then
    return 'E-31051|' || m.account_field;
  end if;
  if k.amount is null or k.amount <= 0 or p.invoice_id is not null and k.amount <> p.amount
      or p.invoice_id is null and (k.amount < m.least_amount or k.amount > m.most_amount) then
    return 'E-31001';
  end if;
  return null;
end $$;

-- Is the invoice paid, or held by another live payment? Whoever held it beyond its time lets go.
create function app.invoice_is_taken(p app.payable) returns boolean
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare v payment_invoices; held payment_transactions;
begin
  select * into v from payment_invoices i where i.building_id = p.building_id and i.invoice_id = p.invoice_id for update;
  select * into held from payment_transactions t where t.building_id = p.building_id and t.live_invoice_id = p.invoice_id for update;
  if held.state = 'PENDING' and held.expires_at < app.moment() then held := app.expire_payment(held); end if;
  return v.state <> 'OPEN' or held.live_invoice_id is not null;
end $$;

-- One line of a fiscal receipt with the whole sum (2.4); null where the codes of the merchant are not known.
create function app.fiscal_item(m payment_merchants, p_fund text, p_amount bigint) returns jsonb
language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare item jsonb := coalesce(m.fiscal_items -> case when p_fund like 'PROGRAMME:%' then 'PROGRAMME' end, m.fiscal_items -> 'ACCOUNT');
begin
  return case when item is not null then jsonb_build_object('title', item ->> 'title', 'price', p_amount, 'count', 1, 'code', item ->> 'code',
    'package_code', item ->> 'packageCode', 'vat_percent', (item ->> 'vatPercent')::numeric) end;
end $$;

create function app.payme_check(k app.payment_call, m payment_merchants, p app.payable) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare answer text := app.payme_refusal(k, m, p);
begin
  if answer is not null then return answer; end if;
  if p.state = 'PAID' or p.invoice_id is not null and exists (select 1 from payment_transactions t where t.building_id = p.building_id
      and t.live_invoice_id = p.invoice_id and not (t.state = 'PENDING' and t.expires_at < app.moment())) then
    return 'E-31052|' || m.account_field;
  end if;
  return 'R{"allow":true,"additional":' || (select json_build_object('house', b.name, 'unit', u.number)::text
    from premises u join buildings b using (building_id) where u.building_id = p.building_id and u.premises_id = p.premises_id)
    || coalesce(',"detail":{"receipt_type":0,"items":[' || app.fiscal_item(m, p.fund, k.amount)::text || ']}', '') || '}';
end $$;

-- A new transaction: account, amount, payable, age.
create function app.payme_create(k app.payment_call, m payment_merchants, p app.payable) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; t payment_transactions; at timestamptz := app.moment(); told timestamptz := to_timestamp(k.moment / 1000.0);
begin
  d.building_id := p.building_id;
  d.answer := app.payme_refusal(k, m, p);
  if d.answer is not null then return d; end if;
  if p.invoice_id is not null and app.invoice_is_taken(p) then
    d.answer := 'E-31052|' || m.account_field;
  elsif told + m.expires_after < at or told - m.expires_after > at then
    d.answer := 'E-31008';
  else
    t := app.new_payment(k, m, p);
    t.provider_time := told; t.expires_at := told + m.expires_after; t.created_at := at;
    d.act := 'CREATE'; d.t := t; d.payment_id := k.id;
    d.answer := 'R{"create_time":' || app.milliseconds(at) || ',"transaction":"' || t.seq || '","state":1,"receivers":null}';
  end if;
  return d;
end $$;

-- A transaction that we know. Its row was read without a lock: each change asks the row once more.
create function app.payme_known(k app.payment_call, m payment_merchants, t payment_transactions) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; o record; was text := t.state; stands boolean := t.state = 'PAID'; whole bigint := t.amount; since timestamptz := t.performed_at;
begin
  d.building_id := t.building_id; d.payment_id := t.payment_id;
  if t.state = 'PENDING' and t.expires_at < app.moment() then
    t := app.expire_payment(t); was := t.state;
  end if;
  -- What does not stand by itself may stand as an operation: while some part of it is paid, all of it is.
  if t.state not in ('PENDING', 'PAID') and k.method in ('PerformTransaction', 'CheckTransaction', 'CancelTransaction') or t.state = 'PAID' and k.method = 'CancelTransaction' then
    select * into o from app.operation_of(t);
    stands := o.paid; whole := o.amount; since := o.performed_at;
  end if;
  if k.method = 'PerformTransaction' then
    if t.state = 'PENDING' then
      since := app.moment(); stands := true;
      d.act := 'SETTLE';
    end if;
    d.answer := case when stands then 'R{"transaction":"' || t.seq || '","perform_time":' || app.milliseconds(since) || ',"state":2}' else 'E-31008' end;
  elsif k.method = 'CreateTransaction' then
    d.answer := case when t.state <> 'PENDING' then 'E-31008'
      when k.number is distinct from t.number::text then 'E-31050|' || t.account_field
      when k.amount is distinct from t.amount then 'E-31001'
      else 'R{"create_time":' || app.milliseconds(t.created_at) || ',"transaction":"' || t.seq || '","state":1,"receivers":null}' end;
  elsif k.method = 'CancelTransaction' then
    if stands and (m.refunds = 'FORBIDDEN' or t.state <> 'PAID' or whole <> t.amount) then
      d.answer := coalesce(app.kept_cancel(t), 'E-31007');
      return d;
    elsif t.state = 'PAID' then
      t := app.reverse_payment(t, k.id, app.moment(), k.reason);
      if t.state = 'PAID' then
        d.answer := 'E-31007';
        return d;
      end if;
      d.note := app.note_payment(t, k.id, 'payments.reversed', 'payments.reversePayment', was);
    elsif t.state = 'PENDING' then
      t := app.release_payment(t, app.moment(), k.reason, 'CANCELLED');
      d.note := app.note_payment(t, k.id, 'payments.released', 'payments.releasePayment', was);
    end if;
    d.answer := 'R{"transaction":"' || t.seq || '","cancel_time":' || app.milliseconds(t.cancelled_at) || ',"state":' || app.payme_state(t.state) || '}';
    if (d.note).call_id is not null then perform app.keep_cancel(t, d.answer); end if;
  elsif k.method = 'SetFiscalData' then
    -- What was sold stays as it was when the receipt was made, whatever the merchant sells later.
    update payment_transactions p set fiscal = jsonb_strip_nulls(jsonb_build_object('ITEM', app.fiscal_item(m, p.fund, p.amount))) || p.fiscal || jsonb_build_object(k.fiscal_type, k.payload::jsonb)
     where p.building_id = t.building_id and p.payment_id = t.payment_id;
    d.answer := 'R{"success":true}';
  else
    d.answer := 'R{"create_time":' || app.milliseconds(t.created_at) || ',"perform_time":' || app.milliseconds(since)
      || ',"cancel_time":' || app.milliseconds(case when not stands then t.cancelled_at end) || ',"transaction":"' || t.seq
      || '","state":' || app.payme_state(case when stands then 'PAID' else t.state end) || ',"reason":' || coalesce(case when not stands then t.reason end::text, 'null') || '}';
  end if;
  return d;
end $$;

create function app.payme_statement(m payment_merchants, p_from bigint, p_to bigint) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare t payment_transactions;
begin
  for t in select * from payment_transactions p where p.provider = 'payme' and p.service = m.segment and p.state = 'PENDING' and p.expires_at < app.moment()
      and p.provider_time between to_timestamp(p_from / 1000.0) and to_timestamp(p_to / 1000.0) order by p.account_id for update loop
    perform app.expire_payment(t);
  end loop;
  return 'R{"transactions":' || coalesce((
    select json_agg(json_build_object('id', p.external_id, 'time', app.milliseconds(p.provider_time), 'amount', o.amount,
        'account', json_build_object(p.account_field, p.number), 'create_time', app.milliseconds(p.created_at),
        'perform_time', app.milliseconds(o.performed_at), 'cancel_time', app.milliseconds(case when not o.paid then p.cancelled_at end), 'transaction', p.seq::text,
        'state', app.payme_state(case when o.paid then 'PAID' else p.state end), 'reason', case when not o.paid then p.reason end, 'receivers', null) order by p.provider_time, p.seq)::text
      from payment_transactions p cross join lateral app.operation_of(p) o where p.provider = 'payme' and p.service = m.segment and position('/' in p.external_id) = 0  -- a further part of a spread operation
       and p.provider_time between to_timestamp(p_from / 1000.0) and to_timestamp(p_to / 1000.0)), '[]') || '}';
end $$;

-- The new key lives beside the one that asked for it; a third one ends.
create function app.payme_password(k app.payment_call, m payment_merchants) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare is_test boolean;
begin
  if k.payload = k.key_hash then return 'E-32504'; end if;
  select y.test into is_test from payment_merchant_keys y where y.merchant_id = m.merchant_id and y.key_hash = decode(k.key_hash, 'hex');
  update payment_merchant_keys y set valid_to = app.now()
   where y.merchant_id = m.merchant_id and y.test = is_test and y.key_hash <> decode(k.key_hash, 'hex') and (y.valid_to is null or y.valid_to > app.now());
  insert into payment_merchant_keys (merchant_id, key_hash, test) values (m.merchant_id, decode(k.payload, 'hex'), is_test)
  on conflict (merchant_id, key_hash) do update set valid_to = null, valid_from = app.now();
  insert into audit_entries (building_id, at, audit_id, service, action, subject_type, subject_id, ground)
  values ('00000000-0000-0000-0000-000000000000', app.now(), k.id, 'payments', 'payments.replaceMerchantKey', 'merchant', m.merchant_id::text, 'ChangePassword');
  return 'R{"success":true}';
end $$;

-- Every call but the two that come by the thousand: looks up what it needs by itself.
create function app.payme_answer(k app.payment_call, p_merchant uuid, p_payment uuid, p_building uuid) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; m payment_merchants; t payment_transactions; p app.payable;
begin
  if k.method = 'refused' then
    d.answer := k.payload;
    return d;
  end if;
  select * into strict m from payment_merchants x where x.merchant_id = p_merchant;
  if p_payment is not null then
    select * into strict t from payment_transactions x where x.building_id = p_building and x.payment_id = p_payment;
    return app.payme_known(k, m, t);
  end if;
  if k.method in ('CheckPerformTransaction', 'CreateTransaction') then
    select * into p from app.find_payable(k.number) limit 1;
    d.building_id := p.building_id;
  end if;
  if k.method = 'CreateTransaction' then return app.payme_create(k, m, p); end if;
  d.answer := case k.method
    when 'CheckPerformTransaction' then app.payme_check(k, m, p)
    when 'GetStatement' then app.payme_statement(m, k.moment, k.amount)
    when 'ChangePassword' then app.payme_password(k, m)
    when 'SetFiscalData' then 'E-32001'
    else 'E-31003' end;
  return d;
end $$;

-- A call of a batch as judged by one read: C a new payment on an open account, P its settlement, N no rights, S everything else.
create type app.judged_call as (
  n integer, act text, answer text, call app.payment_call, merchant_id uuid, segment text, account_field text, currency text, number text,
  building_id uuid, payment_id uuid, account_id uuid, premises_id uuid, seq bigint, told timestamptz, ends timestamptz
);

-- A batch. The two calls that come by the thousand are judged by one read and written by one statement each, because every
-- expression of plpgsql is prepared anew in each transaction; what is rarer goes through payme_answer. Settings keep every
-- plan on the keys, whatever the planner believes about tables that were empty when it first looked. Accounts are taken in one
-- order, so that batches do not lock crosswise. Who waits for a lock too long (a billing run over the house) gives way: the
-- calls are made again one by one.
create function app.payme_calls(p_secret text, p_test_keys boolean, p_calls jsonb)
returns table(place integer, answer text) language plpgsql volatile
set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set lock_timeout = '900ms' as $$
declare
  at timestamptz; started timestamptz := clock_timestamp(); judged app.judged_call[]; settling app.settlement[]; created integer; creating integer; slow integer;
begin
  perform app.open_payment_door(p_secret);
  at := app.now();
  with short as materialized (select x.segment from payment_merchants x where x.provider = 'payme' and x.short_address),
  read as materialized (
    select q, m.merchant_id, m.segment, m.account_field, m.currency::text as currency, m.expires_after, n.typed, f.building_id as known_building, f.payment_id as known_payment, t.seq,
      coalesce(t.account_id, p.account_id) as account_id, p.building_id, p.premises_id, to_timestamp(q.moment / 1000.0) as told,
      case
        when m.merchant_id is null or cardinality(m.allowed_addresses) > 0 and not coalesce(q.address::inet <<= any(m.allowed_addresses), false)
          or not exists (select 1 from payment_merchant_keys y where y.merchant_id = m.merchant_id and y.key_hash = decode(q.key_hash, 'hex')
            and (p_test_keys or not y.test) and y.valid_from <= at and (y.valid_to is null or y.valid_to > at)) then 'N'
        when t.state = 'PENDING' and t.expires_at >= date_trunc('milliseconds', at) then 'P'
        when q.method = 'CreateTransaction' and f.payment_id is null and p.invoice_id is null and p.state = 'OPEN' and m.scope_type = 'OPERATOR' and p.country = m.country
          and 'ACCUMULATING' = any(m.kinds) and q.amount between m.least_amount and m.most_amount
          and date_trunc('milliseconds', at) between to_timestamp(q.moment / 1000.0) - m.expires_after and to_timestamp(q.moment / 1000.0) + m.expires_after then 'C'
        else 'S' end as act
      from jsonb_populate_recordset(null::app.payment_call, p_calls) q
      left join lateral (select * from payment_merchants x where x.provider = 'payme' and x.segment = coalesce(q.segment, (select short.segment from short))
        and x.active_from <= (at at time zone interval '5 hours')::date and (x.active_to is null or x.active_to >= (at at time zone interval '5 hours')::date) limit 1) m on true
      left join lateral (select x.building_id, x.payment_id from payment_dedupe x where x.provider = 'payme' and x.service = m.segment
        and x.method = 'create' and x.external_id = q.external_id limit 1) f on true
      left join lateral (select x.seq, x.state, x.expires_at, x.account_id from payment_transactions x
        where x.building_id = f.building_id and x.payment_id = f.payment_id and q.method = 'PerformTransaction' limit 1) t on true
      left join lateral (select app.typed_number(q.account ->> m.account_field) as typed) n on true
      left join lateral (select * from app.find_payable(case when f.payment_id is null then n.typed end) limit 1) p on true),
  numbered as materialized (select r.*, case when r.act = 'C' then nextval('payment_sequence') else r.seq end as number_of_ours from read r)
  select array_agg(row((r.q).n, r.act, case r.act
        when 'N' then 'E-32504'
        when 'C' then 'R{"create_time":' || (extract(epoch from date_trunc('milliseconds', at)) * 1000)::bigint || ',"transaction":"' || r.number_of_ours || '","state":1,"receivers":null}'
        when 'P' then 'R{"transaction":"' || r.number_of_ours || '","perform_time":' || (extract(epoch from date_trunc('milliseconds', at)) * 1000)::bigint || ',"state":2}' end,
      r.q, r.merchant_id, r.segment, r.account_field, r.currency, r.typed, coalesce(r.known_building, r.building_id), coalesce(r.known_payment, case when r.act = 'C' then (r.q).id end),
      r.account_id, r.premises_id, r.number_of_ours, r.told, r.told + r.expires_after)::app.judged_call order by r.account_id, (r.q).external_id),
    array_agg(row(r.known_building, r.known_payment, (r.q).id, (at at time zone interval '5 hours')::date, (r.q).raw)::app.settlement order by r.account_id) filter (where r.act = 'P'),
    count(*) filter (where r.act = 'C'), count(*) filter (where r.act = 'S')
    into judged, settling, creating, slow from numbered r;
  if creating > 0 then
    with first as (
      insert into payment_dedupe (provider, service, method, external_id, building_id, payment_id)
      select 'payme', j.segment, 'create', (j.call).external_id, j.building_id, j.payment_id from unnest(judged) j where j.act = 'C'
      on conflict do nothing returning payment_id)
    insert into payment_transactions (building_id, payment_id, seq, provider, service, external_id, merchant_id, account_id, premises_id, number, account_field, amount, currency, state,
      provider_time, expires_at, created_at, raw_create)
    select j.building_id, j.payment_id, j.seq, 'payme', j.segment, (j.call).external_id, j.merchant_id, j.account_id, j.premises_id, j.number, j.account_field, (j.call).amount, j.currency, 'PENDING',
      j.told, j.ends, date_trunc('milliseconds', at), (j.call).raw from first join unnest(judged) j on j.payment_id = first.payment_id;
    get diagnostics created = row_count;
    if created <> creating then
      raise exception 'a payment of this id exists' using errcode = 'UY010';
    end if;
  end if;
  if settling is not null then perform app.settle_payments(settling, date_trunc('milliseconds', at)); end if;
  if slow > 0 then judged := app.payme_slow_calls(judged); end if;
  insert into payment_request_log (building_id, at, log_id, provider, service, method, external_id, payment_id, address, request, response, microseconds)
  select coalesce(j.building_id, '00000000-0000-0000-0000-000000000000'), at, (j.call).id, 'payme', coalesce(j.segment, (j.call).segment, ''), (j.call).method, coalesce((j.call).external_id, ''), j.payment_id,
      coalesce((j.call).address, ''), case when j.act = 'N' then left((j.call).log, 300) else (j.call).log end, j.answer, extract(microseconds from clock_timestamp() - started)
    from unnest(judged) j;
  return query select j.n, j.answer from unnest(judged) j;
end $$;

-- The others, one by one; what they create or settle is written at the end like everybody's.
create function app.payme_slow_calls(judged app.judged_call[]) returns app.judged_call[]
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare j app.judged_call; k app.payment_call; d app.door_answer; fresh payment_transactions[] := '{}'; notes app.payment_note[] := '{}';
begin
  for i in 1..cardinality(judged) loop
    j := judged[i];
    continue when j.act <> 'S';
    k := j.call; k.number := j.number;
    d := app.payme_answer(k, j.merchant_id, j.payment_id, j.building_id);
    if d.act = 'CREATE' then
      fresh := fresh || d.t;
    elsif d.act = 'SETTLE' then
      perform app.settle_payments(array[row(d.building_id, d.payment_id, k.id, app.today(), k.raw)::app.settlement], app.moment());
    end if;
    if (d.note).call_id is not null then notes := notes || d.note; end if;
    j.answer := d.answer; j.building_id := coalesce(j.building_id, d.building_id); j.payment_id := coalesce(j.payment_id, d.payment_id);
    judged[i] := j;
  end loop;
  perform app.create_payments(fresh, 'create', null, null), app.announce_payments(notes);
  return judged;
end $$;
grant execute on function app.payme_calls(text, boolean, jsonb) to uyim_app;

-- ── Kaspi (payments.md 6) ────────────────────────────────────────────────────────────────────────────────────
-- Answers as JSON of our own words: result, prv (our number), sum, house, unit. `check` reads only; `pay` stores its
-- final answer, refusals too, and repeats it; 'in progress' and our own faults are not final.
create function app.major_text(minor bigint) returns text language plpgsql immutable parallel safe as
$$ begin return (minor / 100)::text || '.' || lpad((minor % 100)::text, 2, '0'); end $$;

create function app.kaspi_refusal(m payment_merchants, p app.payable) returns integer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  if not app.merchant_reaches(m, p) then return 1; end if;
  if p.state in ('CLOSED', 'WITHDRAWN') or not (case when p.invoice_id is null then 'ACCUMULATING' else 'ONE_TIME' end = any(m.kinds)) then return 2; end if;
  if p.invoice_id is null then return 0; end if;
  if p.state = 'PAID' then return 3; end if;
  if exists (select 1 from payment_transactions t where t.building_id = p.building_id and t.live_invoice_id = p.invoice_id
      and not (t.state = 'PENDING' and t.expires_at < app.moment())) then return 4; end if;
  return 0;
end $$;

create function app.kaspi_check(m payment_merchants, p app.payable) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare refusal integer := app.kaspi_refusal(m, p); owed bigint; disputed bigint := 0;
begin
  if refusal <> 0 then return '{"result":' || refusal || '}'; end if;
  owed := p.amount;
  if owed is null then
    select greatest(x.balance - x.programmes, 0) + x.programmes into owed from account_heads h, app.owed(h) x
     where h.building_id = p.building_id and h.account_id = p.account_id;
    disputed := least(app.disputed_sum(p.building_id, p.account_id), owed);
  end if;
  return '{"result":0,"sum":"' || app.major_text(coalesce(owed, 0)) || '",' || case when disputed > 0 then '"disputed":"' || app.major_text(disputed) || '",' else '' end || (select substr(json_build_object('house', b.name, 'unit', u.number)::text, 2)
    from premises u join buildings b using (building_id) where u.building_id = p.building_id and u.premises_id = p.premises_id);
end $$;

create function app.kaspi_pay(k app.payment_call, m payment_merchants, p app.payable, f payment_dedupe) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; t payment_transactions; o record; refusal integer; day date := (to_timestamp(k.moment / 1000.0) at time zone interval '5 hours')::date;
begin
  d.building_id := p.building_id;
  if f.external_id is not null then
    d.building_id := f.building_id; d.payment_id := f.payment_id;
    -- Posted from the bank's registry before its own call came: nothing was answered yet, the payment itself is asked.
    if f.asked is null and f.payment_id is not null then
      select * into strict t from payment_transactions x where x.building_id = f.building_id and x.payment_id = f.payment_id;
      select * into o from app.operation_of(t);
      d.answer := case when k.number is null or k.number <> all (o.numbers) then '{"result":1}' when k.amount is distinct from o.amount then '{"result":5}'
        else '{"result":0,"prv":"' || t.seq || '","sum":"' || app.major_text(o.amount) || '"}' end;
      return d;
    end if;
    -- The same operation with another account or sum is a contradiction: nothing changes, nothing is said to be paid.
    d.answer := case when f.asked = k.payload then f.answer when split_part(f.asked, '|', 1) <> split_part(k.payload, '|', 1) then '{"result":1}' else '{"result":5}' end;
    return d;
  end if;
  refusal := app.kaspi_refusal(m, p);
  if refusal = 0 and (k.amount is null or k.amount <= 0 or p.invoice_id is not null and k.amount <> p.amount
      or p.invoice_id is null and (k.amount < m.least_amount or k.amount > m.most_amount)) then
    refusal := 5;
  end if;
  if refusal = 0 and p.invoice_id is not null and app.invoice_is_taken(p) then refusal := 4; end if;
  if refusal <> 0 then
    d.answer := '{"result":' || refusal || '}';
    if refusal <> 4 then
      insert into payment_dedupe (provider, service, method, external_id, building_id, asked, answer)
      values ('kaspi', m.segment, 'pay', k.external_id, p.building_id, k.payload, d.answer);
    end if;
    return d;
  end if;
  t := app.new_payment(k, m, p);
  t.created_at := app.moment(); t.performed_at := t.created_at;
  t.provider_time := coalesce(to_timestamp(k.moment / 1000.0), t.created_at);
  -- The bank's accounting date counts; one that cannot be true (another year's replay, a broken clock) does not.
  t.value_date := case when day between app.today() - 60 and app.today() + 1 then day else app.today() end;
  d.payment_id := t.payment_id; d.act := 'PAY'; d.t := t;
  d.answer := '{"result":0,"prv":"' || t.seq || '","sum":"' || app.major_text(t.amount) || '"}';
  return d;
end $$;

create function app.kaspi_calls(p_secret text, p_calls jsonb)
returns table(place integer, answer text, answer_format text) language plpgsql volatile
set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set lock_timeout = '900ms' as $$
declare
  c record; d app.door_answer; short text; started timestamptz := clock_timestamp(); at timestamptz := app.now(); today date := app.today();
  logs payment_request_log[] := '{}'; fresh payment_transactions[] := '{}'; asked text[] := '{}'; answers text[] := '{}';
  settling app.settlement[] := '{}';
begin
  perform app.open_payment_door(p_secret);
  select m.segment into short from payment_merchants m where m.provider = 'kaspi' and m.short_address;
  for c in
    select k, m.r as m, f.r as f, p.r as p
      from jsonb_populate_recordset(null::app.payment_call, p_calls) k
      left join lateral (select x as r from payment_merchants x where x.provider = 'kaspi' and x.segment = coalesce(k.segment, short)
        and x.active_from <= today and (x.active_to is null or x.active_to >= today) limit 1) m on true
      left join lateral (select x as r from payment_dedupe x where x.provider = 'kaspi' and x.service = (m.r).segment
        and x.method = k.method and x.external_id = k.external_id limit 1) f on true
      left join lateral (select x as r from app.find_payable(k.number) x limit 1) p on true
     order by (p.r).account_id, k.external_id
  loop
    d := null;
    if (c.m).merchant_id is null or not app.address_allowed(c.m, (c.k).address) then
      d.answer := '{"result":5}';
    elsif (c.k).method = 'check' then
      d.building_id := (c.p).building_id; d.answer := app.kaspi_check(c.m, c.p);
    else
      d := app.kaspi_pay(c.k, c.m, c.p, c.f);
    end if;
    place := (c.k).n; answer := d.answer; answer_format := (c.m).answer_format;
    return next;
    if d.act = 'PAY' then
      fresh := fresh || d.t; asked := asked || (c.k).payload; answers := answers || d.answer;
      settling := settling || row(d.building_id, d.payment_id, (c.k).id, (d.t).value_date, (c.k).raw)::app.settlement;
    end if;
    logs := logs || row(coalesce(d.building_id, '00000000-0000-0000-0000-000000000000'), at, (c.k).id, 'kaspi', coalesce((c.m).segment, (c.k).segment, ''),
      (c.k).method, coalesce((c.k).external_id, ''), d.payment_id, coalesce((c.k).address, ''), (c.k).log, d.answer, 200,
      extract(microseconds from clock_timestamp() - started))::payment_request_log;
  end loop;
  if cardinality(settling) > 0 then
    perform app.create_payments(fresh, 'pay', asked, answers), app.settle_payments(settling, app.moment());
  end if;
  insert into payment_request_log select * from unnest(logs);
end $$;
grant execute on function app.kaspi_calls(text, jsonb) to uyim_app;

-- A call that never became one: broken bytes, a wrong verb, our own fault after everything was rolled back (settled 2).
create function app.log_payment_call(p_secret text, p_provider text, k jsonb, p_answer text) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  perform app.open_payment_door(p_secret);
  insert into payment_request_log (building_id, at, log_id, provider, service, method, external_id, address, request, response)
  values ('00000000-0000-0000-0000-000000000000', app.now(), (k ->> 'id')::uuid, p_provider, coalesce(k ->> 'segment', ''), coalesce(k ->> 'method', ''),
    left(coalesce(k ->> 'external_id', ''), 100), coalesce(k ->> 'address', ''), left(coalesce(k ->> 'log', ''), 2000), p_answer);
end $$;
grant execute on function app.log_payment_call(text, text, jsonb, text) to uyim_app;
