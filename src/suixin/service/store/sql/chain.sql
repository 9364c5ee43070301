-- The way to the chain: what was told, signed and corrected stays; cases are closed by two people.

do $$
declare
    name text;
begin
    foreach name in array array['chain', 'chain_call', 'chain_signed', 'chain_case',
                                'chain_correction'] loop
        execute format('alter table %1$I drop constraint %1$s_pkey,
                        add primary key (institution_id, id)', name);
    end loop;
    foreach name in array array['chain', 'chain_name', 'chain_call', 'chain_signed', 'chain_block',
                                'chain_case', 'chain_correction'] loop
        execute format('call secure(%L)', name);
        execute format('grant select on %I to suixin_app, suixin_auditor', name);
    end loop;
    foreach name in array array['chain_call', 'chain_signed', 'chain_correction'] loop
        execute format('call keep(%L)', name);
    end loop;
    foreach name in array array['chain', 'chain_name', 'chain_case'] loop
        execute format('call keep_whole(%L)', name);
        execute format('create trigger keep_as_is before delete on %I
                        for each row execute function keep_as_is()', name);
    end loop;
end $$;
grant insert on chain_name, chain_call, chain_signed, chain_block, chain_case, chain_correction
    to suixin_app;
-- A block that another replaced is let go of; on the embedded chain none ever is.
grant delete on chain_block to suixin_app;
grant update (logged_through) on chain to suixin_app;
grant update (told_through, left_on, left_code) on chain_name to suixin_app;
grant update (findings, differs, closed_on, closed_by, reason, proposal) on chain_case to suixin_app;
-- What leads from an agreement to its id is for the service alone.
revoke select on chain_name from suixin_auditor;

alter table chain_name
    add foreign key (institution_id, agreement) references agreement (institution_id, agreement);

create function check_chain() returns trigger
language plpgsql as $$
begin
    if new.logged_through < old.logged_through then
        perform refuse('KEPT', 'The log keeps the blocks that it has.', '');
    end if;
    return new;
end $$;
create trigger check_chain before update on chain for each row execute function check_chain();

create function check_chain_name() returns trigger
language plpgsql as $$
begin
    if new.told_through < old.told_through or (old.told_through is not null and new.told_through is null)
       or (old.left_on is not null and new.left_on is distinct from old.left_on) then
        perform refuse('KEPT', format('What was told of %s stays.', old.agreement), '');
    end if;
    return new;
end $$;
create trigger check_chain_name before update on chain_name
    for each row execute function check_chain_name();

-- A case is closed once, by two people who agreed to just that, and not while it differs.
create function check_chain_case() returns trigger
language plpgsql as $$
begin
    if old.closed_on is not null then
        perform refuse('KEPT', format('The case %s is closed.', old.case_name), 'A new difference opens a new one.');
    elsif new.closed_on is not null then
        perform check_agreed(new.institution_id, new.proposal, 'settle_difference', new.case_name);
    end if;
    return new;
end $$;
create trigger check_chain_case before update on chain_case
    for each row execute function check_chain_case();

create function check_chain_correction() returns trigger
language plpgsql as $$
begin
    if not exists (select from chain_case as c
                    where (c.institution_id, c.of) = (new.institution_id, new.of)
                      and c.closed_on is null) then
        perform refuse('NO_CASE', format('No case of %s stands open.', new.of), '');
    end if;
    perform check_agreed(new.institution_id, new.proposal, 'settle_difference',
        (select c.case_name from chain_case as c
          where (c.institution_id, c.of) = (new.institution_id, new.of) and c.closed_on is null));
    return new;
end $$;
create trigger check_chain_correction before insert on chain_correction
    for each row execute function check_chain_correction();
