-- The log: entries follow one another without a gap, and nothing of it is changed or taken away.

call secure('log_entry');
call secure('log_tile');
call secure('log_author');
call secure('log_head');
call secure('opening');
call keep('log_entry');
call keep('log_tile');
grant select, insert on log_entry, log_tile to suixin_app;
grant select, insert, update on log_author, log_head to suixin_app;
grant select, insert, update, delete on opening to suixin_app;
grant select on log_entry, log_tile, log_author, log_head to suixin_auditor;

alter table log_entry
    add constraint log_entry_hash check (leaf = sha256('\x00'::bytea || raw)),
    add constraint log_entry_index check (index >= 0);
alter table log_tile
    add constraint log_tile_hashes check (length(hashes) = 256 * 32 and length(root) = 32);

-- The size grows by the entries that came, which is what ends a batch.
create function check_log_head() returns trigger
language plpgsql as $$
declare
    before bigint := case tg_op when 'INSERT' then 0 else old.size end;
begin
    if new.size < before
       or (select count(*) from log_entry as e
            where e.institution_id = new.institution_id and e.index >= before) <> new.size - before
       or exists (select from log_entry as e
                   where e.institution_id = new.institution_id and e.index >= new.size) then
        perform refuse('WRITER', format('The log of %s does not have %s entries.',
                       new.institution_id, new.size), 'Add what follows its last entry.');
    end if;
    return null;
end $$;
create trigger check_log_head after insert or update of size on log_head
    for each row execute function check_log_head();
create trigger keep_as_is before delete on log_head for each row execute function keep_as_is();
create trigger keep_as_is before delete on log_author for each row execute function keep_as_is();
call keep_whole('log_head');
call keep_whole('log_author');

create function check_log_author() returns trigger
language plpgsql as $$
begin
    if new.next_seq < old.next_seq then
        perform refuse('SEQ', format('The entries of %s are numbered upwards.', old.name), '');
    end if;
    return new;
end $$;
create trigger check_log_author before update on log_author
    for each row execute function check_log_author();

-- An opening goes with its person's key.
create function erase_openings() returns trigger
language plpgsql as $$
begin
    delete from opening as o
     where (o.institution_id, o.party_id) = (old.institution_id, old.party_id);
    return null;
end $$;
create trigger erase_openings after delete on person_key
    for each row execute function erase_openings();
