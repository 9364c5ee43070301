-- The queue of jobs, which procrastinate makes. A transaction that acts for an institution sees that
-- one's jobs alone; a worker, who acts for none before he has taken a job, sees all. A job holds ids
-- and nothing personal.

create function job_is_seen(args jsonb) returns boolean
language sql stable parallel safe as $$
    select current_institution() is null
        or (args ->> 'institution')::integer is not distinct from current_institution()
$$;

do $$
declare
    name text;
begin
    foreach name in array array['procrastinate_jobs', 'procrastinate_events',
                                'procrastinate_workers', 'procrastinate_periodic_defers'] loop
        execute format('revoke all on %I from public', name);
        execute format('alter table %I enable row level security, force row level security', name);
        execute format('grant select, insert, update, delete on %I to suixin_app', name);
        execute format('grant usage on sequence %s to suixin_app', pg_get_serial_sequence(name, 'id'));
    end loop;
end $$;
create policy of_institution on procrastinate_jobs to suixin_app
    using (job_is_seen(args)) with check (job_is_seen(args));
create policy of_job on procrastinate_events to suixin_app
    using (current_institution() is null
           or exists (select from procrastinate_jobs as j where j.id = job_id))
    with check (true);
create policy of_workers on procrastinate_workers to suixin_app using (true) with check (true);
create policy of_workers on procrastinate_periodic_defers to suixin_app
    using (true) with check (true);

-- A job is deferred by whoever acts, an agent too, in his own transaction and for his institution.
create function defer_job(task text, queue text, lock text, priority integer, args jsonb,
                          scheduled_at timestamptz)
returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    institution integer := current_institution();
    made bigint;
begin
    if institution is null then
        perform refuse('INSTITUTION', 'A job is deferred for an institution.', 'Act for one.');
    end if;
    insert into procrastinate_jobs (queue_name, task_name, priority, lock, args, scheduled_at)
    values (queue, task, priority, institution || '/' || nullif(lock, ''),
            args || jsonb_build_object('institution', institution), scheduled_at)
    returning id into made;
    return made;
end $$;
revoke execute on function defer_job from public;
grant execute on function defer_job to suixin_app, suixin_agent;

-- What befell a job: its faults, and who had it run again. Of a job of no institution where none is
-- named.
revoke all on job_note from public;
alter table job_note enable row level security, force row level security;
create policy of_institution on job_note to suixin_app
    using (current_institution() is null or institution_id = current_institution())
    with check (institution_id is not distinct from current_institution());
grant select, insert on job_note to suixin_app;
call keep('job_note');

-- Whether the database has today's form is asked by the service itself.
grant select on django_migrations to suixin_app;
