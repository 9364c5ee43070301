"""Who may be paid: listed by two people under a number of ours, and blocked when money comes back.

Names and account numbers are sealed under the payee's own key, and opened where a file is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.kernel.policy import load_policy
from suixin.lending.refused import Refused
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act, check_may
from suixin.service.rails.checks import payee_refusal
from suixin.service.rails.payment import PAYMENT_WORDING, Payee, PaymentRefusal
from suixin.service.rails.register import two_people
from suixin.service.rails.sealing import seal_payee
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.session import Actor, acting, query

LISTED_MAX: Final = 200
_LIST: Final = """
    insert into payee (institution_id, listed, party_id, person, bank_number, sealed, listed_on,
                       agreed_by)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, listed) do nothing returning listed
"""
_LISTED: Final = """
    select listed, party_id, person, bank_number, listed_on, blocked_by from payee
     where institution_id = %s and (%s = '' or listed = %s) and (%s = '' or party_id = %s)
       and listed > %s
     order by listed limit %s
"""
_UNBLOCK: Final = """
    update payee set blocked_by = '' where institution_id = %s and listed = %s returning listed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeTold:
    """One to be listed: under which number, which party he is, and where his money goes."""

    listed: str
    party: str
    name: str = field(repr=False)
    identity: str = field(repr=False)
    account: str = field(repr=False)
    bank_number: str
    person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One who may be paid, without what is sealed of him; `blocked_by` is a line that came back."""

    listed: str
    party: str
    person: bool
    bank_number: str
    listed_on: date
    blocked_by: str


def list_payee(
    actor: Actor, ring: KeyRing, told: PayeeTold, *, by: tuple[str, str], at: datetime
) -> bool:
    """List one who may be paid, once two people looked at him; whether he is new.

    Part of the transaction of the act that two people agreed to. Raises `InputError` TWO_PEOPLE,
    NO_PARTY, KEY_TAKEN where the number is another's, and what is wrong with name or numbers by the
    codes of `PaymentRefusal`.
    """
    two_people(by, f"Listing {told.listed}")
    with acting(actor):
        day = business_day(actor, at)
        payee = Payee(
            told.listed, told.name, told.identity, told.account, told.bank_number, told.person
        )
        why = payee_refusal(payee, load_policy("rails").on(day))
        if why is not None:
            raise payment_refused(why)
        known = listed_rows(actor, told.listed)
        if known:
            one = known[0]
            if (one.party, one.bank_number, one.person) != (
                told.party,
                told.bank_number,
                told.person,
            ):
                wrong = f"The payee {told.listed} is another."
                raise InputError("KEY_TAKEN", wrong, "List this one under a number of his own.")
            return False
        if not query("select from party where institution_id = %s and party_id = %s",
                     [actor.institution, told.party]):  # fmt: skip
            raise InputError("NO_PARTY", f"There is no party {told.party}.", "Register it first.")
        sealed = seal_payee(actor, ring, told.party, payee)
        given = [told.listed, told.party, told.person, told.bank_number, sealed, day, list(by)]
        return bool(query(_LIST, [actor.institution, *given]))


def unblock_payee(actor: Actor, listed: str, *, by: tuple[str, str]) -> None:
    """Two people let a payee be paid again; raises `InputError` TWO_PEOPLE, NO_PAYEE."""
    two_people(by, f"Paying {listed} again")
    with acting(actor):
        if not query(_UNBLOCK, [actor.institution, listed]):
            raise no_payee(listed)


def payees(
    caller: Caller, *, party: str = "", after: str = "", most: int = 50
) -> tuple[Listed, ...]:
    """Who may be paid, by number, from the one `after`; of one party where it is named."""
    check_may(caller, Act.SEE_LEDGER)
    with acting(caller.actor("looked at payees")):
        return listed_rows(caller.actor(), "", party=party, after=after, most=most)


def listed_rows(
    actor: Actor, listed: str, *, party: str = "", after: str = "", most: int = 1
) -> tuple[Listed, ...]:
    """Payees by their numbers; none where the one asked for is not listed."""
    given = [listed, listed, party, party, after, max(1, min(most, LISTED_MAX))]
    names = ("listed", "party", "person", "bank_number", "listed_on", "blocked_by")
    found = query(_LISTED, [actor.institution, *given])
    return tuple(Listed(**dict(zip(names, row, strict=True))) for row in found)


def no_payee(listed: str) -> InputError:
    """That somebody is not listed."""
    wrong = f"{shown(listed)} is not in the list of payees."
    return InputError("NO_PAYEE", wrong, "Only who is listed is paid; two people list him.")


def payment_refused(why: Refused) -> InputError:
    """A refusal of `checks`, as an error by its own code."""
    told = PAYMENT_WORDING[PaymentRefusal(why.why.value)].en
    wrong = f"{told} Found: {why.found}; allowed: {why.allowed}."
    return InputError(why.why.value.upper(), wrong, "Correct it, and enter it again.")
