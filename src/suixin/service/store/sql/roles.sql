-- Who works in the database. Roles are the server's, so they may be there already.
-- suixin_app does the service's work; it may become an agent or an auditor for one transaction.
do $$
declare
    name text;
begin
    foreach name in array array['suixin_app', 'suixin_agent', 'suixin_auditor'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I noinherit', name);
        end if;
    end loop;
end $$;

alter role suixin_app login;
grant suixin_agent, suixin_auditor to suixin_app;
