-- Owners' meetings and identified voting (kazakhstan.md 4.2; identity-signing-voting.md 5; settled 13-15).
-- A seat is a place in the roll: premises and co-owner; one effective ballot per seat whatever happens.

-- Rules of law as dated data with their source; thresholds are exact rationals.
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
  act text not null,
  source text not null,
  verified boolean not null default false,
  valid_from date not null,
  valid_to date,
  constraint one_rule_at_a_time exclude using gist (country with =, question_type with =, scope with =,
    daterange(valid_from, valid_to, '[]') with &&)
);
grant select, insert, update on voting_rules to uyim_app;
select app.protect_reference('voting_rules');

create table meetings (
  building_id uuid not null,
  meeting_id uuid not null,
  number integer not null,
  title jsonb not null,                                 -- {"uz": …, "kk": …, "ru": …}
  form text not null check (form in ('IN_PERSON', 'ABSENTEE_WRITTEN', 'ABSENTEE_DIGITAL')),
  scope text not null default 'house' check (scope in ('house', 'parkingTariff')),
  state text not null default 'DRAFT' check (state in ('DRAFT', 'NOTICE_POSTED', 'OPEN', 'CLOSED', 'COUNTED', 'NO_QUORUM', 'CANCELLED')),
  initiator text not null default '',
  notice_posted_at timestamptz,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  manifest jsonb,
  manifest_hash char(64),
  roll_root char(64),
  roll_weight bigint,
  weight_denominator bigint,
  sign_off jsonb,                                       -- a lawyer's sign-off of unverified rules: name, date, document
  created_by uuid,
  created_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id),
  check (closes_at > opens_at),
  check (state in ('DRAFT', 'NOTICE_POSTED', 'CANCELLED') or manifest_hash is not null)
);
create unique index meetings_number on meetings (building_id, number);

create table agenda_items (
  building_id uuid not null,
  meeting_id uuid not null,
  item_id uuid not null,
  position smallint not null check (position between 1 and 50),
  question jsonb not null,
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
  primary key (building_id, meeting_id, premises_id, seat)
);

-- What the voter is about to confirm: the code is bound to this digest, any edit makes another draft.
create table ballot_drafts (
  building_id uuid not null,
  meeting_id uuid not null,
  draft_id uuid not null,
  person_id uuid not null,
  seats jsonb not null,                                 -- [{"premisesId": …, "seat": 1}]
  answers jsonb not null,                               -- [{"itemId": …, "choice": "FOR"}]
  digest char(64) not null,
  state text not null default 'FROZEN' check (state in ('FROZEN', 'SUPERSEDED', 'CAST')),
  created_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id, draft_id)
);

-- One row per seat: the primary key is the guard against two ballots (I7).
create table ballots (
  building_id uuid not null,
  meeting_id uuid not null,
  premises_id uuid not null,
  seat smallint not null,
  ballot_id uuid not null,
  channel text not null default 'PHONE' check (channel in ('PHONE', 'DIGITAL_OBJECT', 'PAPER_LIST', 'PAPER_SHEET')),
  weight bigint not null,
  answers jsonb not null,
  tag text not null,
  evidence_hash char(64) not null,
  leaf_index bigint not null,
  person_id uuid not null,
  cast_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id, premises_id, seat)
);
create unique index ballots_ballot on ballots (building_id, meeting_id, ballot_id, premises_id, seat);
create unique index ballots_tag on ballots (building_id, meeting_id, tag);

-- Private evidence; opened to courts and inspectors only. The log holds its hash.
create table ballot_evidence (
  building_id uuid not null,
  ballot_id uuid not null,
  premises_id uuid not null,
  seat smallint not null,
  person_id uuid not null,
  evidence jsonb not null,
  primary key (building_id, ballot_id, premises_id, seat)
);

-- The house's one append-only log for all its meetings (RFC 9162 leaves). Heads are signed in a later issue.
create table log_leaves (
  building_id uuid not null,
  leaf_index bigint not null,
  leaf_hash bytea not null,
  leaf text not null,
  kind text not null,
  meeting_id uuid not null,
  person_id uuid,
  published_at timestamptz not null default app.now(),
  primary key (building_id, leaf_index)
);
create table log_sizes (
  building_id uuid primary key,
  leaves bigint not null default 0
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
  seats_present integer not null,
  seats_all integer not null,
  outcome text not null check (outcome in ('ADOPTED', 'NOT_ADOPTED', 'NO_QUORUM')),
  rule jsonb not null,
  counted_at timestamptz not null default app.now(),
  primary key (building_id, meeting_id, item_id)
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
    execute format('create policy reads on %I for select using ((select auth.service_has(''{meetings,worker,seed}'')) or person_id = (select auth.person()))', t);
    execute format('create policy inserts on %I for insert with check ((select auth.service_has(''{meetings,seed}'')))', t);
    execute format('create policy updates on %I for update using ((select auth.service_has(''{meetings,seed}'')))', t);
    execute format('create policy deletes on %I for delete using (false)', t);
  end loop;
end $$;
select app.append_only('log_leaves');
select app.append_only('ballot_evidence');
select app.append_only('meeting_results');
grant select, insert, update on meetings, agenda_items, ballot_drafts, log_sizes to uyim_app;
grant select, insert on meeting_seats, ballots, ballot_evidence, log_leaves, meeting_results to uyim_app;
