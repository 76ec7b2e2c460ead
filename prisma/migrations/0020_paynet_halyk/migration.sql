-- Paynet and Halyk (payments.md 5, 7) behind the state machine of 0009. Paynet calls us and pays in one step, as Kaspi does.
-- Halyk is asked by us: an order is a payment that waits (PENDING without an end of its own) until the bank's own status settles it.

-- ── Paynet ───────────────────────────────────────────────────────────────────────────────────────────────────
-- Answers: 'R' and the JSON of the result, or 'E' and the code. Times are texts of Tashkent; sums are tiyin in what is
-- performed and soʻm in what is shown. The merchant's service_id is Paynet's number of the service; empty: any.
create function app.paynet_time(at timestamptz) returns text language plpgsql immutable parallel safe as
$$ begin return to_char(at at time zone interval '5 hours', 'YYYY-MM-DD HH24:MI:SS'); end $$;

create function app.paynet_refusal(m payment_merchants, p app.payable) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if not app.merchant_reaches(m, p) or p.state in ('CLOSED', 'WITHDRAWN') then return 'E302'; end if;
  if not (case when p.invoice_id is null then 'ACCUMULATING' else 'ONE_TIME' end = any(m.kinds)) then return 'E304'; end if;
  if p.state = 'PAID' then return 'E201'; end if;
  return null;
end $$;

create function app.paynet_information(m payment_merchants, p app.payable) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare refusal text := app.paynet_refusal(m, p); owed bigint := p.amount; disputed bigint := 0;
begin
  if refusal is null and p.invoice_id is not null and exists (select 1 from payment_transactions t where t.building_id = p.building_id
      and t.live_invoice_id = p.invoice_id and not (t.state = 'PENDING' and t.expires_at < app.moment())) then
    refusal := 'E201';
  end if;
  if refusal is not null then return refusal; end if;
  if owed is null then
    select greatest(x.balance - x.programmes, 0) + x.programmes into owed from account_heads h, app.owed(h) x
     where h.building_id = p.building_id and h.account_id = p.account_id;
    disputed := least(app.disputed_sum(p.building_id, p.account_id), owed);
  end if;
  return 'R{"status":"0","timestamp":"' || app.paynet_time(app.moment()) || '","fields":{"name":' || (select to_json(b.name || ', ' || u.number)::text
    from premises u join buildings b using (building_id) where u.building_id = p.building_id and u.premises_id = p.premises_id)
    || ',"amount":' || app.major_text(coalesce(owed, 0)) || case when disputed > 0 then ',"disputed":' || app.major_text(disputed) else '' end || '}}';
end $$;

create function app.paynet_perform(k app.payment_call, m payment_merchants, p app.payable) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; t payment_transactions;
begin
  d.building_id := p.building_id;
  d.answer := app.paynet_refusal(m, p);
  if d.answer is null and (k.amount is null or k.amount <= 0 or p.invoice_id is not null and k.amount <> p.amount
      or p.invoice_id is null and k.amount not between m.least_amount and m.most_amount) then
    d.answer := 'E413';
  end if;
  if d.answer is null and p.invoice_id is not null and app.invoice_is_taken(p) then d.answer := 'E201'; end if;
  if d.answer is not null then return d; end if;
  t := app.new_payment(k, m, p);
  t.created_at := app.moment(); t.performed_at := t.created_at; t.provider_time := t.created_at; t.value_date := app.today();
  d.act := 'PAY'; d.t := t; d.payment_id := t.payment_id;
  d.answer := 'R{"providerTrnId":' || t.seq || ',"timestamp":"' || app.paynet_time(t.performed_at) || '","fields":{"' || m.account_field || '":"' || t.number || '"}}';
  return d;
end $$;

-- A transaction that we know; null state: none. A contradiction (another account, another sum) changes nothing.
create function app.paynet_known(k app.payment_call, m payment_merchants, t payment_transactions) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; o record; was text := t.state; stands boolean := t.state = 'PAID';
begin
  d.building_id := t.building_id; d.payment_id := t.payment_id;
  -- While some part of its operation is paid, all of it is.
  if not stands or k.method <> 'CheckTransaction' then
    select * into o from app.operation_of(t);
    stands := o.paid;
  end if;
  if k.method = 'CheckTransaction' then
    d.answer := 'R{"transactionState":' || case when stands then 1 else 2 end || ',"timestamp":"'
      || app.paynet_time(coalesce(case when not stands then t.cancelled_at end, t.performed_at, t.created_at)) || '","providerTrnId":' || t.seq || '}';
  elsif k.method = 'PerformTransaction' then
    d.answer := case when k.number is null or k.number <> all (o.numbers) then 'E302' when k.amount is distinct from o.amount then 'E413'
      when stands then 'E201' else 'E202' end;
  elsif not stands then
    d.answer := 'E202';
  elsif m.refunds = 'FORBIDDEN' or t.state <> 'PAID' or o.amount <> t.amount then
    d.answer := coalesce(app.kept_cancel(t), 'E77');
  else
    t := app.reverse_payment(t, k.id, app.moment(), 5);
    if t.state = 'PAID' then
      d.answer := 'E77';
      return d;
    end if;
    d.note := app.note_payment(t, k.id, 'payments.reversed', 'payments.reversePayment', was);
    d.answer := 'R{"providerTrnId":' || t.seq || ',"timestamp":"' || app.paynet_time(t.cancelled_at) || '","transactionState":2}';
    perform app.keep_cancel(t, 'E202');
  end if;
  return d;
end $$;

-- What stands paid, by the moment of our answer, both ends included: times have seconds.
create function app.paynet_statement(m payment_merchants, p_from bigint, p_to bigint) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return 'R{"statements":' || coalesce((
    select '[' || string_agg('{"amount":' || app.major_text(o.amount) || ',"providerTrnId":' || t.seq
        || ',"transactionId":' || case when t.external_id ~ '^(0|[1-9][0-9]*)$' then t.external_id else to_json(t.external_id)::text end
        || ',"timestamp":"' || app.paynet_time(t.performed_at) || '"}', ',' order by t.provider_time, t.seq) || ']'
      from payment_transactions t cross join lateral app.operation_of(t) o where t.provider = 'paynet' and t.service = m.segment and o.paid and position('/' in t.external_id) = 0
       and t.provider_time >= to_timestamp(p_from / 1000.0) and t.provider_time < to_timestamp(p_to / 1000.0) + interval '1 second'), '[]') || '}';
end $$;

create function app.paynet_answer(k app.payment_call, m payment_merchants, f payment_dedupe) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; t payment_transactions; p app.payable;
begin
  if k.method = 'refused' then
    d.answer := k.payload;
    return d;
  elsif m.service_id <> '' and k.account ->> 'service' <> m.service_id then
    d.answer := 'E305';
    return d;
  elsif k.method in ('GetInformation', 'PerformTransaction') then
    if k.account -> 'fields' ->> m.account_field is null then
      d.answer := 'E411';
      return d;
    elsif jsonb_typeof(k.account -> 'fields' -> m.account_field) not in ('string', 'number') then
      d.answer := 'E401';
      return d;
    end if;
    k.number := app.typed_number(k.account -> 'fields' ->> m.account_field);
  end if;
  if f.payment_id is not null and k.method <> 'GetInformation' then
    select * into strict t from payment_transactions x where x.building_id = f.building_id and x.payment_id = f.payment_id for update;
    return app.paynet_known(k, m, t);
  end if;
  if k.number is not null then
    select * into p from app.find_payable(k.number) limit 1;
    d.building_id := p.building_id;
  end if;
  if k.method = 'PerformTransaction' then return app.paynet_perform(k, m, p); end if;
  d.answer := case k.method
    when 'GetInformation' then app.paynet_information(m, p)
    when 'CheckTransaction' then 'R{"transactionState":3,"timestamp":"' || app.paynet_time(app.moment()) || '","providerTrnId":0}'
    when 'CancelTransaction' then 'E203'
    when 'GetStatement' then app.paynet_statement(m, k.moment, k.amount)
    else case when app.payme_password(k, m) like 'R%' then 'R{"result":"success"}' else 'E401' end end;
  return d;
end $$;

create function app.paynet_calls(p_secret text, p_test_keys boolean, p_calls jsonb)
returns table(place integer, answer text) language plpgsql volatile
set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set lock_timeout = '900ms' as $$
declare
  c record; d app.door_answer; short text; started timestamptz := clock_timestamp(); at timestamptz := app.now(); today date := app.today();
  logs payment_request_log[] := '{}'; fresh payment_transactions[] := '{}'; notes app.payment_note[] := '{}'; settling app.settlement[] := '{}';
begin
  perform app.open_payment_door(p_secret);
  select m.segment into short from payment_merchants m where m.provider = 'paynet' and m.short_address;
  for c in
    select k, m.r as m, f.r as f
      from jsonb_populate_recordset(null::app.payment_call, p_calls) k
      left join lateral (select x as r from payment_merchants x where x.provider = 'paynet' and x.segment = coalesce(k.segment, short)
        and x.active_from <= today and (x.active_to is null or x.active_to >= today) limit 1) m on true
      left join lateral (select x as r from payment_dedupe x where x.provider = 'paynet' and x.service = (m.r).segment
        and x.method = 'perform' and x.external_id = k.external_id limit 1) f on true
     order by (f.r).building_id, (f.r).payment_id, k.external_id
  loop
    d := null;
    if (c.m).merchant_id is null or cardinality((c.m).allowed_addresses) > 0 and not app.address_allowed(c.m, (c.k).address)
        or not exists (select 1 from payment_merchant_keys y where y.merchant_id = (c.m).merchant_id and y.key_hash = decode((c.k).key_hash, 'hex')
          and (p_test_keys or not y.test) and y.valid_from <= at and (y.valid_to is null or y.valid_to > at)) then
      d.answer := 'E601';
    else
      d := app.paynet_answer(c.k, c.m, c.f);
    end if;
    place := (c.k).n; answer := d.answer;
    return next;
    if d.act = 'PAY' then
      fresh := fresh || d.t;
      settling := settling || row(d.building_id, d.payment_id, (c.k).id, (d.t).value_date, (c.k).raw)::app.settlement;
    end if;
    if (d.note).call_id is not null then notes := notes || d.note; end if;
    logs := logs || row(coalesce(d.building_id, '00000000-0000-0000-0000-000000000000'), at, (c.k).id, 'paynet', coalesce((c.m).segment, (c.k).segment, ''),
      (c.k).method, coalesce((c.k).external_id, ''), d.payment_id, coalesce((c.k).address, ''), case d.answer when 'E601' then left((c.k).log, 300) else (c.k).log end, d.answer,
      case d.answer when 'E601' then 401 else 200 end, extract(microseconds from clock_timestamp() - started))::payment_request_log;
  end loop;
  if cardinality(settling) > 0 then
    perform app.create_payments(fresh, 'perform', null, null), app.settle_payments(settling, app.moment());
  end if;
  perform app.announce_payments(notes);
  insert into payment_request_log select * from unnest(logs);
end $$;
grant execute on function app.paynet_calls(text, boolean, jsonb) to uyim_app;

-- ── Halyk ────────────────────────────────────────────────────────────────────────────────────────────────────
-- We sign in at the bank with the key itself, which is kept sealed beside its hash, as Click's is.
create table halyk_terminals (
  merchant_id uuid primary key references payment_merchants,
  client_id text not null check (client_id <> ''),
  terminal text not null check (terminal <> ''),
  token_base text not null check (token_base ~ '^https?://'),      -- before /oauth2/token
  api_base text not null check (api_base ~ '^https?://'),          -- before /check-status and /operation
  page_script text not null check (page_script ~ '^https?://'),    -- the bank's library for the browser
  two_stage boolean not null default false                         -- AUTH is charged by us
);
select app.protect_merchants('halyk_terminals');
grant select, insert, update on halyk_terminals to uyim_app;

-- Who does not answer when we ask is left to rest, longer each time.
create table payment_outages (
  merchant_id uuid primary key references payment_merchants,
  failures integer not null,                                       -- in a row
  rests_until timestamptz
);
select app.protect_merchants('payment_outages');
grant select, insert, update on payment_outages to uyim_app;

-- What we asked the bank to collect. The payment of the same id is PENDING until the bank's status settles it.
create table halyk_orders (
  building_id uuid not null,
  payment_id uuid not null,
  premises_id uuid not null,
  account_id uuid not null,
  merchant_id uuid not null,
  person_id uuid not null,
  intent_id uuid not null,
  terminal text not null,
  number text not null check (number ~ '^[0-9]{6,15}$'),           -- invoiceID at the bank
  state text not null default 'OPEN' check (state in ('OPEN', 'PAID', 'RELEASED', 'QUARANTINED', 'REFUNDED', 'CLOSED')),  -- CLOSED: a person decided what was kept apart
  opened_at timestamptz not null,
  ends_at timestamptz not null,                                    -- when no token of it can live any more
  told_at timestamptz,                                             -- the bank said it has news; proves nothing
  asked_at timestamptz,
  next_ask_at timestamptz,
  asks integer not null default 0,
  bank_id text,
  bank_state text,
  reference text,
  bank_amount bigint,                                              -- what the bank has, as it last said
  bank_currency text,
  difference text,                                                 -- why it is kept apart for a person
  refund_asked_at timestamptz,
  refund_reason text,
  refund_refusal text,                                             -- what the bank said to it; empty: nothing in three days. A person decides anew
  placed_as uuid,                                                  -- the payment that a person made of the bank's money
  closing_note text,
  primary key (building_id, payment_id)
);
create index halyk_orders_due on halyk_orders (building_id, next_ask_at) where next_ask_at is not null;
select app.protect('halyk_orders', '{billing.run}', '{}', '{payments,worker}');
grant select, insert, update on halyk_orders to uyim_app;

-- Dedupe table (settled 1): the last six digits of an order are its own among the live orders of a terminal (payments.md 7.2).
create sequence halyk_numbers start 100000001 maxvalue 999999999999999;
grant usage on sequence halyk_numbers to uyim_app;
create table halyk_tails (
  terminal text not null,
  tail char(6) not null check (tail ~ '^[0-9]{6}$'),
  building_id uuid not null,
  payment_id uuid not null,
  live boolean not null default true,
  primary key (terminal, tail)
);
select app.protect('halyk_tails', '{}', '{}', '{payments,worker}');
grant select, insert, update on halyk_tails to uyim_app;

create function app.halyk_number(p_terminal text, p_building uuid, p_payment uuid) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare number text;
begin
  for attempt in 1..50 loop
    number := nextval('halyk_numbers')::text;
    insert into halyk_tails as y (terminal, tail, building_id, payment_id) values (p_terminal, right(number, 6), p_building, p_payment)
    on conflict (terminal, tail) do update set building_id = excluded.building_id, payment_id = excluded.payment_id, live = true where not y.live;
    if found then return number; end if;
  end loop;
  raise exception 'no free number for an order' using errcode = 'UY010';
end $$;

-- NEW → PENDING. The same person who comes again for the same thing goes on with the same order; an invoice that somebody
-- else is paying, or has paid, is refused (payments.md 9, P07). Answers the payment's id, or why not.
create function app.open_halyk_order(p_order uuid, p_merchant uuid, p_number text, p_amount bigint, p_person uuid, p_intent uuid)
returns table(payment_id uuid, refusal text) language plpgsql volatile
set search_path = pg_catalog, public, pg_temp as $$
declare m payment_merchants; p app.payable; k app.payment_call; t payment_transactions; known uuid; v_terminal text;
begin
  select * into strict m from payment_merchants x where x.merchant_id = p_merchant and x.provider = 'halyk';
  select y.terminal into v_terminal from halyk_terminals y where y.merchant_id = p_merchant;
  select * into p from app.find_payable(p_number) limit 1;
  if v_terminal is null or not app.merchant_reaches(m, p) or p.state <> 'OPEN' or not (case when p.invoice_id is null then 'ACCUMULATING' else 'ONE_TIME' end = any(m.kinds)) then
    return query select null::uuid, 'CLOSED';
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('halyk ' || p_number || p_person, 0));
  select o.payment_id into known from halyk_orders o join payment_transactions x on x.building_id = o.building_id and x.payment_id = o.payment_id
   where o.building_id = p.building_id and o.account_id = p.account_id and o.person_id = p_person and o.merchant_id = p_merchant and o.state = 'OPEN' and o.ends_at > app.moment()
     and x.number = p_number and x.amount = p_amount and x.state = 'PENDING' order by o.opened_at desc limit 1;
  if known is not null then
    return query select known, null::text;
    return;
  elsif p.invoice_id is not null and app.invoice_is_taken(p) then
    return query select null::uuid, 'TAKEN';
    return;
  end if;
  k.id := p_order; k.number := p_number; k.amount := p_amount; k.external_id := app.halyk_number(v_terminal, p.building_id, p_order);
  t := app.new_payment(k, m, p);
  t.created_at := app.moment(); t.provider_time := t.created_at;
  -- No clock of ours ends it: money may be at the bank already. The bank is asked first.
  t.expires_at := 'infinity';
  perform app.create_payments(array[t], 'create', null, null);
  insert into halyk_orders (building_id, payment_id, premises_id, account_id, merchant_id, person_id, intent_id, terminal, number, opened_at, ends_at, next_ask_at)
  values (p.building_id, p_order, p.premises_id, p.account_id, p_merchant, p_person, p_intent, v_terminal, k.external_id, t.created_at, t.created_at + m.expires_after, t.created_at + interval '5 minutes');
  return query select p_order, null::text;
end $$;
grant execute on function app.open_halyk_order(uuid, uuid, text, bigint, uuid, uuid) to uyim_app;

-- What the bank's status means was judged outside; here it happens, once, under the order's lock. act: SETTLE, RELEASE, EXPIRE,
-- REVERSE, QUARANTINE, REFUSED (asked back, and the bank will not) or WAIT. Answers the order's state.
create function app.apply_halyk(p_building uuid, p_payment uuid, p_call uuid, p_act text, p_bank jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare o halyk_orders; t payment_transactions; was text; becomes text;
begin
  select * into strict o from halyk_orders x where x.building_id = p_building and x.payment_id = p_payment for update;
  select * into strict t from payment_transactions x where x.building_id = p_building and x.payment_id = p_payment for update;
  was := t.state; becomes := o.state;
  -- Asked back, and in three days neither done nor refused: a person's again, as a refusal is.
  if o.refund_asked_at < app.now() - interval '3 days' and p_act in ('WAIT', 'QUARANTINE') then
    p_act := 'REFUSED'; p_bank := p_bank || jsonb_build_object('refusal', coalesce(p_bank ->> 'refusal', ''));
  end if;
  if o.state = 'CLOSED' then
    update halyk_orders x set asked_at = app.now(), asks = x.asks + 1, next_ask_at = null where x.building_id = p_building and x.payment_id = p_payment;
    return o.state;
  end if;
  if p_act = 'SETTLE' and t.state = 'PENDING' then
    perform app.settle_payments(array[row(p_building, p_payment, p_call, app.today(), p_bank ->> 'raw')::app.settlement], app.moment());
    becomes := 'PAID';
  elsif p_act in ('RELEASE', 'EXPIRE') and t.state = 'PENDING' then
    t := app.release_payment(t, app.moment(), case p_act when 'EXPIRE' then 4 else 3 end, case p_act when 'EXPIRE' then 'EXPIRED' else 'CANCELLED' end);
    perform app.announce_payments(array[app.note_payment(t, p_call, 'payments.released', 'payments.releasePayment', was)]);
    becomes := 'RELEASED';
  elsif p_act = 'REVERSE' and t.state = 'PAID' then
    t := app.reverse_payment(t, p_call, app.moment(), 5);
    if t.state = 'PAID' then
      -- The bank gave back what the house had given back or spent: kept apart for a person.
      becomes := 'QUARANTINED'; p_bank := p_bank || jsonb_build_object('difference', app.reversal_refusal(t));
    else
      perform app.announce_payments(array[app.note_payment(t, p_call, 'payments.reversed', 'payments.reversePayment', was)]);
      becomes := 'REFUNDED';
      -- Its word of today, whatever it said of the payment before.
      insert into provider_words (building_id, payment_id, state, amount, asked_at) values (p_building, p_payment, 'REFUNDED', (p_bank ->> 'amount')::bigint, app.now())
      on conflict (building_id, payment_id) do update set state = excluded.state, amount = excluded.amount, asked_at = excluded.asked_at;
    end if;
  elsif p_act = 'RELEASE' and o.state = 'QUARANTINED' and t.state in ('CANCELLED', 'EXPIRED') then
    becomes := 'RELEASED';
  elsif p_act = 'QUARANTINE' then
    becomes := 'QUARANTINED';
  end if;
  update halyk_orders x set state = becomes, asked_at = app.now(), asks = x.asks + 1,
      -- An unfinished order: soon at first, later each hour, and at its end.
      next_ask_at = case when becomes = 'OPEN' then least(case when x.ends_at > app.now() then greatest(x.ends_at, app.now() + interval '1 minute') end, app.now() + interval '1 minute' * least(60, 1 + x.asks * 2))
        when becomes = 'QUARANTINED' then app.now() + case when x.refund_asked_at is null or p_act = 'REFUSED' then interval '1 hour' else interval '5 minutes' end
        -- Let go: asked about after an hour and after a day, for what another card paid and nobody told us of; a silent bank, three days.
        when becomes = 'RELEASED' and app.moment() < t.cancelled_at + interval '1 hour' then t.cancelled_at + interval '1 hour'
        when becomes = 'RELEASED' and app.moment() < t.cancelled_at + interval '24 hours' then t.cancelled_at + interval '24 hours'
        when becomes = 'RELEASED' and p_bank ->> 'raw' is null and app.moment() < t.cancelled_at + interval '3 days' then app.now() + interval '1 hour'
        when becomes = 'PAID' and x.refund_asked_at is not null and p_act <> 'REFUSED' then app.now() + interval '5 minutes' end,
      refund_asked_at = case when p_act <> 'REFUSED' then x.refund_asked_at end,
      refund_refusal = case when p_act = 'REFUSED' then p_bank ->> 'refusal' when becomes in ('PAID', 'QUARANTINED') then x.refund_refusal end,
      bank_id = coalesce(p_bank ->> 'id', x.bank_id), bank_state = coalesce(p_bank ->> 'state', x.bank_state), reference = coalesce(p_bank ->> 'reference', x.reference),
      bank_amount = coalesce((p_bank ->> 'amount')::bigint, x.bank_amount), bank_currency = coalesce(p_bank ->> 'currency', x.bank_currency),
      -- A silent bank, and one that does not tell, takes no word back.
      difference = case when becomes = 'QUARANTINED' then coalesce(case when p_bank ->> 'difference' = 'UNKNOWN' then x.difference end, p_bank ->> 'difference', x.difference) end
   where x.building_id = p_building and x.payment_id = p_payment;
  if becomes in ('RELEASED', 'PAID', 'REFUNDED') then
    update halyk_tails y set live = false where y.terminal = o.terminal and y.tail = right(o.number, 6) and y.payment_id = p_payment;
  end if;
  return becomes;
end $$;
grant execute on function app.apply_halyk(uuid, uuid, uuid, text, jsonb) to uyim_app;

-- What a person decided of an order kept apart. Its own payment, while it waits, is let go; what the bank has becomes a payment of
-- the bank's sum on the number that the person named, settled like everybody's, once, and given back like everybody's.
create function app.close_halyk(p_building uuid, p_payment uuid, p_call uuid, p_note text) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare o halyk_orders; t payment_transactions;
begin
  select * into strict o from halyk_orders x where x.building_id = p_building and x.payment_id = p_payment and x.state = 'QUARANTINED' for update;
  select * into strict t from payment_transactions x where x.building_id = p_building and x.payment_id = p_payment for update;
  if t.state = 'PENDING' then
    t := app.release_payment(t, app.moment(), 3, 'CANCELLED');
    perform app.announce_payments(array[app.note_payment(t, p_call, 'payments.released', 'payments.releasePayment', 'PENDING')]);
  end if;
  update halyk_orders x set state = 'CLOSED', next_ask_at = null, closing_note = p_note where x.building_id = p_building and x.payment_id = p_payment;
  update halyk_tails y set live = false where y.terminal = o.terminal and y.tail = right(o.number, 6) and y.payment_id = p_payment;
end $$;
create function app.place_halyk(p_building uuid, p_payment uuid, p_new uuid, p_number text) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare o halyk_orders; m payment_merchants; p app.payable; k app.payment_call; t payment_transactions;
begin
  select * into strict o from halyk_orders x where x.building_id = p_building and x.payment_id = p_payment and x.state = 'QUARANTINED' and x.bank_amount > 0 for update;
  select * into strict m from payment_merchants x where x.merchant_id = o.merchant_id;
  perform app.close_halyk(p_building, p_payment, app.new_id(), '');
  select * into strict p from app.find_payable(p_number) x where x.building_id = p_building limit 1;
  k.id := p_new; k.number := p_number; k.amount := o.bank_amount; k.external_id := o.number || '/1';
  t := app.new_payment(k, m, p);
  t.created_at := app.moment(); t.provider_time := t.created_at; t.expires_at := 'infinity';
  perform app.create_payments(array[t], 'create', null, null);
  perform app.settle_payments(array[row(p_building, p_new, app.new_id(), app.today(), null)::app.settlement], app.moment());
  insert into halyk_orders (building_id, payment_id, premises_id, account_id, merchant_id, person_id, intent_id, terminal, number, state, opened_at, ends_at, next_ask_at, bank_id, bank_state, reference, bank_amount, bank_currency)
  values (p_building, p_new, p.premises_id, p.account_id, o.merchant_id, o.person_id, o.intent_id, o.terminal, o.number, 'PAID', o.opened_at, o.ends_at, app.now(), o.bank_id, o.bank_state, o.reference, o.bank_amount, o.bank_currency);
  update halyk_orders x set placed_as = p_new where x.building_id = p_building and x.payment_id = p_payment;
end $$;
grant execute on function app.close_halyk(uuid, uuid, uuid, text), app.place_halyk(uuid, uuid, uuid, text) to uyim_app;
