-- Proposals: entered as waiting, ended once, agreed to by somebody else than who made them.

alter table proposal drop constraint proposal_pkey, add primary key (institution_id, id);
alter table proposal
    add constraint proposal_digest check (digest = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
    add constraint proposal_by check (proposed_by <> '');

call secure('proposal');
call keep_whole('proposal');
call keep_history('proposal_history');
create trigger keep_as_is before delete on proposal for each row execute function keep_as_is();
grant select, insert on proposal to suixin_app;
grant update (standing, ended_by, ended_at, ended_why) on proposal to suixin_app;
grant select on proposal to suixin_auditor;

create function check_proposal() returns trigger
language plpgsql as $$
declare
    ends text[] := array['standing', 'ended_by', 'ended_at', 'ended_why'];
begin
    if tg_op = 'INSERT' then
        if new.standing <> 'waiting' then
            perform refuse('NOT_WAITING', format('%s is entered as waiting.', new.proposal),
                           'Let another person confirm it.');
        end if;
        return new;
    end if;
    if old.standing <> 'waiting' then
        perform refuse('KEPT', format('The proposal %s has ended.', old.proposal),
                       'Make a new one.');
    elsif new.standing = 'waiting' or to_jsonb(new) - ends <> to_jsonb(old) - ends then
        perform refuse('KEPT', format('The proposal %s changes once, when it ends.', old.proposal),
                       'Reject it and make a new one.');
    elsif new.standing = 'confirmed' and new.ended_by = old.proposed_by then
        perform refuse('SAME_PERSON', format('%s was made by the same person.', old.proposal),
                       'Let another person confirm it.');
    end if;
    return new;
end $$;
create trigger check_proposal before insert or update on proposal
    for each row execute function check_proposal();

-- What is done only after two people agreed names their proposal: that it is confirmed, for this
-- act, and for this subject. The table's own trigger says which act that is.
create function check_agreed(of_institution integer, of_proposal text, of_act text, of_subject text)
returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from proposal as p
                    where p.institution_id = of_institution and p.proposal = of_proposal
                      and p.standing = 'confirmed' and p.act = of_act and p.subject = of_subject)
    then
        perform refuse('NOT_AGREED', format('%s of %s was not agreed to by two people.', of_act,
                       of_subject), 'Propose it, and let another person confirm.');
    end if;
end $$;
