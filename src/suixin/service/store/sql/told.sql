-- What the log was told, and its heads by day: a head of a day gives way to a larger one alone.

call secure('log_record');
call secure('log_day_head');
call keep('log_record');
call keep_whole('log_day_head');
grant select, insert on log_record to suixin_app;
grant select, insert, update on log_day_head to suixin_app;
grant select on log_record, log_day_head to suixin_auditor;
create trigger keep_as_is before delete on log_day_head
    for each row execute function keep_as_is();

-- An auditor reads what an entry hides where it is about no person.
grant select on opening to suixin_auditor;
create policy of_no_person on opening as restrictive for select to suixin_auditor
    using (party_id = '');

create function check_day_head() returns trigger
language plpgsql as $$
begin
    if new.size < old.size then
        perform refuse('WRITER', format('The head of %s counts %s entries already, not %s.',
                       old.on_day, old.size, new.size), 'Sign what the log has.');
    end if;
    return new;
end $$;
create trigger check_day_head before update on log_day_head
    for each row execute function check_day_head();
