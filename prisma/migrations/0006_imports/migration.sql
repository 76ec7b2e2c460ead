-- Files taken in: one batch per file, its rows as understood, what was found wrong with them, what came of them.
-- building_id is the house the file was meant for; zero uuid: a file about many houses or none (a classifier).

create table import_batches (
  building_id uuid not null,
  batch_id uuid not null,
  organisation_id uuid,                                 -- for whom; null: for the platform
  premises_id uuid,                                     -- for histories of one meter of one flat
  mapping text not null,
  file_name text not null check (char_length(file_name) <= 300),
  file_format text not null check (file_format in ('CSV', 'XLSX')),
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 char(64) not null,
  options jsonb not null default '{}',
  state text not null check (state in ('RECEIVED', 'READING', 'READ', 'APPLYING', 'DONE', 'FAILED', 'DISCARDED')),
  rows_read bigint not null default 0,
  rows_new bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_same bigint not null default 0,
  rows_refused bigint not null default 0,
  rows_flagged bigint not null default 0,
  rows_applied bigint not null default 0,
  failure text,                                         -- error code when FAILED
  created_by uuid,
  created_at timestamptz not null default app.now(),
  read_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (building_id, batch_id)
);
create index import_batches_created on import_batches (created_at desc);

-- Rows as understood, between reading and applying; emptied when the batch is done.
create table import_rows (
  building_id uuid not null,
  batch_id uuid not null,
  row_number bigint not null,                           -- as the person sees it in the file: the header is row 1
  part integer not null default 0,                      -- one row of the file may hold many things
  target text not null check (target in ('TERRITORY', 'BUILDING', 'PREMISES', 'OWNER', 'ACCOUNT', 'READING')),
  house_key text not null default '',
  unit_key text not null default '',
  item_key text not null default '',
  payload jsonb not null,
  house_id uuid,
  outcome text check (outcome in ('NEW', 'CHANGED', 'SAME', 'REFUSED')),
  taken boolean not null default false,                 -- being written in this transaction
  primary key (building_id, batch_id, row_number, part)
);
create index import_rows_keys on import_rows (building_id, batch_id, target, house_key, unit_key, item_key);
create index import_rows_taken on import_rows (building_id, batch_id) where taken;

create table import_findings (
  building_id uuid not null,
  batch_id uuid not null,
  row_number bigint not null,
  part integer not null default 0,
  position integer not null,
  column_name text not null default '',
  severity text not null check (severity in ('REFUSED', 'FLAGGED')),
  code text not null,
  params jsonb not null default '{}',
  primary key (building_id, batch_id, row_number, part, position)
);

do $$
declare t text;
begin
  foreach t in array array['import_batches', 'import_rows', 'import_findings'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
  end loop;
end $$;

-- Seen by the machine that imports, by who brought the file, and by their colleagues.
create policy reads on import_batches for select using ((select auth.service_has('{imports,worker,seed}'))
  or created_by = (select auth.person()) or organisation_id::text = any((select auth.organisations('{import.run}'))::text[]));
create policy inserts on import_batches for insert with check ((select auth.service_has('{imports,seed}')));
create policy updates on import_batches for update using ((select auth.service_has('{imports,seed}')));
create policy deletes on import_batches for delete using (false);
create policy reads on import_rows for select using ((select auth.service_has('{imports,worker,seed}'))
  or exists (select from import_batches b where b.building_id = import_rows.building_id and b.batch_id = import_rows.batch_id));
create policy inserts on import_rows for insert with check ((select auth.service_has('{imports,seed}')));
create policy updates on import_rows for update using ((select auth.service_has('{imports,seed}')));
create policy deletes on import_rows for delete using ((select auth.service_has('{imports,worker,seed}')));
create policy reads on import_findings for select using ((select auth.service_has('{imports,worker,seed}'))
  or exists (select from import_batches b where b.building_id = import_findings.building_id and b.batch_id = import_findings.batch_id));
create policy inserts on import_findings for insert with check ((select auth.service_has('{imports,seed}')));
create policy updates on import_findings for update using (false);
create policy deletes on import_findings for delete using ((select auth.service_has('{imports,seed}')));

grant select, insert, update on import_batches to uyim_app;
grant select, insert, update, delete on import_rows to uyim_app;
grant select, insert, delete on import_findings to uyim_app;

-- Rows come by the hundred thousand into a table that was empty a moment ago; without fresh counts the planner
-- would walk them in nested loops. Only the owner may count, so this function does it for the machine that imports.
create function app.count_import_rows() returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if auth.service_has('{imports,seed}') then execute 'analyze public.import_rows'; end if;
end $$;
grant execute on function app.count_import_rows() to uyim_app;
