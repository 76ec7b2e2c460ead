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
select app.protect('desk_words', '{desk.search}', '{registry.write}', '{imports,sign-in,worker}');
grant select, insert, delete on desk_words to uyim_app;

create function app.words_of_premises() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select n.building_id, n.premises_id, 'PREMISES', n.premises_id, lower(n.number) from added n
  on conflict do nothing;
  insert into desk_words (building_id, premises_id, source, source_id, word)
  select n.building_id, n.premises_id, 'BUILDING', n.building_id, w
    from added n join buildings b on b.building_id = n.building_id, regexp_split_to_table(b.search_key, '\s+') w
   where w <> '' on conflict do nothing;
  return null;
end $$;
create trigger words_of_premises after insert on premises referencing new table as added
  for each statement execute function app.words_of_premises();

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
  select n.building_id, n.premises_id, 'PHONE', n.owner_id, p
    from added n join owners o on o.building_id = n.building_id and o.owner_id = n.owner_id,
         unnest(array[substr(o.phone, 2), case when o.phone like '+998%' then substr(o.phone, 5) else substr(o.phone, 3) end]) p
   where o.phone is not null
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
  select s.building_id, s.premises_id, 'PHONE', o.owner_id, p
    from changed o join ownerships s on s.building_id = o.building_id and s.owner_id = o.owner_id,
         unnest(array[substr(o.phone, 2), case when o.phone like '+998%' then substr(o.phone, 5) else substr(o.phone, 3) end]) p
   where o.phone is not null
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
    select new.building_id, new.premises_id, 'PHONE', new.grant_id, p
      from auth.persons x, unnest(array[substr(x.phone, 2), case when x.phone like '+998%' then substr(x.phone, 5) else substr(x.phone, 3) end]) p
     where x.person_id = new.person_id and x.phone is not null and (select auth.service_has('{sign-in,seed,imports}'))
    on conflict do nothing;
  end if;
  return null;
end $$;
create trigger words_of_grants after insert on auth.grants for each row execute function auth.words_of_grants();
