-- Papers beside the questions of a meeting: what the owners read before they vote (order 172, clause 27; settled 15).
-- The bytes are a stored file of the house; this row says to which question it belongs and what it is called.
create table meeting_papers (
  building_id uuid not null,
  meeting_id uuid not null,
  paper_id uuid not null,                               -- the file's own id
  item_id uuid not null,
  title text not null check (char_length(title) between 1 and 200),
  sha256 char(64) not null,                             -- goes into the manifest: nobody changes a paper after the opening
  media_type text not null,
  size_bytes bigint not null check (size_bytes > 0),
  added_by uuid,
  added_at timestamptz not null default app.now(),
  withdrawn_at timestamptz,
  primary key (building_id, meeting_id, paper_id),
  foreign key (building_id, meeting_id, item_id) references agenda_items
);
create index meeting_papers_item on meeting_papers (building_id, meeting_id, item_id);

-- The truth about when papers may come and go is here: before the voting is open.
create function app.check_meeting_paper() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform 1 from public.meetings m where m.building_id = new.building_id and m.meeting_id = new.meeting_id and m.state in ('DRAFT', 'NOTICE_POSTED') for share;
  if not found then
    raise exception 'append-only: papers of a meeting that was opened stay as they are' using errcode = 'UY001';
  end if;
  if tg_op = 'UPDATE' and (old.withdrawn_at is not null or (new.item_id, new.title, new.sha256, new.media_type, new.size_bytes, new.added_by, new.added_at)
      is distinct from (old.item_id, old.title, old.sha256, old.media_type, old.size_bytes, old.added_by, old.added_at)) then
    raise exception 'append-only: a paper is withdrawn, never changed' using errcode = 'UY001';
  end if;
  return new;
end $$;
create trigger check_meeting_paper before insert or update on meeting_papers for each row execute function app.check_meeting_paper();

select app.protect('meeting_papers', '{house.read}', '{meeting.convene}', '{meetings,worker}');
grant select, insert, update on meeting_papers to uyim_app;

-- The clock opens what the notice announced.
create index meetings_to_open on meetings (opens_at) where state = 'NOTICE_POSTED';

-- Whoever convenes puts papers of the whole house, and nothing else, among its files.
create policy meeting_paper_inserts on stored_files for insert with check (
  kind = 'MEETING_PAPER' and shared and premises_id is null and building_id = any((select auth.buildings('{meeting.convene}'))::uuid[]));
