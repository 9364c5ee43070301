"""One subject scored from its summary, against the whole batch that gives the same numbers.

Timed is all that an answer takes once a subject's summary is at hand: the windows of stability, the
three indices, the composite, the grade, the limit and the price. Reading the summary from a store
is not in it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from bench import last_line, table
from suixin.county.make import make_county
from suixin.credit.book import ScoreBook
from suixin.credit.online import OnlineRules, OnlineScore, score_one
from suixin.credit.score import score
from suixin.credit.subject_summary import summaries_of
from suixin.data.read import read_feeds

SMALL = ("--households", "60")
DAY = date(2026, 6, 30)
TURNS = 5
TOLERANCE = 1e-9


def same(found: OnlineScore, book: ScoreBook) -> bool:
    """Whether a score is the batch's: indices, composite, grade, limit, price and their steps."""
    file = book[found.subject]
    pairs = [(found.composite, file.composite)]
    pairs += [(found.indices[line.name], line.value) for line in file.indices]
    close = all(
        (a is None and b is None) or abs((a or 0.0) - (b or 0.0)) <= TOLERANCE for a, b in pairs
    )
    grade = None if found.standing is None else found.standing.grade
    return close and (found.status, grade, found.terms) == (file.status, file.grade, file.terms)


def main(arguments: Sequence[str]) -> str:
    """Score a county at once and one by one, hold them to one answer, and give the last line."""
    told = "--households" in arguments
    households = int(arguments[arguments.index("--households") + 1]) if told else 1_000
    with tempfile.TemporaryDirectory() as folder:
        made = make_county(households, 5, Path(folder) / "county")
        with read_feeds(made.folder, today=DAY) as feeds:
            begun = time.perf_counter()
            book = score(feeds, on=DAY)
            batch = time.perf_counter() - begun
            market, summaries = summaries_of(feeds, book)
    rules, waits, works = OnlineRules.on(DAY), [], []
    for one in summaries.values():
        if not same(score_one(one, market, rules), book):
            raise SystemExit(f"{one.subject} is scored otherwise than in the batch.")
    for _ in range(TURNS):
        for one in summaries.values():
            begun, worked = time.perf_counter(), time.process_time()
            score_one(one, market, rules)
            works.append(1_000 * (time.process_time() - worked))
            waits.append(1_000 * (time.perf_counter() - begun))
    p50, p95 = np.percentile(waits, [50, 95]).tolist()
    cpu50, cpu95 = np.percentile(works, [50, 95]).tolist()
    rows = [
        ["one from its summary", len(summaries), p50, p95],
        ["its CPU alone", len(summaries), cpu50, cpu95],
        ["the batch of them all", len(summaries), 1_000 * batch, 1_000 * batch],
    ]
    print(table(["way", "subjects", "p50 ms", "p95 ms"], rows))
    print(f"the same numbers for all {len(summaries)} subjects, to 1e-9")
    rate = 1_000 * len(waits) / sum(waits)
    return last_line(
        "bench.online", p95_ms=p95, per_second=rate, cpu_p95_ms=cpu95, batch_ms=1_000 * batch
    )


if __name__ == "__main__":
    print(main(sys.argv[1:]))
