"""Who falls silent: the community index, a trained model and their peers, on real messages.

A file of messages (src, dst, seconds; comma or blank between, header or not) is walked through:
on day D the population is whoever sent in the 90 days before; the question is who sends in the next
14. The index alone is the production index over these messages as a feed. The trained models learn
from earlier days of the same file whose answers were known by D, all from the same columns:
`python -m bench.engagement FILE --days 50 60 70 80`.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import lightgbm
import numpy as np
import numpy.typing as npt

from bench import SHARED, auc, gain_interval, last_line, table
from suixin.credit.engagement import measure
from suixin.credit.index import index, part_rules
from suixin.credit.sheets import policy_on
from suixin.credit.subject import subjects_of
from suixin.data.lake import Feeds
from suixin.data.read import read_feeds
from suixin.kernel.day import day_start
from suixin.train.activity import fit_activity

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SMALL = (str(SHARED / "graph/college_messages.csv.gz"), "--days", "60")
FIRST_DAY = date(2026, 1, 1)  # The file's first message is set to this midnight.
DAY, WINDOW, AHEAD = 86_400, 90, 14
STEP, EARLIEST = 7, 14  # Earlier days that train: every week, from the second on.
HALF_LIVES = (3.0, 10.0, 30.0)
SPANS = (3, 7, 14, 30, 90)
COMMON = ("source", "subject", "occurred_at", "recorded_at", "consent")


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages in order of time; people are numbered, `at` counts seconds from the first."""

    sender: Ints
    receiver: Ints
    at: Ints
    people: int

    def until(self, day: int) -> Messages:
        """What was sent before a day began."""
        n = int(np.searchsorted(self.at, day * DAY, side="left"))
        return Messages(self.sender[:n], self.receiver[:n], self.at[:n], self.people)


def read_messages(path: Path) -> Messages:
    """Read src, dst and seconds, comma or blank between them, header or not."""
    with duckdb.connect() as connection:
        found = connection.read_csv(str(path))
        if len(found.columns) < 3:  # Blanks are not among the separators that are looked for.
            found = connection.read_csv(str(path), sep=" ")
        if len(found.columns) < 3:
            raise SystemExit(f"{path} has {len(found.columns)} columns; expected src, dst, time.")
        src, dst, time = (f'"{name}"' for name in found.columns[:3])
        rows = found.project(f"{src} as s, {dst} as d, cast({time} as bigint) as t")
        read = rows.filter("s <> d").order("t, s, d").fetchnumpy()
    both = np.concatenate([read["s"], read["d"]]).astype(str)
    people, code = np.unique(both, return_inverse=True)
    n = len(read["t"])
    at = read["t"].astype(np.int64)
    return Messages(code[:n].astype(np.int64), code[n:].astype(np.int64), at - at[0], len(people))


def population(known: Messages, day: int) -> Ints:
    """Whoever sent in the 90 days before a day."""
    return np.unique(known.sender[known.at >= (day - WINDOW) * DAY])


def sends_next(messages: Messages, day: int, people: Ints) -> npt.NDArray[np.bool_]:
    """Whether each sends in the fortnight from a day on."""
    ahead = (messages.at >= day * DAY) & (messages.at < (day + AHEAD) * DAY)
    return np.isin(people, messages.sender[ahead])


def as_feeds(messages: Messages, folder: Path) -> Feeds:
    """The messages as canonical feeds: one group, everybody a member since before the first.

    The file dates nobody's joining, so the roster does not either. A message to somebody who had
    written to its sender answers the last such message.
    """
    start = day_start(FIRST_DAY)
    first: dict[int, int] = {}
    with (folder / "messages.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "source",
                "subject",
                "occurred_at",
                "recorded_at",
                "consent",
                "message_id",
                "group",
                "sender",
                "in_reply_to",
                "reply_author",
                "kind",
                "sent_at",
            ]
        )
        last: dict[tuple[int, int], int] = {}
        columns = (messages.sender.tolist(), messages.receiver.tolist(), messages.at.tolist())
        for k, (sender, receiver, at) in enumerate(zip(*columns, strict=True)):
            first.setdefault(sender, at)
            first.setdefault(receiver, at)
            answered = last.get((receiver, sender))
            when = datetime.fromtimestamp(start + at, UTC).isoformat()
            author = "" if answered is None else f"p-{receiver}"
            link = "" if answered is None else f"m-{answered}"
            rows.writerow(
                ["im", f"p-{sender}", when, when, "c", f"m-{k}", "all", f"p-{sender}", link, author,
                 "chat", when]
            )  # fmt: skip
            last[sender, receiver] = k
    _write_people(first, start, folder)
    return read_feeds(folder, today=FIRST_DAY + timedelta(days=3_650))


def _write_people(first: Mapping[int, int], start: int, folder: Path) -> None:
    joined = (FIRST_DAY - timedelta(days=365)).isoformat()
    with (
        (folder / "parties.csv").open("w", encoding="utf-8", newline="") as parties,
        (folder / "memberships.csv").open("w", encoding="utf-8", newline="") as members,
    ):
        people, roster = csv.writer(parties), csv.writer(members)
        people.writerow([*COMMON, "party_id", "kind", "identity_kind", "identity"])
        roster.writerow([*COMMON, "group", "party", "from", "role"])
        for person, at in sorted(first.items()):
            when = datetime.fromtimestamp(start + at, UTC).isoformat()
            one = ["im", f"p-{person}", when, when, "c"]
            people.writerow([*one, f"p-{person}", "household", "resident", f"{person:064x}"])
            roster.writerow([*one, "all", f"p-{person}", joined, "member"])


def index_values(feeds: Feeds, day: int, people: Ints) -> Floats:
    """The production index (0–100) of each person at the end of the day before."""
    on = FIRST_DAY + timedelta(days=day - 1)
    known, policy = feeds.on(on), policy_on(date.max, None)
    subjects = subjects_of(known, feeds.connection)
    found = index(measure(known, subjects, policy), part_rules(policy["engagement.parts"]))
    place = {name: row for row, name in enumerate(subjects.ids)}
    return found.value[[place[f"p-{person}"] for person in people.tolist()]]


def columns_of(known: Messages, day: int, people: Ints) -> dict[str, Floats]:
    """What any model may see of each person on a day; more of each is livelier."""
    now, size = day * DAY, known.people
    age = (now - known.at) / DAY
    days = known.at // DAY
    found: dict[str, Floats] = {}

    def sums(who: Ints, weight: Floats) -> Floats:
        return np.bincount(who, weight, size)[people]

    def distinct(who: Ints, what: Ints, rows: npt.NDArray[np.bool_]) -> Floats:
        pairs = np.unique(who[rows] * (int(what.max()) + 1) + what[rows]) // (int(what.max()) + 1)
        return np.bincount(pairs, minlength=size)[people].astype(np.float64)

    for name, who, other in (
        ("sent", known.sender, known.receiver), ("got", known.receiver, known.sender),
    ):  # fmt: skip
        for span in SPANS:
            rows = age <= span
            found[f"{name}_{span}"] = np.log1p(sums(who, rows.astype(np.float64)))
            found[f"{name}_days_{span}"] = distinct(who, days, rows)
        for half in HALF_LIVES:
            found[f"{name}_faded_{half:g}"] = np.log1p(sums(who, np.exp2(-age / half)))
        found[f"{name}_partners"] = np.log1p(distinct(who, other, age <= WINDOW))
        last = np.full(size, -np.inf)
        np.maximum.at(last, who, known.at.astype(np.float64))
        since = np.minimum((now - last[people]) / DAY, WINDOW)
        found[f"{name}_recency"] = -np.log1p(since)
    both = np.isin(known.sender * size + known.receiver, known.receiver * size + known.sender)
    found["mutual"] = np.log1p(distinct(known.sender, known.receiver, both & (age <= WINDOW)))
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the file: who is asked about, what is known of them, the index, and the answer."""

    columns: Mapping[str, Floats]
    index: Floats
    sends: npt.NDArray[np.bool_]


def day_of(messages: Messages, feeds: Feeds, day: int) -> Day:
    """Everything about one day; what is known ends with the day before."""
    known = messages.until(day)
    people = population(known, day)
    columns = columns_of(known, day, people)
    found = index_values(feeds, day, people)
    return Day({**columns, "index": found}, found, sends_next(messages, day, people))


Judged = tuple[Floats, Floats, Floats]
"""Who fell silent, our risk and LightGBM's, of the population of a day."""


def judge(days: Mapping[int, Day], day: int) -> tuple[dict[str, float], Judged]:
    """The figures of a day and what they were made from.

    Its models learn from earlier days whose answers were known by then.
    """
    now = days[day]
    past = [one for d, one in days.items() if d <= day - AHEAD]
    silent = 1.0 - now.sends
    x = {name: np.concatenate([one.columns[name] for one in past]) for name in now.columns}
    stops = 1.0 - np.concatenate([one.sends for one in past])
    model = fit_activity(x, stops, names=tuple(x))
    peer = lightgbm.LGBMClassifier(
        n_estimators=150, num_leaves=7, learning_rate=0.05, random_state=0, n_jobs=1, verbose=-1
    )
    peer.fit(np.column_stack(list(x.values())), stops)
    seen = np.column_stack(list(now.columns.values()))
    risk, theirs = model.risk(now.columns), np.asarray(peer.predict_proba(seen))[:, 1]
    figures = {
        "auc": auc(silent, risk),
        "index_auc": auc(silent, -now.index),
        "peer_auc": auc(silent, theirs),
        "recency_auc": auc(silent, -now.columns["sent_recency"]),
        "n": len(silent),
    }
    return figures, (silent, risk, theirs)


def training_days(day: int) -> list[int]:
    """The earlier days that train for a day, every week back from a fortnight before."""
    return list(range(day - AHEAD, EARLIEST - 1, -STEP))


def main(arguments: Sequence[str]) -> str:
    """Print a row a day and the mean; return the last line."""
    if "--days" not in arguments or len(arguments) < 3:
        raise SystemExit("usage: python -m bench.engagement FILE --days D [D …]")
    asked = [int(one) for one in arguments[arguments.index("--days") + 1 :]]
    messages = read_messages(Path(arguments[0]))
    span = int(messages.at[-1]) // DAY + 1
    for day in asked:
        if not EARLIEST + AHEAD <= day <= span - AHEAD:
            first, last = EARLIEST + AHEAD, span - AHEAD
            raise SystemExit(f"Day {day}: {arguments[0]} can judge days {first} to {last}.")
    wanted = sorted({d for day in asked for d in (day, *training_days(day))})
    with tempfile.TemporaryDirectory() as folder, as_feeds(messages, Path(folder)) as feeds:
        days = {day: day_of(messages, feeds, day) for day in wanted}
        found = [judge({d: days[d] for d in (day, *training_days(day))}, day) for day in asked]
    rows = [figures for figures, _ in found]
    told = [[str(day), *row.values()] for day, row in zip(asked, rows, strict=True)]
    print(table(["day", *rows[0]], told))
    low, high = gain_interval([judged for _, judged in found])
    print(f"trained above LightGBM, 95 %: [{low:+.4f}, {high:+.4f}]")
    mean = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    line = last_line("bench.engagement", **{**mean, "n": int(sum(row["n"] for row in rows))})
    print(line)
    return line


if __name__ == "__main__":
    main(sys.argv[1:])
