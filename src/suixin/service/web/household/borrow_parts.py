"""What a quote and an offer say: the cost table, when to repay what, and the drawing of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from suixin.kernel.refusal import Wording
from suixin.lending.quote import Quote
from suixin.service.app.offers import Offer
from suixin.service.web import charts, parts
from suixin.service.web.figures import money, percent, said
from suixin.service.web.household.naming import PAYEES, named


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of what a loan costs, from a quote or an offer."""

    words: Wording
    method: str
    rate: str
    fen: int
    payee: str
    default: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid on a day, in fen."""

    day: date
    principal_fen: int
    interest_fen: int
    fee_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.principal_fen + self.interest_fen + self.fee_fen


def cost_of_quote(made: Quote) -> parts.CostTable:
    """The cost table of a quote, before anybody applies."""
    costs = [
        Cost(Wording(i.zh, i.en), i.method, i.rate, i.amount_fen, i.payee, i.default)
        for i in made.items
    ]
    return _cost_table(
        costs,
        rate_bps=made.rate_bps,
        all_in=made.all_in,
        late=(made.all_in_late, made.late_days),
        amounts=(made.principal.minor, made.received.minor, made.total_cost.minor),
    )


def cost_of_offer(made: Offer) -> parts.CostTable:
    """The cost table of an offer, as the lender keeps it."""
    costs = [
        Cost(Wording(i.zh, i.en), i.method, i.rate, i.amount_fen, i.payee, i.default)
        for i in made.costs
    ]
    return _cost_table(
        costs,
        rate_bps=made.rate_bps,
        all_in=Decimal(made.all_in),
        late=(Decimal(made.all_in_late), made.late_days),
        amounts=(made.amount_fen, made.received_fen, made.total_cost_fen),
    )


def dues_of_quote(made: Quote) -> tuple[Due, ...]:
    """Every due day of a quote."""
    return tuple(
        Due(r.due, r.principal_fen, r.interest_fen, r.fees_fen) for r in made.schedule.rows
    )


def dues_of_offer(made: Offer) -> tuple[Due, ...]:
    """Every due day of an offer."""
    return tuple(Due(r.due_on, r.principal_fen, r.interest_fen, r.fee_fen) for r in made.rows)


def dues_chart(dues: Sequence[Due]) -> parts.Chart:
    """When how much is to be paid, and the same as a table."""
    total, first, last = sum(d.total_fen for d in dues), dues[0].day, dues[-1].day
    told = {"n": len(dues), "total": money(total), "first": first, "last": last}
    if len(dues) == 1:
        finding = gettext("%(last)s 一次还 %(total)s") % told
    else:
        finding = gettext("分 %(n)s 次还，一共 %(total)s") % told
    drawing = charts.columns(
        [d.total_fen / 100 for d in dues], [d.day.isoformat()[2:] for d in dues], finding
    )
    return parts.Chart(
        finding,
        gettext("每次要还的钱，元"),
        drawing,
        dues_table(dues),
        gettext("第一次 %(first)s，最后一次 %(last)s") % told,
    )


def dues_table(dues: Sequence[Due]) -> parts.Table:
    """Each due day with principal, interest and fees."""
    columns = (
        parts.Column(gettext("日期")),
        parts.Column(gettext("要还"), number=True),
        parts.Column(gettext("其中本金"), number=True),
        parts.Column(gettext("利息和费用"), number=True),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(due.day.isoformat()),
                parts.Cell(money(due.total_fen)),
                parts.Cell(money(due.principal_fen)),
                parts.Cell(money(due.interest_fen + due.fee_fen)),
            )
        )
        for due in dues
    )
    return parts.Table(
        gettext("每一次还多少"), columns, rows, parts.Empty(gettext("还没有排好日子"))
    )


def _cost_table(
    costs: Sequence[Cost],
    *,
    rate_bps: int,
    all_in: Decimal,
    late: tuple[Decimal, int],
    amounts: tuple[int, int, int],
) -> parts.CostTable:
    principal, received, cost = amounts
    return parts.CostTable(
        rate=percent(rate_bps),
        all_in=_percent(all_in),
        all_in_late=_percent(late[0]),
        late_days=late[1],
        principal=money(principal),
        repaid=money(principal + cost),
        cost=money(cost),
        received=money(received),
        lines=tuple(_line(one) for one in costs if not one.default),
        late=tuple(_line(one) for one in costs if one.default),
    )


def _line(one: Cost) -> parts.CostLine:
    payee = {"payee": named(PAYEES, one.payee), "how": _tongue(one.method)}
    note = gettext("%(how)s。收款方：%(payee)s") % payee
    # The column says that it is a year's.
    rate = _tongue(one.rate.removesuffix(" 年 a year"))
    return parts.CostLine(said(one.words), rate, money(one.fen), note)


def _tongue(both: str) -> str:
    """The reader's half of words that stand in both languages, Chinese before English.

    >>> _tongue("12.50% 年 a year"), _tongue("放款时一次 once, with the payout")
    ('12.50% 年', '放款时一次')
    """
    ends = max((place for place, letter in enumerate(both) if letter > "\u2e80"), default=-1)
    chinese, english = both[: ends + 1], both[ends + 1 :].strip()
    if said(Wording("zh", "en")) == "zh" or not english:
        return chinese or both
    head = both.split(" ")[0]
    return f"{head} {english}" if head[:1].isdigit() else english


def _percent(figure: Decimal) -> str:
    return f"{figure:.2f}%"
