"""Reading Chinese reviews by aspect, beside TF-IDF with a linear SVC and SnowNLP.

`python -m bench.reviews [FILE…] [--reviews N]`. What a file is, its columns tell: `label` (1 or 0)
for praise, a column an aspect for aspects, `clause` and `polarity` for clauses; a file of texts by
`id` and one of `Categories` beside it are the quadruples of the cosmetics contest.

Texts that the packaged reader learned are split anew, four fifths to learn and a fifth to test,
and no near-duplicate of a test text is learned. Texts that it did not learn are read by it as it
is; quadruples by a reader that learned the contest's own training texts in the same run. Without
arguments everything that lies beside the checkout is read, each under a prefix in the last line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from bench import SHARED, last_line, table
from bench._reviews_peers import Peer, snow_praise, svc_pairs, svc_praise
from bench._reviews_runs import long_file, per_second, start_up
from suixin.credit.reading.file import read_rows, text_column
from suixin.credit.reading.lexicon import ASPECTS, OVERALL
from suixin.credit.reading.model import AspectHead, ReviewModel
from suixin.credit.reading.model_file import packaged_model
from suixin.credit.reading.reader import read_reviews
from suixin.kernel.policy import PolicyOn, load_policy
from suixin.train.reviews import learn_aspects, praise_lessons, read_aspects, read_praise
from suixin.train.reviews_file import LabelledReviews, read_labelled, sha256_of
from suixin.train.reviews_folds import has_copy
from suixin.train.reviews_thresholds import pair_figures, said_by

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Figures = dict[str, float]

REVIEWS = SHARED / "reviews"
FRUIT, CHECKED = REVIEWS / "fruit_train.csv.gz", REVIEWS / "fruit_aspect_dev100.csv"
OTHERS = (REVIEWS / "other9_train.csv.gz", REVIEWS / "waimai_10k.csv.gz")
MAKEUP = REVIEWS / "zjb_makeup_train_reviews.csv.gz", REVIEWS / "zjb_makeup_train_labels.csv.gz"
LABELS = Path(__file__).parent / "labels" / "produce_aspects.csv"
CLAUSES = Path(__file__).parents[1] / "tests" / "cases" / "review_negation.yaml"
SMALL = (str(CHECKED), "--reviews", "100000")
DAY = date(2026, 6, 30)
TEST_SHARE = 0.2
HEADS = ("reader", "texts", "accuracy", "pair F1", "macro F1", "polarity", "texts a second")


def main(arguments: Sequence[str]) -> str:
    """Print a table for every file and of speed; the last line is of ours."""
    parser = argparse.ArgumentParser(prog="bench.reviews")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--reviews", type=int, default=1_000_000, help="for speed and memory")
    asked = parser.parse_args(arguments)
    figures: Figures = {}
    files = asked.files
    if not files:
        for prefix, some in everything():
            found = of_files(some)
            figures |= {f"{prefix}_{name}": value for name, value in found.items()}
    else:
        figures = of_files(files)
    texts = texts_in(files[0] if files else FRUIT)
    line = last_line("bench.reviews", **figures, **of_speed(texts, asked.reviews))
    print(line)
    return line


def everything() -> list[tuple[str, list[Path]]]:
    """What is read without arguments, each with its prefix in the last line."""
    return [
        ("fruit", [FRUIT]),
        ("makeup", list(MAKEUP)),
        ("produce", [LABELS]),
        ("checked", [CHECKED]),
        ("negation", [CLAUSES]),
    ]


def of_files(files: Sequence[Path]) -> Figures:
    """The figures of one file, or of texts and the quadruples beside them."""
    print("\n" + ", ".join(file.name for file in files))
    if len(files) == 2:
        return of_quadruples(*sorted(files, key=lambda file: "Categories" in columns_of(file)))
    if len(files) != 1:
        raise SystemExit("Name one file, or the two of texts and quadruples.")
    file = files[0]
    columns = columns_of(file)
    if file.suffix == ".yaml" or {"clause", "polarity"} <= set(columns):
        return of_clauses(file)
    if set(ASPECTS[:OVERALL]) & set(columns):
        return of_aspects(file, by_digest="sha256" in columns)
    return of_praise(file)


def columns_of(file: Path) -> list[str]:
    """The columns of a CSV file."""
    return [] if file.suffix == ".yaml" else list(read_rows(file)[0][0])


# Praise ------------------------------------------------------------------------------------------


def of_praise(file: Path) -> Figures:
    """Accuracy of praise or blame; a text read as saying nothing goes by the side it leans to."""
    given = read_labelled(file)
    given = given.only(~np.isnan(given.praised))
    learn, test = fruit(), given
    model = packaged_model()
    if learned(given.texts, learn.texts) > 0.5:
        learn, test = split(given)
        lessons = praise_lessons(learn, [read_labelled(path) for path in OTHERS], policy())
        model = replace(model, praise=lessons.taught())
    praised = test.praised == 1.0
    rows = []
    ours = leaning(model, test.texts)
    rows.append(["ours", len(praised), float((ours == praised).mean())])
    for peer in (svc_praise(learn.texts, learn.praised, test.texts), snow_praise(test.texts)):
        if peer is not None:
            right = (peer.found == praised[: len(peer.found)]).mean()
            rows.append([peer.name, len(peer.found), float(right), "", "", "", peer.per_second])
    show(rows)
    return {"acc": float((ours == praised).mean())}


def leaning(model: ReviewModel, texts: Sequence[str]) -> Bools:
    """Whether each text praises rather than blames."""
    share = read_reviews(texts, model=model).share
    leans = read_praise(model.praise, texts) > 0.0
    return np.where(np.isnan(share) | (share == 0.5), leans, share > 0.5)


# Aspects -----------------------------------------------------------------------------------------


def of_aspects(file: Path, *, by_digest: bool) -> Figures:
    """F1 of pairs of aspect and polarity, by the packaged reader or one that a part teaches."""
    given = read_labelled(FRUIT, file) if by_digest else read_labelled(file)
    given = given.only(given.judged & ~(given.kept_out & by_digest))
    lessons = read_labelled(FRUIT, LABELS)
    lessons = lessons.only(lessons.judged & ~lessons.kept_out)
    learn, test, model = lessons, given, packaged_model()
    if learned(given.texts, lessons.texts) > 0.5:
        learn, test = split(given)
        model = replace(model, aspects=learn_aspects(learn, policy())[0])
    found = read_reviews(test.texts, model=model)
    pairs = np.zeros((len(test.texts), len(ASPECTS), 2), bool)
    sided = np.flatnonzero(found.polarity)
    pairs[found.review[sided], found.aspect[sided], (1 - found.polarity[sided]) // 2] = True
    mine = [ASPECTS.index(name) for name in test.names]
    peer = svc_pairs(learn.texts, learn.said[..., :2], test.texts)
    return of_pairs(test, pairs[:, mine], peer)


def of_quadruples(texts: Path, labels: Path) -> Figures:
    """The same for the contest's categories, which may be praised, blamed or neither."""
    given = read_labelled(texts, labels)
    learn = read_labelled(*MAKEUP)
    test = given
    if learned(given.texts, learn.texts) > 0.5:
        learn, test = split(given)
    head, _ = learn_aspects(learn, policy())
    found = said_by(read_aspects(head, test.texts))
    test = named(test, head)
    peer = svc_pairs(learn.texts, learn.said, test.texts)
    return of_pairs(test, found, peer)


def named(test: LabelledReviews, head: AspectHead) -> LabelledReviews:
    """Labels in the order of the reader's names; names that it did not learn stand behind."""
    order = [*head.names, *(name for name in test.names if name not in head.names)]
    said = np.zeros((len(test.texts), len(order), 3), bool)
    said[:, [order.index(name) for name in test.names]] = test.said
    return replace(test, names=tuple(order), said=said)


def of_pairs(test: LabelledReviews, found: Bools, peer: Peer) -> Figures:
    """Print ours beside a peer; pairs of a side that neither learned are missed by both."""
    rows = []
    for name, pairs, rate in (("ours", found, None), (peer.name, peer.found, peer.per_second)):
        whole = np.zeros((len(pairs), len(test.names), pairs.shape[2]), bool)
        whole[:, : pairs.shape[1]] = pairs
        told = pair_figures(whole, test.said)
        figures = [told.micro, told.macro, told.polarity]
        rows.append([name, len(pairs), "", *figures, rate or ""])
        if name == "ours":
            ours = dict(zip(("pair_f1", "macro_f1", "pol_acc"), figures, strict=True))
    show(rows)
    return ours


# Clauses -----------------------------------------------------------------------------------------


def of_clauses(file: Path) -> Figures:
    """Accuracy of clauses that turn a word round: praise 1, blame −1, neither 0."""
    if file.suffix == ".yaml":
        groups = yaml.safe_load(file.read_text("utf-8")).values()
        pairs = [(clause, one["polarity"]) for one in groups for clause in one["clauses"].split()]
    else:
        pairs = [(row["clause"], int(row["polarity"])) for row in read_rows(file)[0]]
    texts, polarity = [text for text, _ in pairs], np.array([told for _, told in pairs])
    found = read_reviews(texts)
    right = float((found.polarity[found.aspect == OVERALL] == polarity).mean())
    rows: list[list[object]] = [["ours", len(texts), right]]
    sided = np.flatnonzero(polarity)
    peers = (
        svc_praise(fruit().texts, fruit().praised, [texts[k] for k in sided]),
        snow_praise([texts[k] for k in sided]),
    )
    for peer in peers:
        if peer is not None:
            same = peer.found == (polarity[sided][: len(peer.found)] > 0)
            name = f"{peer.name}, of those with a side"
            rows.append([name, len(same), float(same.mean()), "", "", "", peer.per_second])
    show(rows)
    return {"acc": right}


# Shared ------------------------------------------------------------------------------------------


def of_speed(texts: Sequence[str], count: int) -> Figures:
    """Reviews a second, seconds to start, and memory for a file of `count` reviews."""
    one, two = per_second(texts, max(count // 5, 50_000))
    megabytes, seconds = long_file(texts, count)
    figures: Figures = {
        "start_seconds": start_up(),
        "megabytes": round(megabytes),
        "file_per_second": round(count / seconds),
        "per_second_one_process": round(one),
        "per_second_two_processes": round(two),
        "per_second": round(max(one, two)),
    }
    print("\n" + table(["speed", ""], [[name, value] for name, value in figures.items()]))
    return figures


@cache
def policy() -> PolicyOn:
    """How readers are trained."""
    return load_policy("reading").on(DAY)


@cache
def fruit() -> LabelledReviews:
    """The labelled reviews of fruit beside the checkout, which the packaged reader learned."""
    return read_labelled(FRUIT)


def learned(texts: Sequence[str], lessons: Sequence[str]) -> float:
    """The share of texts that stand among others."""
    known = {sha256_of(text) for text in lessons}
    return float(np.mean([sha256_of(text) in known for text in texts]))


def split(given: LabelledReviews) -> tuple[LabelledReviews, LabelledReviews]:
    """Four fifths to learn, without near-duplicates of the fifth to test; always the same."""
    order = np.random.RandomState(0).permutation(len(given.texts))
    tests = np.zeros(len(order), bool)
    tests[order[: round(TEST_SHARE * len(order))]] = True
    test, rest = given.only(tests), given.only(~tests)
    alike = policy()["reading.folds"]["alike"]
    return rest.only(~has_copy(rest.texts, test.texts, alike)), test


def texts_in(file: Path) -> list[str]:
    """The texts of a file, or those of the fruit reviews where it has none of its own."""
    rows = [] if file.suffix == ".yaml" else read_rows(file)[0]
    if not rows or {"sha256", "Categories"} & set(rows[0]):
        return list(fruit().texts)
    column = text_column(file, list(rows[0]))
    return [row[column] for row in rows]


def show(rows: Sequence[Sequence[object]]) -> None:
    """A table of readers; what does not apply to one is left empty."""
    print(table(HEADS, [[*row, *[""] * (len(HEADS) - len(row))] for row in rows]))


if __name__ == "__main__":
    main(sys.argv[1:])
