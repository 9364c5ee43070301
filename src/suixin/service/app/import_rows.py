"""What a good row of an import does, and what of it the database already speaks against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.agreement import AgreementTerms, planned
from suixin.lending.events import Draw, Receipt
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.product import product_on
from suixin.lending.schedule import Terms, schedule
from suixin.lending.transaction import Dimensions, Transaction, pair_of
from suixin.service.app.bank import HEAD_OFFICE, booking_day
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.import_kinds import Fault, Kind, Row
from suixin.service.app.parties import onboard
from suixin.service.app.permits import Act
from suixin.service.day_end.receiving import receive
from suixin.service.store import agreements
from suixin.service.store.books import StoredBooks
from suixin.service.store.people import Registered
from suixin.service.store.sealing import Personal
from suixin.service.store.session import Actor, acting, query

# Whose sheet each kind is: what one may do by hand, one may do by a sheet.
ACTS: Final[Mapping[Kind, Act]] = MappingProxyType(
    {Kind.PARTIES: Act.ONBOARD, Kind.AGREEMENTS: Act.DECIDE, Kind.RECEIPTS: Act.RECEIVE}
)
DUTIES: Final[Mapping[Kind, Duty]] = MappingProxyType(
    {
        Kind.PARTIES: Duty.CREDIT_OFFICER,
        Kind.AGREEMENTS: Duty.CREDIT_OFFICER,
        Kind.RECEIPTS: Duty.CASHIER,
    }
)
TIMES_MAX: Final = 360
CASH: Final = "1001"
IN_TRANSIT: Final = "1002"
_PARTIES: Final = """
    select party_id from party where institution_id = %s and party_id = any (%s)
"""
_AGREEMENTS: Final = """
    select agreement, start_on, party_id from agreement
     where institution_id = %s and agreement = any (%s)
"""


def check_against_store(actor: Actor, kind: Kind, rows: Iterable[Row], on: date) -> Iterator[Fault]:
    """What is wrong with rows as the store is: parties and agreements that are not there, days."""
    listed = tuple(rows)
    if kind is Kind.PARTIES:
        for row in listed:
            if row.values["kind"] in {"person", "household"} and "village_code" not in row.values:
                yield Fault(row.row, "village_code", "it is empty", "12 digits, for a household")
    elif kind is Kind.AGREEMENTS:
        known = _known_parties(actor, {row.values["party_id"] for row in listed})
        for row in listed:
            yield from _of_agreement(row, known, on)
    else:
        started = _started(actor, {row.values["agreement"] for row in listed})
        for row in listed:
            yield from _of_receipt(row, started, on)


def do_row(caller: Caller, kind: Kind, row: Row, *, at: datetime) -> bool:
    """Do what a row says, within the transaction under way; whether anything was new.

    Raises `InputError` as the act itself does by hand.
    """
    return _WORK[kind](caller, row, at)


def _take_on(caller: Caller, row: Row, at: datetime) -> bool:
    values = row.values
    party = Registered(
        party_id=row.key,
        kind=values["kind"],
        village_code=values.get("village_code", ""),
        household_id=values.get("household_id", ""),
    )
    fields = {name: values[name.value] for name in Personal if name.value in values}
    made = onboard(caller, party, fields, at=at)
    if made.known and made.party_id != row.key:
        wrong = "The identity number of this row is another party's."
        raise InputError("IDENTITY_TAKEN", wrong, "Look at both: they may be one person.")
    return made.new


def _sign(caller: Caller, row: Row, at: datetime) -> bool:
    """An agreement that another system signed and paid out: what head office gave paid for it."""
    actor, values = caller.actor("imported an agreement"), row.values
    start, fen = values["start"], values["fen"]
    product = product_on(values["product"], start)
    made = Terms(
        fen,
        values["rate"],
        EqualInstalment(),
        times=values["times"],
        day_count=product.repayment.day_count,
        rounding=product.repayment.rounding,
    )
    terms = AgreementTerms(
        agreement=row.key,
        party=values["party_id"],
        sheet=product.name,
        mode=product.mode,
        start=start,
        rate_bps=values["rate"],
        rows=planned(schedule(made, start)),
        penalty_bps=values["penalty"],
        day_count=product.repayment.day_count,
        rounding=product.repayment.rounding,
    )
    if not agreements.sign(actor, terms):
        return False
    booked = booking_day(actor, at)
    receive(actor, row.key, [Draw(key="import/draw", on=start, booked_on=booked, fen=fen)])
    paid = pair_of(IN_TRANSIT, HEAD_OFFICE, fen, Dimensions(party=terms.party))
    StoredBooks(actor).post(Transaction(f"import/{row.key}/paid", booked, booked, paid))
    return True


def _receive(caller: Caller, row: Row, at: datetime) -> bool:
    """A receipt at the counter; or one that an earlier system took, whose money is not here."""
    actor, values = caller.actor("imported a receipt"), row.values
    agreement, fen, booked = values["agreement"], values["fen"], booking_day(actor, at)
    key = f"import/{row.key}"
    told = Receipt(key=key, on=values["on"], booked_on=booked, fen=fen)
    if not receive(actor, agreement, [told]):
        return False
    if values.get("source") == "earlier":
        party = agreements.terms_of(actor, agreement).party
        gone = pair_of(HEAD_OFFICE, CASH, fen, Dimensions(party=party))
        StoredBooks(actor).post(Transaction(f"{key}/earlier", booked, booked, gone))
    return True


_WORK: Final[Mapping[Kind, Callable[[Caller, Row, datetime], bool]]] = MappingProxyType(
    {Kind.PARTIES: _take_on, Kind.AGREEMENTS: _sign, Kind.RECEIPTS: _receive}
)


def _of_agreement(row: Row, known: set[str], on: date) -> Iterator[Fault]:
    values = row.values
    if values["party_id"] not in known:
        yield Fault(row.row, "party_id", f"there is no party {values['party_id']}", "one of yours")
    if values["start"] > on:
        yield Fault(row.row, "start", f"{values['start']} is still to come", f"a day to {on}")
    if not 1 <= values["times"] <= TIMES_MAX:
        yield Fault(row.row, "times", f"{values['times']} is none", f"1 to {TIMES_MAX} months")
    try:
        product_on(values["product"], values["start"])
    except (InputError, LookupError) as fault:
        yield Fault(row.row, "product", str(fault), "suixin products lists them")


def _of_receipt(row: Row, started: Mapping[str, date], on: date) -> Iterator[Fault]:
    values = row.values
    start = started.get(values["agreement"])
    if start is None:
        wrong = f"there is no agreement {values['agreement']}"
        yield Fault(row.row, "agreement", wrong, "one of yours")
    elif not start <= values["on"] <= on:
        wrong = f"{values['on']} is before it began, or still to come"
        yield Fault(row.row, "on", wrong, f"a day from {start} to {on}")


def _known_parties(actor: Actor, wanted: set[str]) -> set[str]:
    with acting(actor):
        return {party for (party,) in query(_PARTIES, [actor.institution, sorted(wanted)])}


def _started(actor: Actor, wanted: set[str]) -> dict[str, date]:
    with acting(actor):
        rows = query(_AGREEMENTS, [actor.institution, sorted(wanted)])
    return {agreement: start for agreement, start, _ in rows}
