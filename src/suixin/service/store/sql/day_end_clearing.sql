-- Money on its way, and movements that two institutions share.

call secure('clearing');
grant select, insert, update, delete on clearing to suixin_app;
grant select on clearing to suixin_auditor;

call secure('subsidy_grant');
call keep('subsidy_grant');
grant select, insert on subsidy_grant to suixin_app;
grant select on subsidy_grant to suixin_auditor;
alter table subsidy_grant add foreign key (institution_id, agreement)
    references agreement (institution_id, agreement);

-- The pairs of an institution's days whose other half no other institution has: it sees that there is
-- one, and nothing of it.
create function single_pairs(of_institution integer, after date, through date) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct t.pair from transaction as t
     where t.institution_id = of_institution and t.institution_id = current_institution()
       and t.pair <> '' and t.standing = 'posted'
       and t.booked_on > after and t.booked_on <= through
       and not exists (select from transaction as o
                        where o.pair = t.pair and o.institution_id <> of_institution
                          and o.standing = 'posted')
     order by t.pair
$$;
revoke execute on function single_pairs from public;
grant execute on function single_pairs to suixin_app;
