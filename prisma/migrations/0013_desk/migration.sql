-- What the clerk's one search box looks through: words of names, phones, account numbers, flats and houses,
-- folded the same way as the question (kernel/text.ts searchKey). Kept by statement triggers, so that an
-- import of a hundred thousand accounts pays once per batch. Comparisons used on `word` are leakproof
-- (>=, <, =): the planner may use the index before it checks row-level security.

create table desk_words (
  building_id uuid not null,
  premises_id uuid not null,
  source text not null check (source in ('BUILDING', 'PREMISES', 'ACCOUNT', 'OWNER', 'PHONE')),
  source_id uuid not null,
  word text collate "C" not null,
  primary key (building_id, premises_id, source, source_id, word)
);
create index desk_words_word on desk_words (word, building_id, premises_id);

-- Not app.protect: a call centre reaches thousands of houses, and `= any(array)` would walk them all for each word.
-- `in (select unnest(...))` is hashed once per statement.
alter table desk_words enable row level security;
alter table desk_words force row level security;
create policy reads on desk_words for select using ((select auth.service_has('{imports,sign-in,worker,seed}'))
  or building_id in (select unnest(auth.buildings('{desk.search}'))));
create policy inserts on desk_words for insert with check ((select auth.service_has('{imports,sign-in,worker,seed}'))
  or building_id in (select unnest(auth.buildings('{registry.write}'))));
create policy updates on desk_words for update using (false);
create policy deletes on desk_words for delete using ((select auth.service_has('{imports,sign-in,worker,seed}'))
  or building_id in (select unnest(auth.buildings('{registry.write}'))));
grant select, insert, delete on desk_words to uyim_app;

-- Numbers of flats and shops as searchKey folds them: '12/3', '45А', 'Н1'.
create function app.words_of_number(number text) returns setof text language sql immutable parallel safe
set search_path = pg_catalog, pg_temp as $$
  select w from regexp_split_to_table(translate(lower(number), 'абвгғдеёжзиійкқлмнңоөўпрстуұүфхҳһцыэqxw', 'abvggdeejziiikklmnnoooprstuuufhhhsiekhv'), '[^[:alnum:]]+') w where w <> ''
$$;
-- A phone as it is dialled abroad and at home: '77012345678', '7012345678'.
create function app.words_of_phone(phone text) returns setof text language sql immutable parallel safe
set search_path = pg_catalog, pg_temp as $$
  select w from unnest(array[substr(phone, 2), case when phone like '+998%' then substr(phone, 5) else substr(phone, 3) end]) w where phone is not null
$$;
grant execute on function app.words_of_number(text), app.words_of_phone(text) to uyim_app;

create function app.words_of_premises() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select n.building_id, n.premises_id, 'PREMISES', n.premises_id, w from added n, app.words_of_number(n.number) w
  on conflict do nothing;
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select n.building_id, n.premises_id, 'BUILDING', n.building_id, w
    from added n join buildings b on b.building_id = n.building_id, regexp_split_to_table(b.search_key, '\s+') w
   where w <> '' on conflict do nothing;
  return null;
end $$;
create trigger words_of_premises after insert on premises referencing new table as added
  for each statement execute function app.words_of_premises();

create function app.words_of_renumbered() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from desk_words d using before b, after a where a.building_id = b.building_id and a.premises_id = b.premises_id and a.number <> b.number
    and d.building_id = b.building_id and d.premises_id = b.premises_id and d.source = 'PREMISES';
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select a.building_id, a.premises_id, 'PREMISES', a.premises_id, w from after a, app.words_of_number(a.number) w on conflict do nothing;
  return null;
end $$;
create trigger words_of_renumbered after update on premises referencing old table as before new table as after
  for each statement execute function app.words_of_renumbered();

create function app.words_of_renamed() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from desk_words d using before b, after a where a.building_id = b.building_id and a.search_key <> b.search_key
    and d.building_id = b.building_id and d.source = 'BUILDING';
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select p.building_id, p.premises_id, 'BUILDING', p.building_id, w
    from before b join after a on a.building_id = b.building_id and a.search_key <> b.search_key
      join premises p on p.building_id = a.building_id, regexp_split_to_table(a.search_key, '\s+') w
   where w <> '' on conflict do nothing;
  return null;
end $$;
create trigger words_of_renamed after update on buildings referencing old table as before new table as after
  for each statement execute function app.words_of_renamed();

create function app.words_of_accounts() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select n.building_id, n.premises_id, 'ACCOUNT', n.account_id, n.number from added n on conflict do nothing;
  return null;
end $$;
create trigger words_of_accounts after insert on accounts referencing new table as added
  for each statement execute function app.words_of_accounts();

create function app.words_of_ownerships() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select n.building_id, n.premises_id, 'OWNER', n.owner_id, w
    from added n join owners o on o.building_id = n.building_id and o.owner_id = n.owner_id, regexp_split_to_table(o.search_key, '\s+') w
   where w <> ''
  union
  select n.building_id, n.premises_id, 'PHONE', n.owner_id, w
    from added n join owners o on o.building_id = n.building_id and o.owner_id = n.owner_id, app.words_of_phone(o.phone) w
  on conflict do nothing;
  return null;
end $$;
create trigger words_of_ownerships after insert on ownerships referencing new table as added
  for each statement execute function app.words_of_ownerships();

create function app.words_of_owners() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from desk_words d using changed n where d.building_id = n.building_id and d.source_id = n.owner_id and d.source in ('OWNER', 'PHONE');
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select s.building_id, s.premises_id, 'OWNER', o.owner_id, w
    from changed o join ownerships s on s.building_id = o.building_id and s.owner_id = o.owner_id, regexp_split_to_table(o.search_key, '\s+') w
   where w <> ''
  union
  select s.building_id, s.premises_id, 'PHONE', o.owner_id, w
    from changed o join ownerships s on s.building_id = o.building_id and s.owner_id = o.owner_id, app.words_of_phone(o.phone) w
  on conflict do nothing;
  return null;
end $$;
create trigger words_of_owners after update on owners referencing new table as changed
  for each statement execute function app.words_of_owners();

-- A phone linked to a flat is found as well as the phone in the register (the link is made by 'sign-in').
create function auth.words_of_grants() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.scope_type = 'UNIT' then
    insert into desk_words (building_id, premises_id, source, source_id, word)
    select new.building_id, new.premises_id, 'PHONE', new.grant_id, w
      from auth.persons x, app.words_of_phone(x.phone) w
     where x.person_id = new.person_id and (select auth.service_has('{sign-in,seed,imports}'))
    on conflict do nothing;
  end if;
  return null;
end $$;
create trigger words_of_grants after insert on auth.grants for each row execute function auth.words_of_grants();

-- When the link ends, its phone leads to the flat no more.
create function auth.words_of_ended_grants() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from desk_words d where d.building_id = new.building_id and d.premises_id = new.premises_id and d.source = 'PHONE' and d.source_id = new.grant_id;
  return null;
end $$;
create trigger words_of_ended_grants after update of ended_at on auth.grants for each row
  when (new.ended_at is not null and new.scope_type = 'UNIT') execute function auth.words_of_ended_grants();

-- The home's people see who looked at their home, when and why (speed-and-safety.md 6).
create policy home_reads on audit_entries for select using (action = 'desk.cardOpened'
  and premises_id = any((select auth.premises('{account.read}'))::uuid[]));
