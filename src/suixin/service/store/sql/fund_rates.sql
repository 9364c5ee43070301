-- What a lender tells the fund that covers it: seen by both, written by the lender, and kept.

alter table fund_rate enable row level security, force row level security;
revoke all on fund_rate from public;
call keep('fund_rate');
create policy of_both on fund_rate for select to suixin_app, suixin_auditor
    using (current_institution() in (institution_id, lender_id));
create policy by_lender on fund_rate for insert to suixin_app
    with check (lender_id = current_institution());
grant select on fund_rate to suixin_app, suixin_auditor;
grant insert on fund_rate to suixin_app;
