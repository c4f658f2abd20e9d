create table crew (id integer primary key, Name text not null default 'x', check (name <> ''));
create index crew_name on crew(name);
create view names as select name from crew;
