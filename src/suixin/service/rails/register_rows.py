"""The register as rows and back, and the statements over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from suixin.lending.transaction import Dimensions
from suixin.service.rails.payment import Payee, Payment, PaymentState, attempt_of
from suixin.service.rails.register import Case, CaseReason, Expected, NoticeLine, Tracked

# What a payment is for, and never changes: columns with their types.
FOR: Final = (
    *(("id", "text"), ("key", "text"), ("what", "text"), ("agreement", "text")),
    *(("party_id", "text"), ("sheet", "text"), ("mode", "text"), ("tier", "text")),
    *(("instalment", "text"), ("fen", "bigint"), ("payee", "text"), ("purpose", "text")),
    *(("on_day", "date"), ("attempt", "integer"), ("replaces", "text")),
    *(("from_account", "text"), ("through", "text"), ("revolving", "boolean"), ("text", "text")),
)
# What is noted of it.
NOTED: Final = (
    *(("state", "text"), ("file", "text"), ("sent_on", "date"), ("pay_on", "date")),
    *(("told_on", "date"), ("value_on", "date"), ("line", "text"), ("returned_by", "text")),
    *(("reason", "text"), ("known", "boolean"), ("cancel", "text"), ("redated", "boolean")),
    *(("missed", "integer"), ("replaced_by", "text")),
)
_FOR_NAMES: Final = ", ".join(name for name, _ in FOR)
_NOTED_NAMES: Final = ", ".join(name for name, _ in NOTED)

ENTER_PAYMENT: Final = f"""
    insert into payment (institution_id, {_FOR_NAMES}, agreed_by, state)
    values (%s, {", ".join("%s" for _ in FOR)}, %s, 'pending')
    on conflict do nothing returning id
"""
NOTE_PAYMENTS: Final = f"""
    update payment as p set ({_NOTED_NAMES}) = row ({", ".join(f"u.{name}" for name, _ in NOTED)})
      from unnest(%s::text[], {", ".join(f"%s::{kind}[]" for _, kind in NOTED)})
           as u(id, {_NOTED_NAMES})
     where p.institution_id = %s and p.id = u.id
"""
PAYMENT_COLUMNS: Final = ", ".join(
    f"p.{name}" for name, _ in (*FOR, ("agreed_by", "text[]"), *NOTED)
)
_PAYMENTS: Final = f"""
    select {PAYMENT_COLUMNS}, y.bank_number, y.person
      from payment as p
      join payee as y on (y.institution_id, y.listed) = (p.institution_id, p.payee)
     where p.institution_id = %s
"""
PAYMENTS_BY_ID: Final = f"{_PAYMENTS} and p.id = any (%s::text[])"
PAYMENTS_BY_WHAT: Final = f"{_PAYMENTS} and p.what = any (%s::text[])"
PAYMENTS_BY_KEY: Final = f"{_PAYMENTS} and p.key = %s"
PAYMENTS_PENDING: Final = f"""{_PAYMENTS} and p.state = 'pending' and p.on_day <= %s
    order by p.entered_at, p.id limit %s"""
PAYMENTS_UNSEEN: Final = f"""{_PAYMENTS}
    and (p.state in ('sent', 'accepted') or (p.state = 'settled' and p.line = ''))
    order by p.sent_on, p.id"""

DUES: Final = """
    select reference, agreement, party_id, sheet, mode, tier, order_id, fen, on_day, sealed_payer,
           received_fen
      from receipt_due where institution_id = %s
"""
DUES_BY_REFERENCE: Final = f"{DUES} and reference = any (%s::text[])"
DUES_LIKE: Final = f"{DUES} and on_day = %s and fen - received_fen = %s and received_fen < fen"
ENTER_DUE: Final = """
    insert into receipt_due (institution_id, reference, agreement, party_id, sheet, mode, tier,
                             order_id, fen, on_day, sealed_payer)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, reference) do nothing returning reference
"""
NOTE_DUES: Final = """
    update receipt_due as r set received_fen = u.fen
      from unnest(%s::text[], %s::bigint[]) as u(reference, fen)
     where r.institution_id = %s and r.reference = u.reference
"""
CASES: Final = """
    select key, why, fen, value_on, opened_on, payment, expected, candidate, note, sealed,
           closed_on, closed_by, how
      from suspense_case where institution_id = %s
"""
CASES_BY_KEY: Final = f"{CASES} and key = any (%s::text[])"
CASES_OPEN: Final = f"{CASES} and closed_on is null order by opened_on, key"
OPEN_CASE: Final = """
    insert into suspense_case (institution_id, key, why, fen, value_on, opened_on, payment,
                               expected, candidate, note, sealed)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, key) do nothing
"""
CLOSE_CASE: Final = """
    update suspense_case set closed_on = %s, closed_by = %s::text[], how = %s
     where institution_id = %s and key = %s
"""

POSITION: Final = """
    select number, closing_fen, closing_on from bank_account
     where institution_id = %s and account = %s
"""
BEGAN: Final = """
    select bank, began_fen, began_on from bank_account where institution_id = %s and account = %s
"""
BEGIN: Final = """
    insert into bank_account (institution_id, account, bank, number, closing_fen, closing_on,
                              began_fen, began_on)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, account) do nothing returning account
"""
GO_ON: Final = """
    update bank_account set number = %s, closing_fen = %s, closing_on = %s
     where institution_id = %s and account = %s
"""
TAKEN: Final = """
    select name, digest from bank_report where institution_id = %(institution)s
       and name = any (%(names)s::text[])
    union all
    select 'file/' || name, digest from bank_in where institution_id = %(institution)s
       and 'file/' || name = any (%(names)s::text[])
"""
SEEN: Final = (
    "select base, lines from bank_seen where institution_id = %s and base = any (%s::text[])"
)
COUNT: Final = """
    insert into bank_seen (institution_id, base, lines)
    select %s, u.base, u.lines from unnest(%s::text[], %s::integer[]) as u(base, lines)
    on conflict (institution_id, base) do update set lines = excluded.lines
"""
NOTICES: Final = """
    select key, account, fen, booked_on, value_on, confirmed, withdrawn from bank_notice
     where institution_id = %s
"""
NOTICES_BY_KEY: Final = f"{NOTICES} and key = any (%s::text[])"
NOTICES_EARLY: Final = f"""{NOTICES} and account = %s and booked_on <= %s
    and not confirmed and not withdrawn order by booked_on, key"""
NOTE_NOTICES: Final = """
    insert into bank_notice (institution_id, key, account, fen, booked_on, value_on, confirmed,
                             withdrawn)
    select %s, u.* from unnest(%s::text[], %s::text[], %s::bigint[], %s::date[], %s::date[],
                               %s::boolean[], %s::boolean[]) as u
    on conflict (institution_id, key)
    do update set confirmed = excluded.confirmed, withdrawn = excluded.withdrawn
"""
BLOCKED: Final = "select blocked_by <> '' from payee where institution_id = %s and listed = %s"
BLOCK: Final = """
    update payee set blocked_by = %s where institution_id = %s and listed = %s and blocked_by = ''
"""
FILE: Final = "select batches::text from bank_out where institution_id = %s and name = %s"


def payment_values(payment: Payment, key: str) -> list[Any]:
    """What a payment is for, in the order of `FOR`, and by whom."""
    about = payment.about
    return [
        *(payment.id, key, attempt_of(payment.id), about.agreement, about.party, about.sheet),
        *(about.mode, about.tier, payment.instalment, payment.fen, payment.payee.listed),
        *(payment.purpose, payment.on, payment.attempt, payment.replaces, payment.from_account),
        *(payment.through, payment.revolving, payment.text, list(payment.by)),
    ]


def tracked_of(row: Sequence[Any], payees: Mapping[str, Payee]) -> Tracked:
    """A payment from its row; its payee's name and numbers only where they were opened."""
    told = dict(zip([name for name, _ in FOR], row, strict=False))
    by, noted = row[len(FOR)], row[len(FOR) + 1 : len(FOR) + 1 + len(NOTED)]
    bank_number, person = row[-2:]
    listed = told["payee"]
    about = (told[name] for name in ("agreement", "party_id", "sheet", "mode", "tier"))
    payment = Payment(
        id=told["id"],
        about=Dimensions(*about),
        instalment=told["instalment"],
        fen=told["fen"],
        payee=payees.get(listed) or Payee(listed, "", "", "", bank_number, person),
        purpose=told["purpose"],
        on=told["on_day"],
        by=(by[0], by[1]),
        attempt=told["attempt"],
        replaces=told["replaces"],
        from_account=told["from_account"],
        through=told["through"],
        revolving=told["revolving"],
        text=told["text"],
    )
    state, *rest = noted
    return Tracked(payment, PaymentState(state), *rest)


def noted_values(tracked: Sequence[Tracked]) -> list[list[Any]]:
    """What is noted of payments, column by column after their ids."""
    names = [name for name, _ in NOTED]
    columns = [[getattr(one, name) for one in tracked] for name in names[1:]]
    return [[one.payment.id for one in tracked], [one.state.value for one in tracked], *columns]


def notice_of(row: Sequence[Any]) -> NoticeLine:
    """A line told early, from its row."""
    return NoticeLine(*row)


def due_of(row: Sequence[Any], payer: str) -> Expected:
    """A receipt to come, from its row."""
    reference, *about = row[:6]
    order, fen, on, _, received = row[6:]
    return Expected(
        reference, Dimensions(*about), fen, on, payer, received_fen=received, order=order
    )


def case_of(row: Sequence[Any], told: Sequence[str]) -> Case:
    """A case, from its row and what was opened of it: payer and text."""
    key, why, fen, value_on, opened_on, payment, expected, candidate, note = row[:9]
    closed_on, closed_by, how = row[10:]
    payer, text = told
    return Case(key, CaseReason(why), fen, value_on, opened_on, payment, expected, candidate, note,
                payer, text, closed_on, tuple(closed_by), how)  # fmt: skip
