-- Debts are frozen (Uzbek order, seed 000, point 8; uzbekistan.md 2.8). A debt changes by hand only on an unused, signed,
-- unexpired conclusion of the inspection for that very account that covers the amount; who asked does not decide, who
-- decided does not post. Requests, checks, conclusions and uses are only added; their state follows from what exists.

insert into auth.role_rights (role, right_name, reach) values
  ('MANAGER', 'adjustment.request', 'BUILDING'), ('ACCOUNTANT', 'adjustment.request', 'BUILDING'),
  ('INSPECTOR', 'adjustment.decide', 'BUILDING'), ('PLATFORM_ADMIN', 'ledger.migrate', 'BUILDING');

-- While it is open, balances of the keeper before us may be opened, each account once.
create table migration_windows (
  building_id uuid not null,
  window_id uuid not null,
  opens_on date not null default app.today(),
  closes_on date not null,
  basis text not null check (char_length(basis) between 3 and 300),
  person_id uuid,
  opened_at timestamptz not null default app.now(),
  primary key (building_id, window_id),
  check (closes_on between opens_on and opens_on + 60)
);

create table adjustment_requests (
  building_id uuid not null,
  request_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  fund text not null check (fund in ('UTILITIES', 'CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY') or fund ~ '^PROGRAMME:[0-9a-f-]{36}$'),
  amount bigint not null check (amount <> 0),           -- asked for; below zero takes off the debt
  reason text not null check (reason in ('WRONG_AREA', 'WRONG_OWNER', 'DOUBLE_CHARGE', 'COURT', 'TARIFF_ERROR', 'SERVICE_NOT_GIVEN', 'OTHER')),
  explanation text not null check (char_length(explanation) between 10 and 2000),
  papers text[] not null check (cardinality(papers) between 1 and 10), -- acts and decisions by number and date
  requested_by uuid not null,
  requested_at timestamptz not null default app.now(),
  primary key (building_id, request_id),
  foreign key (building_id, account_id) references accounts,
  foreign key (building_id, premises_id) references premises
);
create index adjustment_requests_account on adjustment_requests (building_id, account_id);

-- The inspector has taken the request under check: from now on the debt is disputed.
create table adjustment_checks (
  building_id uuid not null,
  request_id uuid not null,
  premises_id uuid not null,
  inspector_id uuid not null,
  started_at timestamptz not null default app.now(),
  primary key (building_id, request_id),
  foreign key (building_id, request_id) references adjustment_requests
);

create table inspection_conclusions (
  building_id uuid not null,
  conclusion_id uuid not null,
  request_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  number text not null check (char_length(number) between 1 and 60),
  concluded_on date not null default app.today(),
  positive boolean not null,
  fund text not null,
  allowed_min bigint,
  allowed_max bigint,
  valid_until date,
  grounds text not null check (char_length(grounds) between 10 and 2000),
  inspector_id uuid not null,
  signature_method text not null check (signature_method in ('SESSION', 'EDS')),
  signature_level smallint not null check (signature_level between 0 and 3),
  signed_hash char(64) not null,
  signature text not null check (signature <> ''),
  signed_at timestamptz not null default app.now(),
  primary key (building_id, conclusion_id),
  foreign key (building_id, request_id) references adjustment_requests,
  check (positive = (allowed_min is not null) and positive = (allowed_max is not null) and positive = (valid_until is not null)),
  check (allowed_min <= allowed_max and (allowed_min > 0 or allowed_max < 0)), -- a range of one direction
  check (valid_until between concluded_on and concluded_on + 180)
);
create unique index inspection_conclusions_request on inspection_conclusions (building_id, request_id);
create unique index inspection_conclusions_number on inspection_conclusions (building_id, number);

-- A conclusion is used by one person for one posting: the key is what makes it once.
create table conclusion_uses (
  building_id uuid not null,
  conclusion_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  fund text not null,
  amount bigint not null,
  period char(7) not null,
  transaction_id uuid not null,
  used_by uuid not null,
  used_at timestamptz not null default app.now(),
  primary key (building_id, conclusion_id),
  foreign key (building_id, conclusion_id) references inspection_conclusions
);
create unique index conclusion_uses_transaction on conclusion_uses (building_id, transaction_id);

select app.protect('migration_windows', '{registry.read,house.money}', '{ledger.migrate}', '{billing,payments,imports,worker}');
select app.protect('adjustment_requests', '{adjustment.request,adjustment.decide,bill.read}', '{adjustment.request}', '{billing,worker}');
select app.protect('adjustment_checks', '{adjustment.request,adjustment.decide,bill.read}', '{adjustment.decide}', '{billing,worker}');
select app.protect('inspection_conclusions', '{adjustment.request,adjustment.decide,bill.read}', '{adjustment.decide}', '{billing,payments,worker}');
select app.protect('conclusion_uses', '{adjustment.request,adjustment.decide,bill.read}', '{adjustment.request}', '{billing,payments,worker}');
select app.append_only(t) from unnest(array['migration_windows', 'adjustment_requests', 'adjustment_checks', 'inspection_conclusions', 'conclusion_uses']::regclass[]) t;
grant select, insert on migration_windows, adjustment_requests, adjustment_checks, inspection_conclusions, conclusion_uses to uyim_app;

-- ── Signing ─────────────────────────────────────────────────────────────────────────────────────
-- What an inspector signs, and how far: changing any of it in the table breaks the signature.
create function app.conclusion_hash(c inspection_conclusions) returns char(64)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select encode(sha256(convert_to(concat_ws('|', c.building_id, c.conclusion_id, c.request_id, c.account_id, c.number, to_char(c.concluded_on, 'YYYY-MM-DD'), c.positive, c.fund,
    coalesce(c.allowed_min::text, ''), coalesce(c.allowed_max::text, ''), coalesce(to_char(c.valid_until, 'YYYY-MM-DD'), ''), c.inspector_id, c.signature_level, c.grounds), 'UTF8')), 'hex')
$$;

-- Who acts is the session's person, whatever the statement says; only the demonstration's seed names somebody else.
create function app.acting_person(said uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare person uuid := coalesce(auth.person(), case when auth.service_has('{seed}') then said end);
begin
  if person is null then
    raise exception 'a person acts here, no machine' using errcode = '42501';
  end if;
  return person;
end $$;

create function app.ask_adjustment() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.requested_by := app.acting_person(new.requested_by);
  if not exists (select 1 from accounts a where a.building_id = new.building_id and a.account_id = new.account_id and a.premises_id = new.premises_id) then
    raise exception 'the account is of other premises' using errcode = '23503';
  end if;
  return new;
end $$;
create trigger ask before insert on adjustment_requests for each row execute function app.ask_adjustment();

create function app.check_adjustment() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare r adjustment_requests;
begin
  new.inspector_id := app.acting_person(new.inspector_id);
  select * into r from adjustment_requests x where x.building_id = new.building_id and x.request_id = new.request_id;
  if r.requested_by = new.inspector_id then
    raise exception 'who asked does not decide' using errcode = 'UY025';
  end if;
  new.premises_id := r.premises_id;
  return new;
end $$;
create trigger take before insert on adjustment_checks for each row execute function app.check_adjustment();

-- Level and kind of the session that signs; the table of sessions itself stays closed.
create function auth.signing_session() returns table(kind text, level smallint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.kind, s.level from auth.live_session() s where s.session_hash is not null
$$;
grant execute on function auth.signing_session() to uyim_app;

create function app.sign_conclusion() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare r adjustment_requests; s record;
begin
  new.inspector_id := app.acting_person(new.inspector_id);
  select * into s from auth.signing_session();
  if s.kind not in ('STAFF', 'SERVICE') or (s.kind = 'STAFF' and s.level <> new.signature_level) then
    raise exception 'a conclusion is signed at the level of the inspector''s session' using errcode = 'UY027';
  end if;
  select * into r from adjustment_requests x where x.building_id = new.building_id and x.request_id = new.request_id;
  if r.requested_by = new.inspector_id then
    raise exception 'who asked does not decide' using errcode = 'UY025';
  end if;
  if r.account_id is distinct from new.account_id or r.fund is distinct from new.fund or (new.positive and (new.allowed_min > 0) <> (r.amount > 0)) then
    raise exception 'a conclusion answers its request' using errcode = 'UY021';
  end if;
  new.premises_id := r.premises_id;
  if new.signed_hash <> app.conclusion_hash(new) then
    raise exception 'the signature is of another text' using errcode = 'UY027';
  end if;
  return new;
end $$;
create trigger sign before insert on inspection_conclusions for each row execute function app.sign_conclusion();

-- ── The gate ────────────────────────────────────────────────────────────────────────────────────
-- Five refusals, five codes: none, of another account, used, expired, outside its range.
create function app.assert_conclusion(p_building uuid, p_conclusion uuid, p_account uuid, p_fund text, p_amount bigint) returns inspection_conclusions
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare c inspection_conclusions;
begin
  select * into c from inspection_conclusions x where x.building_id = p_building and x.conclusion_id = p_conclusion;
  if c.conclusion_id is null or not c.positive or c.signed_hash <> app.conclusion_hash(c) then
    raise exception 'no signed conclusion allows it' using errcode = 'UY020';
  end if;
  if c.account_id <> p_account then
    raise exception 'the conclusion is of another account' using errcode = 'UY021';
  end if;
  if exists (select 1 from conclusion_uses u where u.building_id = p_building and u.conclusion_id = p_conclusion) then
    raise exception 'the conclusion was used' using errcode = 'UY022';
  end if;
  if c.valid_until < app.today() then
    raise exception 'the conclusion has expired' using errcode = 'UY023';
  end if;
  if c.fund is distinct from p_fund or p_amount is null or p_amount not between c.allowed_min and c.allowed_max then
    raise exception 'the conclusion does not cover the amount' using errcode = 'UY024';
  end if;
  return c;
end $$;

-- A person takes the conclusion for one posting; the second is refused by the key, also in parallel.
create function app.take_conclusion() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare c inspection_conclusions;
begin
  new.used_by := app.acting_person(new.used_by);
  c := app.assert_conclusion(new.building_id, new.conclusion_id, new.account_id, new.fund, new.amount);
  if c.inspector_id = new.used_by then
    raise exception 'who decided does not post' using errcode = 'UY025';
  end if;
  new.premises_id := c.premises_id;
  return new;
end $$;
create trigger take before insert on conclusion_uses for each row execute function app.take_conclusion();

-- Asked by app.post_account for every ADJUSTMENT: the posting is exactly what a person took the conclusion for.
create function app.pass_gate(p_building uuid, p_account uuid, p_period text, p_transaction uuid, p_source_type text, p_source_id text, p_funds text[], p_amounts bigint[])
returns void language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare named uuid; u conclusion_uses;
begin
  if p_source_type = 'conclusion' and p_source_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then named := p_source_id::uuid; end if;
  select * into u from conclusion_uses x where x.building_id = p_building and x.conclusion_id = named and x.transaction_id = p_transaction;
  if u.account_id = p_account and u.period = p_period and array[u.fund] = p_funds and array[u.amount] = p_amounts then return; end if;
  perform app.assert_conclusion(p_building, named, p_account, case when cardinality(p_funds) = 1 then p_funds[1] end, p_amounts[1]);
  raise exception 'no person took the conclusion for this posting' using errcode = 'UY020';
end $$;

-- An account is opened once (0003); a fund of the house itself too. Either only inside a window.
create function app.assert_migration_window(p_building uuid, p_account uuid, p_funds text[]) returns void
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (select 1 from migration_windows w where w.building_id = p_building and app.today() between w.opens_on and w.closes_on) then
    raise exception 'no migration window is open' using errcode = 'UY026';
  end if;
  if p_account is null and exists (select 1 from ledger_entries e where e.building_id = p_building and e.account_id is null
      and e.kind = 'OPENING' and e.ledger = 'BANK' and e.fund = any(p_funds)) then
    raise exception 'the fund was opened before' using errcode = 'UY004';
  end if;
end $$;

grant execute on function app.conclusion_hash(inspection_conclusions), app.acting_person(uuid), app.assert_conclusion(uuid, uuid, uuid, text, bigint) to uyim_app;
revoke execute on function app.pass_gate(uuid, uuid, text, uuid, text, text, text[], bigint[]), app.assert_migration_window(uuid, uuid, text[]) from public;

-- Beside app.verify_ledger: an adjustment in the book without its conclusion, or on one that was altered since it was signed.
create function app.verify_adjustments(p_building uuid default null)
returns table(problem text, building_id uuid, account_id uuid, seq bigint, period text, transaction_id uuid)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare question text := $q$
  select 'UNGROUNDED', e.building_id, e.account_id, e.seq, e.period::text, e.transaction_id
    from ledger_entries e
    left join conclusion_uses u on u.building_id = e.building_id and u.transaction_id = e.transaction_id and u.account_id = e.account_id and u.amount = e.amount and u.fund = e.fund
    left join inspection_conclusions c on c.building_id = u.building_id and c.conclusion_id = u.conclusion_id and c.account_id = u.account_id and c.fund = u.fund and c.positive
      and u.amount between c.allowed_min and c.allowed_max and u.used_by <> c.inspector_id and c.signed_hash = app.conclusion_hash(c)
   where e.kind = 'ADJUSTMENT' and e.account_id is not null and e.building_id = $1 and c.conclusion_id is null
  union all
  -- A bill that was taken back or charged anew without its correction by two people (0040), or in Uzbekistan without its ground.
  select distinct 'UNGROUNDED', e.building_id, e.account_id, e.seq, e.period::text, e.transaction_id
    from ledger_entries e join buildings b on b.building_id = e.building_id
    left join bill_corrections k on k.building_id = e.building_id and k.account_id = e.account_id and k.period = e.period and k.correction_id::text = e.source_id and k.posted_by <> k.drafted_by
      and case e.kind when 'REVERSAL' then e.transaction_id = k.reversal_id and -e.amount = coalesce((k.was ->> e.fund)::bigint, 0) else e.transaction_id = k.correction_id and e.amount = coalesce((k.funds ->> e.fund)::bigint, 0) end
   where e.source_type = 'billCorrection' and e.account_id is not null and e.building_id = $1
     and (k.correction_id is null or b.country = 'UZ' and k.total <> (select coalesce(sum(f.value::bigint), 0) from jsonb_each_text(k.was) f)
       and exists (select 1 from unnest(k.services) s where not exists (select 1 from service_interruptions x where x.building_id = k.building_id and x.service = s and x.recorded_at <= k.posted_at
         and x.from_day < ((k.period || '-01')::date + interval '1 month')::date and x.to_day >= (k.period || '-01')::date))
       and not exists (select 1 from conclusion_uses u where u.building_id = k.building_id and u.conclusion_id = k.conclusion_id and u.account_id = k.account_id and u.transaction_id = k.correction_id))
   order by 2, 3, 4
$q$;
begin
  if p_building is null then return query execute replace(question, '= $1', 'is not null');
  else return query execute question using p_building;
  end if;
end $$;
grant execute on function app.verify_adjustments(uuid) to uyim_app;

-- ── Seals on the bill and for everybody of the house ────────────────────────────────────────────
-- Latest sealed day of the house of an account, for the bill of that account; one question together with the bill.
create function app.seal_of_account(p_number text) returns jsonb
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_build_object('day', to_char(h.day, 'YYYY-MM-DD'), 'links', h.links::text, 'hash', encode(h.hash, 'hex'))
    from ledger_heads h where h.building_id = (select n.building_id from account_numbers n where n.number = p_number) order by h.day desc limit 1
$$;
grant execute on function app.seal_of_account(text) to uyim_app;
