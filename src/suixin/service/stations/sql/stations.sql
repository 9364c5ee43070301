-- Devices and what they bring: whose rows, what never changes, and what follows a change.

create sequence station_change_number;
alter table station_change alter column number set default nextval('station_change_number');
alter table station_change alter column written_by
    set default pg_current_xact_id()::text::bigint;
grant usage on sequence station_change_number to suixin_app, suixin_agent;

call secure('station_device');
call secure('station_operation');
call secure('station_entity');
call secure('station_conflict');
call secure('station_task');
call secure('station_commission');
call secure('station_upload');
call secure('station_piece');
call secure('station_change');
call keep('station_entity');
call keep('station_commission');
grant select, insert, update on station_device, station_operation, station_conflict, station_task,
    station_upload to suixin_app;
grant select, insert on station_entity, station_commission, station_change to suixin_app;
grant select, insert, delete on station_piece to suixin_app;
grant select on station_device, station_operation, station_entity, station_conflict, station_task,
    station_commission to suixin_auditor;

-- An agent reads what is of his villages: no other row is there.
grant select on station_change, station_task, station_conflict to suixin_agent;
do $$
declare
    name text;
begin
    foreach name in array array['station_change', 'station_task', 'station_conflict'] loop
        execute format('create policy of_village on %I for select to suixin_agent
                        using (institution_id = current_institution()
                               and village_code = any (current_villages()))', name);
    end loop;
end $$;

-- A device's chain only grows, and who was let go is not let in by a mere update.
create function check_device() returns trigger
language plpgsql as $$
begin
    if (new.institution_id, new.device, new.agent, new.public_key, new.announced_at)
       is distinct from
       (old.institution_id, old.device, old.agent, old.public_key, old.announced_at)
       or new.seq < old.seq then
        perform refuse('KEPT', format('The device %s keeps its key and its chain.', old.device),
                       'Enrol another device.');
    end if;
    if old.standing = 'revoked' and new.standing <> 'revoked' then
        perform refuse('KEPT', format('The device %s was revoked.', old.device),
                       'Enrol it as a new device.');
    end if;
    if new.standing = 'enrolled' and old.standing <> 'enrolled'
       and not exists (select from proposal as p
                        where p.institution_id = new.institution_id and p.proposal = new.agreed
                          and p.act = 'enrol_device' and p.subject = new.device
                          and p.standing = 'confirmed') then
        perform refuse('NOT_AGREED', format('No two people agreed to enrol %s.', new.device),
                       'Propose it, and let another agree.');
    end if;
    return new;
end $$;
create trigger check_device before update on station_device
    for each row execute function check_device();
create function check_new_device() returns trigger
language plpgsql as $$
begin
    if (new.standing, new.seq, new.last_hash) <> ('announced', 0::bigint, '') then
        perform refuse('NOT_AGREED', 'A device begins as announced.',
                       'Propose it, and let another agree.');
    end if;
    return new;
end $$;
create trigger check_new_device before insert on station_device
    for each row execute function check_new_device();
create trigger keep_as_is before delete on station_device
    for each row execute function keep_as_is();
call keep_whole('station_device');

-- What a device sent stays as it was; only what came of it goes on, and what is done stays done.
create function check_operation() returns trigger
language plpgsql as $$
declare
    outcome_part text[] := array['outcome', 'code', 'words', 'result', 'sealed', 'party_id'];
begin
    if to_jsonb(new) - outcome_part <> to_jsonb(old) - outcome_part
       or (new.sealed <> old.sealed and new.sealed <> '') then
        perform refuse('KEPT', format('The operation %s stays as it was sent.', old.op_id),
                       'Send a new one.');
    end if;
    if old.outcome not in ('held', 'conflict') and new.outcome <> old.outcome then
        perform refuse('KEPT', format('The operation %s was %s.', old.op_id, old.outcome),
                       'Send a new one.');
    end if;
    return new;
end $$;
create trigger check_operation before update on station_operation
    for each row execute function check_operation();
create trigger keep_as_is before delete on station_operation
    for each row execute function keep_as_is();
call keep_whole('station_operation');

alter table station_operation add foreign key (institution_id, device)
    references station_device (institution_id, device);
alter table station_piece add foreign key (institution_id, upload)
    references station_upload (institution_id, upload);

-- Who follows a village is told that a party changed, or went from it; never what changed.
create function station_changed(institution integer, village text, party text, went boolean)
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into station_change (institution_id, village_code, party_id, gone)
    select institution, village, party, went
     where village <> ''
       -- Where nobody has a device nobody follows; a first look reads all there is.
       and exists (select from station_device as d where d.institution_id = institution)
$$;
revoke execute on function station_changed from public;

create function tell_village() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if tg_op = 'UPDATE' and old.village_code <> new.village_code then
        perform station_changed(old.institution_id, old.village_code, old.party_id, true);
    end if;
    perform station_changed(new.institution_id, new.village_code, new.party_id, false);
    return null;
end $$;
create trigger tell_village after insert or update on party
    for each row execute function tell_village();

create function tell_village_of() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform station_changed(p.institution_id, p.village_code, p.party_id, false)
       from party as p
      where (p.institution_id, p.party_id) = (new.institution_id, new.party_id);
    return null;
end $$;
create trigger tell_village_of after insert or update on personal_field
    for each row execute function tell_village_of();
create trigger tell_village_of after insert or update on consent
    for each row execute function tell_village_of();

-- Who is erased is erased here too: papers that came of him, and what waits to be opened.
create function erase_at_stations() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform station_changed(p.institution_id, p.village_code, p.party_id, true)
       from party as p
      where (p.institution_id, p.party_id) = (new.institution_id, new.party_id);
    delete from station_piece as q using station_upload as u
     where (q.institution_id, q.upload) = (u.institution_id, u.upload)
       and (u.institution_id, u.party_id) = (new.institution_id, new.party_id);
    update station_operation as o set sealed = '', outcome = 'refused', code = 'ERASED'
     where (o.institution_id, o.party_id) = (new.institution_id, new.party_id)
       and o.outcome in ('held', 'conflict');
    return null;
end $$;
create trigger erase_at_stations after insert on erasure
    for each row execute function erase_at_stations();
