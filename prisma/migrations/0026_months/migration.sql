-- Months closed by the accountant (issue 3, 7). A closing is one act over the houses of an organisation; each house has its
-- row with the sums as they stood. Nothing here is ever changed: there is no reopening.
create table month_closings (
  building_id uuid not null,
  period char(7) not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  closing_id uuid not null,
  organisation_id uuid not null,
  currency char(3) not null check (currency in ('UZS', 'KZT')),
  charged jsonb not null,                               -- [{"service", "fund", "amount"}]
  gathered jsonb not null,                              -- [{"channel", "count", "amount", "givenBack"}]
  charged_total bigint not null,
  gathered_total bigint not null,
  disputed bigint not null,                             -- said to be wrong and not answered when the month was closed
  adjusted bigint not null,
  head_day date,                                        -- the last day that was over, and the house's head of it; null: an empty book
  head_links bigint,
  head_total bigint,
  head_hash bytea,
  closed_by uuid,
  closed_at timestamptz not null default app.now(),
  primary key (building_id, period),
  check (num_nulls(head_day, head_links, head_total, head_hash) in (0, 4))
);
select app.protect('month_closings', '{house.money,billing.run}', '{billing.run}', '{billing,payments,worker}');
select app.append_only('month_closings');
grant select, insert on month_closings to uyim_app;

-- Who posts shares this lock, who closes holds it alone: what was judged closed by one is not posted into by another.
create function app.month_lock(p_building uuid) returns bigint language sql immutable parallel safe as $$
  select hashtextextended('month:' || p_building::text, 0)
$$;

-- Books are closed through a month. Into it only money still comes, for it bears the day on which it came (PAYMENT, TRANSFER);
-- whatever changes what was charged or spent goes to a later month. Asked by app.post_account, app.post_house, app.post_bills.
create function app.assert_month_open(p_building uuid, p_period text) returns void
language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(app.month_lock(p_building));
  if exists (select 1 from month_closings c where c.building_id = p_building and c.period >= p_period::char(7)) then
    raise exception 'the month is closed' using errcode = 'UY070';
  end if;
end $$;

-- The month itself, or the one after the last that is closed.
create function app.open_month(p_building uuid, p_period text) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select greatest(p_period, to_char((max(c.period) || '-01')::date + interval '1 month', 'YYYY-MM')) from month_closings c where c.building_id = p_building
$$;

grant execute on function app.month_lock(uuid), app.assert_month_open(uuid, text), app.open_month(uuid, text) to uyim_app;
