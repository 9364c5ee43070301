-- An agreement that is signed has a state from then on, which the day's end then works: no day looks
-- for those that have none.
create function take_in() returns trigger
language plpgsql as $$
begin
    insert into agreement_state (institution_id, agreement, sheet, mode, day_count, rounding,
                                 penalty_bps, worked_through, wake_on, anchor_on)
    select institution_id, agreement, sheet, mode, day_count, rounding, penalty_bps, start_on - 1,
           start_on, start_on
      from new_rows;
    return null;
end $$;
create trigger take_in after insert on agreement
    referencing new table as new_rows for each statement execute function take_in();

insert into agreement_state (institution_id, agreement, sheet, mode, day_count, rounding,
                             penalty_bps, worked_through, wake_on, anchor_on)
select a.institution_id, a.agreement, a.sheet, a.mode, a.day_count, a.rounding, a.penalty_bps,
       a.start_on - 1, a.start_on, a.start_on
  from agreement as a left join agreement_state as s using (institution_id, agreement)
 where s.agreement is null;
