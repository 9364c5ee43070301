"""Who may do what, as a table: every act by every duty, from the one table of permits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from suixin.service.app.caller import Duty
from suixin.service.app.permits import PERMITS, Act

DOES, PROPOSES, AGREES, BOTH, NOT = "does", "proposes", "agrees", "proposes or agrees", ""
MARKS: Final = (
    "x does it alone, p proposes it, a agrees to what another proposed, pa either; "
    "a scope lets a partner's system do it."
)
_LETTERS: Final = {DOES: "x", PROPOSES: "p", AGREES: "a", BOTH: "pa", NOT: ""}


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of (act, what each duty has to do with it, and the scope of partners)."""

    duties: tuple[str, ...]
    rows: tuple[tuple[str, Mapping[str, str]], ...]

    def lines(self, *, markdown: bool) -> Iterator[str]:
        """The table as lines of text."""
        heads = ("act", *self.duties, "scope")
        cells = [
            (act, *(_LETTERS[row[duty]] for duty in self.duties), row["scope"])
            for act, row in self.rows
        ]
        if markdown:
            yield f"| {' | '.join(heads)} |"
            yield f"|{'|'.join('---' for _ in heads)}|"
            yield from (f"| {' | '.join(row)} |" for row in cells)
            return
        widths = [max(len(row[place]) for row in (heads, *cells)) for place in range(len(heads))]
        for row in (heads, *cells):
            told = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield told.rstrip()


def matrix() -> Matrix:
    """The table of permits.

    >>> dict(matrix().rows)["decide"]["credit_officer"], dict(matrix().rows)["decide"]["cashier"]
    ('proposes', '')
    """
    duties = tuple(duty.value for duty in Duty)
    return Matrix(
        duties,
        tuple(
            (
                act.value,
                {**{duty: part(act, Duty(duty)) for duty in duties}, "scope": PERMITS[act].scope},
            )
            for act in Act
        ),
    )


def part(act: Act, duty: Duty) -> str:
    """What a duty has to do with an act.

    >>> part(Act.WRITE_OFF, Duty.RISK_OFFICER), part(Act.RECEIVE, Duty.CASHIER)
    ('proposes or agrees', 'does')
    """
    permit = PERMITS[act]
    makes, agrees = duty in permit.duties, duty in permit.second
    if makes and agrees:
        return BOTH
    if agrees:
        return AGREES
    if not makes:
        return NOT
    return PROPOSES if permit.second else DOES
