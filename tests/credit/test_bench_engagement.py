"""The community index and a trained model against who really fell silent."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from bench.engagement import (
    columns_of,
    main,
    population,
    read_messages,
    sends_next,
    training_days,
)


def figures(last: str) -> dict[str, float]:
    return {key: float(value) for key, value in re.findall(r"(\w+)=(\S+)", last)}


@pytest.mark.mechanism("G01")
def test_index_and_model_foresee_who_falls_silent(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = main([str(shared / "data/graph/college_messages.csv.gz"), "--days", "60"])
    found = figures(last)
    assert tuple(found) == ("auc", "index_auc", "peer_auc", "recency_auc", "n")
    assert found["n"] == 1_233
    assert found["index_auc"] >= found["peer_auc"] - 0.01
    assert found["auc"] >= found["peer_auc"] + 0.002
    assert found["index_auc"] > found["recency_auc"]
    assert "trained above LightGBM" in capsys.readouterr().out


def small(path: Path, *, header: bool, sep: str) -> Path:
    """A hundred days: 0 and 1 write daily, 2 until day 50, 3 once."""
    rows = [(0, 1, 86_400 * day + 5) for day in range(100)]
    rows += [(1, 0, 86_400 * day + 9) for day in range(100)]
    rows += [(2, 0, 86_400 * day + 7) for day in range(50)] + [(3, 0, 30)]
    lines = [sep.join(map(str, row)) for row in rows]
    path.write_text("\n".join([*(["src,dst,time"] if header else []), *lines]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(("header", "sep"), [(True, ","), (False, ","), (False, " ")])
def test_forms_of_the_file(tmp_path: Path, header: bool, sep: str) -> None:
    found = read_messages(small(tmp_path / "m.txt", header=header, sep=sep))
    assert (len(found.at), found.people, int(found.at[0])) == (251, 4, 0)


def test_a_day_knows_nothing_of_what_follows(tmp_path: Path) -> None:
    messages = read_messages(small(tmp_path / "m.csv", header=True, sep=","))
    known = messages.until(60)
    assert int(known.at.max()) < 60 * 86_400
    people = population(known, 60)
    assert people.tolist() == [0, 1, 2, 3]
    assert sends_next(messages, 60, people).tolist() == [True, True, False, False]
    columns = columns_of(known, 60, people)
    again = columns_of(messages.until(70).until(60), 60, people)
    assert all(np.array_equal(columns[name], again[name]) for name in columns)
    assert np.expm1(columns["sent_7"]).round().tolist() == [7, 7, 0, 0]
    assert columns["sent_days_90"].tolist() == [60, 60, 50, 1]


def test_training_ends_a_fortnight_before() -> None:
    assert training_days(50) == [36, 29, 22, 15]
    assert training_days(28) == [14]


@pytest.mark.parametrize(
    ("words", "told"),
    [([], "usage"), (["--days", "27"], "can judge days 28"), (["--days", "99"], "can judge days")],
)
def test_days_that_cannot_be_judged(tmp_path: Path, words: list[str], told: str) -> None:
    path = small(tmp_path / "m.csv", header=True, sep=",")
    with pytest.raises(SystemExit, match=told):
        main([str(path), *words])
