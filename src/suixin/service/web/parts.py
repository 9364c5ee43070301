"""What pages are made of: frozen view models, each drawn by its own template through `{% part %}`.

Words come in the reader's language already (`gettext`, `figures.said`), figures already written
(`figures.money`): a part decides how things look and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal

Shape = Literal["good", "warn", "stop", "info", "idle"]
Standing = Literal["done", "now", "still", "down"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A state: its word, and the shape that says it without colour."""

    template: ClassVar[str] = "tag"
    word: str
    shape: Shape = "good"


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure. `huge` is for the page's one answer."""

    template: ClassVar[str] = "figure"
    label: str
    value: str
    note: str = ""
    tag: Tag | None = None
    huge: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Key figures side by side, as many in a row as there is room for."""

    template: ClassVar[str] = "figures"
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what and how much; `note` is small under the value, `data` as in a `Cell`."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    tag: Tag | None = None
    hash: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of facts; `wide` where the left side is the longer."""

    template: ClassVar[str] = "facts"
    facts: tuple[Fact, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; figures stand to the right."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: text that may lead somewhere, a state, a small note under it.

    `data` is text that was written in one language and stands so in both.
    """

    text: str = ""
    href: str = ""
    tag: Tag | None = None
    note: str = ""
    hash: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; its first cell names it. `current` is the one that is looked at."""

    cells: tuple[Cell, ...]
    current: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing is here, and why that is so or what would bring something here."""

    template: ClassVar[str] = "empty"
    title: str
    text: str = ""
    href: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """Which of how many pages is shown; `query` is the rest of the address, as `asked.query`."""

    template: ClassVar[str] = "pages"
    number: int
    last: int
    query: str = ""

    @property
    def before(self) -> int | None:
        """The page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number < self.last else None

    @property
    def near(self) -> tuple[int, ...]:
        """The numbers that are offered.

        >>> Pages(5, 9).near
        (3, 4, 5, 6, 7)
        """
        first = max(1, min(self.number - 2, self.last - 4))
        return tuple(range(first, min(self.last, first + 4) + 1))


@dataclass(frozen=True, slots=True)
class Table:
    """A table: on phones it folds into lines of a card, or (`scroll`) keeps columns in its box.

    `caption` names it, and is shown where `headed`. `empty` stands where there is no row.
    """

    template: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: Empty
    foot: Row | None = None
    scroll: bool = False
    headed: bool = False
    pages: Pages | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a chart's key: the class its shape is drawn by, and its name."""

    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: the finding, what is measured, the drawing (`web.charts`), a table, its source."""

    template: ClassVar[str] = "chart"
    finding: str
    measure: str
    drawing: Any
    table: Table
    source: str = ""
    key: tuple[Key, ...] = ()
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """What one can do next: the deed, why it helps, where."""

    label: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: what was asked, why not, which rule since which day, what next, who looks again.

    `review` is the address where a person is asked to look; every refusal has one.
    """

    template: ClassVar[str] = "refusal"
    title: str
    what: str
    why: str
    rule: str
    since: date | None
    next: tuple[Next, ...]
    review: str
    facts: tuple[Next, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class CostLine:
    """What is paid: its name, a year's share of the principal, the sum, when and to whom."""

    name: str
    yearly: str
    amount: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostTable:
    """What a loan costs. The all-in yearly rate is as large as the rate (R-APR)."""

    template: ClassVar[str] = "cost_table"
    rate: str
    all_in: str
    all_in_late: str
    late_days: int
    principal: str
    repaid: str
    cost: str
    received: str
    lines: tuple[CostLine, ...]
    late: tuple[CostLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofStep:
    """A neighbour on the way up, and the hash that it makes with what came before."""

    left: bool
    neighbour: str
    made: str


@dataclass(frozen=True, slots=True)
class ProofPath:
    """From a record up to the root of a checkpoint; all hashes in hexadecimal."""

    template: ClassVar[str] = "proof_path"
    index: int
    size: int
    leaf: str
    steps: tuple[ProofStep, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know before reading on; `text` may be empty."""

    template: ClassVar[str] = "notice"
    title: str
    text: str = ""
    shape: Shape = "info"
    next: Next | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One of several things one after another: its words, a note, when, and how it stands."""

    text: str
    note: str = ""
    when: str = ""
    standing: Standing = "done"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """What happened or will happen, in order."""

    template: ClassVar[str] = "steps"
    steps: tuple[Step, ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What adds points or takes them away: its name, the points as written, −1 to 1 of the most."""

    label: str
    points: str
    length: float

    @property
    def away(self) -> bool:
        """Whether it takes points away."""
        return self.length < 0

    @property
    def size(self) -> str:
        """The bar's length, for the sheet."""
        return f"{abs(self.length):.3f}"


@dataclass(frozen=True, slots=True)
class Contributions:
    """Bars from a middle line; what is beyond `shown` is folded away."""

    template: ClassVar[str] = "contributions"
    lines: tuple[Moved, ...]
    shown: int = 4

    @property
    def first(self) -> tuple[Moved, ...]:
        """The lines that are shown at once."""
        return self.lines[: self.shown]

    @property
    def rest(self) -> tuple[Moved, ...]:
        """The lines that are folded away."""
        return self.lines[self.shown :]


@dataclass(frozen=True, slots=True)
class Band:
    """The ladder of grades, lowest first, and how far (0 to 1) within the grade that holds."""

    template: ClassVar[str] = "band"
    grades: tuple[str, ...]
    grade: str
    within: float

    @property
    def at(self) -> str:
        """Where the mark stands, for the sheet."""
        return f"{min(max(self.within, 0.02), 0.98):.2f}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is, in percent, and where its mark is; `label` says both in words."""

    template: ClassVar[str] = "progress"
    label: str
    percent: float
    target: float | None = None
    warn: bool = False

    @property
    def style(self) -> str:
        """Where the bar ends and where the mark stands, for the sheet."""
        mark = "" if self.target is None else f";--t:{self.target:.1f}%"
        return f"--v:{min(max(self.percent, 0), 100):.1f}%{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DualControl:
    """What one person proposed and another confirms: seen in full, bound by its digest.

    `confirm` and `reject` are addresses; the box offers them only where `may_confirm`.
    """

    template: ClassVar[str] = "dual_control"
    number: str
    what: str
    content: Facts
    digest: str
    maker: str
    at: datetime
    why: str = ""
    state: Tag | None = None
    may_confirm: bool = False
    confirm: str = ""
    reject: str = ""


@dataclass(frozen=True, slots=True)
class Crumbs:
    """Where a page stands: the pages above it, and its own name last."""

    template: ClassVar[str] = "crumbs"
    above: tuple[Next, ...]
    here: str


@dataclass(frozen=True, slots=True)
class Tabs:
    """Views of the same thing; `at` is the address of the one that is shown."""

    template: ClassVar[str] = "tabs"
    label: str
    tabs: tuple[Next, ...]
    at: str


PER_PAGE: Final = 25
"""Lines of a table on one page."""
