-- Paynet and Halyk (payments.md 5, 7) behind the state machine of 0009. Paynet calls us and pays in one step, as Kaspi does.
-- Halyk is asked by us: an order is a payment that waits (PENDING without an end of its own) until the bank's own status settles it.

-- ── Paynet ───────────────────────────────────────────────────────────────────────────────────────────────────
-- Answers: 'R' and the JSON of the result, or 'E' and the code. Times are texts of Tashkent; sums are tiyin in what is
-- performed and soʻm in what is shown. The merchant's external_id is Paynet's number of the service; empty: any.
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
declare refusal text := app.paynet_refusal(m, p); owed bigint := p.amount;
begin
  if refusal is null and p.invoice_id is not null and exists (select 1 from payment_transactions t where t.building_id = p.building_id
      and t.live_invoice_id = p.invoice_id and not (t.state = 'PENDING' and t.expires_at < app.moment())) then
    refusal := 'E201';
  end if;
  if refusal is not null then return refusal; end if;
  if owed is null then
    select greatest(x.balance - x.programmes, 0) + x.programmes into owed from account_heads h, app.owed(h.balances) x
     where h.building_id = p.building_id and h.account_id = p.account_id;
  end if;
  return 'R{"status":"0","timestamp":"' || app.paynet_time(app.moment()) || '","fields":{"name":' || (select to_json(b.name || ', ' || u.number)::text
    from premises u join buildings b using (building_id) where u.building_id = p.building_id and u.premises_id = p.premises_id)
    || ',"amount":' || app.major_text(coalesce(owed, 0)) || '}}';
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
declare d app.door_answer; was text := t.state;
begin
  d.building_id := t.building_id; d.payment_id := t.payment_id;
  if k.method = 'CheckTransaction' then
    d.answer := 'R{"transactionState":' || case t.state when 'PAID' then 1 else 2 end || ',"timestamp":"'
      || app.paynet_time(coalesce(t.cancelled_at, t.performed_at, t.created_at)) || '","providerTrnId":' || t.seq || '}';
  elsif k.method = 'PerformTransaction' then
    d.answer := case when k.number is distinct from t.number::text then 'E302' when k.amount is distinct from t.amount then 'E413'
      when t.state = 'PAID' then 'E201' else 'E202' end;
  elsif t.state <> 'PAID' then
    d.answer := 'E202';
  elsif m.refunds = 'FORBIDDEN' then
    d.answer := 'E77';
  else
    t := app.reverse_payment(t, k.id, app.moment(), 5);
    d.note := app.note_payment(t, k.id, 'payments.reversed', 'payments.reversePayment', was);
    d.answer := 'R{"providerTrnId":' || t.seq || ',"timestamp":"' || app.paynet_time(t.cancelled_at) || '","transactionState":2}';
  end if;
  return d;
end $$;

-- What stands paid, by the moment of our answer, both ends included: times have seconds.
create function app.paynet_statement(m payment_merchants, p_from bigint, p_to bigint) returns text
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return 'R{"statements":' || coalesce((
    select '[' || string_agg('{"amount":' || app.major_text(t.amount) || ',"providerTrnId":' || t.seq
        || ',"transactionId":' || case when t.external_id ~ '^(0|[1-9][0-9]*)$' then t.external_id else to_json(t.external_id)::text end
        || ',"timestamp":"' || app.paynet_time(t.performed_at) || '"}', ',' order by t.provider_time, t.seq) || ']'
      from payment_transactions t where t.provider = 'paynet' and t.service = m.segment and t.state = 'PAID'
       and t.provider_time >= to_timestamp(p_from / 1000.0) and t.provider_time < to_timestamp(p_to / 1000.0) + interval '1 second'), '[]') || '}';
end $$;

create function app.paynet_answer(k app.payment_call, m payment_merchants, f payment_dedupe) returns app.door_answer
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare d app.door_answer; t payment_transactions; p app.payable;
begin
  if k.method = 'refused' then
    d.answer := k.payload;
    return d;
  elsif m.external_id <> '' and k.account ->> 'service' <> m.external_id then
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
