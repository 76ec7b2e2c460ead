-- Owners' meetings and identified voting (kazakhstan.md 4.2; uzbekistan.md 4.3; identity-signing-voting.md 5; settled 13-15).
-- A seat is a place in the roll: premises and, where co-owners vote apart, co-owner; one effective ballot per seat.

-- Rules of law as dated data with their source; thresholds are exact rationals ('>1/2' and '≥51/100' are different laws).
create table voting_rules (
  rule_id text primary key,
  country char(2) not null check (country in ('UZ', 'KZ')),
  question_type text not null,
  scope text not null check (scope in ('house', 'parkingTariff')),
  weight text not null check (weight in ('AREA', 'ONE_PER_UNIT')),
  quorum_numerator bigint not null check (quorum_numerator >= 0),
  quorum_denominator bigint not null check (quorum_denominator > 0),
  quorum_operator text not null check (quorum_operator in ('GT', 'GE')),
  majority_base text not null check (majority_base in ('ALL', 'PRESENT')),
  majority_numerator bigint not null check (majority_numerator >= 0),
  majority_denominator bigint not null check (majority_denominator > 0),
  majority_operator text not null check (majority_operator in ('GT', 'GE')),
  notice_days integer not null check (notice_days >= 0),
  least_level smallint not null default 2 check (least_level between 2 and 3),
  co_owners text not null default 'ONE_REPRESENTATIVE' check (co_owners in ('ONE_REPRESENTATIVE', 'SPLIT_SHARE')),
  act jsonb not null,                                   -- the act, {"uz": …, "kk": …, "ru": …}
  source jsonb not null,                                -- where we read it, in the same three languages
  verified boolean not null default false,              -- a lawyer has compared it with the text of the act
  valid_from date not null,
  valid_to date,
  check (act ?& array['uz', 'kk', 'ru'] and source ?& array['uz', 'kk', 'ru']),
  constraint one_rule_at_a_time exclude using gist (country with =, question_type with =, scope with =,
    daterange(valid_from, valid_to, '[]') with &&)
);
grant select, insert, update on voting_rules to uyim_app;
select app.protect_reference('voting_rules');

create table meetings (
  building_id uuid not null,
  meeting_id uuid not null,
  number integer not null,
  title jsonb not null check (title ?& array['uz', 'kk', 'ru']),
  form text not null check (form in ('IN_PERSON', 'ABSENTEE_WRITTEN', 'ABSENTEE_DIGITAL')),
  scope text not null default 'house' check (scope in ('house', 'parkingTariff')),
  weight text not null check (weight in ('AREA', 'ONE_PER_UNIT')),
  co_owners text not null check (co_owners in ('ONE_REPRESENTATIVE', 'SPLIT_SHARE')),
  state text not null default 'DRAFT' check (state in ('DRAFT', 'NOTICE_POSTED', 'OPEN', 'CLOSED', 'COUNTED', 'NO_QUORUM', 'CANCELLED')),
  initiator text not null default '',
  notice_days integer not null,
  notice_posted_at timestamptz,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  opened_at timestamptz,
  counted_at timestamptz,
  manifest jsonb,                                       -- frozen at opening; its canonical bytes give the hash
  manifest_hash char(64),
  roll_root char(64),
  roll_seats integer,
  roll_weight bigint,
  weight_denominator bigint,                            -- 100: weights are hundredths of m²
  sign_off jsonb,                                       -- a lawyer's sign-off of unverified rules: name, date, document
  cancel_reason text,
  created_by uuid,
  created_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id),
  check (closes_at > opens_at),
  check (state = 'DRAFT' or state = 'CANCELLED' or notice_posted_at is not null),
  check (state in ('DRAFT', 'NOTICE_POSTED', 'CANCELLED') or (manifest is not null and manifest_hash is not null and roll_root is not null
    and roll_seats > 0 and roll_weight > 0 and weight_denominator > 0 and opened_at is not null)),
  check ((state = 'CANCELLED') = (cancel_reason is not null))
);
create unique index meetings_number on meetings (building_id, number);
create index meetings_id on meetings (meeting_id);
create index meetings_due on meetings (closes_at) where state = 'OPEN';

create table agenda_items (
  building_id uuid not null,
  meeting_id uuid not null,
  item_id uuid not null,
  position smallint not null check (position between 1 and 50),
  question jsonb not null check (question ?& array['uz', 'kk', 'ru']),
  explanation jsonb not null default '{}',
  rule_id text not null references voting_rules,
  primary key (building_id, meeting_id, item_id),
  foreign key (building_id, meeting_id) references meetings
);
create unique index agenda_items_position on agenda_items (building_id, meeting_id, position);

-- The roll, frozen when voting opens. No names: the owner is known by id inside the house's own register.
create table meeting_seats (
  building_id uuid not null,
  meeting_id uuid not null,
  premises_id uuid not null,
  seat smallint not null check (seat > 0),
  owner_ids uuid[] not null,
  kind text not null,
  unit text not null,
  weight bigint not null check (weight > 0),            -- over meetings.weight_denominator
  primary key (building_id, meeting_id, premises_id, seat),
  foreign key (building_id, meeting_id) references meetings
);

-- What the voter is about to confirm: the code is bound to this digest, any edit makes another draft.
create table ballot_drafts (
  building_id uuid not null,
  meeting_id uuid not null,
  draft_id uuid not null,
  person_id uuid not null,
  seats jsonb not null,                                 -- [{"premisesId": …, "seat": 1, "unit": "45", "kind": "APARTMENT"}]
  choices text not null check (choices ~ '^[FNA]{1,50}$'),
  digest char(64) not null,
  state text not null default 'FROZEN' check (state in ('FROZEN', 'SUPERSEDED', 'CAST')),
  created_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id, draft_id)
);
create unique index ballot_drafts_one_frozen on ballot_drafts (building_id, meeting_id, person_id) where state = 'FROZEN';

-- One row per seat: the primary key is the guard against two ballots (I7).
create table ballots (
  building_id uuid not null,
  meeting_id uuid not null,
  premises_id uuid not null,
  seat smallint not null,
  ballot_id uuid not null,                              -- made by the phone; one batch of a person's seats
  draft_id uuid not null,
  channel text not null default 'PHONE' check (channel in ('PHONE', 'DIGITAL_OBJECT', 'PAPER_LIST', 'PAPER_SHEET')),
  weight bigint not null check (weight > 0),
  choices text not null check (choices ~ '^[FNA]{1,50}$'), -- one letter per question in the order of the agenda: for, against, abstained
  tag text not null,
  evidence_hash char(64) not null,
  leaf_index bigint not null,
  proof jsonb not null,                                 -- inclusion of the leaf in the log as it was right then
  person_id uuid not null,
  cast_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id, premises_id, seat),
  foreign key (building_id, meeting_id, premises_id, seat) references meeting_seats
);
create unique index ballots_ballot on ballots (building_id, meeting_id, ballot_id, premises_id, seat);
create unique index ballots_tag on ballots (building_id, meeting_id, tag);

-- The truth about when a vote counts is here, not in the program: an open meeting, before its end by the database's clock.
create function app.check_ballot() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare m public.meetings;
begin
  select * into m from public.meetings x where x.building_id = new.building_id and x.meeting_id = new.meeting_id for share;
  if m.state is distinct from 'OPEN' or new.cast_at < m.opened_at or new.cast_at >= m.closes_at then
    raise exception 'voting is not open' using errcode = 'UY040';
  end if;
  if new.cast_at <> app.now() and not auth.service_has('{seed}') then
    raise exception 'a ballot is cast now' using errcode = 'UY040';
  end if;
  if length(new.choices) <> (select count(*) from public.agenda_items i where i.building_id = new.building_id and i.meeting_id = new.meeting_id) then
    raise exception 'a ballot answers every question' using errcode = 'UY040';
  end if;
  if new.weight is distinct from (select s.weight from public.meeting_seats s where s.building_id = new.building_id and s.meeting_id = new.meeting_id
      and s.premises_id = new.premises_id and s.seat = new.seat) then
    raise exception 'the weight is that of the roll' using errcode = 'UY040';
  end if;
  return new;
end $$;
create trigger check_ballot before insert on ballots for each row execute function app.check_ballot();

-- What was announced does not change once the notice hangs, and what was frozen does not change at all.
create function app.check_meeting_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state in ('COUNTED', 'NO_QUORUM', 'CANCELLED')
     or (new.building_id, new.meeting_id, new.number, new.title, new.form, new.scope, new.weight, new.co_owners, new.notice_days, new.opens_at, new.closes_at)
        is distinct from (old.building_id, old.meeting_id, old.number, old.title, old.form, old.scope, old.weight, old.co_owners, old.notice_days, old.opens_at, old.closes_at)
     or (old.manifest_hash is not null and (new.manifest, new.manifest_hash, new.roll_root, new.roll_seats, new.roll_weight, new.weight_denominator, new.sign_off, new.opened_at)
        is distinct from (old.manifest, old.manifest_hash, old.roll_root, old.roll_seats, old.roll_weight, old.weight_denominator, old.sign_off, old.opened_at)) then
    raise exception 'append-only: a meeting that was announced, opened or counted keeps what it said' using errcode = 'UY001';
  end if;
  return new;
end $$;
create trigger check_meeting_change before update on meetings for each row execute function app.check_meeting_change();

-- Private evidence; opened to courts and inspectors only. The log holds its hash.
create table ballot_evidence (
  building_id uuid not null,
  ballot_id uuid not null,
  premises_id uuid not null,
  seat smallint not null,
  person_id uuid not null,
  level smallint not null,
  evidence jsonb not null,
  primary key (building_id, ballot_id, premises_id, seat)
);

-- The house's one append-only log for all its meetings (RFC 9162 leaves). Heads are signed in a later issue.
create table log_leaves (
  building_id uuid not null,
  leaf_index bigint not null check (leaf_index >= 0),
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  leaf text not null,
  kind text not null check (kind in ('open', 'vote', 'close')),
  meeting_id uuid not null,
  person_id uuid,                                       -- whose ballot the leaf is; null: the house's
  published_at timestamptz not null default app.now(),
  primary key (building_id, leaf_index)
);
-- Size and the roots of the complete subtrees, from the largest: enough to append and to prove the newest leaf.
create table log_sizes (
  building_id uuid primary key,
  leaves bigint not null default 0,
  peaks bytea[] not null default '{}'
);

create table meeting_results (
  building_id uuid not null,
  meeting_id uuid not null,
  item_id uuid not null,
  weight_for bigint not null,
  weight_against bigint not null,
  weight_abstain bigint not null,
  weight_present bigint not null,
  weight_all bigint not null,
  seats_for integer not null,
  seats_against integer not null,
  seats_abstain integer not null,
  seats_present integer not null,
  seats_all integer not null,
  outcome text not null check (outcome in ('ADOPTED', 'NOT_ADOPTED', 'NO_QUORUM')),
  rule jsonb not null,                                  -- the rule as it stood, with its source and any sign-off
  counted_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id, item_id),
  foreign key (building_id, meeting_id, item_id) references agenda_items,
  check (weight_for + weight_against + weight_abstain = weight_present and weight_present <= weight_all),
  check (seats_for + seats_against + seats_abstain = seats_present and seats_present <= seats_all)
);

select app.protect(t, '{house.read}', '{meeting.convene}', '{meetings,worker}') from unnest(array['meetings', 'agenda_items']::regclass[]) t;
select app.protect('meeting_seats', '{vote.cast,meeting.convene}', '{}', '{meetings,worker}');
select app.protect('meeting_results', '{house.read}', '{}', '{meetings,worker}');
select app.protect('log_sizes', '{house.read}', '{}', '{meetings,worker}');
-- Answers of others are nobody's to read before the close, and afterwards only as totals: own rows and the counter's.
do $$ declare t text; begin
  foreach t in array array['ballot_drafts', 'ballots', 'ballot_evidence', 'log_leaves'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy reads on %I for select using ((select auth.service_has(''{meetings,seed}'')) or person_id = (select auth.person()))', t);
    execute format('create policy inserts on %I for insert with check ((select auth.service_has(''{meetings,seed}'')))', t);
    execute format('create policy updates on %I for update using ((select auth.service_has(''{meetings,seed}'')))', t);
    execute format('create policy deletes on %I for delete using (false)', t);
  end loop;
end $$;
select app.append_only('log_leaves');
select app.append_only('ballots');
select app.append_only('ballot_evidence');
select app.append_only('meeting_seats');
select app.append_only('meeting_results');
grant select, insert, update on meetings, ballot_drafts, log_sizes to uyim_app;
grant select, insert on agenda_items, meeting_seats, ballots, ballot_evidence, log_leaves, meeting_results to uyim_app;
