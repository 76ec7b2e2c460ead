-- When each scheduled job runs next, and the worker's sign of life. About no house and no person.
-- pg-boss makes tables at run time, which the application role may not (server/decisions/0010).
create table job_runs (
  name text primary key,
  next_run_at timestamptz not null,
  running_until timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  failures integer not null default 0,
  last_error text
);
alter table job_runs enable row level security;
alter table job_runs force row level security;
create policy reads on job_runs for select using (true);
create policy inserts on job_runs for insert with check ((select auth.service_has('{worker}')));
create policy updates on job_runs for update using ((select auth.service_has('{worker}'))) with check ((select auth.service_has('{worker}')));
create policy deletes on job_runs for delete using (false);
grant select, insert, update on job_runs to uyim_app;
