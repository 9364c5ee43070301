"""The lab: a shop scored before and after each attack, what was spent, and what limit it bought."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from suixin.credit.book import ScoreBook
from suixin.credit.gaming.attacks import ATTACKS, Attack, Target
from suixin.credit.gaming.forge import Folder, Row, mould_of
from suixin.credit.live.batch import minute_sums
from suixin.credit.live.events import Events
from suixin.credit.live.replay import Session, run
from suixin.credit.live.rules import KINDS, LiveRules
from suixin.credit.live.usual import usual
from suixin.credit.score import score
from suixin.credit.sheets import policy_on
from suixin.data.errors import InputError
from suixin.data.read import read_feeds
from suixin.kernel.day import day_end
from suixin.kernel.policy import PolicyOn

BPS = 10_000


@dataclass(frozen=True, slots=True)
class Result:
    """One attack: spent and bought (fen), the composite before and after, and its bar (bps).

    `limit_fen` is before, `after_fen` after (the sum where a shop was split). `signs` are those on
    the file afterwards. `held` is None where there is no bar.
    """

    attack: str
    spent_fen: int
    limit_fen: int
    after_fen: int
    composite: float
    composite_after: float
    bar_bps: int | None
    signs: tuple[str, ...]

    @property
    def bought_bps(self) -> float:
        """What was bought, in basis points of the limit before; inf from nothing."""
        gained = self.after_fen - self.limit_fen
        if not self.limit_fen:
            return 0.0 if gained <= 0 else float("inf")
        return BPS * gained / self.limit_fen

    @property
    def held(self) -> bool | None:
        """Whether the attack stayed under its bar (at a bar of 0: bought nothing)."""
        if self.bar_bps is None:
            return None
        return self.bought_bps < self.bar_bps or self.bought_bps <= 0


def run_lab(
    folder: Path, *, on: date, subject: str | None = None, policies: Path | None = None
) -> tuple[Result, ...]:
    """Attack a folder of canonical CSV feeds for one shop; the folder itself is not touched.

    `subject` is the shop; by default the scored one with the median limit among those that can be
    attacked. Raises `InputError`.
    """
    policy, base = policy_on(on, policies), Folder(folder)
    book = _scored(folder, on, policies)
    target = _target(base, book, subject, on)
    before = book[target.merchant]
    results = []
    for attack in (make(target, policy["gaming.prices"]) for make in ATTACKS):
        with TemporaryDirectory() as place:
            after = _scored(attacked(base, attack, Path(place) / "feeds"), on, policies)
        files = [after[one] for one in attack.subjects if one in after]
        results.append(
            Result(
                attack=attack.name,
                spent_fen=attack.spent_fen,
                limit_fen=before.terms.limit_fen,
                after_fen=sum(file.terms.limit_fen for file in files),
                composite=before.composite or 0.0,
                composite_after=max((file.composite or 0.0 for file in files), default=0.0),
                bar_bps=policy["gaming.bars"].get(attack.name),
                signs=tuple(sorted({sign for file in files for sign in file.signs})),
            )
        )
    return (*results, bot_viewers(policy, opening_fen=before.terms.limit_fen or BPS))


def _scored(folder: Path, on: date, policies: Path | None) -> ScoreBook:
    with read_feeds(folder, today=date(on.year + 1, 12, 31)) as feeds:
        return score(feeds, on=on, policies=policies)


def _target(folder: Folder, book: ScoreBook, subject: str | None, on: date) -> Target:
    until = datetime.fromtimestamp(day_end(on), UTC)
    if subject is not None:
        if subject not in book:
            raise InputError("NO_SUCH_SUBJECT", book.nearest(subject))
        return Target(folder, mould_of(folder, subject, until=until), until)
    limits = sorted(
        (file.terms.limit_fen, file.subject)
        for file in book
        if file.status == "scored" and file.terms.limit_fen and not file.signs
    )
    for _, name in limits[len(limits) // 2 :] + limits[: len(limits) // 2][::-1]:
        try:
            return Target(folder, mould_of(folder, name, until=until), until)
        except InputError as fault:
            if fault.code != "NO_MOULD":
                raise
    raise InputError("NO_TARGET", "No scored subject sells by parcel; none can be attacked.")


def attacked(base: Folder, attack: Attack, place: Path) -> Path:
    """The folder with an attack's rows in it: links to what stays, files of what is new."""
    place.mkdir()
    for path in sorted(base.path.glob("*.csv")):
        feed = path.stem
        rewrite = attack.rewrites.get(feed)
        if rewrite is None or not base.rows(feed):
            (place / path.name).symlink_to(path.resolve())
        else:
            _write(place / path.name, [rewrite(row) for row in base.rows(feed)])
    for feed, rows in attack.rows.items():
        if rows:
            _write(place / f"{feed}-attack.csv", rows)
    return place


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def bot_viewers(policy: PolicyOn, *, opening_fen: int, bots: int = 500) -> Result:
    """Bots in a live room that like, cart and say they paid, evenly or with the gaps of people.

    They name no order, since no platform holds one of theirs; a bot that pays for an order is a
    buyer, and the platform's commission its price. The evenings that they are held against are
    drawn by a seed; the better rhythm for the attacker is told.
    """
    rules, rng = LiveRules.from_policy(policy), np.random.default_rng(1)
    evenings = [_evening(rng, people=400, events=3_000) for _ in range(5)]
    sums = [
        minute_sums(one, np.zeros(1, np.int64), room=0, minutes=60, policy=policy)
        for one in evenings[:-1]
    ]
    plain, known = evenings[-1], usual(sums, rules)

    def highest(events: Events) -> int:
        session = Session("s", "m", 0, 3_600, events)
        changes = run(session, known, opening_fen=opening_fen, rules=rules)
        return max((change.limit_fen for change in changes), default=opening_fen)

    crowds = (_robots(rng, bots, jitter=jitter) for jitter in (0, 7))
    before = max(opening_fen, highest(plain))
    after = max(opening_fen, *(highest(_joined(plain, crowd)) for crowd in crowds))
    spent = bots * policy["gaming.prices"]["bot"]
    bar = policy["gaming.bars"]["bot_viewers"]
    return Result("bot_viewers", spent, before, after, 0.0, 0.0, bar, ())


def _robots(rng: np.random.Generator, bots: int, *, jitter: int) -> Events:
    """So many bots that act every 15 seconds, more or less, each before a device of its own."""
    each = 36
    who = 1_000_000 + np.repeat(np.arange(bots), each)
    at = 600 + np.tile(15 * np.arange(each), bots) + who % 15
    at = at + rng.integers(0, jitter + 1, who.size)
    kinds = [KINDS.index(kind) for kind in ("like", "cart", "order_paid")]
    return Events(
        np.zeros(who.size, np.int64), who, who, np.tile(np.resize(kinds, each), bots),
        np.zeros(who.size), at, np.full(who.size, -1),
    )  # fmt: skip


def _evening(rng: np.random.Generator, *, people: int, events: int) -> Events:
    """An ordinary evening, whose paid orders the platform holds."""
    viewer = rng.integers(0, people, events)
    kinds = [KINDS.index(kind) for kind in ("click", "like", "cart", "order_paid")]
    kind = rng.choice(kinds, events, p=[0.6, 0.2, 0.14, 0.06])
    paid = kind == KINDS.index("order_paid")
    return Events(
        np.zeros(events, np.int64), viewer, viewer, kind, np.where(paid, 10_000.0, 0.0),
        np.sort(rng.integers(0, 3_600, events)), np.where(paid, np.arange(events), -1),
    )  # fmt: skip


def _joined(one: Events, other: Events) -> Events:
    """Both in order of time."""
    place = np.argsort(np.concatenate([one.at, other.at]), kind="stable")
    columns = ("room", "viewer", "device", "kind", "value", "at", "order")
    return Events(*(np.concatenate([getattr(one, c), getattr(other, c)])[place] for c in columns))
