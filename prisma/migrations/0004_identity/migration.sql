-- Identity: one-time codes, sessions, grants, staff credentials, invitations, evidence of a link.
-- Sources: identity-signing-voting.md 1 and 6; kazakhstan.md 1.7; settled 2, 3, 13, 14, 16.
-- The auth tables have no grants and no policies: only the functions below touch them, and each of them
-- either serves the `sign-in` machine actor (whose policies are in server/identity) or a person's own things.

create function auth.must_be(services text[]) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not auth.service_has(services || array['seed']) then
    raise exception 'only for %', services using errcode = '42501';
  end if;
end $$;

-- ── One-time codes ──────────────────────────────────────────────────────────────────────────────
-- The code itself is nowhere: it is derived from the challenge's id, purpose and content (settled 16).
create table auth.code_challenges (
  challenge_id uuid primary key,
  purpose text not null,
  content_hash text not null,
  code_hash text not null,
  phone text not null,
  phone_key text not null,                               -- HMAC of the number; logs and counters know only this
  person_id uuid,
  session_hash bytea,
  browser_key text not null,
  template text not null,
  params jsonb not null default '{}',
  locale text not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'VERIFIED', 'CONSUMED', 'SUPERSEDED', 'DEAD')),
  tries smallint not null default 0 check (tries between 0 and 5),
  sends smallint not null default 0,
  last_sent_at timestamptz not null,
  verified_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index code_challenges_phone on auth.code_challenges (phone_key, purpose, created_at);

create table auth.code_sends (
  challenge_id uuid not null,
  number smallint not null,
  sent_at timestamptz not null,
  phone_key text not null,
  purpose text not null,
  prefix text not null,
  block_key text not null default '',                    -- HMAC of the number without its last two digits: neighbours
  address_key text not null,
  browser_key text not null,
  proven_at timestamptz,                                 -- the code of this send came back right
  primary key (challenge_id, number)
);
create index code_sends_block on auth.code_sends (block_key, sent_at);
create index code_sends_phone on auth.code_sends (phone_key, sent_at);
create index code_sends_address on auth.code_sends (address_key, sent_at);
create index code_sends_browser on auth.code_sends (browser_key, sent_at);
create index code_sends_prefix on auth.code_sends (prefix, sent_at);

-- Messages and money of a prefix in an hour ('+7701'), of a country in a day ('KZ'); money in minor units.
create table auth.code_budgets (
  scope text not null,
  since timestamptz not null,
  sends bigint not null default 0,
  spent bigint not null default 0,
  primary key (scope, since)
);
create table auth.code_stops (
  cause text not null check (cause in ('MONEY', 'PREFIX', 'PUMPING')),
  scope text not null,
  since timestamptz not null,                            -- the day or the hour that is used up
  until timestamptz not null,
  stopped_at timestamptz not null default app.now(),
  primary key (cause, scope, since)
);
-- Numbers shut after a hundred wrong codes in a row, until people who saw the holder's papers open them (identity 1.2, 1.6).
create table auth.closed_numbers (
  phone_key text not null,
  closed_at timestamptz not null,
  phone text not null,
  opened_at timestamptz,
  opened_in uuid,                                        -- the house whose people opened it
  opened_by uuid[],
  primary key (phone_key, closed_at),
  check ((opened_at is null) = (opened_by is null)),
  check (opened_by is null or cardinality(opened_by) >= 2)
);
create unique index closed_numbers_once on auth.closed_numbers (phone_key) where opened_at is null;

create table auth.code_tries (
  challenge_id uuid not null,
  tried_at timestamptz not null,
  phone_key text not null,
  address_key text not null,
  right_code boolean not null
);
create index code_tries_phone on auth.code_tries (phone_key, tried_at);
create index code_tries_time on auth.code_tries (tried_at);

-- A limit of the day, the most particular first: the operator's prefix, the country, everybody. Without one nothing is sent.
create function auth.code_limit(p_name text, p_prefix text default '') returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare found_one bigint; scopes text[] := array[p_prefix, auth.country_of_prefix(p_prefix), ''];
begin
  select l.value into found_one from public.code_limits l
   where l.name = p_name and l.scope = any(scopes) and l.valid_from <= app.today()
   order by array_position(scopes, l.scope), l.valid_from desc limit 1;
  if found_one is null then raise exception 'no limit % for ''%'': codes are not sent without limits', p_name, p_prefix; end if;
  return found_one;
end $$;

create function auth.country_of_prefix(p_prefix text) returns text language sql immutable set search_path = pg_catalog, pg_temp as
$$ select case when p_prefix like '+998%' then 'UZ' when p_prefix like '+7%' then 'KZ' else '' end $$;

-- Whether a number may try at all: shut after a hundred wrong codes in a row until it is opened again, for the day after twenty.
create function auth.number_state(k_phone text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select 1 from auth.closed_numbers c where c.phone_key = k_phone and c.opened_at is null) then return 'CLOSED'; end if;
  if (select count(*) from auth.code_tries x where x.phone_key = k_phone and not x.right_code and x.tried_at > greatest(app.now() - interval '24 hours',
        (select max(c.opened_at) from auth.closed_numbers c where c.phone_key = k_phone))) >= auth.code_limit('WRONG_LOCKS_DAY') then
    return 'LOCKED';
  end if;
  return null;
end $$;

-- Shuts the number when its wrong tries in a row, since a right one and since it was opened last, are as many as may be.
create function auth.close_number(k_phone text, p_phone text) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if (select count(*) from auth.code_tries x where x.phone_key = k_phone and not x.right_code and x.tried_at > greatest('-infinity',
        (select max(y.tried_at) from auth.code_tries y where y.phone_key = k_phone and y.right_code),
        (select max(c.opened_at) from auth.closed_numbers c where c.phone_key = k_phone))) >= auth.code_limit('WRONG_CLOSES') then
    insert into auth.closed_numbers (phone_key, closed_at, phone) values (k_phone, date_trunc('milliseconds', app.now()), p_phone) on conflict do nothing;
  end if;
end $$;

-- The numbers that are shut now, each with the people who have it and their live flats, if any.
create function auth.shut_numbers() returns table (phone_key text, phone text, closed_at timestamptz, person_id uuid, name text, grant_id uuid, role text, building_id uuid, premises_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  return query select c.phone_key, c.phone, c.closed_at, x.person_id, x.display_name, g.grant_id, g.role, g.building_id, g.premises_id
    from auth.closed_numbers c left join auth.persons x on x.phone = c.phone
      left join auth.grants g on g.person_id = x.person_id and g.scope_type = 'UNIT' and g.ended_at is null and auth.grant_is_live(g.grant_id)
   where c.opened_at is null order by c.closed_at limit 1000;
end $$;

-- Opens a shut number on the word of two different people; false when it is open already.
create function auth.open_number(p_key text, p_closed_at timestamptz, p_building uuid, p_by uuid[]) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  if cardinality(array(select distinct unnest(p_by))) < 2 then raise exception 'two different people open a number' using errcode = 'UY003'; end if;
  update auth.closed_numbers c set opened_at = app.now(), opened_in = p_building, opened_by = p_by
   where c.phone_key = p_key and c.closed_at = p_closed_at and c.opened_at is null;
  return found;
end $$;

-- How long to wait when `most` sends were made within `span`; null when there is room. `sends` are those counted, oldest first.
create function auth.wait_of(sends timestamptz[], most bigint, span interval) returns numeric
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when coalesce(cardinality(sends), 0) >= most
    then greatest(1, ceil(extract(epoch from coalesce(sends[cardinality(sends) - most + 1] + span - app.now(), span)))) end
$$;

-- Why this number, browser, address or prefix may not have one more code now; null when it may. Two counts of each: of the
-- codes that never came back, and of all of them, so that whoever proves numbers of their own is no pump either (identity 1.2).
create function auth.code_obstacle(p jsonb) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  t timestamptz := app.now(); n bigint; proven bigint; wait numeric; state text;
  k_phone text := p ->> 'phoneKey'; k_address text := p ->> 'addressKey'; k_browser text := p ->> 'browserKey'; k_block text := p ->> 'blockKey'; k_prefix text := p ->> 'prefix';
begin
  state := auth.number_state(k_phone);
  if state is not null then return jsonb_build_object('state', state); end if;
  select greatest(
      auth.wait_of(array_agg(s.sent_at order by s.sent_at) filter (where s.purpose = p ->> 'purpose' and s.proven_at is null and s.sent_at > t - interval '15 minutes'), auth.code_limit('NUMBER_15_MINUTES'), '15 minutes'),
      auth.wait_of(array_agg(s.sent_at order by s.sent_at) filter (where s.sent_at > t - interval '15 minutes'), auth.code_limit('NUMBER_15_MINUTES_ALL'), '15 minutes'),
      auth.wait_of(array_agg(s.sent_at order by s.sent_at) filter (where s.proven_at is null), auth.code_limit('NUMBER_DAY'), '24 hours'),
      auth.wait_of(array_agg(s.sent_at order by s.sent_at), auth.code_limit('NUMBER_DAY_ALL'), '24 hours')) into wait
    from auth.code_sends s where s.phone_key = k_phone and s.sent_at > t - interval '24 hours';
  if wait is null and k_browser <> '' then
    select greatest(
        auth.wait_of(array_agg(s.sent_at order by s.sent_at) filter (where s.sent_at > t - interval '1 hour'), auth.code_limit('BROWSER_HOUR_ALL'), '1 hour'),
        auth.wait_of(array_agg(s.sent_at order by s.sent_at), auth.code_limit('BROWSER_DAY_ALL'), '24 hours'),
        case when count(distinct s.phone_key) filter (where s.phone_key <> k_phone and s.sent_at > t - interval '1 hour' and s.proven_at is null) >= auth.code_limit('BROWSER_NUMBERS_HOUR') then 3600 end,
        case when count(distinct s.phone_key) filter (where s.phone_key <> k_phone) >= auth.code_limit('BROWSER_NUMBERS_DAY_ALL') then 86400 end) into wait
      from auth.code_sends s where s.browser_key = k_browser and s.sent_at > t - interval '24 hours';
  end if;
  if wait is null and k_address <> '' then
    select greatest(
        auth.wait_of(array_agg(s.sent_at order by s.sent_at) filter (where s.proven_at is null), auth.code_limit('ADDRESS_HOUR'), '1 hour'),
        auth.wait_of(array_agg(s.sent_at order by s.sent_at), auth.code_limit('ADDRESS_HOUR_ALL'), '1 hour')) into wait
      from auth.code_sends s where s.address_key = k_address and s.sent_at > t - interval '1 hour';
    if wait is null and (select count(*) from auth.code_sends s where s.address_key = k_address and s.sent_at > t - interval '24 hours') >= auth.code_limit('ADDRESS_DAY_ALL') then
      wait := 3600;
    end if;
  end if;
  if wait is not null then return jsonb_build_object('state', 'TOO_MANY', 'seconds', wait); end if;
  -- SMS pumping: too few of the last codes to a prefix came back, or one hundred of neighbouring numbers is gone through.
  select count(*), count(s.proven_at) into n, proven from (
    select x.proven_at from auth.code_sends x where x.prefix = k_prefix and x.sent_at > t - interval '1 hour'
     order by x.sent_at desc limit auth.code_limit('PREFIX_SAMPLE', k_prefix)) s;
  if n >= auth.code_limit('PREFIX_SAMPLE', k_prefix) and proven * 100 < n * auth.code_limit('PREFIX_PROVEN_PERCENT', k_prefix) then
    return auth.stop_codes('PUMPING', k_prefix, date_trunc('hour', t), t + interval '1 hour');
  end if;
  if (select count(distinct s.phone_key) from auth.code_sends s where s.block_key = k_block and s.phone_key <> k_phone and s.proven_at is null
        and s.sent_at > t - interval '1 hour') >= auth.code_limit('NEIGHBOURS_HOUR', k_prefix) then
    return jsonb_build_object('state', 'TOO_MANY', 'seconds', 3600);
  end if;
  return null;
end $$;

-- Remembers that codes of a prefix or a country are stopped; whoever is first to find it out tells the staff.
create function auth.stop_codes(p_cause text, p_scope text, p_since timestamptz, p_until timestamptz) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  insert into auth.code_stops as old (cause, scope, since, until) values (p_cause, p_scope, p_since, p_until)
  on conflict (cause, scope, since) do update set until = excluded.until, stopped_at = app.now() where old.until <= app.now();
  return jsonb_build_object('state', 'STOPPED', 'cause', p_cause, 'scope', p_scope, 'first', found, 'seconds', ceil(extract(epoch from p_until - app.now())));
end $$;

-- Takes the price of one message out of the day's money of its country and one send out of the hour's budget of its prefix;
-- the reason when either has no room. The rows are locked, so that of parallel requests none slips past the last coin.
create function auth.spend_code(p jsonb) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  prefix text := p ->> 'prefix'; home text := auth.country_of_prefix(p ->> 'prefix'); hour timestamptz := date_trunc('hour', app.now());
  day timestamptz := app.today()::timestamp at time zone interval '5 hours'; price bigint; n bigint; money bigint;
begin
  price := auth.code_limit('PART_PRICE', prefix) * greatest(1, coalesce((p ->> 'parts')::int, 1));
  insert into auth.code_budgets (scope, since) values (prefix, hour), (home, day) on conflict do nothing;
  select b.sends into n from auth.code_budgets b where b.scope = prefix and b.since = hour for update;
  select b.spent into money from auth.code_budgets b where b.scope = home and b.since = day for update;
  if n >= auth.code_limit('PREFIX_HOUR', prefix) then return auth.stop_codes('PREFIX', prefix, hour, hour + interval '1 hour'); end if;
  if money + price > auth.code_limit('MONEY_DAY', prefix) then return auth.stop_codes('MONEY', home, day, day + interval '24 hours'); end if;
  update auth.code_budgets b set sends = b.sends + 1, spent = b.spent + price where (b.scope, b.since) in ((prefix, hour), (home, day));
  return null;
end $$;

create function auth.code_answer(c auth.code_challenges, sent boolean) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('state', 'OPEN', 'sent', sent, 'challengeId', c.challenge_id, 'sends', c.sends, 'phone', c.phone,
    'expiresAt', c.expires_at, 'resendAfterSeconds', greatest(0, ceil(extract(epoch from
      c.last_sent_at + (case c.sends when 1 then 60 when 2 then 120 else 300 end) * interval '1 second' - app.now()))))
$$;

-- Makes a challenge, or sends the waiting one again. The same path for known and unknown numbers.
create function auth.request_code(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  t timestamptz := app.now(); c auth.code_challenges; obstacle jsonb; wait numeric;
  own_session bytea := decode(nullif(p ->> 'sessionHash', ''), 'hex');
begin
  perform auth.must_be('{sign-in}');
  perform pg_advisory_xact_lock(hashtextextended('code ' || (p ->> 'phoneKey'), 0));
  -- Any edit kills the older code of this person and purpose.
  if p ->> 'purpose' <> 'signIn' then
    update auth.code_challenges x set state = 'SUPERSEDED'
     where x.phone_key = p ->> 'phoneKey' and x.purpose = p ->> 'purpose' and x.person_id = (p ->> 'personId')::uuid
       and x.state = 'OPEN' and x.content_hash <> p ->> 'contentHash';
  end if;
  select * into c from auth.code_challenges x
   where x.phone_key = p ->> 'phoneKey' and x.purpose = p ->> 'purpose' and x.content_hash = p ->> 'contentHash' and x.state = 'OPEN'
     and x.browser_key = p ->> 'browserKey' and x.session_hash is not distinct from own_session and x.expires_at >= t and x.tries < 5
   order by x.created_at desc limit 1 for update;
  if c.challenge_id is not null then
    wait := (auth.code_answer(c, false) ->> 'resendAfterSeconds')::numeric;
    if wait > 0 or not coalesce((p ->> 'resend')::boolean, true) then return auth.code_answer(c, false); end if;
  else
    select ceil(extract(epoch from max(x.last_sent_at) + interval '60 seconds' - t)) into wait from auth.code_challenges x
     where x.phone_key = p ->> 'phoneKey' and x.purpose = p ->> 'purpose' and x.state in ('OPEN', 'SUPERSEDED', 'DEAD')
       and x.last_sent_at > t - interval '60 seconds';
    if wait > 0 then return jsonb_build_object('state', 'WAIT', 'seconds', wait); end if;
  end if;
  -- One after another per browser and per address too, always in this order: counting and adding are one step.
  if p ->> 'browserKey' <> '' then perform pg_advisory_xact_lock(hashtextextended('code of browser ' || (p ->> 'browserKey'), 0)); end if;
  if p ->> 'addressKey' <> '' then perform pg_advisory_xact_lock(hashtextextended('code of address ' || (p ->> 'addressKey'), 0)); end if;
  perform pg_advisory_xact_lock(hashtextextended('code of prefix ' || (p ->> 'prefix'), 0));
  obstacle := auth.code_obstacle(p);
  if obstacle is null then obstacle := auth.spend_code(p); end if;
  if obstacle is not null then return obstacle; end if;
  if c.challenge_id is not null then
    update auth.code_challenges x set sends = x.sends + 1, last_sent_at = t where x.challenge_id = c.challenge_id returning * into c;
  else
    insert into auth.code_challenges (challenge_id, purpose, content_hash, code_hash, phone, phone_key, person_id, session_hash,
      browser_key, template, params, locale, sends, last_sent_at, created_at, expires_at)
    values ((p ->> 'challengeId')::uuid, p ->> 'purpose', p ->> 'contentHash', p ->> 'codeHash', p ->> 'phone', p ->> 'phoneKey',
      (p ->> 'personId')::uuid, own_session, p ->> 'browserKey', p ->> 'template', p -> 'params', p ->> 'locale', 1, t, t,
      t + least((p ->> 'lifeSeconds')::int, 600) * interval '1 second')
    returning * into c;
  end if;
  insert into auth.code_sends (challenge_id, number, sent_at, phone_key, purpose, prefix, block_key, address_key, browser_key)
  values (c.challenge_id, c.sends, t, c.phone_key, c.purpose, p ->> 'prefix', p ->> 'blockKey', p ->> 'addressKey', p ->> 'browserKey');
  return auth.code_answer(c, true);
end $$;

-- The waiting sign-in challenge of a browser, for drawing the second screen again.
create function auth.waiting_code(p_browser_key text, p_purpose text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare c auth.code_challenges;
begin
  perform auth.must_be('{sign-in}');
  select * into c from auth.code_challenges x where x.browser_key = p_browser_key and x.browser_key <> '' and x.purpose = p_purpose
     and x.state = 'OPEN' and x.expires_at >= app.now() order by x.created_at desc limit 1;
  return case when c.challenge_id is null then null else auth.code_answer(c, false) end;
end $$;

-- What a sender of messages needs: never the code, which it derives.
create function auth.code_to_send(p_challenge uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in,worker}');
  return (select jsonb_build_object('challengeId', x.challenge_id, 'purpose', x.purpose, 'contentHash', x.content_hash, 'phone', x.phone,
      'phoneKey', x.phone_key, 'template', x.template, 'params', x.params, 'locale', x.locale, 'expiresAt', x.expires_at,
      'open', x.state = 'OPEN' and x.expires_at >= app.now())
    from auth.code_challenges x where x.challenge_id = p_challenge);
end $$;

-- One try, counted whatever comes of it (the caller commits before it refuses). Locks the challenge's row,
-- so that of two parallel right answers one is VERIFIED and the other finds it used.
create function auth.try_code(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c auth.code_challenges; t timestamptz := app.now(); matches boolean; k_phone text;
begin
  perform auth.must_be('{sign-in}');
  -- Tries of one number are counted one after another, whichever challenge they name; the same order as in request_code.
  select x.phone_key into k_phone from auth.code_challenges x where x.challenge_id = (p ->> 'challengeId')::uuid;
  if k_phone is not null then perform pg_advisory_xact_lock(hashtextextended('code ' || k_phone, 0)); end if;
  select * into c from auth.code_challenges x where x.challenge_id = (p ->> 'challengeId')::uuid for update;
  if c.challenge_id is null or c.browser_key <> p ->> 'browserKey' or c.purpose <> p ->> 'purpose'
     or c.session_hash is distinct from decode(nullif(p ->> 'sessionHash', ''), 'hex') then
    return jsonb_build_object('state', 'DEAD');
  end if;
  if c.state = 'OPEN' and c.content_hash <> p ->> 'contentHash' then
    update auth.code_challenges x set state = 'SUPERSEDED' where x.challenge_id = c.challenge_id;
    return jsonb_build_object('state', 'DEAD');
  end if;
  if c.state <> 'OPEN' or c.expires_at < t or c.tries >= 5 or auth.number_state(c.phone_key) is not null then
    return jsonb_build_object('state', 'DEAD');
  end if;
  matches := c.code_hash = p ->> 'codeHash';
  insert into auth.code_tries (challenge_id, tried_at, phone_key, address_key, right_code)
  values (c.challenge_id, t, c.phone_key, p ->> 'addressKey', matches);
  if not matches then
    update auth.code_challenges x set tries = x.tries + 1, state = case when x.tries + 1 >= 5 then 'DEAD' else x.state end
     where x.challenge_id = c.challenge_id;
    perform auth.close_number(c.phone_key, c.phone);
    return jsonb_build_object('state', 'WRONG', 'left', 4 - c.tries);
  end if;
  update auth.code_challenges x set state = 'VERIFIED', verified_at = t where x.challenge_id = c.challenge_id;
  update auth.code_sends s set proven_at = t where s.phone_key = c.phone_key and s.proven_at is null and s.sent_at > t - interval '24 hours';
  return jsonb_build_object('state', 'VERIFIED', 'personId', c.person_id, 'phone', c.phone);
end $$;

-- Uses up a verified code inside the transaction of its effect; false when there is nothing to use up.
create function auth.use_code(p_challenge uuid, p_purpose text, p_content_hash text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare used uuid;
begin
  update auth.code_challenges x set state = 'CONSUMED'
   where x.challenge_id = p_challenge and x.purpose = p_purpose and x.content_hash = p_content_hash and x.state = 'VERIFIED'
     and x.verified_at > app.now() - interval '5 minutes'
     and (x.session_hash = auth.session_hash() or (x.session_hash is null and auth.service_has('{sign-in,seed}')))
  returning x.challenge_id into used;
  return used is not null;
end $$;

-- Somebody is guessing at many doors at once: more than 300 failures in an hour, or over 40 % of 20 and more in ten minutes.
create function auth.code_alarm() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare hour bigint; recent bigint; recent_wrong bigint;
begin
  perform auth.must_be('{sign-in,worker}');
  select count(*) into hour from auth.code_tries x where not x.right_code and x.tried_at > app.now() - interval '1 hour';
  select count(*), count(*) filter (where not x.right_code) into recent, recent_wrong
    from auth.code_tries x where x.tried_at > app.now() - interval '10 minutes';
  return jsonb_build_object('alarm', hour > 300 or (recent >= 20 and recent_wrong * 100 > recent * 40),
    'failuresOfHour', hour, 'triesOfTenMinutes', recent, 'failuresOfTenMinutes', recent_wrong);
end $$;

-- What the codes of today have cost in each country, and which are stopped now: for whoever keeps the service.
create function auth.code_spending() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in,worker}');
  return jsonb_build_object(
    'spending', (select coalesce(jsonb_agg(jsonb_build_object('country', b.scope, 'sends', b.sends, 'spent', b.spent::text,
        'limit', auth.code_limit('MONEY_DAY', case b.scope when 'UZ' then '+998' else '+7' end)::text) order by b.scope), '[]')
      from auth.code_budgets b where b.scope in ('KZ', 'UZ') and b.since = app.today()::timestamp at time zone interval '5 hours'),
    'stops', (select coalesce(jsonb_agg(jsonb_build_object('cause', x.cause, 'scope', x.scope, 'since', x.stopped_at, 'until', x.until) order by x.stopped_at desc), '[]')
      from auth.code_stops x where x.until > app.now()));
end $$;

-- A limit was raised: its stop is over.
create function auth.lift_stop(p_cause text, p_scope text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  update auth.code_stops x set until = app.now() where x.cause = p_cause and (x.scope = p_scope or auth.country_of_prefix(x.scope) = p_scope) and x.until > app.now();
end $$;

-- Who keeps the service of a country: they are told when its codes are stopped.
create function auth.keepers_of(p_country text) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in,worker}');
  return query select distinct g.person_id from auth.grants g
   where g.role = 'PLATFORM_ADMIN' and g.scope_type = 'COUNTRY' and g.scope_id = p_country and g.ended_at is null and auth.grant_is_live(g.grant_id);
end $$;

create function auth.forget_codes() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{worker}');
  delete from auth.code_sends where sent_at < app.now() - interval '30 days';
  delete from auth.code_challenges where expires_at < app.now() - interval '30 days';
  delete from auth.code_tries where right_code and tried_at < app.now() - interval '400 days';
  delete from auth.code_tries where tried_at < app.now() - interval '800 days';
  delete from auth.code_budgets where since < app.now() - interval '400 days';
  delete from auth.code_stops where since < app.now() - interval '400 days';
  delete from auth.sign_in_failures where tried_at < app.now() - interval '30 days';
  delete from auth.link_attempts where tried_at < app.now() - interval '400 days';
end $$;

-- ── Sessions ────────────────────────────────────────────────────────────────────────────────────
create function auth.raise_level(p_person uuid) returns smallint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare best smallint;
begin
  select coalesce(max(g.level), 0) into best from auth.grants g
   where g.person_id = p_person and g.ended_at is null and (g.valid_to is null or g.valid_to > app.now());
  update auth.sessions s set level = best where s.person_id = p_person and s.revoked_at is null and s.level <> best;
  return best;
end $$;

-- A number that proved nothing for a year may belong to somebody else by now (identity 1.6): its new holder is
-- a new person, and the flats of the old one must be linked anew.
create function auth.release_stale_phone(p_phone text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare old uuid;
begin
  select x.person_id into old from auth.persons x
   where x.phone = p_phone and coalesce(x.phone_checked_at, x.created_at) < app.now() - interval '12 months' for update;
  if old is null then return; end if;
  update auth.persons set phone = null where person_id = old;
  update auth.sessions set revoked_at = app.now(), revoked_reason = 'PHONE_STALE' where person_id = old and revoked_at is null;
  update auth.grants set ended_at = app.now(), ended_ground = 'BASIS_ENDED_OR_ABSENT', ended_note = 'PHONE_STALE'
   where person_id = old and ended_at is null;
end $$;

-- Until when a session begun now on this browser is that of a new device (settled 14); null: the device is known.
create function auth.fresh_until(p_person uuid, p_browser text) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case
    when bool_or(s.confirmed_at is not null or s.fresh_until is null or s.fresh_until <= app.now()) then null
    else coalesce(min(s.fresh_until), app.now() + interval '72 hours') end
  from auth.sessions s
  where s.person_id = p_person and s.kind = 'RESIDENT' and s.browser_hash = p_browser and p_browser <> ''
    and coalesce(s.revoked_reason, '') in ('', 'SIGNED_OUT', 'REPLACED')
$$;

-- Opens a resident's session on a verified sign-in code; finds or makes the person of the number.
create function auth.open_session(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare c auth.code_challenges; who auth.persons; until_when timestamptz; made boolean := false; known bigint;
begin
  perform auth.must_be('{sign-in}');
  update auth.code_challenges x set state = 'CONSUMED'
   where x.challenge_id = (p ->> 'challengeId')::uuid and x.purpose = 'signIn' and x.state = 'VERIFIED' and x.browser_key = p ->> 'browserKey'
     and x.verified_at > app.now() - interval '5 minutes' returning * into c;
  if c.challenge_id is null then return null; end if;
  perform auth.release_stale_phone(c.phone);
  insert into auth.persons (person_id, country, phone, locale) values ((p ->> 'personId')::uuid, p ->> 'country', c.phone, p ->> 'locale')
  on conflict (phone) do nothing;
  made := found;
  update auth.persons x set phone_checked_at = app.now() where x.phone = c.phone returning * into who;
  until_when := auth.fresh_until(who.person_id, p ->> 'browserKey');
  update auth.sessions s set revoked_at = app.now(), revoked_reason = 'REPLACED'
   where s.person_id = who.person_id and s.kind = 'RESIDENT' and s.browser_hash = p ->> 'browserKey' and s.revoked_at is null;
  select count(*) into known from auth.sessions s where s.person_id = who.person_id and s.kind = 'RESIDENT'
     and s.revoked_at is null and s.expires_at > app.now() and s.last_seen_at + make_interval(secs => s.idle_seconds) > app.now();
  insert into auth.sessions (session_hash, person_id, kind, factors, device_name, browser_hash, expires_at, idle_seconds, fresh_until)
  values (decode(p ->> 'sessionHash', 'hex'), who.person_id, 'RESIDENT', '{SMS}', left(p ->> 'deviceName', 100), p ->> 'browserKey',
    app.now() + interval '180 days', 2592000, until_when);
  return jsonb_build_object('personId', who.person_id, 'new', made, 'fresh', until_when is not null, 'otherDevices', known,
    'level', auth.raise_level(who.person_id), 'locale', who.locale);
end $$;

-- Own live sessions, or anybody's for the sign-in actor.
create function auth.devices(p_person uuid) returns table (session_hash text, device_name text, kind text, created_at timestamptz,
  last_seen_at timestamptz, fresh_until timestamptz, confirmed_at timestamptz, is_this boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_person is distinct from auth.person() then perform auth.must_be('{sign-in}'); end if;
  return query select encode(s.session_hash, 'hex'), s.device_name, s.kind, s.created_at, s.last_seen_at,
      case when s.fresh_until > app.now() then s.fresh_until end, s.confirmed_at, s.session_hash = auth.session_hash()
    from auth.sessions s where s.person_id = p_person and s.revoked_at is null and s.expires_at > app.now()
      and s.last_seen_at + make_interval(secs => s.idle_seconds) > app.now()
    order by s.created_at desc;
end $$;

-- Ends one's own session, this or another, at once; null when there is no such live one.
create function auth.revoke_session(p_hash text, p_reason text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare gone text;
begin
  update auth.sessions s set revoked_at = app.now(), revoked_reason = p_reason
   where s.session_hash = decode(p_hash, 'hex') and s.person_id = auth.person() and s.revoked_at is null
  returning s.device_name into gone;
  return gone;
end $$;

-- An older live session that is not fresh itself vouches for a newer one of the same person.
create function auth.confirm_device(p_hash text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine auth.sessions; named text;
begin
  mine := auth.live_session();
  if mine.kind is distinct from 'RESIDENT' or mine.fresh_until > app.now() then return null; end if;
  update auth.sessions s set fresh_until = null, confirmed_at = app.now(), confirmed_by = mine.session_hash
   where s.session_hash = decode(p_hash, 'hex') and s.person_id = mine.person_id and s.session_hash <> mine.session_hash
     and s.created_at > mine.created_at and s.revoked_at is null and s.expires_at > app.now() and s.fresh_until > app.now()
  returning s.device_name into named;
  return named;
end $$;

-- ── Persons ─────────────────────────────────────────────────────────────────────────────────────
create function auth.find_persons(p_ids uuid[]) returns table (person_id uuid, country char(2), phone text, display_name text, locale text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not (p_ids = array[auth.person()]) then perform auth.must_be('{sign-in,worker,meetings}'); end if;
  return query select x.person_id, x.country, x.phone, x.display_name, x.locale from auth.persons x where x.person_id = any(p_ids);
end $$;

create function auth.change_person(p_person uuid, p_locale text, p_name text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if p_person is distinct from auth.person() then perform auth.must_be('{sign-in}'); end if;
  update auth.persons x set locale = coalesce(p_locale, x.locale), display_name = coalesce(p_name, x.display_name) where x.person_id = p_person;
  return found;
end $$;

-- For seeds and for staff who are registered by their administrator: a person known by a number.
create function auth.put_person(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare id uuid;
begin
  perform auth.must_be('{sign-in}');
  insert into auth.persons (person_id, country, phone, display_name, locale, phone_checked_at)
  values ((p ->> 'personId')::uuid, p ->> 'country', p ->> 'phone', p ->> 'name', p ->> 'locale', (p ->> 'phoneCheckedAt')::timestamptz)
  on conflict do nothing;
  select x.person_id into id from auth.persons x where x.person_id = (p ->> 'personId')::uuid or x.phone = p ->> 'phone'
   order by x.person_id = (p ->> 'personId')::uuid desc limit 1;
  return id;
end $$;

-- ── Grants ──────────────────────────────────────────────────────────────────────────────────────
create index grants_scope on auth.grants (scope_id, ended_at);
alter table auth.grants add constraint no_grant_to_oneself check (given_by is null or given_by <> person_id);

-- A child lies inside its parent: scope, term, depth of three (identity 6.2).
create function auth.check_child_grant() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare parent auth.grants; depth int := 1; up uuid;
begin
  if new.parent_grant_id is null then return new; end if;
  select * into strict parent from auth.grants g where g.grant_id = new.parent_grant_id;
  if not auth.grant_is_live(parent.grant_id) then raise exception 'the parent grant is not alive' using errcode = 'UY003'; end if;
  if parent.valid_to is not null and (new.valid_to is null or new.valid_to > parent.valid_to) then new.valid_to := parent.valid_to; end if;
  if not ((parent.scope_type = new.scope_type and parent.scope_id = new.scope_id)
       or (parent.scope_type = 'BUILDING' and new.building_id = parent.building_id)
       or parent.scope_type in ('TERRITORY', 'COUNTRY')) then
    raise exception 'a grant cannot reach beyond its parent' using errcode = 'UY003';
  end if;
  up := parent.parent_grant_id;
  while up is not null loop
    depth := depth + 1;
    select g.parent_grant_id into up from auth.grants g where g.grant_id = up;
  end loop;
  if depth > 2 then raise exception 'delegation is too deep' using errcode = 'UY003'; end if;
  return new;
end $$;
create trigger inside_parent before insert on auth.grants for each row execute function auth.check_child_grant();

create function auth.put_grant(p jsonb) returns uuid
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  insert into auth.grants (grant_id, person_id, organisation_id, role, scope_type, scope_id, building_id, premises_id, level,
    parent_grant_id, basis_type, basis_id, valid_from, valid_to, given_by)
  values ((p ->> 'grantId')::uuid, (p ->> 'personId')::uuid, (p ->> 'organisationId')::uuid, p ->> 'role', p ->> 'scopeType', p ->> 'scopeId',
    (p ->> 'buildingId')::uuid, (p ->> 'premisesId')::uuid, coalesce((p ->> 'level')::smallint, 0), (p ->> 'parentGrantId')::uuid,
    coalesce(p ->> 'basisType', ''), coalesce(p ->> 'basisId', ''), coalesce((p ->> 'validFrom')::timestamptz, app.now()),
    (p ->> 'validTo')::timestamptz, (p ->> 'givenBy')::uuid)
  on conflict (grant_id) do nothing;
  perform auth.raise_level((p ->> 'personId')::uuid);
  return (p ->> 'grantId')::uuid;
end $$;

create function auth.set_grant_level(p_grant uuid, p_level smallint, p_owner text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare who uuid;
begin
  perform auth.must_be('{sign-in}');
  update auth.grants g set level = p_level, basis_type = 'OWNER', basis_id = p_owner
   where g.grant_id = p_grant and g.ended_at is null and g.level < p_level returning g.person_id into who;
  if who is null then return false; end if;
  perform auth.raise_level(who);
  return true;
end $$;

-- Ends grants on one of the seven grounds; everything given from them falls with them at the same second,
-- because a grant is alive only while its ancestors are. Returns those that were alive.
create function auth.end_grants(p_ids uuid[], p_ground text, p_by uuid, p_note text) returns setof auth.grants
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare g auth.grants;
begin
  perform auth.must_be('{sign-in,worker}');
  for g in update auth.grants x set ended_at = app.now(), ended_ground = p_ground, ended_by = p_by, ended_note = p_note
            where x.grant_id = any(p_ids) and x.ended_at is null returning x.* loop
    perform auth.raise_level(g.person_id);
    return next g;
  end loop;
end $$;

-- What the clock and the chain have already ended gets its written ground (grounds 1 and 4).
create function auth.settle_ended_grants() returns setof auth.grants
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{worker}');
  return query update auth.grants g set ended_at = app.now(), ended_ground = 'TERM_EXPIRED'
    where g.ended_at is null and g.valid_to is not null and g.valid_to <= app.now() returning g.*;
  return query update auth.grants g set ended_at = app.now(), ended_ground = 'GRANTOR_ACCESS_ENDED'
    where g.ended_at is null and g.parent_grant_id is not null and not auth.grant_is_live(g.parent_grant_id) returning g.*;
end $$;

-- Live grants by any of: id, person, premises, building (UNIT and BUILDING scope), scope, basis; with `endedSince`
-- those of a scope that ended since then instead, for its list of rights.
create function auth.find_grants(p jsonb) returns setof auth.grants
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in,worker,meetings}');
  if p ? 'endedSince' then
    return query select g.* from auth.grants g
     where g.scope_type = p ->> 'scopeType' and g.scope_id = p ->> 'scopeId' and g.ended_at >= (p ->> 'endedSince')::timestamptz;
    return;
  end if;
  return query select g.* from auth.grants g
   where g.ended_at is null and (p ?| array['grantId', 'personId', 'premisesId', 'buildingId', 'basisId', 'scopeId'])
     and (p ->> 'grantId' is null or g.grant_id = (p ->> 'grantId')::uuid)
     and (p ->> 'personId' is null or g.person_id = (p ->> 'personId')::uuid)
     and (p ->> 'premisesId' is null or g.premises_id = (p ->> 'premisesId')::uuid)
     and (p ->> 'buildingId' is null or g.building_id = (p ->> 'buildingId')::uuid)
     and (p ->> 'scopeId' is null or (g.scope_type = p ->> 'scopeType' and g.scope_id = p ->> 'scopeId'))
     and (p ->> 'basisId' is null or (g.basis_type = p ->> 'basisType' and g.basis_id = p ->> 'basisId'))
     and (p ->> 'role' is null or g.role = p ->> 'role')
     and auth.grant_is_live(g.grant_id);
end $$;

-- All live grants of the session's own person, whatever they act as now: for choosing as what to act.
create function auth.my_grants() returns setof auth.grants
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select g.* from auth.grants g where g.person_id = auth.person() and g.ended_at is null and auth.grant_is_live(g.grant_id) order by g.created_at $$;

-- ── Staff ───────────────────────────────────────────────────────────────────────────────────────
create table auth.staff_credentials (
  person_id uuid primary key references auth.persons,
  login text not null unique check (login = lower(login) and char_length(login) between 3 and 100),
  password_hash text not null,
  totp_sealed text not null,
  totp_last_step bigint not null default 0,
  created_at timestamptz not null default app.now()
);
create table auth.sign_in_failures (login_key text not null, address_key text not null, tried_at timestamptz not null);
create index sign_in_failures_login on auth.sign_in_failures (login_key, tried_at);

create function auth.put_staff_credentials(p_person uuid, p_login text, p_password_hash text, p_totp_sealed text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  insert into auth.staff_credentials (person_id, login, password_hash, totp_sealed) values (p_person, p_login, p_password_hash, p_totp_sealed)
  on conflict do nothing;
  return found;
end $$;

-- What is needed to judge a staff sign-in; `locked` is told for unknown logins too.
create function auth.staff_secrets(p_login text, p_login_key text, p_address_key text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  return jsonb_build_object(
    'locked', (select count(*) from auth.sign_in_failures f where f.login_key = p_login_key and f.tried_at > app.now() - interval '15 minutes') >= 5
      or (p_address_key <> '' and (select count(*) from auth.sign_in_failures f where f.address_key = p_address_key and f.tried_at > app.now() - interval '15 minutes') >= 60),
    'found', (select jsonb_build_object('personId', c.person_id, 'passwordHash', c.password_hash, 'totpSealed', c.totp_sealed, 'lastStep', c.totp_last_step)
      from auth.staff_credentials c where c.login = p_login));
end $$;

create function auth.staff_failed(p_login_key text, p_address_key text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  insert into auth.sign_in_failures values (p_login_key, p_address_key, app.now());
end $$;

-- Ten codes for the day the telephone with the one-time keys is lost: keyed hashes, each used once (identity 1.8).
create table auth.recovery_codes (
  code_hash text primary key,
  person_id uuid not null references auth.persons,
  made_at timestamptz not null default app.now(),
  used_at timestamptz
);
create index recovery_codes_person on auth.recovery_codes (person_id);

-- Keys are changed only by their own holder in a session younger than five minutes: one left open changes none.
create function auth.may_change_keys() returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.person_id from auth.live_session() s join auth.staff_credentials c on c.person_id = s.person_id
   where s.kind = 'STAFF' and s.created_at > app.now() - interval '5 minutes'
$$;

-- New codes replace all older ones; false when the session is not young enough.
create function auth.put_recovery_codes(p_hashes text[]) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare who uuid := auth.may_change_keys();
begin
  if who is null then return false; end if;
  delete from auth.recovery_codes r where r.person_id = who;
  insert into auth.recovery_codes (code_hash, person_id) select h, who from unnest(p_hashes) h;
  return true;
end $$;

-- A new secret of the one-time keys; the old one is dead from this moment.
create function auth.replace_totp(p_totp_sealed text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare who uuid := auth.may_change_keys();
begin
  update auth.staff_credentials c set totp_sealed = p_totp_sealed, totp_last_step = 0 where c.person_id = who;
  return found;
end $$;

-- What a member of staff still holds: codes left, and whether this session may change keys.
create function auth.own_keys() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('codesLeft', (select count(*) from auth.recovery_codes r where r.person_id = auth.person() and r.used_at is null),
    'mayChange', auth.may_change_keys() is not null)
$$;

-- Uses up the step of the one-time key, or a recovery code, and opens a working day's session; null when it was used already.
create function auth.open_staff_session(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare who uuid;
begin
  perform auth.must_be('{sign-in}');
  if p ? 'recoveryHash' then
    update auth.recovery_codes r set used_at = app.now()
     where r.person_id = (p ->> 'personId')::uuid and r.code_hash = p ->> 'recoveryHash' and r.used_at is null returning r.person_id into who;
  else
    update auth.staff_credentials c set totp_last_step = (p ->> 'step')::bigint
     where c.person_id = (p ->> 'personId')::uuid and c.totp_last_step < (p ->> 'step')::bigint returning c.person_id into who;
  end if;
  if who is null then return null; end if;
  insert into auth.sessions (session_hash, person_id, kind, factors, device_name, browser_hash, expires_at, idle_seconds)
  values (decode(p ->> 'sessionHash', 'hex'), who, 'STAFF', case when p ? 'recoveryHash' then '{PASSWORD,RECOVERY}' else '{PASSWORD,TOTP}' end::text[], left(p ->> 'deviceName', 100), p ->> 'browserKey',
    app.now() + interval '12 hours', (p ->> 'idleSeconds')::int);
  perform auth.raise_level(who);
  return jsonb_build_object('personId', who);
end $$;

-- The demonstration's older device of a resident: begun a month ago, known for good.
create function auth.put_demo_session(p_person uuid, p_hash text, p_device text, p_browser text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{}');
  insert into auth.sessions (session_hash, person_id, kind, factors, device_name, browser_hash, created_at, expires_at, idle_seconds)
  values (decode(p_hash, 'hex'), p_person, 'RESIDENT', '{SMS}', p_device, p_browser, app.now() - interval '30 days', 'infinity', 2147483647)
  on conflict (session_hash) do nothing;
  perform auth.raise_level(p_person);
end $$;

-- ── Linking a phone to a flat ───────────────────────────────────────────────────────────────────
-- Tries outlive the refusal: five a day per session (also signed-out people's none: one must be signed in).
create table auth.link_attempts (
  attempt_id uuid primary key,
  session_hash bytea not null,
  target_key text not null,
  tried_at timestamptz not null,
  succeeded boolean not null default false
);
create index link_attempts_session on auth.link_attempts (session_hash, tried_at);
create index link_attempts_target on auth.link_attempts (target_key, tried_at);

create function auth.count_link_attempt(p_attempt uuid, p_session text, p_target_key text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  perform pg_advisory_xact_lock(hashtextextended('link ' || p_session, 0));
  if (select count(*) from auth.link_attempts a where a.session_hash = decode(p_session, 'hex') and not a.succeeded
        and a.tried_at > app.now() - interval '24 hours') >= 5 then return 'SESSION'; end if;
  if (select count(*) from auth.link_attempts a where a.target_key = p_target_key and not a.succeeded
        and a.tried_at > app.now() - interval '400 days') >= 20 then return 'TARGET'; end if;
  insert into auth.link_attempts values (p_attempt, decode(p_session, 'hex'), p_target_key, app.now(), false);
  return 'OK';
end $$;

create function auth.link_succeeded(p_attempt uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{sign-in}');
  update auth.link_attempts set succeeded = true where attempt_id = p_attempt;
end $$;

-- The code of a paper bill: 50 bits, derived from this row's id, so that a reprint shows the same.
create table invitations (
  building_id uuid not null,
  invitation_id uuid not null,
  premises_id uuid not null,
  code_hash char(64) not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'USED', 'REPLACED')),
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  used_by uuid,
  used_at timestamptz,
  primary key (building_id, invitation_id),
  foreign key (building_id, premises_id) references premises
);
create unique index invitations_one_open on invitations (building_id, premises_id) where state = 'OPEN';
create index invitations_code on invitations (code_hash);

-- By what a person came to a flat, at which level, confirmed by whom.
create table link_evidence (
  building_id uuid not null,
  evidence_id uuid not null,
  premises_id uuid not null,
  grant_id uuid not null,
  person_id uuid not null,
  method text not null check (method in ('INVITATION', 'ACCOUNT_AND_PAYMENT', 'OWNER_GIVES', 'COUNCIL', 'REGISTRY_PHONE', 'REGISTRY_IDENTITY', 'SIGNATURE')),
  level smallint not null check (level between 0 and 3),
  phone_key text not null default '',
  evidence_hash text not null default '',
  confirmed_by uuid[] not null default '{}',
  many_owners boolean not null default false,            -- one phone for units of more than two different owners (identity 1.6)
  at timestamptz not null default app.now(),
  revoked_at timestamptz,
  revoked_reason text,
  primary key (building_id, evidence_id)
);
create index link_evidence_grant on link_evidence (building_id, grant_id);
create index link_evidence_recent on link_evidence (building_id, at);

-- One council member's word that this person is that owner of the register; two different members make level 2.
create table owner_confirmations (
  building_id uuid not null,
  confirmation_id uuid not null,
  premises_id uuid not null,
  grant_id uuid not null,
  person_id uuid not null,
  owner_id uuid not null,
  document_type text not null check (document_type in ('ID_CARD', 'PASSPORT', 'TITLE')),
  document_hash text not null,
  confirmed_by uuid not null,
  confirmed_at timestamptz not null default app.now(),
  primary key (building_id, confirmation_id)
);
create unique index owner_confirmations_once on owner_confirmations (building_id, grant_id, confirmed_by);

select app.protect('invitations', '{}', '{}', '{sign-in,billing,worker}');
select app.protect('link_evidence', '{}', '{}', '{sign-in,worker,meetings}');
select app.protect('owner_confirmations', '{owner.confirm}', '{owner.confirm}', '{sign-in}');
grant select, insert, update on invitations, link_evidence to uyim_app;
grant select, insert on owner_confirmations to uyim_app;

-- Whom a message to a flat or a house reaches: every person with a live grant on it.
create function auth.persons_of_premises(p_building uuid, p_premises uuid) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform auth.must_be('{worker,sign-in,meetings}');
  return query select distinct g.person_id from auth.grants g
   where g.building_id = p_building and g.scope_type = 'UNIT' and (p_premises is null or g.premises_id = p_premises)
     and g.ended_at is null and auth.grant_is_live(g.grant_id);
end $$;

revoke execute on function auth.code_obstacle(jsonb), auth.code_limit(text, text), auth.country_of_prefix(text), auth.number_state(text), auth.close_number(text, text),
  auth.wait_of(timestamptz[], bigint, interval), auth.stop_codes(text, text, timestamptz, timestamptz), auth.spend_code(jsonb), auth.code_answer(auth.code_challenges, boolean), auth.raise_level(uuid),
  auth.may_change_keys(), auth.release_stale_phone(text), auth.fresh_until(uuid, text), auth.check_child_grant() from public, uyim_app;
grant execute on function auth.must_be(text[]), auth.request_code(jsonb), auth.waiting_code(text, text), auth.code_to_send(uuid), auth.try_code(jsonb),
  auth.use_code(uuid, text, text), auth.code_alarm(), auth.code_spending(), auth.lift_stop(text, text), auth.keepers_of(text), auth.shut_numbers(),
  auth.open_number(text, timestamptz, uuid, uuid[]), auth.forget_codes(), auth.open_session(jsonb), auth.devices(uuid),
  auth.revoke_session(text, text), auth.confirm_device(text), auth.find_persons(uuid[]), auth.change_person(uuid, text, text),
  auth.put_person(jsonb), auth.put_grant(jsonb), auth.set_grant_level(uuid, smallint, text), auth.end_grants(uuid[], text, uuid, text),
  auth.settle_ended_grants(), auth.find_grants(jsonb), auth.my_grants(), auth.put_staff_credentials(uuid, text, text, text),
  auth.staff_secrets(text, text, text), auth.staff_failed(text, text), auth.open_staff_session(jsonb), auth.put_demo_session(uuid, text, text, text),
  auth.put_recovery_codes(text[]), auth.replace_totp(text), auth.own_keys(), auth.count_link_attempt(uuid, text, text), auth.link_succeeded(uuid), auth.persons_of_premises(uuid, uuid) to uyim_app;
