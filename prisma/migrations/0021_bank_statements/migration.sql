-- Bank statements, registries of providers and desks, daily reconciliation (payments.md 1.5). A file is read into lines,
-- shown, and by a person's word posted: matched lines become payments through app.settle_payments, the one way; what is
-- not certain waits for a person. Nothing here writes the ledger itself but the move of a provider's lump to the bank.

-- The accounts of a house in banks, the one register of them: whose statements are taken, and into which of them people are told to
-- pay (kazakhstan.md 4.1: the current one and the savings one, apart). One person enters an account, another confirms it before
-- anybody is told to pay there; it is never edited, the next one takes its place from its day. What was entered wrongly is withdrawn
-- while nobody has confirmed it, by whoever keeps the house's money.
create table bank_accounts (
  building_id uuid not null references buildings,
  bank_account_id uuid not null,
  number text not null check (number ~ '^(KZ[0-9]{5}[0-9A-Z]{13}|[0-9]{20})$'),
  bank_name text not null check (char_length(bank_name) between 2 and 120),
  fund text not null check (fund in ('CURRENT', 'SAVINGS')),  -- savings money lies apart and pays into savings alone
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  valid_from date not null,
  basis text not null check (char_length(basis) between 3 and 300),  -- the bank's contract or the meeting's decision
  registered_by uuid not null,
  registered_at timestamptz not null default app.now(),
  confirmed_by uuid,
  confirmed_at timestamptz,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  primary key (building_id, bank_account_id),
  check ((confirmed_by is null) = (confirmed_at is null)),
  check ((withdrawn_by is null) = (withdrawn_at is null)),
  check (confirmed_by is null or withdrawn_by is null),
  check (confirmed_by <> registered_by)
);
create unique index bank_accounts_number on bank_accounts (building_id, number, valid_from) where withdrawn_by is null;
create index bank_accounts_now on bank_accounts (building_id, fund, valid_from) where confirmed_by is not null;
-- One account serves one purpose of a house, and people are told to pay into it in one house only (of houses that a session does not
-- see, the procedure asks first).
create function app.keep_bank_account() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    new.registered_by := app.acting_person(new.registered_by);
    if new.confirmed_by is not null and not auth.service_has('{seed}') then
      raise exception 'another person confirms' using errcode = 'UY032';
    end if;
  else
    if old.confirmed_by is not null or old.withdrawn_by is not null or (new.number, new.bank_name, new.fund, new.currency, new.valid_from, new.basis, new.registered_by, new.registered_at)
        is distinct from (old.number, old.bank_name, old.fund, old.currency, old.valid_from, old.basis, old.registered_by, old.registered_at) then
      raise exception 'append-only: an account is confirmed or withdrawn once, never changed' using errcode = 'UY001';
    end if;
    if new.withdrawn_by is not null then
      new.withdrawn_by := app.acting_person(new.withdrawn_by);
      return new;
    end if;
    new.confirmed_by := app.acting_person(new.confirmed_by);
    if new.confirmed_by = new.registered_by then
      raise exception 'another person confirms' using errcode = 'UY032';
    end if;
  end if;
  if exists (select 1 from bank_accounts b where b.number = new.number and b.withdrawn_by is null and (b.building_id = new.building_id and b.fund <> new.fund or b.building_id <> new.building_id and b.confirmed_by is not null)) then
    raise exception 'the account serves something else' using errcode = 'UY036';
  end if;
  return new;
end $$;
create trigger keep before insert or update on bank_accounts for each row execute function app.keep_bank_account();

create table statements (
  building_id uuid not null,
  statement_id uuid not null,
  kind text not null check (kind in ('STATEMENT', 'REGISTRY')),
  source text not null default '' check (source in ('', 'payme', 'click', 'uzum', 'paynet', 'kaspi', 'halyk', 'desk')),
  bank_account_id uuid,
  file_name text not null check (char_length(file_name) <= 300),
  file_format text not null check (file_format in ('CSV', 'XLSX')),
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 char(64) not null,
  columns jsonb not null default '{}',                   -- headers told by a person where they are none of those known
  encoding text not null default '',
  dialect text not null default '',
  account text not null default '',
  period_from date,
  period_to date,
  opening bigint,
  turnover_in bigint,
  turnover_out bigint,
  closing bigint,
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  lines bigint not null default 0,
  broken_rows bigint[] not null default '{}',            -- of a registry, left out: their quotes are broken
  state text not null check (state in ('RECEIVED', 'READING', 'READ', 'POSTING', 'DONE', 'FAILED', 'DISCARDED')),
  attempt uuid,
  posted_row bigint not null default 0,
  failure text,
  failure_params jsonb not null default '{}',
  submitted_by uuid,
  submitted_at timestamptz not null default app.now(),
  read_at timestamptz,
  accepted_by uuid,
  accepted_at timestamptz,
  finished_at timestamptz,
  primary key (building_id, statement_id),
  check ((kind = 'STATEMENT') = (source = '')),
  -- opening + in - out = closing, or the file is none.
  check (state not in ('READ', 'POSTING', 'DONE') or opening + turnover_in - turnover_out = closing)
);
-- The same file twice is one file, unless it could not be read or was let go.
create unique index statements_file on statements (building_id, sha256, kind, source) where state not in ('FAILED', 'DISCARDED');
create index statements_submitted on statements (building_id, submitted_at desc);

create table statement_lines (
  building_id uuid not null,
  statement_id uuid not null,
  row_number bigint not null,
  kept boolean not null default false,                   -- accepted with its file: from now on this line is known
  account_key text not null,                             -- whose line: the bank's account, or the registry's source
  line_key bytea not null,                               -- hash of all that the bank says of it
  ordinal integer not null default 1,                    -- of lines that are alike to the letter in one file
  line_date date not null,
  document text not null default '',
  direction text not null check (direction in ('IN', 'OUT')),
  amount bigint not null check (amount > 0),
  party_name text not null default '',
  party_id text not null default '',                     -- of organisations; a person's number is a hash only
  party_hash text,
  party_account text not null default '',
  purpose text not null default '',
  numbers text[] not null default '{}',
  broken text[] not null default '{}',
  provider text,
  returned boolean not null default false,
  state text not null default 'EXCEPTION' check (state in ('MATCHED', 'EXCEPTION', 'PROVIDER', 'KNOWN', 'OUTGOING', 'ELSEWHERE', 'REPEATED', 'POSTED', 'REJECTED')),
  problem text,
  number char(10),
  account_id uuid,
  invoice_id uuid,
  known_payment_id uuid,
  decided_by uuid,
  decided_at timestamptz,
  reason text,
  note text not null default '',
  primary key (building_id, statement_id, row_number),
  check (state <> 'POSTED' or kept)
);
create unique index statement_lines_known on statement_lines (building_id, account_key, line_key, ordinal) where kept;
create index statement_lines_waiting on statement_lines (building_id, line_date, statement_id, row_number) where kept and state = 'EXCEPTION';
create index statement_lines_day on statement_lines (building_id, line_date) where kept;

-- Which payments a line became, or was known by. A payment comes of one line at most, and is known by one more at most:
-- a desk's registry and the bank tell of the same money.
create table statement_settlements (
  building_id uuid not null,
  statement_id uuid not null,
  row_number bigint not null,
  part integer not null default 1,
  payment_id uuid not null,
  linked boolean not null default false,                 -- known before the line came
  primary key (building_id, statement_id, row_number, part)
);
create unique index statement_settlements_payment on statement_settlements (building_id, payment_id, linked);

-- A day of one provider in one house, judged anew as often as one likes.
create table reconciliations (
  building_id uuid not null,
  provider text not null,
  day date not null,
  our_count integer not null,
  our_sum bigint not null,
  their_count integer,                                   -- null: nobody has told us of that day yet
  their_sum bigint,
  transferred bigint not null default 0,                 -- lumps of the provider on the house's account that day
  differences integer not null,
  run_at timestamptz not null,
  primary key (building_id, provider, day)
);
create table reconciliation_differences (
  building_id uuid not null,
  difference_id uuid not null,
  provider text not null,
  day date not null,
  class text not null check (class in ('MISSING_HERE', 'MISSING_THERE', 'AMOUNT_DIFF', 'STATE_DIFF', 'DUPLICATE')),
  subject text not null,                                 -- the provider's id of the operation, or ours
  payment_id uuid,
  statement_id uuid,
  row_number bigint,
  our_amount bigint,
  their_amount bigint,
  our_state text,
  their_state text,
  found_at timestamptz not null,
  gone_at timestamptz,                                   -- a later run no longer found it
  explained_at timestamptz,
  explained_by uuid,
  explanation text,
  primary key (building_id, difference_id),
  check ((explained_at is null) = (explanation is null))
);
create unique index reconciliation_differences_subject on reconciliation_differences (building_id, provider, day, class, subject);

-- What a provider answered when we asked it of one of our payments (Click's own API, Halyk's check-status: payments.md 3.5, 7.5): its
-- last word. Those who call us are known by their registries alone.
create table provider_words (
  building_id uuid not null,
  payment_id uuid not null,
  state text not null check (state in ('PAID', 'REFUNDED', 'MISSING', 'OTHER', 'UNKNOWN')),  -- OTHER: another transaction under our number; UNKNOWN: it does not tell
  amount bigint,                                         -- null: it says none
  asked_at timestamptz not null,
  primary key (building_id, payment_id)
);

-- Payments taken back lately, however old: their days are compared again.
create index payment_transactions_taken_back on payment_transactions (cancelled_at) where cancelled_at is not null;

select app.protect('bank_accounts', '{house.read}', '{billing.run}', '{payments,billing,worker}');
grant select, insert on bank_accounts to uyim_app;
grant update (confirmed_by, confirmed_at, withdrawn_by, withdrawn_at) on bank_accounts to uyim_app;
select app.protect(t, '{billing.run}', '{}', '{payments}') from unnest(array['statements', 'statement_lines', 'statement_settlements', 'reconciliations',
  'reconciliation_differences', 'provider_words']::regclass[]) t;
grant select, insert, update on statements, statement_lines, reconciliations, reconciliation_differences, provider_words to uyim_app;
grant select, insert on statement_settlements to uyim_app;
-- What was read and not accepted may be forgotten; what was accepted stays.
grant delete on statement_lines to uyim_app;
create function app.keep_statement_lines() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.kept then raise exception 'an accepted line stays' using errcode = 'UY001'; end if;
  return old;
end $$;
create trigger keep_lines before delete on statement_lines for each row execute function app.keep_statement_lines();

-- ── Judging: what each line is, without writing anything else ────────────────────────────────────────────────
-- What a provider means by one of our payments: the whole of its operation and the numbers it may know it by. A person may have spread
-- the line of a registry over several accounts; such an operation is not taken back by a call of its provider, but part by part by a person.
-- paid: some part of it is PAID, whatever became of this one. What was given back, or let go before the registry told of it, stands beside
-- the parts that its line became; where the payment never was a part itself, they are known by the second part's outside id.
create function app.operation_of(t payment_transactions, out amount bigint, out numbers text[], out paid boolean, out performed_at timestamptz)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  select l.amount, l.numbers || l.broken || o.numbers, t.state = 'PAID' or o.paid, coalesce(t.performed_at, o.performed_at) into amount, numbers, paid, performed_at
    from (
      select z.building_id, z.statement_id, z.row_number, true as own from statement_settlements z
       where z.building_id = t.building_id and z.payment_id = t.payment_id and not z.linked
      union all
      select z.building_id, z.statement_id, z.row_number, false from statement_settlements z join statements s on s.building_id = z.building_id and s.statement_id = z.statement_id
       where t.state not in ('PENDING', 'PAID') and z.building_id = t.building_id and z.payment_id = t.payment_id and z.linked and s.source = t.provider
      union all
      select z.building_id, z.statement_id, z.row_number, false
        from payment_dedupe d join statement_settlements z on z.building_id = d.building_id and z.payment_id = d.payment_id and not z.linked
       where t.state not in ('PENDING', 'PAID') and d.provider = t.provider and d.service = t.service and d.external_id = t.external_id || '/2'
         and d.method = case t.provider when 'kaspi' then 'pay' when 'paynet' then 'perform' else 'create' end) w
    join statement_lines l on l.building_id = w.building_id and l.statement_id = w.statement_id and l.row_number = w.row_number
    cross join lateral (
      select array_agg(distinct p.number::text) as numbers, coalesce(bool_or(p.state = 'PAID'), false) as paid, min(p.performed_at) filter (where p.state = 'PAID') as performed_at
        from statement_settlements y join payment_transactions p on p.building_id = y.building_id and p.payment_id = y.payment_id
       where y.building_id = l.building_id and y.statement_id = l.statement_id and y.row_number = l.row_number and not y.linked) o
   where w.own or o.paid order by o.paid desc, w.own desc limit 1;
  if not found then
    amount := t.amount; numbers := array[t.number::text]; paid := t.state = 'PAID'; performed_at := t.performed_at;
  end if;
end $$;

create function app.judge_statement_lines(p_building uuid, p_statement uuid, p_from bigint, p_to bigint) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare whose text; registry boolean; opened jsonb;
begin
  select s.source, s.kind = 'REGISTRY' and s.source <> 'desk' into whose, registry from statements s where s.building_id = p_building and s.statement_id = p_statement;
  -- What lies before the balance taken over from another keeper is in that balance.
  select coalesce(jsonb_object_agg(o.account_key, o.day), '{}') into opened from (
    select e.account_key, max(e.value_date) as day from ledger_entries e where e.building_id = p_building and e.kind = 'OPENING' and e.account_id is not null group by 1) o;
  update statement_lines l set state = split_part(j.verdict, ' ', 1), problem = nullif(split_part(j.verdict, ' ', 2), ''), number = j.number, account_id = j.account_id, invoice_id = j.invoice_id,
      known_payment_id = case when j.verdict in ('KNOWN', 'EXCEPTION MAYBE_KNOWN', 'EXCEPTION AMOUNT_DIFFERS', 'EXCEPTION REVERSED') then coalesce(j.told, j.alike) end
    from (
      -- By its place: the planner knows nothing yet of rows that came a moment ago.
      select x.ctid as place, case when f.own = 1 then f.number end as number, case when f.own = 1 then (f.one).account_id end as account_id, case when f.own = 1 then (f.one).invoice_id end as invoice_id,
          t.payment_id as told, k.payment_id as alike,
          case
            when x.direction = 'OUT' then 'OUTGOING'
            when exists (select from statement_lines y where y.building_id = x.building_id and y.account_key = x.account_key and y.line_key = x.line_key and y.ordinal = x.ordinal and y.kept) then 'REPEATED'
            when x.provider is not null and not registry and cardinality(x.numbers) = 0 then 'PROVIDER'
            when coalesce(f.own, 0) = 0 and f.others > 0 then case when whose = '' then 'EXCEPTION OTHER_HOUSE' else 'ELSEWHERE' end
            when x.returned then case when t.state = 'REFUNDED' then 'KNOWN' else 'EXCEPTION RETURNED' end
            when coalesce(f.own, 0) = 0 then 'EXCEPTION ' || case when cardinality(x.numbers) > 0 then 'UNKNOWN_NUMBER' when cardinality(x.broken) > 0 then 'CHECK_DIGIT' else 'NO_NUMBER' end
            when f.own > 1 or f.others > 0 then 'EXCEPTION SEVERAL_NUMBERS'
            when registry then case when t.payment_id is null then 'EXCEPTION MISSING_HERE' when t.amount <> x.amount then 'EXCEPTION AMOUNT_DIFFERS' when t.state = 'PAID' then 'KNOWN' else 'EXCEPTION REVERSED' end
            when k.payment_id is not null then 'EXCEPTION MAYBE_KNOWN'
            when x.provider is not null then 'EXCEPTION PROVIDER_NAMED'
            else coalesce('EXCEPTION ' || app.statement_refusal(f.one, x.amount, x.line_date, (opened ->> ((f.one).account_id)::text)::date), 'MATCHED') end as verdict
        from statement_lines x
        left join lateral (
          select count(*) filter (where p.building_id = x.building_id) as own, count(*) filter (where p.building_id <> x.building_id) as others,
              (array_agg(p order by p.building_id = x.building_id desc))[1] as one, (array_agg(n.number order by p.building_id = x.building_id desc))[1] as number
            from unnest(x.numbers) n(number) cross join lateral app.find_payable(n.number) p) f on x.direction = 'IN' and cardinality(x.numbers) > 0
        left join lateral (
          -- Of an operation that a person spread over accounts, the whole.
          select p.payment_id, o.amount, p.state from payment_transactions p cross join lateral app.operation_of(p) o where registry and f.own = 1 and p.building_id = x.building_id and p.account_id = (f.one).account_id
            and p.provider = whose and (p.external_id = x.document or starts_with(p.external_id, x.document || '/')) and p.state in ('PAID', 'REFUNDED') and x.document <> '' order by p.state limit 1) t on true
        left join lateral (
          select p.payment_id from payment_transactions p where not registry and f.own = 1 and p.building_id = x.building_id and p.account_id = (f.one).account_id
            and p.state = 'PAID' and p.amount = x.amount
            and case when p.provider = 'bank' then p.value_date between x.line_date - 5 and x.line_date + 5 and exists (
                  select from statement_settlements z join statement_lines y using (building_id, statement_id, row_number) join statements w using (building_id, statement_id)
                   where z.building_id = p.building_id and z.payment_id = p.payment_id and not z.linked and y.statement_id <> x.statement_id
                     -- A desk tells of its money some days before the bank has it, and under a number of its own.
                     and case when (w.source = 'desk') <> (whose = 'desk')
                           then case when whose = 'desk' then p.value_date between x.line_date - 1 and x.line_date + 5 else p.value_date between x.line_date - 5 and x.line_date + 1 end
                             and not exists (select from statement_settlements o where o.building_id = p.building_id and o.payment_id = p.payment_id and o.linked)
                         else p.value_date = x.line_date and (y.document = x.document or y.document = '' or x.document = '') end)
                else p.created_at between x.line_date - 45 and x.line_date + 45 and p.value_date between x.line_date - 5 and x.line_date + 1
                  and not exists (select from statement_settlements z where z.building_id = p.building_id and z.payment_id = p.payment_id) end
            order by p.created_at limit 1) k on true
       where x.building_id = p_building and x.statement_id = p_statement and x.row_number between p_from and p_to and not x.kept) j
   where l.ctid = j.place;
end $$;

-- Why money for this payable on that day is not taken without a person; null: nothing speaks against it.
create function app.statement_refusal(p app.payable, p_amount bigint, p_day date, p_opened date) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if p.state in ('CLOSED', 'WITHDRAWN') then return 'CLOSED_ACCOUNT'; end if;
  if p.invoice_id is not null then
    if p.state = 'PAID' or exists (select from payment_transactions t where t.building_id = p.building_id and t.live_invoice_id = p.invoice_id) then return 'INVOICE_PAID'; end if;
    if p.amount <> p_amount then return 'INVOICE_AMOUNT'; end if;
  end if;
  if p_day < p_opened or p_day < (select a.opened_on from accounts a where a.building_id = p.building_id and a.account_id = p.account_id) then return 'BEFORE_ACCOUNT'; end if;
  return null;
end $$;

-- ── Posting: lines become payments, settled like everybody's ─────────────────────────────────────────────────
create type app.statement_part as (row_number bigint, part integer, account_id uuid, premises_id uuid, invoice_id uuid, number text, fund text, amount bigint, turn integer, payment_id uuid);

-- One payment for each part, once: the key of the line is the payment's outside id, whatever house asks.
create function app.settle_statement_parts(p_building uuid, p_statement uuid, p_parts app.statement_part[]) returns integer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare s statements; m payment_merchants; at timestamptz := app.moment(); created integer; turns integer; savings boolean; first_call text; addresses text[]; begun uuid[];
begin
  if coalesce(cardinality(p_parts), 0) = 0 then return 0; end if;
  select * into strict s from statements x where x.building_id = p_building and x.statement_id = p_statement;
  -- The call by which the provider itself would have told us first: its late one finds the payment.
  first_call := case when s.source in ('', 'desk', 'kaspi') then 'pay' when s.source = 'paynet' then 'perform' else 'create' end;
  -- As the account stands now: what was entered wrongly may have been withdrawn after its statement.
  savings := exists (select from bank_accounts b join bank_accounts y on y.building_id = b.building_id and y.number = b.number and y.withdrawn_by is null
    where b.building_id = p_building and b.bank_account_id = s.bank_account_id and y.fund = 'SAVINGS');
  if s.source not in ('', 'desk') then
    -- A live merchant before one that is over; the house's own before the operator's.
    select x.* into m from payment_merchants x where x.provider = s.source and app.merchant_reaches(x, row(p_building, null, null, null, null, null, 'OPEN', x.country)::app.payable)
     order by x.active_from <= app.today() and (x.active_to is null or x.active_to >= app.today()) desc, x.scope_type = 'OPERATOR', x.active_from desc limit 1;
    select array_agg(x.segment) into addresses from payment_merchants x where x.provider = s.source and app.merchant_reaches(x, row(p_building, null, null, null, null, null, 'OPEN', x.country)::app.payable);
  end if;
  -- What a line became and was all given back stays behind it; what it becomes now is counted on from there. What its provider
  -- began and did not end is settled when it is the same money, and left beside when it was let go.
  select array_agg(row(x.row_number, x.part + coalesce(z.last, 0) + case when c.gone then 1 else 0 end, x.account_id, x.premises_id, x.invoice_id, x.number, x.fund, x.amount, x.turn,
      coalesce(c.waiting, x.payment_id))::app.statement_part), array_agg(c.waiting) filter (where c.waiting is not null) into p_parts, begun
    from unnest(p_parts) x left join lateral (
      select max(y.part) as last from statement_settlements y join payment_transactions t on t.building_id = y.building_id and t.payment_id = y.payment_id
       where y.building_id = p_building and y.statement_id = p_statement and y.row_number = x.row_number having bool_and(t.state = 'REFUNDED')) z on true
    left join lateral (
      select d.payment_id is null or t.state in ('CANCELLED', 'EXPIRED') as gone,
          case when t.state = 'PENDING' and t.building_id = p_building and t.account_id = x.account_id and t.invoice_id is not distinct from x.invoice_id and t.amount = x.amount and x.amount = l.amount then t.payment_id end as waiting
        from statement_lines l join payment_dedupe d on d.provider = s.source and d.service = any(addresses) and d.method = first_call and d.external_id = l.document
        left join payment_transactions t on t.building_id = d.building_id and t.payment_id = d.payment_id
       where l.building_id = p_building and l.statement_id = p_statement and l.row_number = x.row_number and s.source not in ('', 'desk')
       order by coalesce(t.state in ('PAID', 'REFUNDED'), false) desc, t.state = 'PENDING' desc nulls last limit 1) c on true;
  -- Its own call may have come, or may come yet, at any of its addresses that reach the house: one operation, one row at each.
  insert into payment_dedupe (provider, service, method, external_id, building_id, payment_id)
  select case when s.source in ('', 'desk') then 'bank' else s.source end, z.segment, first_call,
      case when s.source in ('', 'desk') or l.document = '' then encode(l.line_key, 'hex') || '-' || l.ordinal else l.document end || case when x.part > 1 then '/' || x.part else '' end, p_building, x.payment_id
    from unnest(p_parts) x join statement_lines l on l.building_id = p_building and l.statement_id = p_statement and l.row_number = x.row_number
    cross join lateral unnest(coalesce(addresses, array[l.account_key])) z(segment)
   where x.payment_id <> all (coalesce(begun, '{}'))
  on conflict do nothing;
  get diagnostics created = row_count;
  if created <> (cardinality(p_parts) - coalesce(cardinality(begun), 0)) * coalesce(cardinality(addresses), 1) then raise exception 'a line was settled before' using errcode = 'UY030'; end if;
  insert into payment_transactions (building_id, payment_id, provider, service, external_id, merchant_id, account_id, premises_id, number, invoice_id, live_invoice_id, fund, amount, currency, state, provider_time, created_at)
  select p_building, x.payment_id, d.provider, d.service, d.external_id, coalesce(m.merchant_id, s.bank_account_id, '00000000-0000-0000-0000-000000000000'), x.account_id, x.premises_id, x.number, x.invoice_id, x.invoice_id,
      coalesce(x.fund, case when savings then 'SAVINGS' end), x.amount, s.currency, 'PENDING', (l.line_date + interval '7 hours') at time zone 'UTC', at
    from unnest(p_parts) x join statement_lines l on l.building_id = p_building and l.statement_id = p_statement and l.row_number = x.row_number
    join payment_dedupe d on d.provider = case when s.source in ('', 'desk') then 'bank' else s.source end and d.service = coalesce(m.segment, l.account_key)
      and d.method = first_call
      and d.external_id = case when s.source in ('', 'desk') or l.document = '' then encode(l.line_key, 'hex') || '-' || l.ordinal else l.document end || case when x.part > 1 then '/' || x.part else '' end
   where x.payment_id <> all (coalesce(begun, '{}'));
  insert into statement_settlements (building_id, statement_id, row_number, part, payment_id)
  select p_building, p_statement, x.row_number, x.part, x.payment_id from unnest(p_parts) x;
  select max(x.turn) into turns from unnest(p_parts) x;
  -- Two payments of one account never meet in one statement: its chain is walked link by link.
  for t in 1..turns loop
    perform app.settle_payments((select array_agg(row(p_building, x.payment_id, app.new_id(), l.line_date, null)::app.settlement order by x.account_id)
      from unnest(p_parts) x join statement_lines l on l.building_id = p_building and l.statement_id = p_statement and l.row_number = x.row_number where x.turn = t), at);
  end loop;
  update statement_lines l set state = 'POSTED', problem = null from unnest(p_parts) x
   where l.building_id = p_building and l.statement_id = p_statement and l.row_number = x.row_number;
  return cardinality(p_parts);
end $$;

-- A payment was given back: the line it came of, or was known by, waits for a person again, once nothing of its money is posted any
-- more. What a provider's own registry knew by itself stays: the provider tells of the giving back too.
create function app.reopen_statement_lines(p_building uuid, p_payment uuid) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  update statement_lines l set state = 'EXCEPTION', problem = 'REVERSED', known_payment_id = p_payment, note = ''
    from statement_settlements z join statements s on s.building_id = z.building_id and s.statement_id = z.statement_id
   where z.building_id = p_building and z.payment_id = p_payment and l.building_id = z.building_id and l.statement_id = z.statement_id and l.row_number = z.row_number
     and (l.state = 'POSTED' or l.state = 'KNOWN' and (s.source in ('', 'desk') or l.decided_by is not null))
     and not exists (select from statement_settlements o join payment_transactions t on t.building_id = o.building_id and t.payment_id = o.payment_id
       where o.building_id = l.building_id and o.statement_id = l.statement_id and o.row_number = l.row_number and t.state <> 'REFUNDED');
end $$;

-- A provider's lump moves what it owed us from its clearing to the bank, fund by fund; once, whatever house has that bank account.
-- Answers why it is a person's; null: it is posted.
create function app.post_provider_lump(l statement_lines) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare f record; rest bigint := l.amount; ledgers text[] := '{}'; funds text[] := '{}'; amounts bigint[] := '{}';
begin
  -- Two statements at once must not move the same money.
  perform pg_advisory_xact_lock(hashtextextended('lump ' || l.building_id || l.provider, 21));
  for f in select e.fund, sum(e.amount)::bigint as held from ledger_entries e where e.building_id = l.building_id and e.account_key = '00000000-0000-0000-0000-000000000000'
      and e.ledger = 'CLEARING:' || l.provider group by e.fund having sum(e.amount) > 0 order by e.fund loop
    exit when rest = 0;
    ledgers := ledgers || array['BANK', 'CLEARING:' || l.provider]; funds := funds || array[f.fund, f.fund]; amounts := amounts || array[least(rest, f.held), -least(rest, f.held)];
    rest := rest - least(rest, f.held);
  end loop;
  if rest > 0 then return 'LUMP_TOO_LARGE'; end if;
  insert into payment_dedupe (provider, service, method, external_id, building_id) values ('bank', l.account_key, 'lump', encode(l.line_key, 'hex') || '-' || l.ordinal, l.building_id) on conflict do nothing;
  if not found then return 'LUMP_ELSEWHERE'; end if;
  perform app.post_house(l.building_id, to_char(l.line_date, 'YYYY-MM'), app.new_id(), 'TRANSFER', l.line_date, 'bankStatement', l.statement_id || '/' || l.row_number, null, ledgers, funds, amounts);
  return null;
end $$;

-- The next lines of an accepted file: judged once more, kept, and what is certain is posted. Answers how many payments came of them.
create function app.post_statement_lines(p_building uuid, p_statement uuid, p_from bigint, p_to bigint) returns integer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare l statement_lines; why text; parts app.statement_part[];
begin
  perform app.judge_statement_lines(p_building, p_statement, p_from, p_to);
  -- An invoice is paid once: of several lines for it in these the first is certain, the others are a person's.
  update statement_lines x set state = 'EXCEPTION', problem = 'INVOICE_PAID' from (
    select y.row_number, row_number() over (partition by y.invoice_id order by y.row_number) as place from statement_lines y
     where y.building_id = p_building and y.statement_id = p_statement and y.row_number between p_from and p_to and y.state = 'MATCHED' and y.invoice_id is not null) d
   where x.building_id = p_building and x.statement_id = p_statement and x.row_number = d.row_number and d.place > 1;
  update statement_lines x set kept = true where x.building_id = p_building and x.statement_id = p_statement and x.row_number between p_from and p_to and not x.kept and x.state <> 'REPEATED';
  select array_agg(row(x.row_number, 1, x.account_id, a.premises_id, x.invoice_id, x.number, v.fund, x.amount, x.turn, app.new_id())::app.statement_part order by x.account_id, x.row_number) into parts
    from (select y.*, row_number() over (partition by y.account_id order by y.line_date, y.row_number) as turn from statement_lines y
           where y.building_id = p_building and y.statement_id = p_statement and y.row_number between p_from and p_to and y.state = 'MATCHED') x
    join accounts a on a.building_id = x.building_id and a.account_id = x.account_id
    left join payment_invoices v on v.building_id = x.building_id and v.invoice_id = x.invoice_id;
  for l in select y.* from statement_lines y
      where y.building_id = p_building and y.statement_id = p_statement and y.row_number between p_from and p_to and y.state = 'PROVIDER' order by y.provider, y.row_number loop
    why := app.post_provider_lump(l);
    if why is not null then
      update statement_lines y set state = 'EXCEPTION', problem = why where y.building_id = p_building and y.statement_id = p_statement and y.row_number = l.row_number;
    end if;
  end loop;
  insert into statement_settlements (building_id, statement_id, row_number, payment_id, linked)
  select y.building_id, y.statement_id, y.row_number, y.known_payment_id, true from statement_lines y
   where y.building_id = p_building and y.statement_id = p_statement and y.row_number between p_from and p_to and y.state = 'KNOWN'
  on conflict do nothing;
  return app.settle_statement_parts(p_building, p_statement, parts);
end $$;
grant execute on function app.judge_statement_lines(uuid, uuid, bigint, bigint), app.post_statement_lines(uuid, uuid, bigint, bigint),
  app.settle_statement_parts(uuid, uuid, app.statement_part[]), app.post_provider_lump(statement_lines) to uyim_app;
