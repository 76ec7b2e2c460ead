-- What a court asks for before it orders a debt of contributions to be paid (Uzbekistan, law ZRU-993 of 2024-11-07, uzbekistan.md
-- 4.1): the meeting's decision on the method of management, the contract where management is by contract, the calculation of the
-- debt with its period, and the proof that the claim was delivered.

-- Papers brought by the body; the latest of a kind counts. Of the house, or the delivery of a claim to one account.
create table court_papers (
  building_id uuid not null,
  paper_id uuid not null,
  kind text not null check (kind in ('METHOD_DECISION', 'MANAGEMENT_CONTRACT', 'CLAIM_DELIVERY')),
  account_id uuid,
  premises_id uuid,
  title text not null check (char_length(title) between 1 and 120), -- number of the minutes, of the contract, of the delivery slip
  dated_on date not null,
  file_id uuid not null,
  filed_by uuid,
  filed_at timestamptz not null default app.now(),
  primary key (building_id, paper_id),
  foreign key (building_id, premises_id) references premises,
  check ((kind = 'CLAIM_DELIVERY') = (account_id is not null) and (account_id is null) = (premises_id is null))
);
create index court_papers_kind on court_papers (building_id, kind, account_id, dated_on);

-- A pack is the four together, with the sums as they were calculated.
create table court_packs (
  building_id uuid not null,
  pack_id uuid not null,
  account_id uuid not null,
  premises_id uuid not null,
  period_from char(7) not null,
  period_to char(7) not null,
  principal bigint not null check (principal >= 0),
  penalty bigint not null check (penalty >= 0),
  currency char(3) not null check (currency = 'UZS'),
  decision_paper_id uuid not null,
  contract_paper_id uuid,                               -- null: the house is not managed by contract
  claim_paper_id uuid not null,
  calculation_file_id uuid not null,
  calculation_code char(10) not null,                   -- of the calculation's public check
  prepared_by uuid,
  prepared_at timestamptz not null default app.now(),
  primary key (building_id, pack_id),
  foreign key (building_id, premises_id) references premises,
  check (period_from <= period_to and principal + penalty > 0)
);
create index court_packs_account on court_packs (building_id, account_id);

select app.protect(t, '{billing.run}', '{billing.run}', '{billing,worker}') from unnest(array['court_papers', 'court_packs']::regclass[]) t;
select app.append_only('court_papers');
select app.append_only('court_packs');
grant select, insert on court_papers, court_packs to uyim_app;

-- A calculation that was taken back, because a bill of its account was corrected since, is given to nobody: the pack is prepared again.
create function app.taken_back(p_building uuid, p_subject text) returns boolean
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select 1 from issued_documents d where d.building_id = p_building and d.subject_type = 'courtPack' and d.subject_id = p_subject and d.withdrawn_at is not null);
end $$;
grant execute on function app.taken_back(uuid, text) to uyim_app;
create policy not_taken_back on stored_files as restrictive for select using (subject_type <> 'courtPack' or not app.taken_back(building_id, subject_id));

-- Charged by bills whose day has not come: no debt yet, of contributions and of their penalties.
create function app.contributions_not_due(p_building uuid, p_account uuid, out principal bigint, out penalty bigint)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  select coalesce(sum(e.amount) filter (where e.fund <> 'PENALTY'), 0)::bigint, coalesce(sum(e.amount) filter (where e.fund = 'PENALTY'), 0)::bigint into principal, penalty
    from billing_runs r join current_bills b on b.building_id = r.building_id and b.account_id = p_account and b.period = r.period
    join ledger_entries e on e.building_id = r.building_id and e.account_key = p_account and e.period = r.period and e.transaction_id = b.transaction_id
   where r.building_id = p_building and r.due_on >= app.today() and e.fund in ('CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY') and e.amount > 0;
end $$;

-- Overdue contributions of an account: what stands in their funds and in the penalties, without what is not due, and without what
-- lies ahead in another fund of the house. Money of a repair programme is neither.
create function app.contributions_overdue(p_building uuid, p_account uuid, p_balances jsonb) returns bigint
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare stands bigint := coalesce((p_balances ->> 'CURRENT')::bigint, 0) + coalesce((p_balances ->> 'SAVINGS')::bigint, 0) + coalesce((p_balances ->> 'TARGETED')::bigint, 0)
  + coalesce((p_balances ->> 'PENALTY')::bigint, 0) + least(coalesce((p_balances ->> 'UTILITIES')::bigint, 0), 0);
begin
  if stands <= 0 then return 0; end if;
  return (select greatest(stands - n.principal - n.penalty, 0) from app.contributions_not_due(p_building, p_account) n);
end $$;

-- The same of all accounts of houses at once: what is not due is read once for each run whose day has not come, not for each account.
create function app.contributions_late(p_buildings uuid[]) returns table(building_id uuid, account_id uuid, premises_id uuid, overdue bigint)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with standing as materialized (
    select h.building_id, h.account_id, h.premises_id, coalesce((h.balances ->> 'CURRENT')::bigint, 0) + coalesce((h.balances ->> 'SAVINGS')::bigint, 0) + coalesce((h.balances ->> 'TARGETED')::bigint, 0)
        + coalesce((h.balances ->> 'PENALTY')::bigint, 0) + least(coalesce((h.balances ->> 'UTILITIES')::bigint, 0), 0) as stands
      from account_heads h where h.building_id = any(p_buildings)),
  -- Of a bill that was corrected, what its last correction charges: what went before is taken back.
  corrected as materialized (
    select distinct on (k.building_id, k.account_id, k.period) k.building_id, k.account_id, k.period, k.correction_id from billing_runs r
      join bill_corrections k on k.building_id = r.building_id and k.period = r.period and k.posted_at is not null
     where r.building_id = any(p_buildings) and r.due_on >= app.today() order by k.building_id, k.account_id, k.period, k.version desc),
  coming as materialized (
    select x.building_id, x.account_id, sum(x.amount)::bigint as charged from (
      select r.building_id, e.account_id, e.amount from billing_runs r cross join lateral (select x.account_id, sum(x.amount) as amount from ledger_entries x
          where x.building_id = r.building_id and x.period = r.period and x.transaction_id = r.run_id and x.account_id is not null and x.fund in ('CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY') and x.amount > 0 group by x.account_id) e
       where r.building_id = any(p_buildings) and r.due_on >= app.today() and not exists (select 1 from corrected k where k.building_id = r.building_id and k.period = r.period and k.account_id = e.account_id)
      union all
      select k.building_id, k.account_id, e.amount from corrected k join ledger_entries e on e.building_id = k.building_id and e.account_key = k.account_id and e.period = k.period and e.transaction_id = k.correction_id
       where e.fund in ('CURRENT', 'SAVINGS', 'TARGETED', 'PENALTY') and e.amount > 0) x group by x.building_id, x.account_id)
  select s.building_id, s.account_id, s.premises_id, s.stands - coalesce(c.charged, 0) from standing s left join coming c on c.building_id = s.building_id and c.account_id = s.account_id
   where s.stands > coalesce(c.charged, 0);
end $$;
grant execute on function app.contributions_not_due(uuid, uuid), app.contributions_overdue(uuid, uuid, jsonb), app.contributions_late(uuid[]) to uyim_app;
