"""Nothing personal can get into a line of the log, whoever writes it, and whatever raises."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from suixin.data.errors import InputError
from suixin.service.running import logs
from suixin.service.running.logs import FIELDS, log_to_file, only_allowed

NAME, PHONE, IDENTITY = "王小二", "13800000000", "440811199001011234"
PERSONAL = (NAME, PHONE, IDENTITY)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a log that is set up as in a process of the service."""
    path = tmp_path / "service.log"
    monkeypatch.setenv(logs.LOG_FILE, str(path))
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    log_to_file()
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level, sys.excepthook = handlers, level, hook
    structlog.reset_defaults()


def lines(path: Path) -> list[dict[str, Any]]:
    """What was told, each line in the allowed fields alone."""
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert all(set(line) <= set(FIELDS) for line in found)
    return found


def test_our_own_lines_have_their_fields_and_no_others(told: Path) -> None:
    log = structlog.get_logger("suixin.test")
    log.info("request", status=200, institution=3, seconds=0.25, who=NAME, route=PHONE)
    log.info(f"{NAME} signed in", code=IDENTITY, institution=int(PHONE), job=int(PHONE), task=NAME)
    first, second = lines(told)
    assert (first["event"], first["status"], first["institution"]) == ("request", 200, 3)
    assert first["dropped"] == 2
    assert second["dropped"] == 5
    assert not [word for word in PERSONAL if word in told.read_text("utf-8")]


def test_words_of_libraries_and_of_exceptions_are_not_told(told: Path) -> None:
    logging.getLogger("django.request").error(
        "Bad phone %s of %s", PHONE, NAME, extra={"id": PHONE}
    )
    logging.getLogger(f"axes.{PHONE}").warning(NAME)
    try:
        raise ValueError(f"no such person {NAME} {IDENTITY}")
    except ValueError as fault:
        structlog.get_logger("suixin.test").error("job.failed", exc_info=fault)
        logging.getLogger("procrastinate.worker").exception(f"args {PHONE}")
    try:
        only_allowed(None, "", None)  # type: ignore[arg-type]
    except AttributeError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    found = lines(told)
    assert [line.get("event") for line in found] == [
        "django.request", None, "job.failed", "procrastinate.worker", "process.ended",
    ]  # fmt: skip
    assert [line.get("exception") for line in found[2:]] == [
        "ValueError", "ValueError", "AttributeError",
    ]  # fmt: skip
    assert re.fullmatch(r"suixin\.service\.running\.logs:\d+", found[4]["place"])
    assert not [word for word in PERSONAL if word in told.read_text("utf-8")]


@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "who", "args", "message", "phone"]),
        st.sampled_from(PERSONAL) | st.just(int(PHONE)) | st.text() | st.integers() | st.none(),
    )
)
def test_whatever_is_put_into_whichever_field(told: dict[str, Any]) -> None:
    kept = only_allowed(None, "info", dict(told))
    assert not [word for word in PERSONAL if word in json.dumps(kept, ensure_ascii=False)]
    assert set(kept) <= set(FIELDS)
    assert kept.get("dropped", 0) == len(told) - len(set(kept) - {"dropped"}) - (
        "dropped" in told and kept.get("dropped") == told["dropped"]
    )


def test_a_refusal_is_told_by_its_code_and_line(told: Path) -> None:
    fault = InputError("NO_PARTY", f"There is no party {PHONE}.", "")
    structlog.get_logger("suixin.test").error("job.failed", code=fault.code, exc_info=fault)
    (line,) = lines(told)
    assert (line["code"], line["exception"]) == ("NO_PARTY", "InputError")
    assert PHONE not in told.read_text("utf-8")
