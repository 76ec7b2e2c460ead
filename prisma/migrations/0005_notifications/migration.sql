-- Messages that leave us (SMS now, other channels later) and the inbox inside the app (messaging.md 1).
-- No telephone number and no code is kept here: the address is the person, or the challenge, at the moment of sending.

create table messages (
  building_id uuid not null,                             -- zero uuid: not about one house
  message_id uuid not null,                              -- the id the gateway gets, so that a status finds its message before our answer does
  dedupe_key text not null,                              -- event + person + channel
  person_id uuid,
  challenge_id uuid,
  channel text not null check (channel in ('SMS', 'PUSH', 'TELEGRAM', 'VOICE')),
  template text not null,
  locale text not null check (locale in ('uz', 'kk', 'ru')),
  params jsonb not null default '{}',
  priority text not null check (priority in ('CODE', 'EMERGENCY', 'SERVICE', 'BILLING', 'INFO')),
  not_before timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'SENDING', 'ACCEPTED', 'DELIVERED', 'FAILED', 'EXPIRED', 'SUPPRESSED', 'UNKNOWN')),
  attempts integer not null default 0,
  provider text,
  provider_message_id text,
  parts integer,
  problem text,
  created_at timestamptz not null default app.now(),
  changed_at timestamptz not null default app.now(),
  primary key (building_id, message_id),
  check ((person_id is null) <> (challenge_id is null))
);
create unique index messages_once on messages (building_id, dedupe_key);
create index messages_due on messages (not_before) where state in ('QUEUED', 'SENDING');
create index messages_waiting_status on messages (changed_at) where state = 'ACCEPTED';
create index messages_by_id on messages (message_id);
create index messages_by_provider on messages (provider, provider_message_id) where provider_message_id is not null;

create table delivery_attempts (
  building_id uuid not null,
  message_id uuid not null,
  number integer not null,
  provider text not null,
  outcome text not null,                                 -- ACCEPTED or a class of error
  provider_message_id text,
  response text not null default '',                     -- the gateway's words with numbers and digits of codes hidden
  at timestamptz not null default app.now(),
  primary key (building_id, message_id, number, provider)
);

create table inbox_messages (
  building_id uuid not null,
  person_id uuid not null,
  message_id uuid not null,
  premises_id uuid,
  dedupe_key text not null,                              -- the event's id
  template text not null,                                -- key of locales/<l>/notifications.json inbox.<template>
  params jsonb not null default '{}',
  link text not null default '',                         -- path inside the app, without the language
  happened_at timestamptz not null,                      -- when the person acted, by their phone
  received_at timestamptz not null,                      -- when it reached us (003 clause 30: dated receipt)
  created_at timestamptz not null default app.now(),
  read_at timestamptz,
  primary key (building_id, person_id, message_id)
);
create unique index inbox_messages_once on inbox_messages (building_id, person_id, dedupe_key);
create index inbox_messages_person on inbox_messages (person_id, created_at desc);

select app.protect('messages', '{}', '{}', '{worker,sign-in}');
select app.protect('delivery_attempts', '{}', '{}', '{worker,sign-in}');
-- A letter is read by its person and by nobody else, whatever they may do in the house.
alter table inbox_messages enable row level security;
alter table inbox_messages force row level security;
create policy reads on inbox_messages for select using ((select auth.service_has('{worker,seed}')) or person_id = (select auth.person()));
create policy inserts on inbox_messages for insert with check ((select auth.service_has('{worker,seed}')));
create policy updates on inbox_messages for update using ((select auth.service_has('{worker,seed}')) or person_id = (select auth.person()))
  with check ((select auth.service_has('{worker,seed}')) or person_id = (select auth.person()));
create policy deletes on inbox_messages for delete using ((select auth.service_has('{worker}')));

grant select, insert, update on messages to uyim_app;
grant select, insert on delivery_attempts to uyim_app;
grant select, insert, update (read_at) on inbox_messages to uyim_app;
