-- Partners' systems, answers given once, webhooks and exchange: whose rows, and what they hold to.

create sequence webhook_delivery_number;
alter table webhook_delivery alter column id set default nextval('webhook_delivery_number');
grant usage on sequence webhook_delivery_number to suixin_app;

call secure('api_client');
call secure('api_client_secret');
call secure('api_answer');
call secure('api_bucket');
call secure('webhook_subscription');
call secure('webhook_host');
call secure('webhook_delivery');
call secure('exchange_grant');
call secure('exchange_read');
call keep('exchange_read');
grant select, insert, update on api_client, api_client_secret, webhook_subscription,
    webhook_delivery, exchange_grant, api_bucket to suixin_app;
grant select, insert, update, delete on api_answer to suixin_app;
grant select, insert, delete on webhook_host to suixin_app;
grant select, insert on exchange_read to suixin_app;
grant select on api_client, webhook_subscription, exchange_grant, exchange_read to suixin_auditor;

-- An agent's own answers alone. Within his transaction the caller is named as `suixin.by`.
grant select, insert, update on api_answer to suixin_agent;
create policy own on api_answer to suixin_agent
    using (institution_id = current_institution()
           and "by" = current_setting('suixin.by', true))
    with check (institution_id = current_institution()
                and "by" = current_setting('suixin.by', true));
-- An auditor changes nothing; but that he asked for something once is kept.
grant insert, update on api_answer to suixin_auditor;
grant select on api_answer to suixin_auditor;

-- A bucket outlives no crash and needs no journal; whoever takes holds it only for that statement.
alter table api_bucket set unlogged;
alter table api_bucket set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0,
                            autovacuum_vacuum_threshold = 1000);

-- Take up to `wanted` requests from a bucket that fills at `rate` a second up to `burst`; how many
-- were had (at least 1, or 0 where not one is left) and in how many seconds there is one again.
create function take_requests(of_name text, wanted integer, rate float8, burst float8)
returns table (had integer, wait float8)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    institution integer := current_institution();
    now timestamptz := clock_timestamp();
    left_over float8;
begin
    insert into api_bucket (institution_id, name, tokens, at)
    values (institution, of_name, burst, now) on conflict do nothing;
    select least(burst, b.tokens + greatest(0, extract(epoch from now - b.at)) * rate)
      into left_over
      from api_bucket as b
     where (b.institution_id, b.name) = (institution, of_name) for update;
    had := least(wanted, floor(left_over)::integer);
    wait := case when had > 0 then 0 else (1 - left_over) / rate end;
    update api_bucket as b set tokens = left_over - had, at = greatest(b.at, now)
     where (b.institution_id, b.name) = (institution, of_name);
    return next;
end $$;
revoke execute on function take_requests from public;
grant execute on function take_requests to suixin_app;

-- What happened goes to whoever subscribed, in the transaction that made it happen. Only the kind
-- and an id go out: what is behind the id, a partner asks for with the scopes it has.
create function tell_subscribers(institution integer, of_kind text, of_subject text, of_content jsonb)
returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into webhook_delivery (institution_id, subscription, kind, subject, content, next_at)
    select s.institution_id, s.id, of_kind, of_subject, of_content, now()
      from webhook_subscription as s
     where s.institution_id = institution and s.ended_at is null and of_kind = any (s.kinds)
$$;
revoke execute on function tell_subscribers from public;
grant execute on function tell_subscribers to suixin_app;

create function tell_of_agreement() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform tell_subscribers(n.institution_id, 'agreement.signed', n.agreement,
                             jsonb_build_object('agreement', n.agreement, 'party', n.party_id,
                                                'product', n.sheet))
       from new_rows as n
      where exists (select from webhook_subscription as s
                     where s.institution_id = n.institution_id and s.ended_at is null);
    return null;
end $$;
create trigger tell_of_agreement after insert on agreement
    referencing new table as new_rows
    for each statement execute function tell_of_agreement();

create function tell_of_event() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform tell_subscribers(n.institution_id, 'agreement.event', n.agreement,
                             jsonb_build_object('agreement', n.agreement, 'event', n.key,
                                                'happened', n.kind, 'value_on', n.value_on))
       from new_rows as n
      where exists (select from webhook_subscription as s
                     where s.institution_id = n.institution_id and s.ended_at is null);
    return null;
end $$;
create trigger tell_of_event after insert on agreement_event
    referencing new table as new_rows
    for each statement execute function tell_of_event();

create function tell_of_consent() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform tell_subscribers(new.institution_id,
                             case when new.revoked_at is null then 'consent.given'
                                  else 'consent.withdrawn' end,
                             new.consent,
                             jsonb_build_object('consent', new.consent, 'party', new.party_id));
    return null;
end $$;
create trigger tell_of_consent after insert or update on consent
    for each row execute function tell_of_consent();
