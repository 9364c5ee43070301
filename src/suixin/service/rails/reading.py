"""Reading a bank's XML safely: streamed, without entities or network, and never beyond its limits.

A file is a stranger's: a document type is refused before the parser sees it, so no entity is ever
declared; encoding, size, depth and number of lines are bounded; a fault names its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from lxml import etree

from suixin.data.errors import InputError, shown
from suixin.kernel.day import LOCAL_OFFSET
from suixin.kernel.money import MINOR_PER_YUAN
from suixin.service.rails.profile import STANDARD, Limits, Profile

Source: TypeAlias = bytes | Path

CHINA: Final = timezone(timedelta(seconds=LOCAL_OFFSET))
# The element in a document that names its message, and the message.
ROOTS: Final = {
    "CstmrCdtTrfInitn": "pain.001",
    "CstmrPmtStsRpt": "pain.002",
    "RsltnOfInvstgtn": "camt.029",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "FIToFIPmtCxlReq": "camt.056",
}
# What may stand more than once where we read; anything else that is there twice is a fault.
OFTEN: Final = frozenset(
    {"Ntry", "NtryDtls", "TxDtls", "Bal", "Avlbty", "Intrst", "Ustrd", "Strd", "RfrdDocInf"}
    | {"AddtlRmtInf", "Prtry", "AddtlInf", "StsRsnInf", "TxInfAndSts", "OrgnlPmtInfAndSts"}
    | {"CdtTrfTxInf", "PmtInf", "RltdQties", "RltdRmtInf", "CshDpst", "SplmtryData", "CdtLine"}
    | {"CxlDtls", "OrgnlPmtInfAndCxl", "CxlStsRsnInf", "ChrgsInf", "NbOfTxsPerSts", "Cdtn"}
)
_PROLOG_MOST: Final = 65_536
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_AMOUNT: Final = re.compile(r"([0-9]{1,13})(?:\.([0-9]{0,2})0*)?")
_STANDARD_NAME: Final = re.compile(re.escape(STANDARD) + r"([a-z]{4}\.\d{3})\.\d{3}\.(\d{2})")


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says it is: its namespace ("" for none) and the name of its message's element."""

    namespace: str
    element: str


def head(source: Source, *, limits: Limits, encodings: frozenset[str]) -> Head:
    """What a file says it is, read from its first elements; raises `InputError` as `walk` does.

    >>> from suixin.service.rails.profile import profile_on
    >>> bank = profile_on("simulated", date(2026, 3, 2))
    >>> head(b"<Document xmlns='urn:x'><BkToCstmrStmt/></Document>", limits=bank.limits,
    ...      encodings=bank.encodings)
    Head(namespace='urn:x', element='BkToCstmrStmt')
    """
    with _opened(source, limits, encodings) as file, _faults():
        document: str | None = None
        for _, element in etree.iterparse(file, events=("start",), **_SAFE):
            _no_doctype(element)
            if document is None:
                document = _local(element)
                if document != "Document":
                    raise _not_a_message(document)
                continue
            return Head(etree.QName(element).namespace or "", _local(element))
    raise InputError("EMPTY_MESSAGE", "The document holds no message.", "Ask the bank again.")


def message_of(found: Head, profile: Profile) -> str:
    """The name of the message, such as camt.053.001.08; raises `InputError`.

    NAMESPACE: not the standard's and not allowed by the bank's profile. NOT_READ: no message that
    a bank sends us. VERSION: of a version that the profile does not take.

    >>> from suixin.service.rails.profile import profile_on
    >>> bank = profile_on("simulated", date(2026, 3, 2))
    >>> message_of(Head(STANDARD + "camt.053.001.08", "BkToCstmrStmt"), bank)
    'camt.053.001.08'
    """
    kind = ROOTS.get(found.element)
    if kind is None:
        raise _not_a_message(found.element)
    if profile.lenient:
        return _standard(found.namespace) or kind
    if not found.namespace:
        if not profile.bare:
            wrong = f"{found.element} stands in no namespace, which {profile.name} does not allow."
            hint = "Look for a misspelt xmlns; a bank that leaves it out says so in its profile."
            raise InputError("NAMESPACE", wrong, hint)
        return kind
    name = profile.national.get(found.namespace) or _standard(found.namespace)
    if name is None:
        wrong = f"{shown(found.namespace)} is no namespace of {profile.name}."
        raise InputError("NAMESPACE", wrong, "A national one stands in the bank's profile.")
    if not name.startswith(f"{kind}."):
        wrong = f"{found.element} stands in the namespace of {name}."
        raise InputError("NAMESPACE", wrong, f"Expected one of {kind}.")
    version = int(name.rpartition(".")[2])
    if kind in profile.read and version not in profile.read[kind]:
        took = profile.read[kind]
        wrong = f"{name} is not a version that {profile.name} takes."
        raise InputError("VERSION", wrong, f"It takes {kind} .{took[0]:02d} to .{took[-1]:02d}.")
    return name


def walk(
    source: Source, found: Head, names: Sequence[str], profile: Profile
) -> Iterator[etree._Element]:
    """The elements of the names, each as it ends; what was yielded is emptied on the next step.

    Raises `InputError`: DOCTYPE, ENCODING, TOO_LARGE, TOO_DEEP, NOT_XML.
    """
    space = f"{{{found.namespace}}}" if found.namespace else ""
    too_deep = etree.XPath("boolean(" + "/".join(["*"] * profile.limits.levels) + ")")
    with _opened(source, profile.limits, profile.encodings) as file, _faults():
        tags = [space + name for name in names]
        for _, element in etree.iterparse(file, events=("end",), tag=tags, **_SAFE):
            if too_deep(element):
                wrong = f"Line {element.sourceline}: nested more than {profile.limits.levels} deep."
                raise InputError("TOO_DEEP", wrong, "No message of the standard is; ask the bank.")
            yield element
            element.clear(keep_tail=False)
            before, parent = element.getprevious(), element.getparent()
            if before is not None and before.tag == element.tag and parent is not None:
                parent.remove(before)  # What was read makes way; what is still to be read stays.


def digest_of(source: Source, limits: Limits) -> str:
    """The hash of a file's bytes; raises `InputError` NO_FILE, TOO_LARGE."""
    if isinstance(source, bytes):
        return sha256(source).hexdigest()
    if _size(source) > limits.bytes:
        raise _too_large(limits.bytes)
    with source.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


class Tree:
    """How the elements of one message are read: children by local name, texts, and what must be.

    Raises `InputError` MISSING or REPEATED with the line.
    """

    __slots__ = ("_skip", "space")

    def __init__(self, found: Head) -> None:
        self.space = f"{{{found.namespace}}}" if found.namespace else ""
        self._skip = len(self.space)

    def children(self, element: Any) -> dict[str, Any]:
        """The children by name; the first where one may stand often, as those of `OFTEN` may."""
        skip = self._skip
        found = {child.tag[skip:]: child for child in element}
        if len(found) < len(element):
            found = {}
            for child in element:
                name = child.tag[skip:]
                if name in found and name not in OFTEN:
                    wrong = f"Line {child.sourceline}: {shown(name)} stands more than once."
                    raise InputError("REPEATED", wrong, "Ask the bank for the file again.")
                found.setdefault(name, child)
        return found

    def need(self, element: Any, found: dict[str, Any], name: str) -> Any:
        """The child of a name that must be there."""
        if name not in found:
            wrong = f"Line {element.sourceline}: {_local(element)} lacks its {name}."
            raise InputError("MISSING", wrong, "Ask the bank for the file again.")
        return found[name]

    def every(self, element: Any, name: str) -> list[Any]:
        """Every child of a name."""
        return element.findall(self.space + name) if element is not None else []

    def first(self, element: Any, *path: str) -> Any:
        """The first element at the end of a path, or None."""
        for name in path:
            if element is None:
                return None
            element = element.find(self.space + name)
        return element

    def text(self, element: Any, *path: str) -> str:
        """The text at the end of a path, or ""."""
        return text_of(self.first(element, *path))


def text_of(element: Any) -> str:
    """The text of an element without what surrounds it, or "" for None."""
    if element is None:
        return ""
    text = element.text
    return text.strip() if text is not None else ""


def fen_of(element: Any, currency: str) -> int:
    """An amount of whole fen in the currency ("" for any); raises `InputError` CURRENCY or AMOUNT.

    A third decimal that is not 0 is refused, as is an amount below 0 or without a number.

    >>> fen_of(etree.fromstring("<Amt Ccy='CNY'>18.150</Amt>"), "CNY")
    1815
    >>> fen_of(etree.fromstring("<Amt Ccy='CNY'>18.155</Amt>"), "CNY")
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: Line 1: 18.155 is no amount in whole fen. Ask the bank.
    """
    found = element.get("Ccy")
    if found != currency and currency:
        wrong = f"Line {element.sourceline}: an amount in {shown(found)}, not in {currency}."
        raise InputError("CURRENCY", wrong, "The account is kept in one currency; ask the bank.")
    text = text_of(element)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        wrong = f"Line {element.sourceline}: {shown(text)} is no amount in whole fen."
        raise InputError("AMOUNT", wrong, "Ask the bank.")
    whole, rest = match.groups()
    return int(whole) * MINOR_PER_YUAN + (int(rest.ljust(2, "0")) if rest else 0)


@lru_cache(maxsize=4_096)
def day_of(text: str) -> date:
    """A day as a bank writes it, or the day in China of an instant; raises `InputError` DATE.

    An instant without an offset is the bank's own time.

    >>> day_of("2026-03-02"), day_of("2026-03-02T16:30:00Z")
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 3))
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if len(text) > 10 and text[10] != "T":  # A day may carry an offset too; the day is meant.
        return day_of(text[:10])
    return instant_of(text).date()


def instant_of(text: str) -> datetime:
    """An instant as a bank writes it, in China's time; raises `InputError` DATE.

    >>> instant_of("2026-03-02T23:30:00").isoformat()
    '2026-03-02T23:30:00+08:00'
    """
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=CHINA) if at.tzinfo is None else at.astimezone(CHINA)
    except (ValueError, OverflowError):  # The last hours of the last year have no day in China.
        wrong = f"{shown(text)} is neither a day nor an instant."
        raise InputError(
            "DATE", wrong, "Expected such as 2026-03-02 or 2026-03-02T23:30:00."
        ) from None


# Keeping the parser in bounds ---------------------------------------------------------------------

_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


class _Bounded:
    """A file that gives no more than so many bytes."""

    __slots__ = ("_file", "_left", "_most", "_start")

    def __init__(self, file: IO[bytes], start: bytes, most: int) -> None:
        self._file, self._start, self._left, self._most = file, start, most - len(start), most

    def read(self, size: int = -1) -> bytes:
        """The next bytes; raises `InputError` TOO_LARGE beyond the most."""
        if self._start:
            start, self._start = self._start, b""
            return start
        got = self._file.read(size if size > 0 else 1 << 20)
        self._left -= len(got)
        if self._left < 0:
            raise _too_large(self._most)
        return got


@contextmanager
def _opened(source: Source, limits: Limits, encodings: frozenset[str]) -> Iterator[_Bounded]:
    size = len(source) if isinstance(source, bytes) else _size(source)
    if size > limits.bytes:
        raise _too_large(limits.bytes)
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        start = file.read(_PROLOG_MOST)
        _check_prolog(start, encodings)
        yield _Bounded(file, start, limits.bytes)


def _size(path: Path) -> int:
    if not path.is_file():
        raise InputError("NO_FILE", f"{shown(path)} is no file.", "Name a bank's file.")
    return path.stat().st_size


def _check_prolog(start: bytes, encodings: frozenset[str]) -> None:
    """What stands before the first element: no document type, and an encoding that is allowed."""
    if not start.strip():
        raise InputError("EMPTY_FILE", "The file is empty.", "Ask the bank for it again.")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:4]:
        raise _wrong_encoding("UTF-16 or UTF-32", encodings)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _ENCODING.search(text[: text.find(b"?>")]) if text.startswith(b"<?xml") else None
    name = declared.group(1).decode("ascii") if declared else "UTF-8"
    if name.upper() not in encodings:
        raise _wrong_encoding(name, encodings)
    while text.startswith((b"<?", b"<!--")):
        end = b"?>" if text.startswith(b"<?") else b"-->"
        _, found, text = text.partition(end)
        if not found:
            raise InputError("NOT_XML", "No element begins within 64 KiB.", "Ask the bank again.")
        text = text.lstrip()
    if text.startswith(b"<!"):
        wrong = "The file declares a document type, which may hide entities."
        raise InputError("DOCTYPE", wrong, "No message of the standard has one; refuse it.")


def _no_doctype(element: etree._Element) -> None:
    # The prolog was looked through as bytes; this asks the parser, whatever the bytes were.
    told: Any = element.getroottree().docinfo  # Its stubs lack the document type.
    if told.doctype:
        raise InputError("DOCTYPE", "The file declares a document type.", "Refuse it.")


@contextmanager
def _faults() -> Iterator[None]:
    """What the parser finds wrong becomes an error that a person can act on."""
    try:
        yield
    except etree.XMLSyntaxError as fault:
        said = shown(fault.msg or "no XML", 200)
        if "depth" in said.lower():
            raise InputError("TOO_DEEP", f"Nested too deep: {said}.", "Ask the bank.") from fault
        wrong = f"The file is not XML as the standard has it: {said}."
        raise InputError("NOT_XML", wrong, "It may be cut short; ask the bank again.") from fault
    except (UnicodeDecodeError, LookupError) as fault:
        wrong = "The file is not in the encoding it declares."
        raise InputError("ENCODING", wrong, "Ask the bank for it again.") from fault


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _standard(namespace: str) -> str | None:
    match = _STANDARD_NAME.fullmatch(namespace)
    return namespace.removeprefix(STANDARD) if match else None


def _not_a_message(name: str) -> InputError:
    wrong = f"{shown(name)} is no message that a bank sends us."
    known = ", ".join(sorted({*ROOTS.values()} - {"pain.001", "camt.056"}))
    return InputError("NOT_READ", wrong, f"Read are {known}.")


def _too_large(most: int) -> InputError:
    wrong = f"The file is larger than {most:,} bytes."
    return InputError("TOO_LARGE", wrong, "Ask for smaller ones, or raise reading.most.")


def _wrong_encoding(name: str, encodings: frozenset[str]) -> InputError:
    wrong = f"The file is in {shown(name)}."
    return InputError(
        "ENCODING", wrong, f"The bank's profile takes {', '.join(sorted(encodings))}."
    )
