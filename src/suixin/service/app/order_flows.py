"""Three flows of an order side by side: what was told, what the bank brought, what goods moved.

Data are the platform's word; money is the bank's; goods are the carrier's. Each is from another
hand, and what they do not agree on is said per order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from suixin.lending.three_flows import Flows, Mismatch, mismatch
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA, business_day
from suixin.service.app.lake import rows_about
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import Actor, acting, query

_FEEDS: Final = ("orders", "refunds", "settlements", "shipments")
# What was expected and came for orders, and what their agreements took of it and gave back: what a
# sale or refund moved on the bank's account, with every correction since.
_MONEY: Final = """
    with due as (
        select order_id, sum(fen)::bigint as fen, sum(received_fen)::bigint as received
          from receipt_due
         where institution_id = %(institution)s and order_id = any (%(orders)s::text[])
           and party_id = %(party)s
         group by order_id),
    came as (
        select d.order_id, min(p.value_on) as first
          from receipt_due as d join receipt_part as p using (institution_id, reference)
         where d.institution_id = %(institution)s and d.order_id = any (%(orders)s::text[])
           and d.party_id = %(party)s
         group by d.order_id),
    swept as (
        select e.content ->> 'order' as order_id,
               coalesce(sum(p.fen) filter (where e.kind = 'Sale'), 0)::bigint as taken,
               coalesce(-sum(p.fen) filter (where e.kind = 'Refund'), 0)::bigint as back
          from agreement as a
          join agreement_event as e using (institution_id, agreement)
          join transaction as t
            on t.institution_id = a.institution_id and t.standing = 'posted'
           and (t.key = a.agreement || '/' || e.key or t.corrects = a.agreement || '/' || e.key)
          join posting as p
            on (p.institution_id, p.transaction_id) = (t.institution_id, t.id)
           and p.account = '1001'
         where a.institution_id = %(institution)s and a.party_id = %(party)s
           and e.kind in ('Sale', 'Refund') and e.content ->> 'order' = any (%(orders)s::text[])
         group by 1)
    select o, coalesce(d.fen, 0), coalesce(d.received, 0), c.first, coalesce(s.taken, 0),
           coalesce(s.back, 0)
      from unnest(%(orders)s::text[]) as o
      left join due as d on d.order_id = o
      left join came as c on c.order_id = o
      left join swept as s on s.order_id = o
"""
LISTED_MAX: Final = 200


class Differs(StrEnum):
    """What the bank and the platform's word do not agree on, beside `three_flows.Mismatch`."""

    NOT_THERE_YET = "money_not_there_yet"  # Expected, and not or not all come.
    BANK_HAS_MORE = "bank_has_more"
    BANK_HAS_LESS = "bank_has_less"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFlow:
    """One order in three flows; amounts are fen, days local.

    Data: `ordered_fen` with freight, `settled_fen` gross and `net_fen` as the platform tells its
    pay-out, `refunded_fen`. Money: `expected_fen` and `received_fen` by the bank, of which
    `taken_fen` repaid a loan and `given_back_fen` went back; `merchant_fen` is the rest. Goods:
    when they were handed over, and whether they arrived. `differs` is what does not agree.
    """

    order: str
    merchant: str
    ordered_on: date | None
    ordered_fen: int
    settled_on: date | None
    settled_fen: int
    net_fen: int
    refunded_fen: int
    expected_fen: int
    received_fen: int
    received_on: date | None
    taken_fen: int
    given_back_fen: int
    goods_on: date | None
    delivered: bool
    differs: tuple[str, ...]

    @property
    def merchant_fen(self) -> int:
        """What of the money that came is the merchant's own."""
        return self.received_fen - self.taken_fen + self.given_back_fen

    @property
    def agrees(self) -> bool:
        """Whether the three flows tell one story."""
        return not self.differs


def order_flows(
    caller: Caller, party: str, *, at: datetime, after: str = "", most: int = 50
) -> tuple[OrderFlow, ...]:
    """A merchant's orders by their numbers, from the one `after`, each in its three flows (B11)."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at orders")
    with acting(actor):
        told = rows_about(actor, _FEEDS, party, on=business_day(actor, at))
        placed = {str(row["order_id"]): row for row in told["orders"] if row["merchant"] == party}
        others = {name: _by_order(told[name]) for name in _FEEDS[1:]}
        known = {*placed, *others["settlements"], *others["shipments"]}
        orders = sorted(one for one in known if one > after)[: max(1, min(most, LISTED_MAX))]
        money = _money(actor, party, orders)
    return tuple(
        _flow(
            party,
            placed.get(order),
            {name: rows.get(order, []) for name, rows in others.items()},
            (order, *money[order]),
        )
        for order in orders
    )


def _money(actor: Actor, party: str, orders: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    given = {"institution": actor.institution, "party": party, "orders": list(orders)}
    return {row[0]: row[1:] for row in query(_MONEY, given)}


def _flow(
    party: str,
    placed: Mapping[str, Any] | None,
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    money: tuple[Any, ...],
) -> OrderFlow:
    order, expected, received, received_on, taken, back = money
    paid = sorted(rows["settlements"], key=lambda one: int(one["settled_at"]))
    moved = sorted(rows["shipments"], key=lambda one: int(one["at"]))
    flows = Flows(
        order,
        _day(placed["placed_at"]) if placed else None,
        int(placed["gross"]) + int(placed["freight"] or 0) if placed else 0,
        _day(paid[0]["settled_at"]) if paid else None,
        sum(int(one["gross"]) for one in paid),
        _day(moved[0]["at"]) if moved else None,
        any(one["event"] == "delivered" for one in moved),
    )
    net = sum(int(one["net"]) for one in paid)
    return OrderFlow(
        order=order,
        merchant=party,
        ordered_on=flows.ordered_on,
        ordered_fen=flows.ordered_fen,
        settled_on=flows.settled_on,
        settled_fen=flows.settled_fen,
        net_fen=net,
        refunded_fen=sum(int(one["amount"]) for one in rows["refunds"]),
        expected_fen=expected,
        received_fen=received,
        received_on=received_on,
        taken_fen=taken,
        given_back_fen=back,
        goods_on=flows.goods_on,
        delivered=flows.delivered,
        differs=tuple(_differs(flows, net, expected, received)),
    )


def _differs(flows: Flows, net: int, expected: int, received: int) -> list[str]:
    """What does not agree: the flows themselves, then the bank with the platform's word."""
    found: list[str] = []
    wrong = mismatch(flows)
    if wrong is not None and not (wrong is Mismatch.NO_MONEY and received):
        found.append(wrong.value)
    if received < expected:
        found.append(Differs.NOT_THERE_YET.value)
    elif expected and received != net:
        more = received > net
        found.append((Differs.BANK_HAS_MORE if more else Differs.BANK_HAS_LESS).value)
    return found


def _by_order(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["order_id"]:
            found.setdefault(str(row["order_id"]), []).append(row)
    return found


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, CHINA).date()
