-- Reminders of what a bill leaves to pay (what-users-need.md: warn before the day, show what blocks). Which days is data:
-- a step is a number of days after the due day, negative before it. Each bill has each step once at most, and no others.
create table debt_reminder_steps (
  country char(2) not null,
  day integer not null check (day between -20 and 20),
  least_amount bigint not null check (least_amount > 0), -- below that nobody is written to
  valid_from date not null,
  valid_to date,
  source text not null,
  primary key (country, day, valid_from)
);
insert into debt_reminder_steps (country, day, least_amount, valid_from, source) values
  ('UZ', -10, 100000, '2026-01-01', 'what-users-need.md, complaint 1: warn at 10, 5 and 2 days'),
  ('UZ', -5, 100000, '2026-01-01', 'what-users-need.md, complaint 1'),
  ('UZ', -2, 100000, '2026-01-01', 'what-users-need.md, complaint 1'),
  ('UZ', 3, 100000, '2026-01-01', 'Uyim: once after the day, when payments of the last days have come'),
  ('KZ', -5, 10000, '2026-01-01', 'Uyim'),
  ('KZ', -2, 10000, '2026-01-01', 'Uyim'),
  ('KZ', 3, 10000, '2026-01-01', 'Uyim: once after the day, when payments of the last days have come');
select app.protect_reference('debt_reminder_steps');
grant select, insert, update on debt_reminder_steps to uyim_app;

create table debt_reminders (
  building_id uuid not null,
  account_id uuid not null,
  period char(7) not null,
  day integer not null,
  premises_id uuid not null,
  amount bigint not null check (amount > 0),
  reminded_at timestamptz not null default app.now(),
  primary key (building_id, account_id, period, day)
);
select app.protect('debt_reminders', '{bill.read}', '{}', '{billing,worker}', $day$(reminded_at at time zone interval '5 hours')::date$day$);
select app.append_only('debt_reminders');
grant select, insert on debt_reminders to uyim_app;
