"""A model's folder: what is read is what was written, and a changed byte is refused by name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from suixin.credit.adoption import adoptions
from suixin.credit.grade import Calibration
from suixin.credit.model.calibration import Isotonic
from suixin.credit.model.calibration_file import read_calibration, write_calibration
from suixin.credit.model.card import Band, ModelCard
from suixin.credit.model.folder import CARD, SQL, digest_of, load_model, write_model
from suixin.credit.model.promotion import promote, proposal_of
from suixin.credit.model.scale import Scale
from suixin.credit.model.scorecard import NumberColumn, Scorecard, WordColumn
from suixin.data.errors import InputError

FIGURE = {"value": 0.78, "low": 0.76, "high": 0.8}
MODEL = ModelCard(
    name="shops", version="1", made_on=date(2026, 6, 30), purpose="Default within 12 months",
    model=Scorecard(56012, (
        NumberColumn("late", "rises", (0.1, 1 / 3, 1e-7 + 5), (1200, 7, -350, -4025), {-9.0: 400},
                     None),
        WordColumn("kind", {"shop": 500, "no": -100, "1": 3}, None, -250),
    )),
    scale=Scale(600, 20, 30), calibration=Isotonic((560.0, 590.0), (0.4, 1 / 30), "shops-1"),
    pd_ends=(0.0005, 0.9995), bands=(Band(1, 600.0, 300, 0.02), Band(2, None, 300, 0.2)),
    told={"metrics": {"test": {"auc": FIGURE}}, "data": {"cases": 600, "bad": 66}},
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path / "shops-1", MODEL)
    return tmp_path / "shops-1"


def test_what_is_read_is_what_was_written(folder: Path) -> None:
    assert load_model(folder) == MODEL


def test_the_same_card_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_model(tmp_path / "again", MODEL)
    for file in (CARD, SQL):
        assert (folder / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_a_changed_byte_anywhere_in_a_card_is_found(folder: Path) -> None:
    """Every eleventh byte in turn, and each of the last line, is changed in one bit."""
    path = folder / CARD
    whole = path.read_bytes()
    for at in [*range(0, len(whole), 11), *range(len(whole) - 73, len(whole))]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(InputError) as fault:
            load_model(folder)
        assert fault.value.code == "MODEL_ALTERED"


@pytest.mark.parametrize(
    ("file", "old", "new", "differs"),
    [
        (CARD, "points: -40.25", "points: -40.26", "model differs"),
        (CARD, "made_on: '2026-06-30'", "made_on: '2026-06-29'", "made_on differs"),
        (CARD, "purpose: Default", "purpose: default", "purpose differs"),
        (CARD, "purpose: Default", "purpose:  Default", "no value differs"),
        (CARD, "seals:", "scale:", "lost its seals"),
        (SQL, "-4025", "-4026", "model.sql"),
    ],
)
def test_an_altered_model_is_refused_and_what_differs_is_named(
    folder: Path, file: str, old: str, new: str, differs: str
) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=differs) as fault:
        load_model(folder)
    assert fault.value.code == "MODEL_ALTERED"


def test_a_file_that_went_missing_is_named(folder: Path) -> None:
    (folder / SQL).unlink()
    with pytest.raises(InputError, match="not there"):
        load_model(folder)


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        load_model(tmp_path)
    assert fault.value.code == "NO_MODEL"


def test_a_model_is_loaded_and_applied_without_what_trains_it(folder: Path) -> None:
    code = (
        "import sys\n"
        "for name in ('lightgbm', 'sklearn', 'optbinning', 'pandas'):\n"
        "    sys.modules[name] = None\n"  # Importing it now fails.
        "from pathlib import Path\nimport numpy as np\n"
        "from suixin.credit.model.card import scored\n"
        "from suixin.credit.model.folder import load_model\n"
        "rows = {'late': np.array([0.0]), 'kind': np.array(['shop'], object)}\n"
        "print(scored(load_model(Path(sys.argv[1])), rows).score[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == 577.12  # 560.12 + 12 + 5


@pytest.mark.mechanism("C03")
def test_one_person_proposes_a_model_and_another_promotes_it(folder: Path, tmp_path: Path) -> None:
    proposal = proposal_of(folder, by="risk officer", on=date(2026, 7, 1))
    assert proposal.evidence == {"auc": 0.78, "auc_low": 0.76, "auc_high": 0.8, "cases": 600,
                                 "bad": 66}  # fmt: skip
    adopted = tmp_path / "adopted"
    with pytest.raises(InputError) as fault:
        promote(proposal, folder, by="Risk Officer ", on=date(2026, 7, 2), adopted=adopted)
    assert fault.value.code == "SAME_PERSON"
    assert not adopted.exists()
    promote(proposal, folder, by="head of credit", on=date(2026, 7, 2), adopted=adopted)
    [found] = adoptions(adopted, "model")
    assert (found.proposal.digest, found.approved_by) == (digest_of(folder), "head of credit")


def test_only_the_model_that_was_proposed_is_promoted(folder: Path, tmp_path: Path) -> None:
    proposal = proposal_of(folder, by="risk officer", on=date(2026, 7, 1))
    shutil.rmtree(folder)
    write_model(folder, replace(MODEL, purpose="Something else"))
    with pytest.raises(InputError) as fault:
        promote(proposal, folder, by="head of credit", on=date(2026, 7, 2), adopted=tmp_path / "a")
    assert fault.value.code == "ANOTHER_MODEL"


@pytest.mark.parametrize("calibration", [MODEL.calibration, Calibration(0.6, 0.06, "2026-06")])
def test_a_calibration_is_read_as_written_and_refused_when_altered(
    calibration: Calibration | Isotonic, tmp_path: Path
) -> None:
    path = tmp_path / "calibration.yaml"
    write_calibration(path, calibration, {"cases": 600})
    assert read_calibration(path) == calibration
    path.write_text(path.read_text("utf-8").replace("600", "601"), "utf-8")
    with pytest.raises(InputError, match="cases differs"):
        read_calibration(path)
