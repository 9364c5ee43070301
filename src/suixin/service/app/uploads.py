"""Uploads of facts: one file or a zip, held to its size before and after it is unpacked."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from suixin.data.errors import InputError, shown
from suixin.service.app.caller import Caller
from suixin.service.app.facts import Loaded, load_feeds
from suixin.service.app.permits import Act, check_may

BODY_MAX: Final = 100 << 20
UNPACKED_MAX: Final = 2 << 30
FILES_MAX: Final = 400


def load_upload(
    caller: Caller,
    name: str,
    body: IO[bytes],
    *,
    key: str,
    at: datetime,
    mapping: str | None = None,
) -> Loaded:
    """Take in one uploaded file, or a zip of several.

    Raises `InputError` TOO_LARGE (100 MB as it comes, 2 GB unpacked), BAD_NAME (a path, in the
    upload or inside the zip), NOT_ZIP, and as `load_feeds` does.
    """
    check_may(caller, Act.LOAD_FACTS)
    with tempfile.TemporaryDirectory(prefix="suixin-upload-") as place:
        folder = Path(place) / "feeds"
        folder.mkdir()
        file = folder / _plain_name(name)
        _copy(body, file, BODY_MAX)
        if file.suffix.lower() == ".zip":
            _unzip(file, folder)
            file.unlink()
        elif file.suffix.lower() == ".gz":
            _check_unpacks(file)
        try:
            return load_feeds(caller, folder, key=key, at=at, mapping=mapping)
        except InputError as fault:  # Where it stood on this machine is nobody's to know.
            told = fault.message.replace(str(folder), "The upload")
            raise InputError(fault.code, told, fault.hint) from fault


def _plain_name(name: str) -> str:
    """A name without a path; raises `InputError` BAD_NAME."""
    if not name or name != Path(name).name or name.startswith(".") or "\\" in name or "\0" in name:
        wrong = f"{shown(name)} is no plain name of a file."
        raise InputError("BAD_NAME", wrong, "Give it a name such as orders.csv, without a path.")
    return name


def _copy(body: IO[bytes], file: Path, most: int) -> None:
    size = 0
    with file.open("wb") as out:
        while chunk := body.read(1 << 20):
            size += len(chunk)
            if size > most:
                wrong = f"It has more than {most >> 20} MB."
                raise InputError("TOO_LARGE", wrong, "Send it in parts, or as Parquet.")
            out.write(chunk)


def _unzip(file: Path, folder: Path) -> None:
    """Unpack what a zip holds, counting the bytes that come, whatever its directory says."""
    try:
        with zipfile.ZipFile(file) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            if len(entries) > FILES_MAX:
                wrong = f"It holds {len(entries)} files."
                raise InputError("TOO_LARGE", wrong, f"At most {FILES_MAX}.")
            left = UNPACKED_MAX
            for entry in entries:
                place = folder / _plain_name(entry.filename)
                if place == file or place.exists() or place.suffix.lower() == ".gz":
                    wrong = f"{shown(entry.filename)} stands there twice, or is packed again."
                    raise InputError("BAD_NAME", wrong, "Give each file once, packed once.")
                with packed.open(entry) as body:
                    _copy(body, place, left)
                left -= place.stat().st_size
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as fault:
        wrong = f"This is not a whole zip: {shown(fault)}."
        raise InputError("NOT_ZIP", wrong, "Pack it again, without a password.") from fault


def _check_unpacks(file: Path) -> None:
    """Refuse a packed file that unpacks to more than is taken, or does not."""
    size = 0
    try:
        with gzip.open(file, "rb") as body:
            while chunk := body.read(1 << 20):
                size += len(chunk)
                if size > UNPACKED_MAX:
                    wrong = f"It unpacks to more than {UNPACKED_MAX >> 30} GB."
                    raise InputError("TOO_LARGE", wrong, "Send it in parts, or as Parquet.")
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        wrong = f"It cannot be unpacked: {shown(fault)}."
        raise InputError("TRUNCATED", wrong, "Copy it again.") from fault
