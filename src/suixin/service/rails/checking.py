"""Looking at a bank's files before they are taken: what they say, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from suixin.data.errors import InputError, shown
from suixin.kernel.money import Money
from suixin.service.rails import pain001
from suixin.service.rails.files import AnyFile, read_any
from suixin.service.rails.message import AccountFile, CancelFile, Kind, LineStatus, Report
from suixin.service.rails.pain001 import TransferFile
from suixin.service.rails.profile import Profile
from suixin.service.rails.reading import Source


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file, by a code and in words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement or notice as it stands; `account` shows its last four digits only."""

    kind: Kind
    name: str
    account: str
    number: int | None
    closing_on: date | None
    opening_fen: int | None
    closing_fen: int | None
    in_fen: int
    out_fen: int
    booked: int
    pending: int
    returned: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file says, and what is wrong with it; of a file that cannot be read, only that."""

    file: str
    message: str = ""
    id: str = ""
    reports: tuple[Seen, ...] = ()
    payments: int = 0
    fen: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def check_files(sources: Mapping[str, Source], profile: Profile) -> tuple[Checked, ...]:
    """Look at files one by one, and at whether their statements follow each other.

    >>> from suixin.service.rails.profile import profile_on
    >>> (found,) = check_files({"a.xml": b"<a/>"}, profile_on("simulated", date(2026, 3, 2)))
    >>> found.faults[0].code
    'NOT_READ'
    """
    found: list[Checked] = []
    statements: list[tuple[str, Report]] = []
    for name, source in sources.items():
        try:
            file = read_any(source, profile)
        except InputError as fault:
            found.append(Checked(name, faults=(Fault(fault.code, str(fault)),)))
            continue
        found.append(_checked(name, file, source, profile))
        if isinstance(file, AccountFile):
            statements += [(name, one) for one in file.reports if one.kind is Kind.STATEMENT]
    broken = _chain(statements)
    return tuple(replace(one, faults=(*one.faults, *broken.get(one.file, ()))) for one in found)


def lines_of(checked: Checked) -> Sequence[str]:
    """What was seen, for a person."""
    told = [f"{checked.file}: {checked.message} {shown(checked.id)}".rstrip(": ")]
    for one in checked.reports:
        number = f" {one.number}" if one.number is not None else ""
        day = f" of {one.closing_on}" if one.closing_on else ""
        told.append(
            f"  {one.kind}{number}{day}, account {one.account}: {one.booked} booked lines"
            f" ({one.returned} of them returns), {one.pending} not booked"
        )
        balance = f"  in {Money(one.in_fen).yuan}, out {Money(one.out_fen).yuan}"
        if one.opening_fen is not None and one.closing_fen is not None:
            balance += f", from {Money(one.opening_fen).yuan} to {Money(one.closing_fen).yuan}"
        told.append(balance)
    if checked.payments:
        told.append(f"  {checked.payments} payments of {Money(checked.fen).yuan}")
    told += [f"  {status}: {count}" for status, count in checked.statuses.items()]
    return [*told, *(f"  {fault.code}: {fault.message}" for fault in checked.faults)]


def _checked(name: str, file: AnyFile, source: Source, profile: Profile) -> Checked:
    if isinstance(file, TransferFile):
        rows = [one for batch in file.batches for one in batch.transfers]
        faults = (*_same_ids([one.id for one in rows]), *_schema(file, source, profile))
        return Checked(name, file.message, file.id, payments=len(rows), fen=file.fen, faults=faults)
    if isinstance(file, AccountFile):
        reports = tuple(_seen(one) for one in file.reports)
        faults = tuple(fault for one in file.reports for fault in _report_faults(one, profile))
        return Checked(name, file.message, file.id, reports, faults=faults)
    if isinstance(file, CancelFile):
        told = [one.status or file.status for one in file.answers] or [file.status]
        return Checked(name, file.message, file.id, statuses=dict(Counter(told)))
    said = [file.status] if file.status else []
    said += [batch.status for batch in file.batches if batch.status]
    said += [one.status for batch in file.batches for one in batch.payments if one.status]
    moves, lenient = profile.signs.moves, profile.lenient
    unknown = sorted(set(said) - set(moves)) if not lenient else []
    faults = tuple(Fault("STATUS", f"{shown(one)} is no status of the profile.") for one in unknown)
    return Checked(name, file.message, file.id, statuses=dict(Counter(said)), faults=faults)


def _seen(report: Report) -> Seen:
    booked = [line for line in report.lines if line.status is LineStatus.BOOKED]
    return Seen(
        report.kind,
        report.name,
        f"…{report.account[-4:]}",
        report.electronic if report.electronic is not None else report.legal,
        report.closing_on,
        report.opening_fen,
        report.closing_fen,
        in_fen=sum(line.fen for line in booked if line.fen > 0),
        out_fen=-sum(line.fen for line in booked if line.fen < 0),
        booked=len(booked),
        pending=len(report.lines) - len(booked),
        returned=sum(line.reversal or any(one.returned for one in line.details) for line in booked),
    )


def _report_faults(report: Report, profile: Profile) -> list[Fault]:
    faults, name = [], shown(report.name)
    if not profile.lenient and report.account != profile.account.number:
        wrong = f"{name} is of another account than that of {profile.name}."
        faults.append(Fault("NOT_OURS", wrong))
    if not report.whole:
        faults.append(Fault("PAGED", f"{name} is one page of several."))
    if report.opening_fen is not None and report.closing_fen is not None:
        differs = report.closing_fen - report.opening_fen - report.booked_fen
        if differs:
            wrong = f"{name} closes with {Money(differs).yuan} more than its lines add up to."
            faults.append(Fault("SUM", wrong))
    return faults


def _chain(statements: Sequence[tuple[str, Report]]) -> dict[str, list[Fault]]:
    """Where statements of one account do not follow each other, by file."""
    broken: dict[str, list[Fault]] = {}
    of: dict[str, dict[int | str, tuple[str, Report]]] = {}
    for file, one in statements:
        known = of.setdefault(one.account, {})
        key = one.electronic if one.electronic is not None else one.legal or one.digest
        before = known.setdefault(key, (file, one))[1]
        if before.digest != one.digest:
            wrong = (
                f"{key} says something else than the statement of that number in {known[key][0]}."
            )
            broken.setdefault(file, []).append(Fault("CHANGED", wrong))
    for known in of.values():
        rows = sorted(known.values(), key=lambda row: (row[1].closing_on or date.min, _number(row)))
        for (_, last), (file, one) in pairwise(rows):
            gap = _number((file, one)) - _number(("", last))
            if gap > 1:
                wrong = f"between {last.name} and {one.name}, {gap - 1} missing."
                broken.setdefault(file, []).append(Fault("SEQUENCE", shown(wrong, 200)))
            differs = (one.opening_fen or 0) - (last.closing_fen or 0)
            if differs:
                wrong = f"{one.name} opens with {Money(differs).yuan} more than {last.name} closed"
                broken.setdefault(file, []).append(Fault("OPENING", f"{shown(wrong, 200)} with."))
    return broken


def _number(row: tuple[str, Report]) -> int:
    return row[1].electronic or row[1].legal or 0


def _same_ids(ids: Sequence[str]) -> list[Fault]:
    twice = [id for id, count in Counter(ids).items() if count > 1 and id]
    return [Fault("SAME_ID", f"{shown(id)} stands more than once.") for id in twice]


def _schema(file: TransferFile, source: Source, profile: Profile) -> list[Fault]:
    """Ours are held to our own schema; another's may hold what that does not list."""
    if profile.lenient or file.message != pain001.WRITTEN:
        return []
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        pain001.check(content)
    except InputError as fault:
        return [Fault(fault.code, fault.message)]
    return []
