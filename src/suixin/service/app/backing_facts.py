"""What stands behind an application: orders and their three flows, groups, guarantees in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from suixin.kernel.day import date_of
from suixin.kernel.policy import PolicyOn
from suixin.lending.circle import Guarantee
from suixin.lending.product import Product
from suixin.lending.purchase_order import PurchaseOrder, order_refusal
from suixin.lending.refused import Refused
from suixin.lending.three_flows import Flows, flow_refusal, flows_found
from suixin.service.app.applications import Application
from suixin.service.app.case_facts import CaseFacts, rows_about
from suixin.service.app.day import CHINA
from suixin.service.app.standings import owed_by_product
from suixin.service.store.session import Actor, acting, query

_GUARANTEES: Final = """
    select g.guarantor, g.debtor, g.cap_fen
      from guarantee as g
      join application as a
        on (a.institution_id, a.application) = (g.institution_id, g.application)
     where g.institution_id = %s and g.until >= %s and g.application <> %s
       and a.standing in ('accepted', 'ready')
     order by g.guarantor, g.debtor
"""
_GROUPS: Final = """
    select g.guarantor, min(g.of_group)
      from guarantee as g
      join application as a
        on (a.institution_id, a.application) = (g.institution_id, g.application)
     where g.institution_id = %s and g.kind = 'member' and g.of_group <> %s and g.until >= %s
       and g.guarantor = any (%s) and a.standing in ('accepted', 'ready')
     group by g.guarantor
"""
_FINANCED: Final = """
    select of_order from disbursement where institution_id = %s and of_order = %s
    union all
    select about ->> 'order' from application
     where institution_id = %s and about ->> 'order' = %s and application <> %s
       and standing in ('accepted', 'ready')
"""
_KIN: Final = frozenset({"spouse", "kin", "household", "same_as"})
_YEAR: Final = timedelta(days=365)
_MONTHS: Final = 12
# No day that a feed tells is so late, and no instant so early.
_SECONDS_FROM: Final = 1_000_000
_PICKED_UP: Final = "picked_up"
_ARRIVED: Final = frozenset({"delivered", _PICKED_UP})
_FLOWS: Final = ("orders", "settlements", "shipments", "order_events", "refunds")


def guarantees_in_force(actor: Actor, *, on: date, but: str = "") -> tuple[Guarantee, ...]:
    """All that is guaranteed on a day, whoever gave it, but for one application's own."""
    with acting(actor):
        rows = query(_GUARANTEES, [actor.institution, on, but])
    return tuple(Guarantee(*row) for row in rows)


def other_groups(actor: Actor, parties: list[str], *, group: str, on: date) -> Mapping[str, str]:
    """Of these, who stands in another group on a day, and in which."""
    with acting(actor):
        return dict(query(_GROUPS, [actor.institution, group, on, parties]))


def kin_pairs(actor: Actor, parties: list[str], *, on: date) -> frozenset[frozenset[str]]:
    """Pairs of these that are direct kin or one household, by the ties that are known on a day."""
    found = set()
    for party in parties:
        for row in rows_about(actor, ("party_links",), party, on=on)["party_links"]:
            if row["kind"] in _KIN:
                found.add(frozenset({str(row["from"]), str(row["to"])}))
    return frozenset(pair for pair in found if len(pair) == 2)


def group_owed_fen(actor: Actor, application: Application, *, on: date) -> int:
    """What the members of an application's group owe on a day, all together (fen)."""
    if not application.group:
        return 0
    parties = {application.party, *(one.party for one in application.backers)}
    return sum(sum(owed_by_product(actor, party, on=on).values()) for party in parties)


def month_commission_fen(actor: Actor, streamer: str, *, on: date) -> int:
    """A streamer's own settled commission in a mean month of the last twelve (fen)."""
    since = on - _YEAR
    rows = rows_about(actor, ("settlements",), streamer, on=on)["settlements"]
    earned = sum(
        int(row["commission"])
        for row in rows
        if row.get("promoter") == streamer and since < day_of(row["settled_at"]) <= on
    )
    return earned // _MONTHS


def backing_refusals(
    actor: Actor,
    application: Application,
    facts: CaseFacts,
    *,
    product: Product,
    loan_fen: int,
    policy: PolicyOn,
) -> tuple[Refused, ...]:
    """What the trade behind a loan does not bear: flows that differ, an order that is none."""
    found = [flow_refusal(flows_found(flows_of(actor, facts.party, policy)), policy)]
    if product.money_to == "supplier":
        found.append(_order_refusal(actor, application, facts, loan_fen, policy))
    return tuple(one for one in found if one is not None)


def flows_of(actor: Actor, party: str, policy: PolicyOn) -> list[Flows]:
    """A merchant's orders of the window, each with what is known of its money and goods.

    An order too young to be settled tells nothing yet, nor one that was paid back before it was.
    """
    on, rule = policy.day, policy["flows.share"]
    since, until = on - timedelta(days=rule["days"]), on - timedelta(days=rule["ripe_days"])
    found = rows_about(actor, _FLOWS, party, on=on)
    orders = {str(row["order_id"]): row for row in found["orders"] if row.get("merchant") == party}
    money, goods = _by_order(found["settlements"]), _by_order(found["shipments"])
    fetched, back = _by_order(found["order_events"]), _by_order(found["refunds"])
    made = []
    for order, row in orders.items():
        placed = day_of(row["placed_at"])
        if not since <= placed <= until or (order in back and order not in money):
            continue
        paid = sorted(money.get(order, ()), key=lambda one: day_of(one["settled_at"]))
        picked_up = [one for one in fetched.get(order, ()) if one["event"] == _PICKED_UP]
        moved = sorted([*goods.get(order, ()), *picked_up], key=lambda one: day_of(one["at"]))
        made.append(
            Flows(
                order,
                placed,
                int(row["gross"]) + int(row.get("freight") or 0),
                day_of(paid[0]["settled_at"]) if paid else None,
                sum(int(one["gross"]) for one in paid),
                day_of(moved[0]["at"]) if moved else None,
                any(one["event"] in _ARRIVED for one in moved),
            )
        )
    return made


def _order_refusal(
    actor: Actor, application: Application, facts: CaseFacts, loan_fen: int, policy: PolicyOn
) -> Refused | None:
    name = str(application.about.get("order", ""))
    order = order_of(actor, application, on=policy.day)
    with acting(actor):
        rows = query(
            _FINANCED,
            [actor.institution, name, actor.institution, name, application.application],
        )
    financed = [order for _ in rows] if name else []
    return order_refusal(
        order,
        loan_fen=loan_fen,
        grade=facts.file.grade or "",
        financed=financed,
        policy=policy,
    )


def order_of(actor: Actor, application: Application, *, on: date) -> PurchaseOrder:
    """The purchase order of an application as the feed has it; unconfirmed where it has none."""
    name = str(application.about.get("order", ""))
    known = rows_about(actor, ("purchase_orders",), application.party, on=on)
    for row in known["purchase_orders"]:
        if row["po"] == name and row["buyer"] == application.party:
            return PurchaseOrder(
                name,
                application.party,
                str(row["supplier"]),
                int(row["amount"]),
                day_of(row["deliver_by"]),
                row["invoice_hash"],
                day_of(row["occurred_at"]),
            )
    supplier = str(application.about.get("supplier", ""))
    return PurchaseOrder(name, application.party, supplier, application.amount_fen, on, None, None)


def _by_order(rows: tuple[Mapping[str, Any], ...]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row.get("order_id"):
            found.setdefault(str(row["order_id"]), []).append(row)
    return found


def day_of(value: int) -> date:
    """The local day of an instant in epoch seconds, or the day that is counted from 1970-01-01.

    >>> day_of(20634), day_of(1782777600)
    (datetime.date(2026, 6, 30), datetime.date(2026, 6, 30))
    """
    if value < _SECONDS_FROM:
        return date_of(value)
    return datetime.fromtimestamp(value, CHINA).date()
