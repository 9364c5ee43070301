-- Lending: an application moves with its steps, what two people must agree to names their proposal,
-- and what a fund and a lender share is seen by both.

alter table application drop constraint application_pkey, add primary key (institution_id, id);
alter table hold drop constraint hold_pkey, add primary key (institution_id, id);
alter table application
    add foreign key (institution_id, party_id) references party (institution_id, party_id);
alter table guarantee
    add foreign key (institution_id, guarantor) references party (institution_id, party_id),
    add foreign key (institution_id, debtor) references party (institution_id, party_id);
alter table disbursement
    add foreign key (institution_id, agreement) references agreement (institution_id, agreement);
alter table guarantee_call
    add foreign key (institution_id, agreement) references agreement (institution_id, agreement);

do $$
declare
    name text;
begin
    foreach name in array array['application', 'hold'] loop
        execute format('call secure(%L)', name);
        execute format('call keep_whole(%L)', name);
        execute format('call keep_history(%L)', name || '_history');
        execute format('create trigger keep_as_is before delete on %I
                        for each row execute function keep_as_is()', name);
        execute format('grant select, insert on %I to suixin_app', name);
    end loop;
    foreach name in array array['application_step', 'disbursement', 'limit_change', 'guarantee',
                                'guarantee_call'] loop
        execute format('call secure(%L)', name);
        execute format('call keep(%L)', name);
        execute format('grant select, insert on %I to suixin_app', name);
    end loop;
    foreach name in array array['application', 'hold', 'application_step',
                                'disbursement', 'limit_change', 'guarantee', 'guarantee_call'] loop
        execute format('grant select on %I to suixin_auditor', name);
    end loop;
end $$;
grant update (standing, agreement, wants_person) on application to suixin_app;
grant update (until, released_by) on hold to suixin_app;

-- An agent sees the applications of his villages' parties; what he enters, the service writes for him.
grant select on application, application_step, guarantee, hold, limit_change to suixin_agent;
create policy of_village on application for select to suixin_agent
    using (exists (select from party as p where p.party_id = application.party_id
                      and p.institution_id = application.institution_id));
create policy of_village on application_step for select to suixin_agent
    using (exists (select from application as a where a.application = application_step.application
                      and a.institution_id = application_step.institution_id));
create policy of_village on guarantee for select to suixin_agent
    using (exists (select from application as a where a.application = guarantee.application
                      and a.institution_id = guarantee.institution_id));
create policy of_institution_agent on hold for select to suixin_agent
    using (institution_id = current_institution());
create policy of_village on limit_change for select to suixin_agent
    using (exists (select from party as p where p.party_id = limit_change.party_id
                      and p.institution_id = limit_change.institution_id));

-- An application stands where its last step led; a step follows the one before.
create function check_application() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    may text[] := array['standing', 'agreement', 'wants_person'];
begin
    if to_jsonb(new) - may <> to_jsonb(old) - may
       or (old.agreement <> '' and new.agreement <> old.agreement)
       or (old.wants_person and not new.wants_person) then
        perform refuse('KEPT', format('The application %s stays as it was made.', old.application),
                       'Make another.');
    elsif new.standing <> old.standing and new.standing is distinct from (
        select s.standing from application_step as s
         where (s.institution_id, s.application) = (new.institution_id, new.application)
         order by s.number desc limit 1) then
        perform refuse('STEP', format('%s is not where its last step led.', old.application),
                       'Note the step first.');
    end if;
    return new;
end $$;
create trigger check_application before update on application
    for each row execute function check_application();

create function check_application_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    of_party text;
begin
    perform from application as a
     where (a.institution_id, a.application) = (new.institution_id, new.application) for update;
    if new.number <> 1 + (select count(*) from application_step as s
                           where (s.institution_id, s.application)
                               = (new.institution_id, new.application)) then
        perform refuse('STEP', format('%s has another step %s.', new.application, new.number),
                       'Read it again, then decide.');
    end if;
    -- A person's yes or no is two people's; the machine's says that no person gave it.
    if new.happening in ('offer', 'refuse') and new.by_whom not like 'service:%' then
        perform check_agreed(new.institution_id, new.proposal, 'decide', new.application);
    end if;
    return new;
end $$;
create trigger check_application_step before insert on application_step
    for each row execute function check_application_step();

create function check_hold() returns trigger
language plpgsql as $$
declare
    ends text[] := array['until', 'released_by'];
begin
    if old.released_by <> '' or to_jsonb(new) - ends <> to_jsonb(old) - ends
       or new.released_by = '' or new.until is null then
        perform refuse('KEPT', format('The hold %s changes once, when it is released.', old.hold),
                       'Make another.');
    end if;
    return new;
end $$;
create trigger check_hold before update on hold for each row execute function check_hold();

create function check_two_people() returns trigger
language plpgsql as $$
begin
    perform check_agreed(new.institution_id, new.proposal, tg_argv[0], new.agreement);
    return new;
end $$;
create trigger check_two_people before insert on disbursement
    for each row execute function check_two_people('disburse');
create trigger check_two_people before insert on guarantee_call
    for each row execute function check_two_people('call_guarantors');

-- An agreement that an application led to is served by two people: what writes off, takes back,
-- passes a loss on or changes its terms is named by their proposal, `PROPOSAL/…`; a draw is a
-- payment that they released.
create function check_agreed_events() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    one record;
begin
    for one in
        select n.institution_id, n.agreement, n.key, n.kind,
               case n.kind when 'WriteOff' then 'write_off' when 'Restructure' then 'restructure'
                           when 'Holiday' then 'restructure' when 'NewRate' then 'restructure'
                           when 'GuaranteeCalled' then 'call_guarantors'
                           when 'Release' then 'release_suspense'
                           when 'Provide' then 'write_off' else 'correct' end as act
          from new_rows as n
         where n.kind in ('WriteOff', 'Restructure', 'Holiday', 'NewRate', 'GuaranteeCalled',
                          'Release', 'Reversal', 'Provide')
           -- The bank's own word, that a payment came back, is nobody's act.
           and not (n.kind = 'Reversal' and exists (
                select from disbursement as d
                 where (d.institution_id, d.agreement, d.disbursement)
                     = (n.institution_id, n.agreement,
                        split_part(n.content ->> 'of', '/', 1))))
           and exists (select from application as a
                        where a.institution_id = n.institution_id and a.agreement = n.agreement)
    loop
        perform check_agreed(one.institution_id, split_part(one.key, '/', 1), one.act,
                             one.agreement);
    end loop;
    select n.key into one from new_rows as n
     where n.kind in ('ClaimAccepted', 'Compensated')
       and exists (select from application as a
                    where a.institution_id = n.institution_id and a.agreement = n.agreement)
       and not exists (select from fund_claim_step as s
                        where s.lender_id = n.institution_id and s.pair = n.agreement || '/' || n.key
                          and s.fen = (n.content ->> 'fen')::bigint);
    if found then
        perform refuse('NOT_AGREED', format('No fund agreed to %s.', one.key),
                       'Let the fund decide the claim.');
    end if;
    return null;
end $$;
create trigger check_agreed_events after insert on agreement_event
    referencing new table as new_rows for each statement execute function check_agreed_events();

-- What a fund and a lender share: a claim is the lender's to file, what becomes of it the fund's.
do $$
declare
    name text;
begin
    foreach name in array array['fund_cover', 'fund_claim', 'fund_claim_step'] loop
        execute format('revoke all on %I from public', name);
        execute format('alter table %I enable row level security, force row level security', name);
        execute format('call keep(%L)', name);
        execute format('create policy of_both on %I for select to suixin_app, suixin_auditor
                        using (current_institution() in (institution_id, lender_id))', name);
        execute format('grant select on %I to suixin_app, suixin_auditor', name);
    end loop;
end $$;
grant insert on fund_claim, fund_claim_step to suixin_app;
create policy by_lender on fund_claim for insert to suixin_app
    with check (lender_id = current_institution());
create policy by_fund on fund_claim_step for insert to suixin_app
    with check (institution_id = current_institution() and kind <> 'recovered');
create policy by_lender on fund_claim_step for insert to suixin_app
    with check (lender_id = current_institution() and kind = 'recovered');
create function check_fund_claim() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from fund_cover as c
                    where (c.institution_id, c.lender_id, c.product)
                        = (new.institution_id, new.lender_id, new.product)) then
        perform refuse('NOT_COVERED', format('The fund does not cover %s.', new.product), '');
    end if;
    perform check_agreed(new.lender_id, new.proposal, 'claim', new.agreement);
    return new;
end $$;
create trigger check_fund_claim before insert on fund_claim
    for each row execute function check_fund_claim();
create function check_fund_claim_step() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from fund_claim as c
                    where (c.institution_id, c.claim, c.lender_id)
                        = (new.institution_id, new.claim, new.lender_id)) then
        perform refuse('NO_CLAIM', format('There is no claim %s.', new.claim), '');
    end if;
    if new.kind in ('accepted', 'refused') then
        perform check_agreed(new.institution_id, new.proposal, 'decide_claim', new.claim);
    elsif new.kind = 'paid' then
        perform check_agreed(new.institution_id, new.proposal, 'pay_claim', new.claim);
    end if;
    return new;
end $$;
create trigger check_fund_claim_step before insert on fund_claim_step
    for each row execute function check_fund_claim_step();
