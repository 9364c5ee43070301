-- Who signs in is not yet anybody's: without an institution the service reads all who might. Within
-- a transaction for an institution only its own people are there, as with every other table.

alter table "user"
    add constraint user_is_no_master check (not is_superuser and not is_staff),
    add constraint user_has_institution check (institution_id is not null);

call secure('user_history');
call keep_whole('user_history');
grant insert on user_history to suixin_app;
grant select on user_history to suixin_app, suixin_auditor;
do $$
declare
    name text;
begin
    foreach name in array array['user', 'welcome'] loop
        execute format('revoke all on %I from public', name);
        execute format('alter table %I enable row level security, force row level security', name);
        execute format('create policy of_institution on %I to suixin_app
                        using (current_institution() is null
                               or institution_id = current_institution())
                        with check (current_institution() is null
                                    or institution_id = current_institution())', name);
    end loop;
    -- What hangs on a person is where he is.
    foreach name in array array['mfa_authenticator', 'account_emailaddress'] loop
        execute format('revoke all on %I from public', name);
        execute format('alter table %I enable row level security, force row level security', name);
        execute format('create policy of_person on %1$I to suixin_app
                        using (exists (select from "user" as u where u.id = %1$I.user_id))', name);
    end loop;
    -- These belong to no institution: a session, a failed sign-in and what is counted of it come
    -- before anybody is known, and Django's own lists are the same for all.
    foreach name in array array['django_session', 'axes_accessattempt', 'axes_accesslog',
                                'axes_accessfailurelog', 'axes_accessattemptexpiration'] loop
        execute format('revoke all on %I from public', name);
        execute format('grant select, insert, update, delete on %I to suixin_app', name);
    end loop;
end $$;
grant select, insert, update on "user" to suixin_app;
grant select, insert, update, delete on welcome, mfa_authenticator to suixin_app;
grant select on account_emailaddress, django_content_type to suixin_app;

-- What counts over all processes: wrong codes, codes that were used.
create table cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamptz not null
);
create index cache_expires on cache (expires);
revoke all on cache from public;
grant select, insert, update, delete on cache to suixin_app;

-- Nobody's duties change but by what two people agreed to; a household's account is entered by who
-- enters the household. The first administrators are entered by the owner.
create function check_user() returns trigger
language plpgsql as $$
declare
    kept jsonb := to_jsonb(new) - array['password', 'last_login', 'first_name', 'last_name',
                                        'email', 'date_joined'];
begin
    if current_user <> 'suixin_app' then
        return new;
    end if;
    if tg_op = 'UPDATE' then
        if kept = to_jsonb(old) - array['password', 'last_login', 'first_name', 'last_name',
                                        'email', 'date_joined'] then
            return new;
        end if;
        if (new.institution_id, new.username, new.party_id)
           is distinct from (old.institution_id, old.username, old.party_id) then
            perform refuse('KEPT', format('%s stays who he is.', old.username), 'Invite another.');
        end if;
    end if;
    if current_institution() is null then
        perform refuse('NOT_YOURS', 'Who signs in changes nobody''s duties.', 'Ask one who may.');
    end if;
    if new.duties = array['household']::varchar[] and new.party_id <> ''
       and (tg_op = 'INSERT' or old.duties = new.duties) then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.agreed = old.agreed then
        perform refuse('NOT_AGREED', format('The duties of %s were not agreed to anew.',
                       new.username), 'Propose it, and let another person confirm.');
    end if;
    perform check_agreed(new.institution_id, new.agreed, 'manage_people', new.username);
    return new;
end $$;
create trigger check_user before insert or update on "user"
    for each row execute function check_user();
create trigger keep_as_is before delete on "user" for each row execute function keep_as_is();
call keep_whole('user');
