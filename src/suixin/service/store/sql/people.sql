-- Parties and what is sealed of them. An agent works with the parties of his villages alone.

create function current_villages() returns text[]
language sql stable parallel safe as $$
    select string_to_array(nullif(current_setting('suixin.villages', true), ''), ',')
$$;

alter table party drop constraint party_pkey, add primary key (institution_id, id);
alter table consent drop constraint consent_pkey, add primary key (institution_id, id);
alter table person_key add foreign key (institution_id, party_id)
    references party (institution_id, party_id);
-- What is sealed goes with its key.
alter table personal_field add foreign key (institution_id, party_id)
    references person_key (institution_id, party_id) on delete cascade;
alter table consent add foreign key (institution_id, party_id)
    references party (institution_id, party_id);

call secure('party');
call secure('consent');
call secure('person_key');
call secure('personal_field');
call secure('erasure');
call keep('erasure');
call keep_history('party_history');
call keep_history('consent_history');
grant select, insert, update on party, consent to suixin_app;
grant select, insert, update, delete on person_key, personal_field to suixin_app;
grant select, insert on erasure to suixin_app;
-- An auditor reads all of his institution but what is personal.
grant select on party, consent, erasure to suixin_auditor;

grant select, insert on party, consent, person_key, personal_field to suixin_agent;
grant select on erasure, posting, transaction to suixin_agent;
grant insert on party_history, consent_history to suixin_agent;
create policy of_village on party to suixin_agent
    using (institution_id = current_institution() and village_code = any (current_villages()))
    with check (institution_id = current_institution()
                and village_code = any (current_villages()));
do $$
declare
    name text;
    theirs text := 'exists (select from party as p where p.party_id = %1$I.%2$I
                                and p.institution_id = %1$I.institution_id)';
begin
    foreach name in array array['consent', 'person_key', 'personal_field'] loop
        execute format('create policy of_village on %1$I to suixin_agent
                        using (' || theirs || ') with check (' || theirs || ')', name, 'party_id');
    end loop;
    execute format('create policy of_village on %1$I for select to suixin_agent
                    using (' || theirs || ')', 'erasure', 'party_id');
    execute format('create policy of_village on %1$I for select to suixin_agent
                    using (' || theirs || ')', 'posting', 'party');
    foreach name in array array['party_history', 'consent_history'] loop
        execute format('create policy by_agent on %I for insert to suixin_agent
                        with check (institution_id = current_institution())', name);
    end loop;
end $$;
create policy of_village on transaction for select to suixin_agent
    using (exists (select from posting as p
                    where p.institution_id = transaction.institution_id
                      and p.transaction_id = transaction.id));

-- A consent changes once: when it is withdrawn.
create function check_consent() returns trigger
language plpgsql as $$
begin
    if old.revoked_at is not null or new.revoked_at is null
       or to_jsonb(new) - 'revoked_at' <> to_jsonb(old) - 'revoked_at' then
        perform refuse('KEPT', format('The consent %s changes once, when it is withdrawn.',
                       old.consent), 'Record a new consent.');
    end if;
    return new;
end $$;
create trigger check_consent before update on consent
    for each row execute function check_consent();

-- Who was erased is not sealed anew under the same id. The party's row is what both sides lock;
-- an agent has no right to lock it himself.
create function check_person_key() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from party as p
     where (p.institution_id, p.party_id) = (new.institution_id, new.party_id) for key share;
    if exists (select from erasure as e
                where (e.institution_id, e.party_id) = (new.institution_id, new.party_id)) then
        perform refuse('ERASED', format('%s was erased.', new.party_id),
                       'Register the person under a new id.');
    end if;
    return new;
end $$;
create trigger check_person_key before insert on person_key
    for each row execute function check_person_key();
