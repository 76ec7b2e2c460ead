-- Areas by date: who changes a wall within a month pays contributions for the days of each area.

-- From a day on the area is `area_m2`; before the first row of a unit it was that row's `previous_m2`. The latest row is premises.area_m2.
create table premises_areas (
  building_id uuid not null,
  premises_id uuid not null,
  valid_from date not null,
  previous_m2 numeric(10, 2) not null check (previous_m2 > 0),
  area_m2 numeric(10, 2) not null check (area_m2 > 0 and area_m2 < 100000),
  ground text not null,
  primary key (building_id, premises_id, valid_from),
  foreign key (building_id, premises_id) references premises,
  check (valid_from > '1900-01-01')
);
select app.protect('premises_areas', '{registry.read,desk.search,bill.read}', '{registry.write}', '{imports,billing,worker}');
grant select, insert, update on premises_areas to uyim_app;
