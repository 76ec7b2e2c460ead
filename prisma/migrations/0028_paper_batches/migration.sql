-- Bills of a house on paper, one file for a house, month and language (issue: paper batch): drawn by the worker, because a
-- large house takes seconds. The file holds invitation codes of flats, so only who bills the house reads it.
create table paper_batches (
  building_id uuid not null references buildings,
  batch_id uuid not null,                               -- made by whoever ordered: ordered twice, made once
  period char(7) not null,
  locale text not null check (locale in ('uz', 'kk', 'ru')),
  state text not null default 'WAITING' check (state in ('WAITING', 'READY', 'FAILED')),
  bill_count integer not null check (bill_count > 0),
  done_count integer not null default 0,
  invitation_count integer not null default 0,
  failed_number char(10),                               -- the account whose bill could not be drawn
  sha256 text,
  size_bytes bigint,
  person_id uuid not null,
  ordered_at timestamptz not null default app.now(),
  made_at timestamptz,
  primary key (building_id, batch_id),
  check ((state = 'READY') = (sha256 is not null)),
  check ((state = 'FAILED') = (failed_number is not null)),
  check (done_count between 0 and bill_count)
);
select app.protect('paper_batches', '{billing.run}', '{billing.run}', '{billing}');
grant select, insert, update on paper_batches to uyim_app;

-- Flats that somebody's phone is linked to: nobody prints a code for them.
create function auth.linked_premises(p_building uuid) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not auth.service_has('{billing}') then
    raise exception 'the scope of billing is needed' using errcode = '42501';
  end if;
  return query select distinct g.premises_id from auth.grants g where g.building_id = p_building and g.scope_type = 'UNIT' and g.ended_at is null
    and g.valid_from <= app.now() and (g.valid_to is null or g.valid_to > app.now());
end $$;
grant execute on function auth.linked_premises(uuid) to uyim_app;
