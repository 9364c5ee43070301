-- What a lender tells the county of a day: seen by both, written by the lender, and kept.

alter table county_figures enable row level security, force row level security;
revoke all on county_figures from public;
call keep('county_figures');
create policy of_both on county_figures for select to suixin_app, suixin_auditor
    using (current_institution() in (institution_id, lender_id));
create policy by_lender on county_figures for insert to suixin_app
    with check (lender_id = current_institution());
grant select on county_figures to suixin_app, suixin_auditor;
grant insert on county_figures to suixin_app;
