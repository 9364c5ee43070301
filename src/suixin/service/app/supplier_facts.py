"""What is known of a supplier and a borrower: marks they share, ties, money that moved (E03)."""

from __future__ import annotations

from datetime import date
from typing import Final

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
    owners = {
        str(row["from"])
        for row in rows_about(actor, "party_links", party, on=on)
        if row["kind"] in _OWNS and row["to"] == party
    }
    seen: dict[str, set[str]] = {"device_hash": set(), "account_hash": set(), "address_hash": set()}
    for row in rows_about(actor, "parties", party, on=on):
        if row["party_id"] == party:
            for name, values in seen.items():
                if row.get(name):
                    values.add(str(row[name]))
    return Marks(
        party,
        frozenset(owners),
        frozenset(seen["device_hash"]),
        frozenset(seen["account_hash"]),
        frozenset(seen["address_hash"]),
    )


def ties_of(actor: Actor, party: str, *, on: date) -> tuple[tuple[str, str, str], ...]:
    """Declared ties of a party: from whom, to whom, of which kind."""
    rows = rows_about(actor, "party_links", party, on=on)
    return tuple((str(row["from"]), str(row["to"]), str(row["kind"])) for row in rows)


def transfers_of(actor: Actor, borrower: str, supplier: str, *, on: date) -> tuple[Transfer, ...]:
    """Money seen to move about both: what we paid the supplier, what was bought of or by either."""
    with acting(actor):
        paid = query(_PAID, [actor.institution, supplier])
    found = [Transfer(LENDER, payee, fen, day) for payee, fen, day in paid]
    for row in rows_about(actor, "purchase_orders", supplier, on=on):
        if row.get("paid_at") is not None:
            amount, day = int(row["amount"]), day_of(row["paid_at"])
            found.append(Transfer(str(row["buyer"]), str(row["supplier"]), amount, day))
    orders = {
        str(row["order_id"]): row
        for party in (borrower, supplier)
        for row in rows_about(actor, "orders", party, on=on)
    }
    found += [
        Transfer(
            str(row["buyer"]), str(row["merchant"]), int(row["gross"]), day_of(row["placed_at"])
        )
        for row in orders.values()
    ]
    return tuple(found)
