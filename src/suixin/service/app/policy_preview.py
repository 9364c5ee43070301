"""What a change of policy would have done to the last month: its applications, decided again.

Each is held against the sheets as they are and as they would have been, with the same facts of its
own day; so whatever differs is the change's.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.app.applications import Application, application_of
from suixin.service.app.caller import Caller, forbidden
from suixin.service.app.case_facts import case_facts
from suixin.service.app.checks import Checked, checked
from suixin.service.app.day import business_day
from suixin.service.app.own_sheets import Change, trying
from suixin.service.app.permits import PERMITS, Act
from suixin.service.store.session import Actor, acting, query

DAYS: Final = 31
CASES_MAX: Final = 500
_LAST: Final = """
    select application, applied_on from application
     where institution_id = %s and applied_on between %s and %s
     order by applied_on desc, application limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the rules say of a case: refused and by what first, or by whom it is decided.

    `all_in` is the yearly cost in percent, empty where no quote can be made.
    """

    refusal: str
    decided_by: str
    rate_bps: int
    all_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """A case of which the rules would have said something else."""

    application: str
    product: str
    applied_on: date
    amount_fen: int
    before: Said
    after: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of the cases that could be decided again: how many are refused, automatic, for a person."""

    refused: int
    automatic: int
    person: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A month decided again. `left_out` could not be: their facts are not there any more."""

    since: date
    until: date
    cases: int
    left_out: int
    before: Totals
    after: Totals
    differs: tuple[Differs, ...]


def preview_change(caller: Caller, change: Change, *, at: datetime) -> Preview:
    """Decide the last month's applications again, as they were and with a change; nothing is kept.

    At most the last 500 of them. Raises `InputError` NOT_PERMITTED, VALUE, BAD_POLICY.
    """
    permit = PERMITS[Act.CHANGE_POLICY]
    if not (permit.duties | permit.second) & caller.duties:
        raise forbidden(caller, "To try a change of policy is not yours.")
    actor = Actor(institution=caller.institution, by=caller.by, why="tried a change of policy")
    with acting(actor):
        until = business_day(actor, at)
        since = until - timedelta(days=DAYS)
        rows = query(_LAST, [actor.institution, since, until, CASES_MAX])
        cases = [application_of(caller, name) for name, _ in rows]
        before = _decided(actor, cases, nullcontext())
        after = _decided(actor, cases, trying(actor, change, since=since))
    both = [case for case in cases if case.application in before and case.application in after]
    return Preview(
        since=since,
        until=until,
        cases=len(cases),
        left_out=len(cases) - len(both),
        before=_totals(both, before),
        after=_totals(both, after),
        differs=tuple(
            Differs(
                application=case.application,
                product=case.product,
                applied_on=case.applied_on,
                amount_fen=case.amount_fen,
                before=before[case.application],
                after=after[case.application],
            )
            for case in both
            if before[case.application] != after[case.application]
        ),
    )


def _decided(actor: Actor, cases: list[Application], sheets: Any) -> dict[str, Said]:
    """What the rules say of each case under some sheets; a case without its facts is left out."""
    found = {}
    with sheets:
        for case in cases:
            on = case.applied_on
            try:
                facts = case_facts(
                    actor, case.party, case.product, on=on, application=case.application
                )
                found[case.application] = _said(checked(actor, case, facts, on=on))
            except InputError:
                continue
    return found


def _said(told: Checked) -> Said:
    return Said(
        refusal=told.refusals[0].why.value if told.refusals else "",
        decided_by=told.route.by,
        rate_bps=told.quote.rate_bps if told.quote else 0,
        all_in=str(told.quote.all_in) if told.quote else "",
    )


def _totals(cases: list[Application], said: dict[str, Said]) -> Totals:
    open_cases = [case for case in cases if not said[case.application].refusal]
    automatic = [one for one in open_cases if said[one.application].decided_by == "automatic"]
    return Totals(
        refused=len(cases) - len(open_cases),
        automatic=len(automatic),
        person=len(open_cases) - len(automatic),
        amount_fen=sum(case.amount_fen for case in open_cases),
    )
