-- Click and Uzum (payments.md 3, 4) behind the state machine of 0009: a batch of calls of either is one statement too.

alter table payment_merchants
  add column service_id text not null default '' check (service_id ~ '^[0-9]{0,19}$'),   -- of Click and Uzum, in each call
  add column merchant_user_id text not null default '',                                   -- of Click, for its pay links and its own API
  add column api_page text not null default '',                                            -- of Click's own API, which we call; empty: we do not
  add column seller_tin text not null default '' check (seller_tin ~ '^([0-9]{9})?$'),     -- of whom Click takes the money for, in fiscal receipts
  add column failure_status smallint not null default 400 check (failure_status in (200, 400)),          -- of Uzum
  add column failure_code_form text not null default 'TEXT' check (failure_code_form in ('TEXT', 'NUMBER'));  -- of Uzum

-- Click signs with the key itself: beside the hash it is kept sealed with a key derived from AUTH_SECRET.
alter table payment_merchant_keys add column sealed text;

-- What the door needs to prove a signature; whether a key still lives is judged with the call.
create function app.merchant_secrets(p_secret text, p_provider text, p_segment text) returns table(key_hash text, sealed text)
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  perform app.open_payment_door(p_secret);
  return query select encode(y.key_hash, 'hex'), y.sealed from payment_merchants m join payment_merchant_keys y using (merchant_id)
    where m.provider = p_provider and case when p_segment is null then m.short_address else m.segment = p_segment end
      and y.sealed is not null and (y.valid_to is null or y.valid_to > app.now());
end $$;
grant execute on function app.merchant_secrets(text, text, text) to uyim_app;

-- One call of a provider that tells us its service. refusal: what it earns once its rights are known.
create type app.shop_call as (
  n integer, id uuid, segment text, key_hash text, address text, method text, service_id text, external_id text, prepare_id text,
  moment bigint, amount bigint, account jsonb, number text, error integer, paydoc text, refusal text, raw text, log text
);

create function app.shop_payment(k app.shop_call, m payment_merchants, p app.payable) returns payment_transactions
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare c app.payment_call; t payment_transactions; told timestamptz := to_timestamp(k.moment / 1000.0);
begin
  c.id := k.id; c.external_id := k.external_id; c.number := k.number; c.amount := k.amount; c.raw := k.raw;
  t := app.new_payment(c, m, p);
  t.created_at := app.moment(); t.expires_at := t.created_at + m.expires_after;
  -- A clock that cannot be right does not hide the payment from statements and from the sweeper.
  t.provider_time := case when told between t.created_at - interval '1 hour' and t.created_at + interval '1 hour' then told else t.created_at end;
  -- The number by which Click's own API knows the payment.
  if k.paydoc is not null then t.fiscal := jsonb_build_object('CLICK', jsonb_build_object('paydoc_id', k.paydoc)); end if;
  return t;
end $$;

-- Does the merchant take money for this account or invoice at all? PAID invoices are judged by their own code.
create function app.payable_here(m payment_merchants, p app.payable) returns boolean
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return app.merchant_reaches(m, p) and case when p.invoice_id is null then 'ACCUMULATING' else 'ONE_TIME' end = any(m.kinds);
end $$;

-- ── Click ────────────────────────────────────────────────────────────────────────────────────────────────────
-- Answers: the code and, after '|', our number. Order of payments.md 3.3. Missing fields and the signature were judged
-- before; here whether the key that made the signature lives.
create function app.click_prepare(k app.shop_call, m payment_merchants, p app.payable) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer;
begin
  d.building_id := p.building_id;
  if not app.payable_here(m, p) or p.state in ('CLOSED', 'WITHDRAWN') then
    d.answer := '-5';
  elsif p.invoice_id is not null and app.invoice_is_taken(p) then
    d.answer := case when exists (select 1 from payment_invoices i where i.building_id = p.building_id and i.invoice_id = p.invoice_id and i.state = 'PAID') then '-4' else '-9' end;
  elsif k.amount is null or k.amount <= 0 or k.amount not between m.least_amount and m.most_amount and p.invoice_id is null
      or p.invoice_id is not null and k.amount <> p.amount then
    d.answer := '-2';
  else
    d.act := 'CREATE'; d.t := app.shop_payment(k, m, p); d.payment_id := k.id;
    d.answer := '0|' || (d.t).seq;
  end if;
  return d;
end $$;

create function app.click_answer(k app.shop_call, m payment_merchants, t payment_transactions, p app.payable) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; was text := t.state; stands boolean;
begin
  d.building_id := t.building_id; d.payment_id := t.payment_id;
  if m.service_id <> k.service_id then
    d.answer := '-1';
    return d;
  elsif k.refusal is not null then
    d.answer := k.refusal;
    return d;
  elsif k.method = 'complete' and (t.payment_id is null or t.seq::text is distinct from k.prepare_id or t.number::text is distinct from k.number) then
    d.answer := '-6';
    return d;
  end if;
  if t.state = 'PENDING' and t.expires_at < app.moment() then
    t := app.expire_payment(t);
  end if;
  -- While some part of its operation is paid, all of it is.
  stands := t.state = 'PAID';
  if t.state not in ('PENDING', 'PAID') then stands := (app.operation_of(t)).paid; end if;
  if k.error < 0 then
    if t.state = 'PENDING' then
      t := app.release_payment(t, app.moment(), k.error, 'CANCELLED');
      d.note := app.note_payment(t, k.id, 'payments.released', 'payments.releasePayment', was);
      perform app.keep_cancel(t, '-9');
    elsif stands and app.kept_cancel(t) is null then
      -- Its scenario 8: what is posted is taken back by a person, never by this call.
      insert into audit_entries (building_id, at, audit_id, premises_id, service, action, subject_type, subject_id, ground)
      values (t.building_id, app.now(), k.id, t.premises_id, 'payments', 'payments.askReversal', 'payment', t.payment_id::text, 'click ' || t.external_id || ' ' || k.error);
    end if;
    d.answer := '-9';
  elsif t.payment_id is null then
    d := app.click_prepare(k, m, p);
  elsif stands then
    d.answer := '-4|' || t.seq;
  elsif t.state <> 'PENDING' then
    d.answer := '-9|' || t.seq;
  elsif t.number::text is distinct from k.number then
    d.answer := '-5';
  elsif t.amount is distinct from k.amount then
    d.answer := '-2|' || t.seq;
  else
    if k.method = 'complete' then d.act := 'SETTLE'; d.t := t; end if;
    d.answer := '0|' || t.seq;
  end if;
  return d;
end $$;

-- ── Uzum ─────────────────────────────────────────────────────────────────────────────────────────────────────
-- Answers: 'R' and the JSON of what is after the ids, or 'E', the code, '|' and our moment.
create function app.uzum_failure(code text) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as
$$ begin return 'E' || code || '|' || app.milliseconds(app.moment()); end $$;

create function app.uzum_place(p_building uuid, p_premises uuid) returns text language sql stable
set search_path = pg_catalog, public, pg_temp as $$
  select json_build_object('account', json_build_object('value', b.name || ', ' || u.number))::text
    from public.premises u join public.buildings b using (building_id) where u.building_id = p_building and u.premises_id = p_premises
$$;

-- Why nothing can be paid to this account; null: it can. Taken: the invoice is held by another payment.
create function app.uzum_refusal(k app.shop_call, m payment_merchants, p app.payable) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if m.service_id <> k.service_id then return '10006'; end if;
  if k.account -> m.account_field is null or k.account -> m.account_field = 'null' then return '10005'; end if;
  if not app.payable_here(m, p) then return '10007'; end if;
  if p.state in ('CLOSED', 'WITHDRAWN') then return '10009'; end if;
  if p.invoice_id is not null and (p.state = 'PAID' or exists (select 1 from payment_transactions t where t.building_id = p.building_id
      and t.live_invoice_id = p.invoice_id and not (t.state = 'PENDING' and t.expires_at < app.moment()))) then return '10008'; end if;
  return null;
end $$;

create function app.uzum_create(k app.shop_call, m payment_merchants, p app.payable) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; refusal text := app.uzum_refusal(k, m, p);
begin
  d.building_id := p.building_id;
  refusal := coalesce(refusal, case
    when k.amount is null or k.amount <= 0 or p.invoice_id is not null and k.amount <> p.amount then '10011'
    when p.invoice_id is null and k.amount < m.least_amount then '10012'
    when p.invoice_id is null and k.amount > m.most_amount then '10013' end);
  if refusal is null and p.invoice_id is not null and app.invoice_is_taken(p) then refusal := '10008'; end if;
  if refusal is not null then
    d.answer := app.uzum_failure(refusal);
    return d;
  end if;
  d.act := 'CREATE'; d.t := app.shop_payment(k, m, p); d.payment_id := k.id;
  d.answer := 'R"status":"CREATED","transTime":' || app.milliseconds((d.t).created_at) || ',"data":' || app.uzum_place(p.building_id, p.premises_id) || ',"amount":' || k.amount;
  return d;
end $$;

-- A transaction that we know; its row was read without a lock, each change asks it once more.
create function app.uzum_known(k app.shop_call, m payment_merchants, t payment_transactions) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; o record; was text := t.state; stands boolean := t.state = 'PAID'; whole bigint := t.amount; since timestamptz := t.performed_at;
  told text; refusal text;
begin
  d.building_id := t.building_id; d.payment_id := t.payment_id;
  if t.state = 'PENDING' and t.expires_at < app.moment() then
    t := app.expire_payment(t);
    was := t.state;
  end if;
  -- What does not stand by itself may stand as an operation: while some part of it is paid, all of it is.
  if t.state <> 'PENDING' and not (k.method = 'confirm' and stands) then
    select * into o from app.operation_of(t);
    stands := o.paid; whole := o.amount; since := o.performed_at;
  end if;
  if k.method = 'confirm' and t.state = 'PENDING' then
    d.act := 'SETTLE'; d.t := t;
    told := '"CONFIRMED","confirmTime":' || app.milliseconds(app.moment());
  elsif k.method = 'confirm' then
    refusal := case when stands then '10016' else '10015' end;
  elsif k.method = 'reverse' and stands and (m.refunds = 'FORBIDDEN' or t.state <> 'PAID' or whole <> t.amount) then
    refusal := coalesce(app.kept_cancel(t), '10017');
  elsif k.method = 'reverse' and t.state in ('PENDING', 'PAID') then
    if was = 'PAID' then
      t := app.reverse_payment(t, k.id, app.moment(), 5);
      if t.state = 'PAID' then
        d.answer := app.uzum_failure('10017');
        return d;
      end if;
      d.note := app.note_payment(t, k.id, 'payments.reversed', 'payments.reversePayment', was);
    else
      t := app.release_payment(t, app.moment(), 5, 'CANCELLED');
      d.note := app.note_payment(t, k.id, 'payments.released', 'payments.releasePayment', was);
    end if;
    perform app.keep_cancel(t, '10018');
    told := '"REVERSED","reverseTime":' || app.milliseconds(t.cancelled_at);
  elsif k.method = 'reverse' then
    refusal := '10018';
  else
    told := '"' || case when stands then 'CONFIRMED' when t.state = 'PENDING' then 'CREATED' when t.state = 'EXPIRED' then 'FAILED' else 'REVERSED' end
      || '","transTime":' || app.milliseconds(t.created_at) || ',"confirmTime":' || coalesce(nullif(app.milliseconds(since), 0)::text, 'null')
      || ',"reverseTime":' || case when not stands and t.state in ('CANCELLED', 'REFUNDED') then app.milliseconds(t.cancelled_at)::text else 'null' end;
  end if;
  d.answer := case when refusal is null then 'R"status":' || told || ',"data":' || app.uzum_place(t.building_id, t.premises_id) || ',"amount":' || whole else app.uzum_failure(refusal) end;
  return d;
end $$;

create function app.uzum_answer(k app.shop_call, m payment_merchants, t payment_transactions, p app.payable) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; refusal text := k.refusal;
begin
  if refusal is null and k.method in ('confirm', 'reverse', 'status') then
    if t.payment_id is not null and m.service_id = k.service_id then return app.uzum_known(k, m, t); end if;
    refusal := '10014';
  elsif refusal is null and k.method = 'create' then
    if m.service_id <> k.service_id or t.payment_id is null then return app.uzum_create(k, m, p); end if;
    refusal := '10010';
  elsif refusal is null then
    d.building_id := p.building_id;
    refusal := app.uzum_refusal(k, m, p);
  end if;
  d.answer := case when refusal is null then 'R"timestamp":' || app.milliseconds(app.moment()) || ',"status":"OK","data":' || app.uzum_place(p.building_id, p.premises_id)
    else app.uzum_failure(refusal) end;
  return d;
end $$;

-- ── A batch of either ────────────────────────────────────────────────────────────────────────────────────────
create function app.key_lives(m payment_merchants, p_key_hash text, p_address text, p_test_keys boolean) returns boolean
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return m.merchant_id is not null and (cardinality(m.allowed_addresses) = 0 or app.address_allowed(m, p_address))
    and exists (select 1 from payment_merchant_keys y where y.merchant_id = m.merchant_id and y.key_hash = decode(p_key_hash, 'hex')
      and (p_test_keys or not y.test) and y.valid_from <= app.now() and (y.valid_to is null or y.valid_to > app.now()));
end $$;

-- What is judged is posted at the end, together; two payments of one account go one after the other.
create function app.settle_in_turn(p_settlements app.settlement[], p_accounts uuid[]) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  if cardinality(p_settlements) = 0 then return; end if;
  if cardinality(p_settlements) = (select count(distinct a) from unnest(p_accounts) a) then
    perform app.settle_payments(p_settlements, app.moment());
    return;
  end if;
  for i in 1..cardinality(p_settlements) loop
    perform app.settle_payments(p_settlements[i:i], app.moment());
  end loop;
end $$;

create function app.shop_calls(p_secret text, p_provider text, p_test_keys boolean, p_calls jsonb)
returns table(place integer, answer text, failure_status integer, failure_code_form text) language plpgsql volatile
set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set lock_timeout = '900ms' as $$
declare
  c record; k app.shop_call; d app.door_answer; short text; started timestamptz := clock_timestamp(); at timestamptz := app.now(); today date := app.today();
  logs payment_request_log[] := '{}'; fresh payment_transactions[] := '{}'; notes app.payment_note[] := '{}'; settling app.settlement[] := '{}'; accounts uuid[] := '{}'; lives boolean;
begin
  perform app.open_payment_door(p_secret);
  select m.segment into short from payment_merchants m where m.provider = p_provider and m.short_address;
  for c in
    select q as k, m.r as m, t.r as t, p.r as p, n.typed
      from jsonb_populate_recordset(null::app.shop_call, p_calls) q
      left join lateral (select x as r from payment_merchants x where x.provider = p_provider and x.segment = coalesce(q.segment, short)
        and x.active_from <= today and (x.active_to is null or x.active_to >= today) limit 1) m on true
      left join lateral (select x.building_id, x.payment_id from payment_dedupe x where x.provider = p_provider and x.service = (m.r).segment
        and x.method = 'create' and x.external_id = q.external_id limit 1) f on true
      left join lateral (select x as r from payment_transactions x where x.building_id = f.building_id and x.payment_id = f.payment_id limit 1) t on true
      left join lateral (select coalesce(q.number, app.typed_number(q.account ->> (m.r).account_field)) as typed) n on true
      left join lateral (select x as r from app.find_payable(case when f.payment_id is null then n.typed end) x limit 1) p on true
     order by coalesce((t.r).account_id, (p.r).account_id), q.external_id
  loop
    k := c.k; k.number := c.typed; d := null;
    lives := app.key_lives(c.m, k.key_hash, k.address, p_test_keys);
    if not lives then
      d.answer := case p_provider when 'click' then '-1' else app.uzum_failure('10001') end;
    elsif p_provider = 'click' then
      d := app.click_answer(k, c.m, c.t, c.p);
    else
      d := app.uzum_answer(k, c.m, c.t, c.p);
    end if;
    place := k.n; answer := d.answer; failure_status := coalesce((c.m).failure_status, 400); failure_code_form := coalesce((c.m).failure_code_form, 'TEXT');
    return next;
    if d.act = 'CREATE' then
      fresh := fresh || d.t;
    elsif d.act = 'SETTLE' then
      settling := settling || row(d.building_id, d.payment_id, k.id, today, k.raw)::app.settlement;
      accounts := accounts || (d.t).account_id;
    end if;
    if (d.note).call_id is not null then notes := notes || d.note; end if;
    logs := logs || row(coalesce(d.building_id, '00000000-0000-0000-0000-000000000000'), at, k.id, p_provider, coalesce((c.m).segment, k.segment, ''), k.method,
      coalesce(k.external_id, ''), d.payment_id, coalesce(k.address, ''), case when lives then k.log else left(k.log, 300) end, d.answer,
      case when p_provider = 'uzum' and d.answer like 'E%' then failure_status else 200 end, extract(microseconds from clock_timestamp() - started))::payment_request_log;
  end loop;
  perform app.create_payments(fresh, 'create', null, null), app.settle_in_turn(settling, accounts), app.announce_payments(notes);
  insert into payment_request_log select * from unnest(logs);
end $$;
grant execute on function app.shop_calls(text, text, boolean, jsonb) to uyim_app;
