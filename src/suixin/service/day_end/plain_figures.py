"""The figures of plain days, as three statements over all agreements of a batch.

Each makes a table for the next: a line of `day_plain` is an agreement after its day was opened and
what fell due was demanded, one of `day_paid` a claim that a sale or a receipt paid, one of
`day_after` the agreement at the end of the day. They say what `suixin.lending.running` says.
"""

from __future__ import annotations

from typing import Final

from suixin.lending.merchant import REFUNDED, SETTLED
from suixin.service.day_end.spans import WEIGHTS

# Whose row it is, what happens to it, and interest and penalty to the day before and to the day.
_STOOD: Final = f"""
    select s.agreement, a.party_id, s.sheet, s.mode, s.worked_through, s.life, s.grade,
           s.rate_bps, s.penalty_bps, s.anchor_on, s.accrued_num, s.interest_booked_fen,
           s.penalty_num, s.penalty_booked_fen, s.not_due_fen, s.overdue_fen, s.principal_fen,
           s.interest_fen, s.penalty_fen, s.fee_fen, s.on_plan, s.ended, s.rows_gone,
           s.accrued_fen, s.ahead_fen, s.period_net_fen, s.period_swept_fen, s.penalty_since,
           s.due_ons, s.due_principals, s.due_interests, s.due_fees,
           a.ahead_last, a.sweep_share_bps, a.rows, jsonb_array_length(a.rows) as row_count,
           a.rows -> s.rows_gone as planned, r.default_days,
           string_to_array(r.bucket_order, ',') as bucket_order,
           f.key, f.kind, (f.content ->> 'fen')::bigint as moved, f.of_order as sold,
           w.now, w.unit,
           round_by(s.rounding, s.accrued_num + s.not_due_fen::numeric * s.rate_bps * w.was,
                    w.unit)::bigint as interest_was,
           round_by(s.rounding, s.accrued_num + s.not_due_fen::numeric * s.rate_bps * w.now,
                    w.unit)::bigint as interest_is,
           case when s.overdue_fen = 0 then s.penalty_booked_fen else
           round_by(s.rounding, (s.penalty_num + s.overdue_fen::numeric * s.rate_bps
                    * (%(day)s::date - 1 - s.worked_through)) * s.penalty_bps, w.year)::bigint
           end as penalty_was,
           case when s.overdue_fen = 0 then s.penalty_booked_fen else
           round_by(s.rounding, (s.penalty_num + s.overdue_fen::numeric * s.rate_bps
                    * (%(day)s::date - s.worked_through)) * s.penalty_bps, w.year)::bigint
           end as penalty_is
      from agreement_state as s
      join agreement as a using (institution_id, agreement)
      join unnest(%(sinces)s::date[], %(untils)s::date[], %(defaults)s::integer[],
                  %(orders)s::text[]) as r(since, until, default_days, bucket_order)
        on a.start_on >= r.since and a.start_on < r.until
      join {WEIGHTS}
        on (w.day_count, w.anchor_on, w.worked_through)
         = (s.day_count, s.anchor_on, s.worked_through)
      left join lateral (
           select key, kind, value_on, content, of_order, count(*) over () as many
             from agreement_event
            where institution_id = %(institution)s and agreement = s.agreement
              and booked_on = %(day)s
            limit 1) as f on true
     where s.institution_id = %(institution)s and s.agreement = any (%(names)s::text[])
       and s.worked_through < %(day)s and s.life in ('active', 'overdue')
       and not s.non_accrual and s.suspended_fen = 0 and s.other is null and a.limit_fen is null
       and (f.key is null
            or (f.many = 1 and f.value_on = %(day)s and f.kind in ('Sale', 'Receipt')))
       and not exists (
           select from agreement_event as same
            where same.institution_id = %(institution)s and same.agreement = s.agreement
              and same.of_order = f.of_order and same.booked_on <= %(day)s
              and same.key <> f.key)
       and not exists (
           select from debt_fact as d
            where d.institution_id = %(institution)s and d.agreement = s.agreement)
       for update of s
"""
OPENED: Final = f"""
    create temporary table day_plain on commit drop as
    with stood as materialized ({_STOOD}),
    opened as (
        select *, (planned ->> 0)::date as next_on,
               coalesce((planned ->> 0)::date = %(day)s and sweep_share_bps is null, false)
                   as demands,
               rows_gone + 1 = row_count as is_last,
               (planned ->> 1)::bigint as planned_principal,
               (planned ->> 2)::bigint as planned_interest, (planned ->> 3)::bigint as planned_fee,
               interest_is - interest_was as earned, penalty_is - penalty_was as charged,
               interest_is - interest_booked_fen as earned_since,
               penalty_is - penalty_booked_fen as charged_since,
               accrued_fen + interest_is - interest_booked_fen as accrued,
               penalty_fen + penalty_is - penalty_booked_fen as penalty,
               case when penalty_is <> penalty_booked_fen and penalty_fen = 0
                    then (select min(u.due_on)
                            from unnest(due_ons, due_principals) as u(due_on, principal)
                           where u.principal > 0)
                    else penalty_since end as late_since,
               least(case when due_ons is not null
                          then (select min(one) from unnest(due_ons) as one) end,
                     case when penalty_fen > 0 then penalty_since end) as oldest_before
          from stood),
    demanded as (
        select *, demands and on_plan and planned_interest is not null as as_planned,
               case when not demands then 0
                    when planned_principal is null or is_last then not_due_fen
                    else least(planned_principal - least(ahead_fen, planned_principal),
                               not_due_fen) end as due_principal,
               case when not demands or planned_principal is null or is_last then 0
                    else least(ahead_fen, planned_principal) end as met,
               case when demands and on_plan then coalesce(planned_interest - accrued, 0)
                    else 0 end as differs,
               case when demands then planned_fee else 0 end as fee
          from opened
         where next_on is null or next_on > %(day)s
            or (next_on = %(day)s and sweep_share_bps is null)),
    owed as (
        select *, case when demands then accrued + differs else 0 end as due_interest,
               principal_fen + interest_fen + penalty_fen + fee_fen + earned_since + charged_since
                   + differs + fee as payoff,
               least(oldest_before, case when penalty > 0 then late_since end) as oldest
          from demanded),
    taking as (
        select *, case kind when 'Receipt' then moved
                            when 'Sale' then least(payoff, div(moved::numeric * sweep_share_bps,
                                                               10000))::bigint
                            else 0 end as taken,
               demands and due_principal + due_interest + fee <> 0 as is_due
          from owed)
    select agreement, party_id, sheet, mode, worked_through, life, grade, rate_bps, anchor_on,
           penalty_num, overdue_fen, principal_fen, not_due_fen as stood_fen, on_plan,
           ahead_last, rows, row_count, default_days, bucket_order, key, kind, moved, sold, unit,
           now, accrued_num, as_planned, taken, earned, charged, differs, fee, due_principal,
           interest_is, penalty_is, late_since, penalty, oldest_before, payoff,
           period_net_fen, period_swept_fen, key is not null and taken > 0 as pays,
           coalesce(starts_with(key, '{SETTLED}') or starts_with(key, '{REFUNDED}'), false)
               as of_merchant,
           interest_fen + earned_since + differs as interest, fee_fen + fee as fees,
           not_due_fen - due_principal as not_due, ahead_fen - met as ahead,
           case when demands then 0 else accrued end as accrued,
           ended or (demands and is_last) as ended, rows_gone + demands::integer as rows_gone,
           case when is_due then due_ons || %(day)s::date else due_ons end as due_ons,
           case when is_due then due_principals || due_principal else due_principals end
               as due_principals,
           case when is_due then due_interests || due_interest else due_interests end
               as due_interests,
           case when is_due then due_fees || fee else due_fees end as due_fees,
           case when differs <> 0 or fee <> 0 then nextval('transaction_number') end as due_id,
           case when taken > 0 then nextval('transaction_number') end as received_id,
           case when taken > 0 then nextval('transaction_number') end as paid_id,
           case when taken > 0 and (starts_with(key, '{SETTLED}') or starts_with(key, '{REFUNDED}'))
                then nextval('transaction_number') end as merchant_id
      from taking
     where taken < payoff and (oldest is null or %(day)s - oldest <= default_days)
"""
# By the order of allocation: past due, then due, then ahead; inside each by bucket, oldest first.
PAID: Final = """
    create temporary table day_paid on commit drop as
    with claims as (
        select agreement, taken, bucket_order, 'penalty' as bucket, late_since as due_on,
               0::bigint as place, penalty as fen from day_plain where pays
        union all
        select agreement, taken, bucket_order, 'interest', null, 0, accrued from day_plain
         where pays
        union all
        select agreement, taken, bucket_order, 'principal', null, 0, not_due from day_plain
         where pays
        union all
        select p.agreement, p.taken, p.bucket_order, b.bucket, u.due_on, u.place, b.fen
          from day_plain as p,
               unnest(p.due_ons, p.due_principals, p.due_interests, p.due_fees)
               with ordinality as u(due_on, principal, interest, fee, place),
               lateral (values ('fee', u.fee), ('interest', u.interest),
                               ('principal', u.principal)) as b(bucket, fen)
         where p.pays and p.due_ons is not null),
    turns as (
        select *, case when due_on is null then 2 when due_on = %(day)s then 1 else 0 end as turn,
               array_position(bucket_order, bucket) as rank
          from claims where fen > 0),
    met as (
        select *, least(fen, taken - (sum(fen) over before - fen))::bigint as part
          from turns
        window before as (partition by agreement order by turn, rank, due_on, place
                          rows unbounded preceding))
    select agreement, bucket, due_on, place, part, turn, rank from met where part > 0
"""
AFTER: Final = """
    create temporary table day_after on commit drop as
    with parts as (
        select agreement,
               coalesce(sum(part) filter (where bucket = 'fee'), 0)::bigint as fee,
               coalesce(sum(part) filter (where bucket = 'penalty'), 0)::bigint as penalty,
               coalesce(sum(part) filter (where bucket = 'interest'), 0)::bigint as interest,
               coalesce(sum(part) filter (where bucket = 'principal'), 0)::bigint as principal,
               coalesce(sum(part) filter (where bucket = 'interest' and turn = 2), 0)::bigint
                   as ahead_interest,
               coalesce(sum(part) filter (where bucket = 'principal' and turn = 2), 0)::bigint
                   as ahead_principal,
               bool_or(turn = 2) as ahead, bool_or(place > 0) as of_dues,
               jsonb_agg(jsonb_build_array(bucket, due_on, part)
                         order by turn, rank, due_on, place) as claims
          from day_paid group by agreement),
    dues as (
        select agreement, array_agg(due_on order by place) as due_ons,
               array_agg(principal order by place) as due_principals,
               array_agg(interest order by place) as due_interests,
               array_agg(fee order by place) as due_fees
          from (
            select p.agreement, u.place, u.due_on,
                   u.principal - coalesce(sum(q.part) filter (where q.bucket = 'principal'), 0)
                       ::bigint as principal,
                   u.interest - coalesce(sum(q.part) filter (where q.bucket = 'interest'), 0)
                       ::bigint as interest,
                   u.fee - coalesce(sum(q.part) filter (where q.bucket = 'fee'), 0)::bigint as fee
              from day_plain as p
              join (select agreement from parts where of_dues) as those using (agreement)
             cross join unnest(p.due_ons, p.due_principals, p.due_interests, p.due_fees)
                   with ordinality as u(due_on, principal, interest, fee, place)
              left join day_paid as q
                on q.agreement = p.agreement and q.place = u.place
             group by p.agreement, u.place, u.due_on, u.principal, u.interest, u.fee) as left_
         where principal + interest + fee > 0 group by agreement),
    ended as (
        select p.*, coalesce(q.fee, 0) as paid_fee, coalesce(q.penalty, 0) as paid_penalty,
               coalesce(q.interest, 0) as paid_interest,
               coalesce(q.principal, 0) as paid_principal,
               coalesce(q.ahead_interest, 0) as ahead_interest,
               coalesce(q.ahead_principal, 0) as ahead_principal,
               coalesce(q.ahead, false) as paid_ahead, coalesce(q.claims, '[]') as claims,
               case when q.of_dues then d.due_ons else p.due_ons end as left_ons,
               case when q.of_dues then d.due_principals else p.due_principals end
                   as left_principals,
               case when q.of_dues then d.due_interests else p.due_interests end as left_interests,
               case when q.of_dues then d.due_fees else p.due_fees end as left_fees
          from day_plain as p
          left join parts as q using (agreement)
          left join dues as d using (agreement)),
    aged as (
        select *, least(case when left_ons is not null
                             then (select min(one) from unnest(left_ons) as one) end,
                        case when penalty > paid_penalty then late_since end) as since,
               penalty - paid_penalty as penalty_left
          from ended),
    late as (
        select *, case when since < %(day)s then %(day)s - since else 0 end as late,
               case when oldest_before < %(day)s - 1 then %(day)s - 1 - oldest_before else 0 end
                   as late_before,
               case when since < %(day)s then 'overdue' when pays then 'active' else life end
                   as life_after
          from aged)
    select *,
           case when late.late = 0 then 1
                else coalesce((select max(g.grade)
                                 from unnest(%(grades)s::smallint[], %(grade_days)s::integer[])
                                      as g(grade, most)
                                where late.late > g.most), 1) end::smallint as grade_after,
           least(
               case when rows_gone < row_count
                    then greatest(%(day)s::date + 1, (rows -> rows_gone ->> 0)::date) end,
               case when since is null then null
                    when life_after = 'active' then greatest(%(day)s::date + 1, since + 1)
                    else greatest(%(day)s::date + 1, since + default_days + 1) end,
               case when since is not null
                    then (select min(since + m.most + 1)
                            from unnest(%(lates)s::integer[]) as m(most)
                           where since + m.most + 1 > %(day)s) end) as wake_after,
           case when late.late > late_before
                then (select max(m.most) from unnest(%(reminders)s::integer[]) as m(most)
                       where late.late_before <= m.most and m.most < late.late) end as reminded
      from late
"""
