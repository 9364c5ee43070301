-- Values of an institution's own: only by what two people agreed to, and kept as they were.

call secure('policy_change');
call keep('policy_change');
grant select, insert on policy_change to suixin_app;
grant select on policy_change to suixin_auditor;
create function check_policy_change() returns trigger
language plpgsql as $$
begin
    perform check_agreed(new.institution_id, new.agreed, 'change_policy',
                         new.sheet || '/' || new.parameter);
    return new;
end $$;
create trigger check_policy_change before insert on policy_change
    for each row execute function check_policy_change();
