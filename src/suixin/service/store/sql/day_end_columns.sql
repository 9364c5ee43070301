-- States that stood as texts become columns, and whose the new rows are.

alter table agreement_past add foreign key (institution_id, agreement)
    references agreement (institution_id, agreement);
alter table debt_fact add foreign key (institution_id, agreement)
    references agreement (institution_id, agreement);

call secure('agreement_past');
call secure('debt_fact');
call secure('day_item');
call keep('debt_fact');
grant select, insert, delete on agreement_past to suixin_app;
grant select, insert on debt_fact to suixin_app;
grant select, insert on day_item to suixin_app;
grant update (done_at, done_by) on day_item to suixin_app;
grant select on agreement_past, debt_fact, day_item to suixin_auditor;

-- Whether an order was swept before is asked once for every sale.
create index agreement_event_order on agreement_event (agreement, (content ->> 'order'))
    where content ? 'order';
-- A row that is written again finds room beside itself, and its indexes stay as they are.
alter table agreement_state set (fillfactor = 80);

-- A fact of a debt is worked at the end of the day it is booked on, as events are.
create trigger check_events after insert on debt_fact
    referencing new table as new_rows for each statement execute function check_events();

-- From the texts that stood: `rows_gone` where what is left of the schedule is its tail, else the
-- rows themselves in `other`.
with told as (
    select s.institution_id, s.agreement, s.past::jsonb as past, s.state::jsonb as state,
           s.state::jsonb -> 'memory' as memory,
           jsonb_array_length(a.rows) - jsonb_array_length(s.state::jsonb -> 'memory' -> 'rows')
               as gone,
           a.rows
      from agreement_state as s join agreement as a using (institution_id, agreement)
     where s.state <> ''),
held as (
    select told.*,
           gone >= 0 and memory -> 'rows' = coalesce(
               (select jsonb_agg(row_ order by place)
                  from jsonb_array_elements(rows) with ordinality as t(row_, place)
                 where place > gone), '[]') as as_signed
      from told),
rare as (
    select held.*,
           nullif(jsonb_strip_nulls(jsonb_build_object(
               'suspense_fen', nullif((state ->> 'suspense_fen')::bigint, 0),
               'written_off_fen', nullif((state ->> 'written_off_fen')::bigint, 0),
               'recourse_fund_fen', nullif((state ->> 'recourse_fund_fen')::bigint, 0),
               'recourse_guarantors_fen', nullif((state ->> 'recourse_guarantors_fen')::bigint, 0),
               'called_fen', nullif((memory ->> 'called_fen')::bigint, 0),
               'restructured_on', nullif(state -> 'restructured_on', '[]'),
               'holds', nullif(state -> 'holds', '[]')))
               || case when as_signed then '{}'::jsonb
                       else jsonb_build_object('rows', memory -> 'rows') end, '{}') as other
      from held)
update agreement_state as s
   set life = r.state ->> 'life',
       on_plan = (r.memory ->> 'on_plan')::boolean,
       ended = (r.memory ->> 'ended')::boolean,
       rows_gone = case when r.as_signed then r.gone else 0 end,
       accrued_fen = (r.state ->> 'accrued_fen')::bigint,
       ahead_fen = (r.memory ->> 'ahead_fen')::bigint,
       period_net_fen = (r.memory ->> 'period_net_fen')::bigint,
       period_swept_fen = (r.memory ->> 'period_swept_fen')::bigint,
       suspended_penalty_fen = (r.state ->> 'suspended_penalty_fen')::bigint,
       penalty_since = (r.memory ->> 'penalty_since')::date,
       due_ons = (select array_agg((d ->> 0)::date order by n)
                    from jsonb_array_elements(r.state -> 'dues') with ordinality as t(d, n)),
       due_principals = (select array_agg((d ->> 1)::bigint order by n)
                    from jsonb_array_elements(r.state -> 'dues') with ordinality as t(d, n)),
       due_interests = (select array_agg((d ->> 2)::bigint order by n)
                    from jsonb_array_elements(r.state -> 'dues') with ordinality as t(d, n)),
       due_fees = (select array_agg((d ->> 3)::bigint order by n)
                    from jsonb_array_elements(r.state -> 'dues') with ordinality as t(d, n)),
       other = r.other::text,
       -- So that its grade is found and its row is written as others are.
       wake_on = least(s.wake_on, s.worked_through + 1)
  from rare as r
 where (s.institution_id, s.agreement) = (r.institution_id, r.agreement);

insert into agreement_past (institution_id, agreement, day, line, told)
select institution_id, agreement, worked_through, 0, jsonb_build_array('whole', past::jsonb)
  from agreement_state where state <> '' and past <> '';
