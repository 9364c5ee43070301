-- Whose rows may be seen and written: of one institution, named for the transaction. Rows of others
-- are not refused, they are not there.

create function current_institution() returns integer
language sql stable parallel safe as $$
    select nullif(current_setting('suixin.institution', true), '')::integer
$$;

-- A transaction works for one institution; it does not turn to another half-way.
create function act_for(of_institution integer) returns void
language plpgsql as $$
declare
    now integer := current_institution();
begin
    if now is null then
        perform set_config('suixin.institution', of_institution::text, true);
    elsif now <> of_institution then
        perform refuse('INSTITUTION', format('This transaction works for institution %s, not %s.',
                       now, of_institution), 'Begin another.');
    end if;
end $$;

-- A table whose rows are their institution's alone, whoever asks; the service and an auditor see
-- those of the one that they act for.
create procedure secure(name text, institution text default 'institution_id')
language plpgsql as $$
begin
    execute format('revoke all on %I from public', name);
    execute format('alter table %I enable row level security, force row level security', name);
    execute format('create policy of_institution on %1$I to suixin_app, suixin_auditor
                    using (%2$I = current_institution())
                    with check (%2$I = current_institution())', name, institution);
end $$;

-- A table that only grows.
create procedure keep(name text)
language plpgsql as $$
begin
    execute format('create trigger keep_as_is before update or delete on %I
                    for each row execute function keep_as_is()', name);
    call keep_whole(name);
end $$;

create procedure keep_whole(name text)
language plpgsql as $$
begin
    execute format('create trigger keep_whole before truncate on %I
                    for each statement execute function keep_as_is()', name);
end $$;

-- A table of history, which its triggers write as whoever changed the row.
create procedure keep_history(name text, institution text default 'institution_id')
language plpgsql as $$
begin
    call secure(name, institution);
    call keep_whole(name);
    execute format('grant select, insert on %I to suixin_app', name);
    execute format('grant select on %I to suixin_auditor', name);
end $$;

-- The institution is the first key of every table, so that one of many can be moved elsewhere.
alter table account drop constraint account_pkey, add primary key (institution_id, id);
alter table transaction alter column id set default nextval('transaction_number');
grant usage on sequence transaction_number to suixin_app;

call secure('account');
call secure('transaction');
call secure('posting');
call keep('account');
call keep('transaction');
call keep('posting');
call keep_history('account_history');
call keep_history('institution_history', 'id');
grant select on account, transaction, posting to suixin_app, suixin_auditor;
grant insert on transaction, posting to suixin_app;
grant select on account to suixin_agent;
create policy of_institution_agent on account for select to suixin_agent
    using (institution_id = current_institution());

-- Which institutions there are is no secret; each changes its own row alone, and only its days.
revoke all on institution from public;
alter table institution enable row level security, force row level security;
create policy listed on institution for select to suixin_app, suixin_agent, suixin_auditor
    using (true);
create policy own on institution for update to suixin_app using (id = current_institution());
grant select on institution to suixin_app, suixin_agent, suixin_auditor;
grant update (closed_through) on institution to suixin_app;

-- A day that is closed stays closed.
create function check_closing() returns trigger
language plpgsql as $$
begin
    if new.books <> old.books or new.closed_through is null or new.closed_through < old.closed_through
    then
        perform refuse('KEPT', format('%s keeps its books and its closed days.', old.code),
                       'Close a later day.');
    end if;
    perform pg_advisory_xact_lock(hashtext('suixin.day'), old.id);
    return new;
end $$;
create trigger check_closing before update on institution for each row
    when (old.books is distinct from new.books
          or old.closed_through is distinct from new.closed_through)
    execute function check_closing();
create trigger keep_as_is before delete on institution for each row execute function keep_as_is();
call keep_whole('institution');

revoke execute on function post_transactions from public;
grant execute on function post_transactions to suixin_app;
