"""What is known of a supplier and a borrower: marks they share, ties, money that moved (E03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from suixin.lending.supplier import Marks, Transfer
from suixin.service.app.backing_facts import day_of
from suixin.service.app.case_facts import rows_about
from suixin.service.store.session import Actor, acting, query

LENDER: Final = "lender"
_PAID: Final = """
    select payee, fen, on_day from disbursement
     where institution_id = %s and payee = %s and to_whom = 'supplier'
"""
_OWNS: Final = frozenset({"owner", "legal_representative"})


def marks_of(actor: Actor, party: str, *, on: date) -> Marks:
    """What may show that a party is another: owners, devices, accounts, addresses, as hashes."""
    found = rows_about(actor, ("party_links", "parties"), party, on=on)
    owners = {
        str(row["from"])
        for row in found["party_links"]
        if row["kind"] in _OWNS and row["to"] == party
    }
    own = [row for row in found["parties"] if row["party_id"] == party]

    def seen(name: str) -> frozenset[str]:
        return frozenset(str(row[name]) for row in own if row.get(name))

    return Marks(
        party, frozenset(owners), seen("device_hash"), seen("account_hash"), seen("address_hash")
    )


def ties_of(actor: Actor, party: str, *, on: date) -> tuple[tuple[str, str, str], ...]:
    """Declared ties of a party: from whom, to whom, of which kind."""
    rows = rows_about(actor, ("party_links",), party, on=on)["party_links"]
    return tuple((str(row["from"]), str(row["to"]), str(row["kind"])) for row in rows)


def transfers_of(actor: Actor, borrower: str, supplier: str, *, on: date) -> tuple[Transfer, ...]:
    """Money seen to move about both: what we paid the supplier, what was bought of or by either."""
    with acting(actor):
        paid = query(_PAID, [actor.institution, supplier])
    found = [Transfer(LENDER, payee, fen, day) for payee, fen, day in paid]
    orders: dict[str, Mapping[str, Any]] = {}
    for party in (borrower, supplier):
        rows = rows_about(actor, ("orders", "purchase_orders"), party, on=on)
        orders.update({str(row["order_id"]): row for row in rows["orders"]})
        if party == supplier:
            found += [_bought(row) for row in rows["purchase_orders"] if row.get("paid_at")]
    found += [
        Transfer(
            str(row["buyer"]), str(row["merchant"]), int(row["gross"]), day_of(row["placed_at"])
        )
        for row in orders.values()
    ]
    return tuple(found)


def _bought(row: Mapping[str, Any]) -> Transfer:
    amount, day = int(row["amount"]), day_of(row["paid_at"])
    return Transfer(str(row["buyer"]), str(row["supplier"]), amount, day)
