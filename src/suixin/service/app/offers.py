"""An offer: amount, price, every due day and the whole cost table, as the borrower reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from suixin.data.errors import InputError
from suixin.lending.quote import Quote
from suixin.lending.states import Happening, Life
from suixin.service.app.applications import Application, Step, digest_of, last, steps_of
from suixin.service.app.caller import Caller
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One due day of an offer, in fen."""

    due_on: date
    principal_fen: int
    interest_fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One row of the cost table; `default` is paid only by who pays late."""

    zh: str
    en: str
    method: str
    rate: str
    amount_fen: int
    payee: str
    default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the lender offers, and until when. `digest` is what accepting names.

    `received_fen` reaches the payee; `all_in` is the yearly cost in percent with every fee,
    `all_in_late` that of who pays every instalment `late_days` late. `read_seconds` is how long the
    table must have been before the borrower's eyes.
    """

    application: str
    product: str
    amount_fen: int
    received_fen: int
    rate_bps: int
    times: int
    method: str
    rows: tuple[DueRow, ...]
    costs: tuple[CostRow, ...]
    total_cost_fen: int
    all_in: str
    all_in_late: str
    late_days: int
    offered_on: date
    offered_at: datetime
    until: date
    read_seconds: int
    digest: str


def offer_content(
    made: Quote, application: Application, on: date, terms: Mapping[str, int]
) -> dict[str, Any]:
    """What an offer's step keeps: nothing that a borrower is not shown, and its digest follows.

    `terms`: the days that it stands, and the seconds that reading takes.
    """
    rows = [
        {
            "due_on": row.due,
            "principal_fen": row.principal_fen,
            "interest_fen": row.interest_fen,
            "fee_fen": row.fees_fen,
        }
        for row in made.schedule.rows
    ]
    return {
        "application": application.application,
        "product": made.product.name,
        "amount_fen": made.principal.minor,
        "received_fen": made.received.minor,
        "rate_bps": made.rate_bps,
        "times": application.times,
        "method": made.method,
        "rows": rows,
        "costs": [asdict(item) for item in made.items],
        "total_cost_fen": made.total_cost.minor,
        "all_in": str(made.all_in),
        "all_in_late": str(made.all_in_late),
        "late_days": made.late_days,
        "until": on + timedelta(days=terms["days"]),
        "read_seconds": terms["read_seconds"],
    }


def offer(caller: Caller, application: Application) -> Offer | None:
    """The offer that stands for an application, if one does; also after it was accepted."""
    check_may(caller, Act.SEE_CASE)
    actor = caller.actor("looked at an offer")
    return offer_of(steps_of(actor, application.application))


def offer_of(steps: tuple[Step, ...]) -> Offer | None:
    """The last offer among the steps of an application."""
    step = last(steps, Happening.OFFER)
    return None if step is None else _read(step)


def standing_offer(actor: Actor, application: Application, digest: str, *, on: date) -> Offer:
    """The offer that is accepted now; raises `InputError` NO_OFFER, OTHER_OFFER, OFFER_LAPSED."""
    found = offer_of(steps_of(actor, application.application))
    if found is None or application.standing != Life.OFFERED:
        wrong = f"No offer stands for {application.application}: it is {application.standing}."
        raise InputError("NO_OFFER", wrong, "Ask the lender.")
    if found.digest != digest:
        wrong = "Another offer stands than the one that was read."
        raise InputError("OTHER_OFFER", wrong, "Read the offer again, then accept.")
    if on > found.until:
        wrong = f"The offer stood until {found.until}."
        raise InputError("OFFER_LAPSED", wrong, "Apply anew.")
    return found


def _read(step: Step) -> Offer:
    said: Mapping[str, Any] = step.content["offer"]
    rows = tuple(
        DueRow(**{**row, "due_on": date.fromisoformat(row["due_on"])}) for row in said["rows"]
    )
    return Offer(
        **{
            **said,
            "rows": rows,
            "costs": tuple(CostRow(**row) for row in said["costs"]),
            "until": date.fromisoformat(said["until"]),
            "offered_on": step.on,
            "offered_at": step.at,
            "digest": digest_of(said),
        }
    )
