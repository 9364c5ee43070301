"""A reader's folder: what is read is what was written, and a changed byte is refused by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from suixin.credit.model.seal import CARD
from suixin.credit.reading import model_file
from suixin.credit.reading.model_file import (
    WEIGHTS,
    load_review_model,
    packaged_model,
    write_review_model,
)
from suixin.credit.reading.reader import read_reviews
from suixin.data.errors import InputError

PACKAGED = Path(model_file.__file__).parent / "packaged"
TOLD = {"made_on": "2026-06-30", "purpose": "Reviews of pears"}
TEXTS = ["又脆又甜，物流也快，下次还会再来买的", "烂了一半，客服还不理人，差评，再也不会买了"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGED, tmp_path / "reader"))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    digest = write_review_model(tmp_path / "a", packaged_model(), TOLD)
    again = load_review_model(tmp_path / "a")
    first, second = read_reviews(TEXTS), read_reviews(TEXTS, model=again)
    assert first.share.tolist() == second.share.tolist()
    assert first.confidence.tolist() == second.confidence.tolist()
    assert write_review_model(tmp_path / "b", again, TOLD) == digest
    for name in (CARD, WEIGHTS):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("name", [CARD, WEIGHTS])
def test_a_changed_byte_is_refused(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(InputError, match=name) as fault:
        load_review_model(folder)
    assert fault.value.code == "MODEL_ALTERED"


def test_weights_that_are_gone_are_missed(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    with pytest.raises(InputError, match="not there"):
        load_review_model(folder)


def test_a_folder_without_a_card_is_no_reader(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        load_review_model(tmp_path)
    assert fault.value.code == "NO_MODEL"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("KIND", "scorecard", "NOT_A_READER"), ("FORMAT", 99, "MODEL_FORMAT")],
)
def test_another_kind_or_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, code: str
) -> None:
    with monkeypatch.context() as other:
        other.setattr(model_file, name, value)
        write_review_model(tmp_path / "a", packaged_model(), TOLD)
    with pytest.raises(InputError) as fault:
        load_review_model(tmp_path / "a")
    assert fault.value.code == code


def test_the_packaged_reader_is_small_and_holds_no_text() -> None:
    assert sum(file.stat().st_size for file in PACKAGED.iterdir()) <= 4_000_000
    with np.load(PACKAGED / WEIGHTS, allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"i", "u"}
