-- Imports: a sheet is worked only after two people agreed, each row once for ever, and what came of
-- it stays. The sheet itself is sealed, and gone once it was worked or refused.

call secure('import_batch');
call secure('import_row');
call keep('import_row');
grant select, insert on import_batch, import_row to suixin_app;
grant update (sealed, agreed, done_at) on import_batch to suixin_app;
grant select on import_row to suixin_auditor;
grant select (institution_id, batch, kind, name, digest, rows, made_by, made_at, agreed, done_at)
    on import_batch to suixin_auditor;
alter table import_row
    add foreign key (institution_id, batch) references import_batch (institution_id, batch),
    add constraint import_row_outcome check (outcome in ('done', 'known', 'refused'));

create function check_import() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.agreed <> '' or new.done_at is not null then
            perform refuse('NOT_AGREED', format('%s is entered as waiting.', new.batch), '');
        end if;
        return new;
    end if;
    if new.sealed is not null and new.sealed is distinct from old.sealed
       or old.agreed <> '' and new.agreed <> old.agreed
       or old.done_at is not null and new.done_at is distinct from old.done_at then
        perform refuse('KEPT', format('The import %s stays as it was sent.', old.batch),
                       'Send the sheet again.');
    end if;
    if new.agreed <> old.agreed then
        perform check_agreed(new.institution_id, new.agreed, 'import', new.batch);
    end if;
    return new;
end $$;
create trigger check_import before insert or update on import_batch
    for each row execute function check_import();
create trigger keep_as_is before delete on import_batch
    for each row execute function keep_as_is();
call keep_whole('import_batch');

create function check_import_row() returns trigger
language plpgsql as $$
begin
    if not exists (select from import_batch as b
                    where (b.institution_id, b.batch) = (new.institution_id, new.batch)
                      and b.agreed <> '' and b.done_at is null) then
        perform refuse('NOT_AGREED', format('The import %s is not to be worked.', new.batch),
                       'Propose it, and let another person confirm.');
    end if;
    return new;
end $$;
create trigger check_import_row before insert on import_row
    for each row execute function check_import_row();

-- A sheet that was refused is not kept.
create function forget_sheet() returns trigger
language plpgsql as $$
begin
    update import_batch set sealed = null
     where institution_id = new.institution_id and batch = new.subject;
    return null;
end $$;
create trigger forget_sheet after update on proposal for each row
    when (new.act = 'import' and new.standing = 'rejected') execute function forget_sheet();
