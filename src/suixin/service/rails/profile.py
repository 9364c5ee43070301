"""A bank's profile: our account, its messages and namespaces, its codes and its hours, by date.

A real bank is one profile and one class of transport. A profile is a policy file
(`policies/banks/*.yaml`); an institution's own folder may hold `banks/<name>.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from suixin.data.errors import InputError
from suixin.kernel.parameter import nearest
from suixin.kernel.policy import PolicyOn, load_policy, read_policy

STANDARD: Final = "urn:iso:std:iso:20022:tech:xsd:"
Sequence = Literal["electronic", "legal", "none"]

_PARAMETERS: Final = (
    "account", "messages", "namespaces", "encodings", "codes", "statements", "cut_off",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """An account of ours with a bank, whose clearing number is `bank_number`."""

    number: str = field(repr=False)
    name: str
    bank_number: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What a bank's codes mean: moves of a payment, duplicates, and lines that return or charge."""

    moves: Mapping[str, str]
    duplicate_codes: frozenset[str]
    duplicate_words: tuple[str, ...]
    returns: tuple[str, ...]
    charges: tuple[str, ...]

    def returned(self, code: str) -> bool:
        """Whether a bank transaction code says that a payment came back.

        >>> profile_on("simulated", date(2026, 3, 2)).signs.returned("PMNT/ICDT/RRTN")
        True
        """
        return _matches(code, self.returns)

    def charged(self, code: str) -> bool:
        """Whether a bank transaction code says that the bank charges us."""
        return _matches(code, self.charges)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes, levels of nesting inside a line, and lines."""

    bytes: int
    levels: int
    lines: int


@dataclass(frozen=True, slots=True)
class Profile:
    """How one bank speaks, as of a day. `rails` are the rules of all banks on that day.

    `national` maps a namespace to the message it stands for; `bare` allows none at all. A `lenient`
    one reads any namespace and currency, to look at a file and never to book it.
    """

    name: str
    account: Account
    write: str
    cancel: str
    read: Mapping[str, range]
    bare: bool
    national: Mapping[str, str]
    encodings: frozenset[str]
    signs: Signs
    limits: Limits
    sequence: Sequence
    anew_each_year: bool
    cut_off: time
    rails: PolicyOn
    currency: str = "CNY"
    lenient: bool = False


def profile_on(bank: str | Path, day: date, folder: Path | None = None) -> Profile:
    """The profile of a bank on a day: packaged, of `folder/banks`, or of the file named.

    Raises `InputError` NO_BANK, and what `read_policy` raises.

    >>> profile = profile_on("simulated", date(2026, 3, 2))
    >>> profile.write, 8 in profile.read["camt.053"], profile.cut_off
    ('pain.001.001.09', True, datetime.time(16, 30))
    """
    path = _file_of(bank, folder)
    own = read_policy(path).on(day)
    for name in _PARAMETERS:
        if name not in own:
            wrong = f"{path.name} has no {name} on {day}."
            raise InputError("BANK_PROFILE", wrong, "Give it as banks/simulated.yaml does.")
    rails = load_policy("rails", folder).on(day)
    messages, namespaces, rule = own["messages"], own["namespaces"], own["statements"]
    if rule["sequence"] not in ("electronic", "legal", "none"):
        wrong = f"{path.name}: statements.sequence is {rule['sequence']!r}."
        raise InputError("BANK_PROFILE", wrong, "Write electronic, legal or none.")
    return Profile(
        name=path.stem,
        account=Account(**own["account"]),
        write=messages["write"],
        cancel=messages["cancel"],
        read=MappingProxyType(
            {name: range(one["least"], one["most"] + 1) for name, one in messages["read"].items()}
        ),
        bare=namespaces["none"],
        national=namespaces["national"],
        encodings=frozenset(name.upper() for name in own["encodings"]),
        signs=_signs(own, rails),
        limits=Limits(**rails["reading.most"]),
        sequence=rule["sequence"],
        anew_each_year=rule["anew_each_year"],
        cut_off=time.fromisoformat(own["cut_off"]),
        rails=rails,
    )


def _signs(own: PolicyOn, rails: PolicyOn) -> Signs:
    codes, duplicates, lines = own["codes"], rails["duplicate.signs"], rails["line.signs"]
    return Signs(
        moves=MappingProxyType({**rails["status.moves"], **codes["statuses"]}),
        duplicate_codes=frozenset(duplicates["codes"]),
        duplicate_words=(*duplicates["words"], *codes["duplicate_words"]),
        returns=(*lines["returns"], *codes["returns"]),
        charges=(*lines["charges"], *codes["charges"]),
    )


def _file_of(bank: str | Path, folder: Path | None) -> Path:
    if isinstance(bank, Path):
        if not bank.is_file():
            raise InputError("NO_BANK", f"{bank} is no file.", "Name a bank's profile.")
        return bank
    packaged = Path(__file__).resolve().parents[2] / "policies" / "banks"
    for place in (folder / "banks" if folder else None, packaged):
        if place is not None and (place / f"{bank}.yaml").is_file():
            return place / f"{bank}.yaml"
    known = [path.stem for path in sorted(packaged.glob("*.yaml"))]
    wrong = f"There is no bank named {bank}{nearest(bank, known) or '.'}"
    raise InputError("NO_BANK", wrong, "Give it as banks/<name>.yaml of the policies' folder.")


def _matches(code: str, patterns: tuple[str, ...]) -> bool:
    """Whether a code is one of the patterns, part by part; * stands for any part."""
    parts = code.split("/")
    for pattern in patterns:
        wanted = pattern.split("/")
        if len(wanted) == len(parts) and all(
            want in ("*", part) for want, part in zip(wanted, parts, strict=True)
        ):
            return True
    return False
