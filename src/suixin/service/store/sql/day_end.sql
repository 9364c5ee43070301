-- The day's end: whose its rows are, what it rounds by, and that a day once begun takes no event.

alter table agreement_state add foreign key (institution_id, agreement)
    references agreement (institution_id, agreement);

call secure('agreement_state');
call secure('day_end');
call secure('day_contribution');
grant select, insert, update on agreement_state, day_end to suixin_app;
grant select, insert, delete on day_contribution to suixin_app;
grant select on agreement_state, day_end, day_contribution to suixin_auditor;

-- What is booked on a day is what the ledger's balance of the day is made of. Rows come in the order
-- of their days, or nearly, so a summary of each range of pages is enough.
create index posting_booked on posting using brin (booked_on) with (pages_per_range = 32);

-- A fraction rounded as `suixin.kernel.money.round_by` does; neither part is below 0.
create function round_by(rounding text, num numeric, unit numeric) returns numeric
language sql immutable parallel safe as $$
    select case
        when num = 0 then 0
        when rounding = 'half_up' then div(2 * num + unit, 2 * unit)
        when 2 * mod(num, unit) > unit
          or (2 * mod(num, unit) = unit and mod(div(num, unit), 2) = 1) then div(num, unit) + 1
        else div(num, unit) end
$$;

-- The same within 64 bits, for sums below 2^61.
create function round_by(rounding text, num bigint, unit bigint) returns bigint
language sql immutable parallel safe as $$
    select case
        when rounding = 'half_up' then (2 * num + unit) / (2 * unit)
        when 2 * (num % unit) > unit
          or (2 * (num % unit) = unit and num / unit % 2 = 1) then num / unit + 1
        else num / unit end
$$;

-- The day's end works what was booked to its day; what comes later must be booked later.
create function check_events() returns trigger
language plpgsql as $$
declare
    wrong record;
begin
    perform hold_day_open(n.institution_id)
       from (select distinct institution_id from new_rows) as n;
    select n.key, n.booked_on, d.day into wrong
      from new_rows as n join day_end as d on d.institution_id = n.institution_id
     where d.day >= n.booked_on
     order by d.day desc limit 1;
    if found then
        perform refuse('DAY_CLOSED', format('%s is booked on %s; the days to %s were ended.',
                       wrong.key, wrong.booked_on, wrong.day), 'Book it on a later day.');
    end if;
    return null;
end $$;
create trigger check_events after insert on agreement_event
    referencing new table as new_rows for each statement execute function check_events();
