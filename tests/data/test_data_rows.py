"""A row that is wrong is set aside with what was wrong and what was expected; the rest goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).parents[1] / "cases"


def cases(name):
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.mechanism("B04")
@pytest.mark.parametrize("case", cases("data_rows"), ids=lambda case: case["name"])
def test_one_row(case, folder):
    folder.rows(case["feed"], case["row"])
    feeds = folder.read(via_bureau_feeds=frozenset(case.get("via_bureau", ())))
    said = [str(row) for row in feeds.quarantine]
    assert said == ([] if case["says"] == "good" else [case["says"]])
    if "amount" in case:
        assert feeds.quarantine[0].amount_fen == case["amount"]
    count = feeds.counts[case["feed"]]
    assert (count.read, count.good, count.set_aside) == (1, 1 - len(said), len(said))


@pytest.mark.parametrize("case", cases("data_crossing"), ids=lambda case: case["name"])
def test_between_rows(case, folder):
    for feed, rows in case["files"].items():
        folder.rows(feed, *rows)
    feeds = folder.read()
    assert [str(row) for row in feeds.quarantine] == case["says"]
    counts = feeds.counts.values()
    assert sum(count.repeated for count in counts) == case.get("repeated", 0)
    assert all(c.read == c.good + c.repeated + c.set_aside for c in counts)
    for feed, count in feeds.counts.items():
        assert len(feeds.relation(feed)) == count.good
    if "amount" in case:
        assert sum(row.amount_fen or 0 for row in feeds.quarantine) == case["amount"]
