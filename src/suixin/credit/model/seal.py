"""Sealed YAML: its last line is the digest of all above it, and each section has its own seal.

A changed byte is found when it is read, and the section it changed is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from suixin.data.errors import InputError

CARD = "card.yaml"
_SEAL = "digest: "


def sealed(sections: Mapping[str, Any]) -> tuple[str, str]:
    """The text of a sealed file, and its digest; the same sections give the same bytes.

    >>> text, digest = sealed({"a": 1})
    >>> unsealed(text.encode()) == (text.rpartition("digest: ")[0].encode(), digest)
    True
    >>> unsealed(text.replace("a: 1", "a: 2").encode())[1] is None
    True
    """
    said = dict(sections)
    said["seals"] = {name: _section(value) for name, value in sections.items()}
    body = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
    digest = sha256(body.encode())
    return f"{body}{_SEAL}{digest}\n", digest


def unsealed(text: bytes) -> tuple[bytes, str | None]:
    """The body of a sealed file and its digest, None where a byte was changed."""
    body, _, seal = text.rpartition(_SEAL.encode())
    digest = sha256(body)
    return body, digest if seal == f"{digest}\n".encode() else None


def what_differs(body: bytes) -> str:
    """Which sections of an altered file differ from their own seals."""
    try:
        said = yaml.safe_load(body)
    except (yaml.YAMLError, ValueError):  # ValueError: no UTF-8, or a day such as 32.
        return "it can no longer be read as YAML"
    if not isinstance(said, dict) or not isinstance(said.get("seals"), dict):
        return "it has lost its seals"
    seals = said.pop("seals")
    differs = [str(name) for name in said if _section(said[name]) != seals.get(name)]
    differs += [str(name) for name in seals if name not in said]
    if differs:
        return f"{', '.join(differs)} differs from what was sealed"
    return "no value differs, but its text or its last line, the digest, does"


def verified(folder: Path) -> dict[str, Any]:
    """What the card of a folder says, once every byte of card and files is as it was written."""
    path = folder / CARD
    if not path.is_file():
        message = f"{folder} holds no {CARD}, so no model."
        raise InputError("NO_MODEL", message, "Name the folder that training wrote.")
    body, digest = unsealed(path.read_bytes())
    if digest is None:
        raise altered(path, what_differs(body))
    said: dict[str, Any] = yaml.safe_load(body)
    for name, wanted in said["files"].items():
        file = folder / name
        if not file.is_file():
            raise altered(file, "it is not there")
        found = sha256(file.read_bytes())
        if found != wanted:
            raise altered(file, f"its digest is {found[:12]}…, the card says {wanted[:12]}…")
    return said


def altered(path: Path, what: str) -> InputError:
    """The refusal of a file that is not as it was written."""
    return InputError(
        "MODEL_ALTERED",
        f"{path} is not as it was written: {what}.",
        "Fetch it again from where it was promoted; do not edit it, train a new version.",
    )


def sha256(body: bytes) -> str:
    """The digest of bytes, in hex."""
    return hashlib.sha256(body).hexdigest()


def _section(value: object) -> str:
    # An altered file may hold any plain value, keys of mixed kinds too; all of them have a repr.
    return sha256(repr(value).encode("utf-8", "backslashreplace"))[:16]
