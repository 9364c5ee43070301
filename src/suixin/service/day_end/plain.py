"""What most agreements have on a day, worked for all of them at once by the database.

A row that falls due, a sale of a new order or a receipt that does not settle everything, the first
days past due: of an agreement in order, with a plain history, known on its day. All else is worked
by `suixin.lending.replay`; that both say the same, a sample proves each day, and properties do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.lending.running import ServicingRules
from suixin.service.day_end.grading import Thresholds
from suixin.service.day_end.plain_figures import AFTER, OPENED, PAID
from suixin.service.day_end.spans import spans
from suixin.service.store.session import Actor, query

_POST: Final = """
    with made as (
        insert into transaction (institution_id, id, key, step, standing, value_on, booked_on, text,
                                 lines)
        select %(institution)s, t.id, p.agreement || '/' || t.text, 0, 'posted', %(day)s, %(day)s,
               t.text, t.lines
          from day_after as p,
               lateral (values
                   (due_id, 'due/' || %(day)s::date,
                    2 * ((differs <> 0)::integer + (fee <> 0)::integer)),
                   (received_id, key, 2),
                   (paid_id, key || '/paid',
                    2 * ((paid_fee <> 0)::integer + (paid_penalty <> 0)::integer
                         + (paid_interest <> 0)::integer + (paid_principal <> 0)::integer)),
                   (merchant_id, key || '/merchant', 2)) as t(id, text, lines)
         where t.id is not null
         order by t.id
        on conflict (institution_id, key, step) do nothing returning id),
    pairs as (
        select t.id, p.agreement, p.party_id, p.sheet, p.mode, t.debit, t.credit, t.fen, t.of_party,
               row_number() over (partition by t.id order by t.place) as place
          from day_after as p,
               lateral (values
                   (due_id, 1, '1102', '4001', differs, false),
                   (due_id, 2, '1104', '4003', fee, false),
                   (received_id, 1, '1001', '2001', taken, false),
                   (paid_id, 1, '2001', '1104', paid_fee, false),
                   (paid_id, 2, '2001', '1103', paid_penalty, false),
                   (paid_id, 3, '2001', '1102', paid_interest, false),
                   (paid_id, 4, '2001', '1101', paid_principal, false),
                   (merchant_id, 1, '2003', '1001', taken, true))
               as t(id, place, debit, credit, fen, of_party)
         where t.id in (select made.id from made) and t.fen <> 0)
    insert into posting (institution_id, transaction_id, line, account, fen, currency, agreement,
                         party, sheet, mode, tier, value_on, booked_on)
    select %(institution)s, id, 2 * place - side.back, side.account, side.fen, 'CNY',
           case when of_party then '' else agreement end, party_id,
           case when of_party then '' else sheet end, case when of_party then '' else mode end, '',
           %(day)s, %(day)s
      from pairs,
           lateral (values (1, debit, fen), (0, credit, -fen)) as side(back, account, fen)
     order by id, 2 * place - side.back
"""
# Money that came by the bank stands in the books since its line came, under the same key; whatever
# else has a key of the day's is not to be there.
_OTHERWISE: Final = """
    select p.agreement || '/' || n.name
      from day_after as p,
           lateral (values (due_id, 'due/' || %(day)s::date), (received_id, p.key),
                           (paid_id, p.key || '/paid'), (merchant_id, p.key || '/merchant'))
                   as n(id, name)
     where n.id is not null
       and not exists (select from transaction as t
                        where (t.institution_id, t.id) = (%(institution)s, n.id))
       and not exists (
           select from transaction as t
             join posting as b on (b.institution_id, b.transaction_id) = (t.institution_id, t.id)
            where t.institution_id = %(institution)s and t.key = p.agreement || '/' || n.name
              and n.id = p.received_id and t.standing = 'posted' and t.value_on = %(day)s
              and b.account = '1001' and b.fen = p.taken)
     limit 1
"""
_WRITE: Final = """
    update agreement_state as s
       set worked_through = %(day)s, wake_on = u.wake_after, grade = u.grade_after,
           accrues = true, anchor_on = case when u.as_planned then %(day)s else u.anchor_on end,
           accrued_num = case when u.as_planned then (u.interest_is + u.differs)::numeric * u.unit
                              else u.accrued_num + u.stood_fen::numeric * u.rate_bps * u.now end,
           interest_booked_fen = u.interest_is + u.differs,
           penalty_num = u.penalty_num + u.overdue_fen::numeric * u.rate_bps
                         * (%(day)s - u.worked_through),
           penalty_booked_fen = u.penalty_is,
           not_due_fen = u.not_due - u.ahead_principal,
           overdue_fen = u.overdue_fen + u.due_principal - u.paid_principal + u.ahead_principal,
           principal_fen = u.principal_fen - u.paid_principal,
           interest_fen = u.interest - u.paid_interest,
           penalty_fen = u.penalty_left, fee_fen = u.fees - u.paid_fee,
           life = u.life_after, on_plan = u.on_plan and not u.paid_ahead, ended = u.ended,
           rows_gone = u.rows_gone, accrued_fen = u.accrued - u.ahead_interest,
           ahead_fen = u.ahead + case when u.ahead_last then 0 else u.ahead_principal end,
           period_net_fen = u.period_net_fen + case when u.kind = 'Sale' then u.moved else 0 end,
           period_swept_fen = u.period_swept_fen
                              + case when u.kind = 'Sale' then u.taken else 0 end,
           penalty_since = case when u.pays and u.penalty_left = 0 then null else u.late_since end,
           due_ons = u.left_ons, due_principals = u.left_principals,
           due_interests = u.left_interests, due_fees = u.left_fees
      from day_after as u
     where s.institution_id = %(institution)s and s.agreement = u.agreement
"""
_PAST: Final = """
    insert into agreement_past (institution_id, agreement, day, line, told)
    select %(institution)s, agreement, %(day)s, 1,
           case kind when 'Sale' then jsonb_build_array(kind, sold, moved, taken, claims)
                     else jsonb_build_array(kind, key, claims) end
      from day_after where kind is not null
"""
_CONTRIBUTE: Final = """
    insert into day_contribution (institution_id, day, first, agreements, value_ons, debits,
                                  credits, fens)
    select %(institution)s, %(day)s, min(agreement),
           array_agg(agreement), array_agg(%(day)s::date), array_agg(debit), array_agg(credit),
           array_agg(fen)
      from day_after,
           lateral (values ('1102', '4001', earned), ('1103', '4002', charged))
               as t(debit, credit, fen)
     where fen <> 0
    having count(*) > 0
"""
_ITEMS: Final = """
    insert into day_item (institution_id, day, agreement, kind, content)
    select %(institution)s, %(day)s, agreement, 'reminder',
           jsonb_build_object('days', late, 'more_than', reminded)
      from day_after where reminded is not null
    union all
    select %(institution)s, %(day)s, agreement, 'grade',
           jsonb_build_object('from', grade, 'to', grade_after)
      from day_after where grade <> grade_after
"""
# Whole sorts and lists in memory.
_ROOM: Final = "select set_config('work_mem', '64MB', true)"
_COUNT: Final = "select count(*) from day_plain"
_DROP: Final = "drop table if exists day_plain, day_paid, day_after"


def work_plain(actor: Actor, day: date, names: Sequence[str], late: Thresholds) -> int:
    """Work those of these agreements whose day is plain; how many. A part of a transaction."""
    periods = _periods()
    given: dict[str, Any] = {
        "institution": actor.institution,
        "day": day,
        "names": names,
        "sinces": [since for since, _, _ in periods],
        "untils": [until for _, until, _ in periods],
        "defaults": [rules.default_days for *_, rules in periods],
        "orders": [",".join(rules.order) for *_, rules in periods],
        "grades": [int(grade) for grade, _ in late.grades],
        "grade_days": [most for _, most in late.grades],
        "lates": late.all,
        "reminders": late.reminders,
        **spans(actor, day, names).values,
    }
    query(_ROOM)
    query(OPENED, given)
    ((count,),) = query(_COUNT)
    if count:
        for statement in (PAID, AFTER, _POST):
            query(statement, given)
        for (key,) in query(_OTHERWISE, given):
            wrong = f"The key {key} is taken by another transaction."
            raise InputError("KEY_TAKEN", wrong, "Take that back; the day's end posts its own.")
        for statement in (_WRITE, _PAST, _CONTRIBUTE, _ITEMS):
            query(statement, given)
    query(_DROP)
    return int(count)


def _periods() -> list[tuple[date, date, ServicingRules]]:
    """The rules of agreements by the days on which they began: from, before, rules."""
    policy = load_policy("servicing")
    starts = sorted({one.since for of in policy.parameters.values() for one in of.settings})
    return [
        (since, until, ServicingRules.of(policy.on(since)))
        for since, until in zip(starts, [*starts[1:], date.max], strict=True)
    ]
