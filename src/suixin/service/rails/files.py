"""Reading any file of a bank's: what it is, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from suixin.data.errors import InputError
from suixin.service.rails import camt, cancel, pain001, pain002
from suixin.service.rails.message import Message
from suixin.service.rails.pain001 import TransferFile
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import Head, Source, head, message_of

AnyFile: TypeAlias = Message | TransferFile


class _Reads(Protocol):
    def __call__(
        self, source: Source, found: Head, message: str, profile: Profile
    ) -> AnyFile: ...  # fmt: skip


_FROM_BANK: Final[Mapping[str, _Reads]] = MappingProxyType(
    {
        "pain.002": pain002.read_status_file,
        "camt.029": cancel.read_cancel_file,
        "camt.053": camt.read_account_file,
        "camt.054": camt.read_account_file,
    }
)


def read(source: Source, profile: Profile) -> Message:
    """What a bank says in a file.

    Raises `InputError`: NOT_READ, NAMESPACE, VERSION, DOCTYPE, ENCODING, TOO_LARGE, TOO_DEEP,
    NOT_XML, EMPTY_FILE, EMPTY_MESSAGE, MISSING, REPEATED, CODE, CURRENCY, AMOUNT, DATE, BALANCES.

    >>> from datetime import date
    >>> from suixin.service.rails.profile import profile_on
    >>> read(b"<!DOCTYPE Document><Document/>", profile_on("simulated", date(2026, 3, 2)))
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: The file declares a document type, which may hide entities. No \
message of the standard has one; refuse it.
    """
    found = read_any(source, profile)
    if isinstance(found, TransferFile):
        wrong = f"{found.message} is a file of payments, which a bank is sent and does not send."
        raise InputError("NOT_READ", wrong, "Look where it came from.")
    return found


def read_any(source: Source, profile: Profile) -> AnyFile:
    """What a file says, also one of payments to a bank; raises `InputError` as `read` does."""
    found = head(source, limits=profile.limits, encodings=profile.encodings)
    message = message_of(found, profile)
    kind = message[:8]
    if kind == "pain.001":
        return pain001.read(source, found, message, profile)
    if kind not in _FROM_BANK:
        wrong = f"{message} is what we ask a bank, and not what it answers."
        raise InputError("NOT_READ", wrong, f"Read are {', '.join(_FROM_BANK)}.")
    return _FROM_BANK[kind](source, found, message, profile)


def looking(profile: Profile) -> Profile:
    """A profile that reads any namespace and currency, to look at a file and never to book it."""
    return replace(profile, lenient=True, bare=True, currency="")
