"""What there is to see on the desks of a lender's people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from lending_world import BANK_NUMBER
from people_of_desks import PARTY, People

from suixin.service.app import deciding, disputes, listing
from suixin.service.app.payments import payments
from suixin.service.store.session import acting, query

STATEMENT: Final = "8010526018159083/statement/181"
CASE: Final = "8010526018159083/B1"
_REPORT: Final = """
    insert into bank_report (institution_id, name, digest, account, number, closing_fen, closing_on,
                             lines, taken_on)
    values (%s, %s, %s, '8010526018159083', 181, 123400, %s, 2, %s)
"""
_LINE: Final = """
    insert into bank_line (institution_id, report, place, part, key, verdict, fen, value_on,
                           payment, expected, "case", note)
    values (%s, %s, %s, 0, %s, %s, %s, %s, %s, '', %s, '')
"""
_CASE: Final = """
    insert into suspense_case (institution_id, key, why, fen, value_on, opened_on, payment,
                               expected, candidate, note, closed_by, how)
    values (%s, %s, 'unknown', 9900, %s, %s, '', '', '', '', '{}', '')
"""


def samples(people: People) -> Mapping[str, Mapping[str, Any]]:
    """A case that waits for a person, a loan, a dispute, what a bank told and nobody explains."""
    world = people.world
    loan = world.lent(world.register("h-0301"), "sales_flow", 1_000_000)
    filed = disputes.dispute(
        world.household(PARTY), PARTY, "score", "The shop is mine.", key=world.key(), at=world.at
    )
    (paid,) = payments(world.cashier, agreement=loan)
    told_by_bank(people, paid.id)
    waits = asked_for_a_person(people)
    return {
        "officer-case": {"application": waits},
        "officer-proposal": {"proposal": proposed(people, waits)},
        "officer-dispute": {"dispute": filed.dispute},
        "officer-loan": {"agreement": loan},
        "cashier-payment": {"payment": paid.id},
        "cashier-statement": {"statement": STATEMENT},
        "cashier-case": {"case": CASE},
        "cashier-proposal": {"proposal": payee(people)},
    }


def asked_for_a_person(people: People, fen: int = 1_200_000) -> str:
    """An application whose borrower wants a person to decide."""
    made = people.world.applied(PARTY, "sales_flow", fen, wants_person=True)
    return made.application.application


def proposed(people: People, application: str) -> str:
    """An officer's yes to it, which waits for another's."""
    world = people.world
    made = deciding.decide(
        world.officer,
        application,
        approve=True,
        why="known for years",
        key=world.key(),
        at=world.at,
    )
    return made.proposal


def payee(people: People) -> str:
    """A payee whom an officer proposes to list: a cashier has to do with it, another agrees."""
    world = people.world
    made = listing.propose_payee(
        world.officer,
        world.register(f"h-{world.key()}"),
        bank_number=BANK_NUMBER,
        person=True,
        key=world.key(),
        why="seen the card",
        at=world.at,
    )
    return made.proposal


def told_by_bank(people: People, payment: str) -> None:
    """A statement of two lines, as the rails keep it: one is known, and one nobody can explain."""
    world, day = people.world, people.world.day - timedelta(days=1)
    who = world.institution
    with acting(world.actor):
        query(_REPORT, [who, STATEMENT, "d" * 64, day, world.day])
        query(_LINE, [who, STATEMENT, 1, "B0", "exact", -1_000_000, day, payment, ""])
        query(_LINE, [who, STATEMENT, 2, "B1", "unknown", 9900, day, "", CASE])
        query(_CASE, [who, CASE, day, day])
