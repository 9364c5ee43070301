-- Whose rows of people, facts, scores and live slots are, and what of them stays.

alter table dispute drop constraint dispute_pkey, add primary key (institution_id, id);
alter table fact drop constraint fact_pkey, add primary key (institution_id, id);

do $$
declare
    name text;
begin
    foreach name in array array['onboarding', 'consent_receipt', 'dispute', 'fact_batch', 'fact',
                                'fact_gone', 'market', 'summary', 'credit_file', 'score_due',
                                'advice', 'live_slot', 'live_batch', 'live_change', 'live_minute']
    loop
        execute format('call secure(%L)', name);
        execute format('grant select, insert on %I to suixin_app', name);
    end loop;
    -- What was told, advised or scored stays; so do the batches that count.
    foreach name in array array['onboarding', 'consent_receipt', 'fact_batch', 'fact_gone',
                                'credit_file', 'advice', 'live_change', 'live_minute'] loop
        execute format('call keep(%L)', name);
    end loop;
    foreach name in array array['onboarding', 'consent_receipt', 'fact_batch', 'credit_file',
                                'advice', 'live_slot', 'live_change', 'live_minute'] loop
        execute format('grant select on %I to suixin_auditor', name);
    end loop;
end $$;

call keep_history('dispute_history');
call keep_whole('dispute');
create trigger keep_as_is before delete on dispute for each row execute function keep_as_is();
grant update (standing, answer, answered_at, answered_by) on dispute to suixin_app;

-- A fact goes only with the person it is of; it is never written over.
create trigger keep_as_is before update on fact for each row execute function keep_as_is();
call keep_whole('fact');
grant delete on fact to suixin_app;

-- Caches: what can be computed anew.
grant update, delete on summary, score_due to suixin_app;
grant delete on market to suixin_app;

grant update (factor_bps, above, batches, events, looked_at) on live_slot to suixin_app;
create trigger keep_as_is before delete on live_slot for each row execute function keep_as_is();
-- Viewers gave no consent: their events are dropped after the session, its sums stay.
grant delete on live_batch to suixin_app;
create trigger keep_as_is before update on live_batch for each row execute function keep_as_is();
alter table live_batch alter column content set storage external;
alter table summary alter column content set storage external;

-- A dispute is answered once.
create function check_dispute() returns trigger
language plpgsql as $$
declare
    ends text[] := array['standing', 'answer', 'answered_at', 'answered_by'];
begin
    if old.standing <> 'open' or new.standing = 'open'
       or to_jsonb(new) - ends <> to_jsonb(old) - ends then
        perform refuse('KEPT', format('The dispute %s changes once, when it is answered.',
                       old.dispute), 'File another.');
    end if;
    return new;
end $$;
create trigger check_dispute before update on dispute
    for each row execute function check_dispute();

-- An agent takes on parties of his villages.
grant select, insert on onboarding to suixin_agent;
create policy of_village on onboarding to suixin_agent
    using (exists (select from party as p where p.party_id = onboarding.party_id
                       and p.institution_id = onboarding.institution_id))
    with check (exists (select from party as p where p.party_id = onboarding.party_id
                       and p.institution_id = onboarding.institution_id));

-- Who has a number, whoever asks for this institution: a person is not taken on twice because an
-- agent cannot see the villages of another.
create function who_has(of_name text, of_lookups bytea[]) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
    select f.party_id from personal_field as f
     where f.institution_id = current_institution() and f.name = of_name
       and f.lookup = any (of_lookups)
$$;
revoke execute on function who_has from public;
grant execute on function who_has to suixin_app, suixin_agent;
