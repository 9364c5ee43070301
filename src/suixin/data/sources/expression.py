"""The small language of a mapping: where a value stands, and how values make another.

    pay_amount - post_amount + platform_cost_amount     sums; the first must be known
    endTime | updateTime                                the first that is known
    sku_order_list[].room_id                            every element of a list
    ^cat_id_3                                           from the record around this element
    .                                                   the record itself

There is no call, no name of ours and no evaluation of text: only these marks, parsed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from suixin.data.sources.values import UNITS, BadValue, clean, plain

Record = Mapping[str, Any]

_JOINT: Final = re.compile(r"\s([+-])\s")
_NAME: Final = re.compile(r"[^\s.\[\]^|'\"]+")


class ExpressionError(ValueError):
    """A mapping's expression that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Path:
    """A way into a record: names, some of whose values are lists; `up` starts one record above."""

    steps: tuple[tuple[str, bool], ...]
    up: bool = False
    many: bool = False

    def all(self, record: Record, around: Record) -> Iterator[Any]:
        """Every value at the end of the way, in order; missing ones are left out."""
        if not self.many:
            found = self.one(around if self.up else record)
            return iter(() if found is None else (found,))
        return _walk(around if self.up else record, self.steps)

    def one(self, record: Any) -> Any:
        """The value at the end of a way without lists, or None."""
        for name, _ in self.steps:
            if not isinstance(record, dict):
                return None
            record = record.get(name)
        return record


def _walk(value: Any, steps: tuple[tuple[str, bool], ...]) -> Iterator[Any]:
    if not steps:
        if value is not None:
            yield value
        return
    (name, many), rest = steps[0], steps[1:]
    if not isinstance(value, dict):
        return
    found = value.get(name)
    if not many:
        yield from _walk(found, rest)
        return
    for element in found if isinstance(found, list) else ((found,) if found is not None else ()):
        yield from _walk(element, rest)


def parse_path(text: str) -> Path:
    """Read a way into a record.

    >>> record = {"a": [{"b": 1}, {"b": 2}], "c": {"d": "x"}}
    >>> list(parse_path("a[].b").all(record, {})), list(parse_path("c.d").all(record, {}))
    ([1, 2], ['x'])
    """
    text = plain(text)
    up = text.startswith("^")
    if text == ".":
        return Path(())
    steps = []
    for part in text[up:].split("."):
        many = part.endswith("[]")
        name = part.removesuffix("[]")
        if not _NAME.fullmatch(name):
            raise ExpressionError(f"{text!r} is not a path (names joined by dots, [] after a list)")
        steps.append((name, many))
    return Path(tuple(steps), up, any(many for _, many in steps))


@dataclass(frozen=True, slots=True)
class Term:
    """One summand: a path, or a whole number that stands in the mapping."""

    sign: int
    path: Path | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Expression:
    """Alternatives, each a sum of terms; the first alternative whose first term is known counts."""

    text: str
    alternatives: tuple[tuple[Term, ...], ...]

    @property
    def single(self) -> Path | None:
        """The path of an expression that is nothing but one, without lists in it."""
        if len(self.alternatives) != 1 or len(self.alternatives[0]) != 1:
            return None
        (term,) = self.alternatives[0]
        return term.path if term.sign > 0 and term.path and not term.path.many else None

    def total(
        self, unit: Callable[[str], int | None], record: Record, around: Record
    ) -> int | None:
        """The sum in the unit given (fen, seconds, pieces); None where its first term is unknown.

        >>> record = {"paid": "32.90", "freight": "2", "rows": [{"n": "1"}, {"n": "2"}]}
        >>> parse("paid - freight").total(UNITS["yuan"], record, {})
        3090
        >>> parse("nothing | rows[].n").total(UNITS["count"], record, {})
        3
        """
        for terms in self.alternatives:
            found = _sum(terms, unit, record, around)
            if found is not None:
                return found
        return None

    def texts(self, record: Record, around: Record) -> Iterator[str]:
        """Every known text of the first alternative that has one."""
        for terms in self.alternatives:
            found = [text for term in terms for text in texts_of(term, record, around)]
            if found:
                yield from found
                return

    def joined(self, record: Record, around: Record, length: int = 64) -> str | None:
        """The terms' texts joined by a slash, cut to what an id may hold; None if one is unknown.

        >>> parse("a + b").joined({"a": "1", "b": "2"}, {}), parse("a + c").joined({"a": 1}, {})
        ('1/2', None)
        """
        parts = []
        for term in self.alternatives[0]:
            text = next(iter(texts_of(term, record, around)), None)
            if text is None:
                return None
            parts.append(text)
        return "/".join(parts)[:length]


def texts_of(term: Term, record: Record, around: Record) -> Iterator[str]:
    """The known texts of one term."""
    for raw in term.path.all(record, around) if term.path else ():
        if not isinstance(raw, (dict, list)):
            text = clean(raw)
            if text is not None:
                yield text


def _sum(
    terms: tuple[Term, ...], unit: Callable[[str], int | None], record: Record, around: Record
) -> int | None:
    total = 0
    for place, term in enumerate(terms):
        if term.path is None:
            total += term.sign * term.number
            continue
        known = False
        for text in texts_of(term, record, around):
            value = unit(text)
            if value is not None:
                known = True
                total += term.sign * value
        if not known and place == 0:
            return None
    return total


def parse(text: str) -> Expression:
    """Read an expression; raises ExpressionError.

    >>> [len(terms) for terms in parse("a - b + c.d | e").alternatives]
    [3, 1]
    """
    alternatives = []
    for alternative in plain(text).split(" | "):
        parts = _JOINT.split(" " + alternative.strip())
        terms, sign = [], 1
        for place, part in enumerate(parts):
            if place % 2:
                sign = -1 if part == "-" else 1
                continue
            terms.append(_term(sign, part.strip()))
        alternatives.append(tuple(terms))
    return Expression(text, tuple(alternatives))


def _term(sign: int, text: str) -> Term:
    if text.isascii() and text.isdigit():
        return Term(sign, None, int(text))
    return Term(sign, parse_path(text))


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one path: known, unknown, among some codes, or known and not among them.

    Among the codes the word unknown lets a missing value pass.
    """

    path: Path
    test: str  # known, unknown, among, not
    codes: tuple[str, ...] = ()

    def holds(self, record: Record, around: Record) -> bool:
        """Whether any value on the path passes; codes may hold * for any text.

        >>> Condition(parse_path("state"), "among", ("*PAUSE",)).holds({"state": "POP_PAUSE"}, {})
        True
        """
        texts = [
            ("" if raw == [] or raw == {} else "full") if isinstance(raw, (dict, list)) else raw
            for raw in self.path.all(record, around)
        ]
        known = [text for text in map(clean, texts) if text is not None]
        if self.test == "known":
            return any(_means_something(text) for text in known)
        if self.test == "unknown":
            return not any(_means_something(text) for text in known)
        among = any(matches(text, code) for text in known for code in self.codes)
        if self.test == "not":
            return bool(known) and not among
        return among or (not known and "unknown" in self.codes)


def matches(text: str, code: str) -> bool:
    """Whether a cell says a code: equal, or like it where the code holds *."""
    text = plain(text)
    return fnmatchcase(text, code) if "*" in code else text == code


def _means_something(text: str) -> bool:
    """0, year 1 and the epoch are not known, as for times and ids."""
    return text != "0" and not text.startswith(("0001-01-01", "1970-01-01", "0000-00-00"))


@dataclass(frozen=True, slots=True)
class Secret:
    """An open id that leaves the mapping only as a keyed hash."""

    text: str

    def __repr__(self) -> str:
        return "Secret(…)"


Finder = Callable[[Record, Record], Any]


def finder(unit: str, expression: Expression, pick: str) -> Finder:
    """How a value is found: by its unit, and by which of several counts (first, min, max, sum).

    >>> find = finder("yuan", parse("paid - freight"), "sum")
    >>> find({"paid": "32.90", "freight": "2.00"}, {})
    3090
    >>> finder("hash", parse("openid"), "first")({"openid": "BUYER"}, {})
    Secret(…)
    """
    if unit == "key":
        return expression.joined
    if unit == "hash":
        return _hidden(finder("id", expression, "first"))
    read, path = UNITS[unit], expression.single
    if path is not None:
        return _one(read, path)
    if pick == "sum":
        return lambda record, around: expression.total(read, record, around)
    choose = min if pick == "min" else max if pick == "max" else _first

    def among(record: Record, around: Record) -> Any:
        values = [read(text) for text in expression.texts(record, around)]
        known = [value for value in values if value is not None]
        return choose(known) if known else None

    return among


def _first(known: list[Any]) -> Any:
    return known[0]


def _one(read: Callable[[str], Any], path: Path) -> Finder:
    """The common case of one plain path, without the machinery of sums and lists."""
    up, find = path.up, path.one

    def one(record: Record, around: Record) -> Any:
        raw = find(around if up else record)
        if raw is None or isinstance(raw, (dict, list)):
            return None
        text = clean(raw)
        return None if text is None else read(text)

    return one


def _hidden(find: Finder) -> Finder:
    def hidden(record: Record, around: Record) -> Secret | None:
        text = find(record, around)
        return None if text is None else Secret(text)

    return hidden


@dataclass(frozen=True, slots=True)
class Case:
    """A value that stands where all conditions hold: a word of the mapping, or one found."""

    when: tuple[Condition, ...]
    word: str | None = None
    find: Finder | None = None

    def read(self, record: Record, around: Record) -> Any:
        """The value, None where unknown or a condition fails; raises BadValue."""
        for condition in self.when:
            if not condition.holds(record, around):
                return None
        return self.word if self.find is None else self.find(record, around)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field is found: the first case that gives a value."""

    cases: tuple[Case, ...]

    def read(self, record: Record, around: Record) -> Any:
        """The field's value in this record, None where unknown; raises BadValue.

        What one case cannot read another may.
        """
        fault: BadValue | None = None
        for case in self.cases:
            try:
                value = case.read(record, around)
            except BadValue as error:
                fault = error
                continue
            if value is not None:
                return value
        if fault is not None:
            raise fault
        return None


class UnknownCode(ValueError):
    """A code the mapping does not know; `wrong` is the code as it stood."""

    def __init__(self, wrong: str, expected: str) -> None:
        super().__init__(f"{wrong!r} is none of {expected}")
        self.wrong, self.expected = wrong[:40], expected


@dataclass(frozen=True, slots=True)
class Table:
    """A code and what each of its values means; cases listed first are judged first."""

    of: Expression
    first: tuple[Case, ...]
    meanings: tuple[tuple[str, Rule], ...]

    def read(self, record: Record, around: Record) -> str:
        """The meaning; raises UnknownCode where the table has none."""
        for case in self.first:
            word = case.read(record, around)
            if word is not None:
                return str(word)
        codes = list(self.of.texts(record, around))
        for code in codes[:1]:
            for known, rule in self.meanings:
                if matches(code, known):
                    word = rule.read(record, around)
                    if word is not None:
                        return str(word)
        expected = "one of " + ", ".join(known for known, _ in self.meanings)
        raise UnknownCode(" ".join(codes) or "nothing", expected)
