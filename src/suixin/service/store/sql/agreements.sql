-- What was signed and what happened stays; an agent sees the agreements of his villages' parties.

alter table agreement add foreign key (institution_id, party_id)
    references party (institution_id, party_id);
alter table agreement_event add foreign key (institution_id, agreement)
    references agreement (institution_id, agreement);

call secure('agreement');
call secure('agreement_event');
call keep('agreement');
call keep('agreement_event');
grant select, insert on agreement, agreement_event to suixin_app;
grant select on agreement, agreement_event to suixin_auditor, suixin_agent;
create policy of_village on agreement for select to suixin_agent
    using (exists (select from party as p
                    where p.institution_id = agreement.institution_id
                      and p.party_id = agreement.party_id));
create policy of_village on agreement_event for select to suixin_agent
    using (exists (select from agreement as a
                    where a.institution_id = agreement_event.institution_id
                      and a.agreement = agreement_event.agreement));
