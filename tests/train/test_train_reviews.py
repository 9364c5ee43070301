"""Training a reader: the same file the same bytes, heads kept or taught, and what is refused."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from suixin.credit.reading.model import ReviewModel
from suixin.credit.reading.model_file import load_review_model, packaged_model, write_review_model
from suixin.credit.reading.reader import read_reviews
from suixin.data.errors import InputError
from suixin.train.reviews import ReaderAsking, read_praise, train_reader
from suixin.train.reviews_file import read_labelled, sha256_of
from suixin.train.reviews_thresholds import pair_figures, said_by, thresholds

DAY = date(2026, 6, 30)
# A trade whose words the packaged lexicon does not know, so that letters alone must learn them.
GOOD = ["绵柔顺滑", "显色自然", "持妆整日", "一抹即开"]
BAD = ["卡纹严重", "拔干起屑", "斑驳结块", "暗沉浮粉"]
FILL = [
    "收到之后当天就用了",
    "朋友让我带一支",
    "第二支了",
    "生日的时候打开用的",
    "早上出门前涂了一层",
]


def sentences(count: int = 260, seed: int = 0) -> list[tuple[str, int]]:
    chance = np.random.default_rng(seed)
    made = []
    for k in range(count):
        words = GOOD if k % 2 else BAD
        said = [*chance.choice(words, 2, replace=False), *chance.choice(FILL, 2, replace=False)]
        chance.shuffle(said)
        made.append((f"，{'，'.join(said)}，{k}"[1:], k % 2))
    return made


def write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows: list[list[object]] = [["label", "review"]]
    rows += [[label, text] for text, label in sentences()]
    return write(tmp_path_factory.mktemp("reviews") / "reviews.csv", rows)


@pytest.fixture(scope="module")
def asking(labelled: Path) -> ReaderAsking:
    return ReaderAsking(labelled, None, (), "lips", 1, "Reviews of lipstick")


@pytest.fixture(scope="module")
def trained(asking: ReaderAsking) -> tuple[ReviewModel, dict[str, object]]:
    return train_reader(asking, on=DAY)


def test_letters_learn_words_that_no_lexicon_knows(
    trained: tuple[ReviewModel, dict[str, object]],
) -> None:
    model, told = trained
    texts = [text for text, _ in sentences(60, seed=9)]
    praised = np.array([label == 1 for _, label in sentences(60, seed=9)])
    assert ((read_praise(model.praise, texts) > 0) == praised).mean() >= 0.95
    assert told["figures"]["praise"]["accuracy"] >= 0.95  # type: ignore[index]


def test_a_head_that_is_not_taught_is_the_packaged_one(
    trained: tuple[ReviewModel, dict[str, object]],
) -> None:
    model, told = trained
    assert told["from_packaged"] == ["aspects"]
    assert model.aspects is packaged_model().aspects


def test_the_same_asking_gives_the_same_bytes(asking: ReaderAsking, tmp_path: Path) -> None:
    first, second = train_reader(asking, on=DAY), train_reader(asking, on=DAY)
    assert write_review_model(tmp_path / "a", *first) == write_review_model(tmp_path / "b", *second)
    again = load_review_model(tmp_path / "a")
    texts = [text for text, _ in sentences(20, seed=3)]
    wanted = read_reviews(texts, model=first[0]).share.tolist()
    assert read_reviews(texts, model=again).share.tolist() == wanted


def test_quadruples_teach_names_of_their_own(tmp_path: Path) -> None:
    made = sentences(240)
    texts = write(
        tmp_path / "texts.csv",
        [["id", "Reviews"], *([k, text] for k, (text, _) in enumerate(made))],
    )
    rows: list[list[object]] = [["id", "A_start", "O_start", "Categories", "Polarities"]]
    for k, (text, label) in enumerate(made):
        for word in (*GOOD, *BAD):
            if word in text:
                name = "质地" if word in (*GOOD[:2], *BAD[:2]) else "持久"
                rows.append([k, "", f"{text.index(word)}.0", name, "正面" if label else "负面"])
    labels = write(tmp_path / "labels.csv", rows)
    asked = ReaderAsking(texts, labels, (), "lips", 1, "Reviews of lipstick")
    model, told = train_reader(asked, on=DAY)
    assert told["from_packaged"] == ["praise"]
    assert model.says() == ("持久", "质地", "overall")
    assert told["figures"]["aspects"]["pair_f1"] >= 0.95
    text = "收到之后当天就用了，绵柔顺滑，朋友让我带一支"
    found = read_reviews([text], model=model)
    said = [(model.says()[a], p) for a, p in zip(found.aspect, found.polarity, strict=True)]
    assert said[0] == ("质地", 1)
    assert text[found.begin[0] : found.end[0]] == "绵柔顺滑"


def test_labels_beside_texts_are_joined_by_digest_and_given_ones_kept_out(tmp_path: Path) -> None:
    texts = write(
        tmp_path / "texts.csv", [["label", "review"], [1, "很甜"], [0, "烂了"], [1, "好"]]
    )
    rows = [["sha256", "given", "taste"], [sha256_of("很甜"), 0, 1], [sha256_of("烂了"), 1, -2]]
    found = read_labelled(texts, write(tmp_path / "labels.csv", rows))
    assert found.names == ("taste",)
    assert found.judged.tolist() == [True, True, False]
    assert found.kept_out.tolist() == [False, True, False]
    assert found.said[:, 0].tolist() == [[True, False, False], [False] * 3, [False] * 3]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["label", "review"], ["2", "好"]], "NOT_A_LABEL"),
        ([["taste", "review"], ["good", "好"]], "NOT_A_LABEL"),
        ([["label", "words"], ["1", "好"]], "NO_COLUMN"),
        ([["label", "review"], ["1", "好"], ["0", "坏"]], "TOO_FEW_LABELS"),
        ([["review"], ["好"]], "TOO_FEW_LABELS"),
        ([["taste", "review"], ["1", "好"]], "TOO_FEW_LABELS"),
    ],
)
def test_what_cannot_teach_is_refused(
    asking: ReaderAsking, tmp_path: Path, rows: list[list[object]], code: str
) -> None:
    path = write(tmp_path / "a.csv", rows)
    with pytest.raises(InputError) as fault:
        train_reader(replace(asking, texts=path), on=DAY)
    assert fault.value.code == code


@pytest.mark.parametrize("wrong", [["9", "0.0", "0.0", "a", "正面"], ["1", "0", "0", "a", "好"]])
def test_a_quadruple_of_no_text_or_polarity_is_refused(tmp_path: Path, wrong: list[object]) -> None:
    texts = write(tmp_path / "texts.csv", [["id", "Reviews"], ["1", "好"]])
    heads: list[object] = ["id", "A_start", "O_start", "Categories", "Polarities"]
    with pytest.raises(InputError) as fault:
        read_labelled(texts, write(tmp_path / "labels.csv", [heads, wrong]))
    assert fault.value.code == "NOT_A_LABEL"


def test_thresholds_find_the_cut_that_people_made() -> None:
    chance = np.random.default_rng(1)
    said = chance.random((400, 2, 3)) < (0.3, 0.2, 0.1)
    said[..., 1] &= ~said[..., 0]
    said[..., 2] &= ~said.any(axis=2)
    for sides in (2, 3):
        score = np.where(said[..., :sides], 1.0, -1.0) + 0.4
        edge = thresholds(score, said[..., :sides])
        found = said_by(score - edge)
        assert pair_figures(found, said[..., :sides]).micro == 1.0
