"""Reading a mapping from YAML: checked whole, every fault with its file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Final

import yaml

from suixin.data.errors import InputError, shown
from suixin.data.feed import nearest
from suixin.data.sources.expression import (
    Case,
    Condition,
    Expression,
    ExpressionError,
    Path,
    Rule,
    Table,
    finder,
    parse,
    parse_path,
)
from suixin.data.sources.mapping import (
    Each,
    Form,
    Join,
    Kind,
    Mapping,
    MappingError,
    Split,
    Unproven,
)
from suixin.data.sources.shape import NEEDED, SHAPES, Shape, Sort
from suixin.data.sources.values import plain

CHECKS: Final = ("unit", "scale", "again", "note")


def mappings() -> tuple[str, ...]:
    """The names of the mappings that ship.

    >>> "kuaishou" in mappings()
    True
    """
    names = (each.name for each in files("suixin.data.sources").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def load_mapping(name_or_path: str | FilePath) -> Mapping:
    """Read a mapping that ships, by name, or any other, by its path.

    Raises MappingError where it is at fault, InputError where there is none.

    >>> load_mapping("olist").currency
    'BRL'
    """
    if isinstance(name_or_path, str) and name_or_path in mappings():
        return _shipped(name_or_path)
    path = FilePath(name_or_path)
    if not path.is_file():
        near = nearest(str(name_or_path), mappings())
        raise InputError(
            "NO_SUCH_MAPPING",
            f"There is no mapping {shown(name_or_path)}{f'; nearest is {near}' if near else ''}.",
            f"Mappings: {', '.join(mappings())}; or name a YAML file of your own.",
        )
    return read_mapping(path.read_text(encoding="utf-8"), path.name)


@cache
def _shipped(name: str) -> Mapping:
    text = files("suixin.data.sources").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return read_mapping(text, f"{name}.yaml")


class Node:
    """A piece of YAML that knows where it stands; all scalars are text."""

    def __init__(self, file: str, node: yaml.Node, field: str) -> None:
        self.file, self.node, self.field = file, node, field

    def fault(self, message: str) -> MappingError:
        return MappingError(self.file, self.node.start_mark.line + 1, self.field, message)

    @property
    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.fault("must be one text or number")
        return str(self.node.value)

    @property
    def is_map(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def items(self) -> Iterator[tuple[str, Node]]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("must be a mapping of names to values")
        seen = set()
        for key, value in self.node.value:
            name = str(key.value)
            node = Node(self.file, value, f"{self.field}.{name}" if self.field else name)
            if name in seen:
                raise node.fault("stands here twice")
            seen.add(name)
            yield name, node

    def of(self, known: tuple[str, ...]) -> dict[str, Node]:
        found = {}
        for name, node in self.items():
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean {near}?" if near else f"known are {', '.join(known)}"
                raise node.fault(f"unknown; {hint}")
            found[name] = node
        return found

    def each(self) -> list[Node]:
        if not isinstance(self.node, yaml.SequenceNode):
            return [self]
        return [Node(self.file, value, self.field) for value in self.node.value]

    def word(self, known: tuple[str, ...]) -> str:
        if known and self.text not in known:
            near = nearest(self.text, known)
            hint = (
                f"did you mean {near}?" if near else f"known are {', '.join(filter(None, known))}"
            )
            raise self.fault(f"{self.text!r} is unknown; {hint}")
        return self.text

    def flag(self) -> bool:
        return self.word(("yes", "no")) == "yes"


_TOP: Final = (
    "name", "title", "currency", "promise", "pool", "consent", "merchant",
    "whole_refund", "as_placed", "failed", "unproven", "kinds", "also",
)  # fmt: skip
_KIND: Final = ("json", "columns", "list", "only", "ignored", "rows_by", "key", "join", "split")


def read_mapping(text: str, file: str) -> Mapping:
    """Read a mapping from YAML text; `file` is what its faults are reported under."""
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise MappingError(file, line, "yaml", str(error.problem)) from None
    if root is None:
        raise MappingError(file, 1, "yaml", "the file is empty")
    top = Node(file, root, "")
    given = top.of(_TOP)
    for name in ("name", "kinds"):
        if name not in given:
            raise top.fault(f"{name} is missing")
    kinds = [_kind(name, node) for name, node in given["kinds"].items()]
    for node in given["also"].each() if "also" in given else ():
        kinds += [replace(kind, name=f"{node.text}.{kind.name}") for kind in load_mapping(
            node.word(mappings())).kinds]  # fmt: skip
    ranked = tuple(replace(kind, rank=place) for place, kind in enumerate(kinds))
    mapping = Mapping(
        name=given["name"].text,
        title=given["title"].text if "title" in given else given["name"].text,
        kinds=ranked,
        currency=given["currency"].text if "currency" in given else "CNY",
        promise=given["promise"].word(("ship", "deliver")) if "promise" in given else None,
        pool=given["pool"].word(("public", "private")) if "pool" in given else None,
        consent=given["consent"].text if "consent" in given else None,
        merchant=given["merchant"].text if "merchant" in given else None,
        whole_refund="whole_refund" in given and given["whole_refund"].flag(),
        as_placed="as_placed" in given and given["as_placed"].flag(),
        failed=tuple(_conditions(n) for n in given["failed"].each()) if "failed" in given else (),
        unproven=tuple(map(_unproven, given["unproven"].each())) if "unproven" in given else (),
    )
    _check_names(mapping, given)
    return mapping


def _check_names(mapping: Mapping, given: dict[str, Node]) -> None:
    names = tuple(kind.name for kind in mapping.kinds)
    for kind in mapping.kinds:
        for join in kind.joins:
            if join.kind not in names:
                raise given["kinds"].fault(f"{kind.name} joins {join.kind}, which is no kind here")
        if kind.split is not None and not _has_amounts(kind):
            raise given["kinds"].fault(f"{kind.name} is split: its lines need an amount each")
    for claim in mapping.unproven:
        if claim.kind is not None and claim.kind not in names:
            raise given["unproven"].fault(f"{claim.kind} is no kind here")
    if not any(kind.forms for kind in mapping.kinds):
        raise given["kinds"].fault("no kind gives a record, such as an order")


def _has_amounts(kind: Kind) -> bool:
    """Whether the money of every element of a split can be told, also where no order claims it."""
    lines = kind.forms["order"].lists.get("lines", ()) if "order" in kind.forms else ()
    return bool(lines) and "amount" in lines[0].fields


def _unproven(node: Node) -> Unproven:
    given = node.of(("says", "check", "kind"))
    if "says" not in given:
        raise node.fault("says is missing")
    check = given["check"].word(CHECKS) if "check" in given else "note"
    if check in ("unit", "scale") and "kind" not in given:
        raise node.fault(f"a {check} check needs the kind it guards")
    return Unproven(given["says"].text, check, given["kind"].text if "kind" in given else None)


def _kind(name: str, node: Node) -> Kind:
    given = node.of((*_KIND, *SHAPES))
    forms = {shape: _form(given[shape], SHAPES[shape], shape) for shape in SHAPES if shape in given}
    known = [key for key in ("json", "columns") if key in given]
    if len(known) != 1:
        raise node.fault("say by which `json` keys or which `columns` the file is known")
    names = frozenset(plain(each.text) for each in given[known[0]].each())
    return Kind(
        name=name,
        json=names if known == ["json"] else frozenset(),
        columns=names if known == ["columns"] else frozenset(),
        only=_conditions(given["only"]) if "only" in given else (),
        list=given["list"].text if "list" in given else None,
        ignored=given["ignored"].text if "ignored" in given else None,
        rows_by=plain(given["rows_by"].text) if "rows_by" in given else None,
        key=plain(given["key"].text) if "key" in given else None,
        joins=tuple(_join(n, j) for n, j in given["join"].items()) if "join" in given else (),
        split=_split(given["split"]) if "split" in given else None,
        forms=forms,
    )


def _join(name: str, node: Node) -> Join:
    given = node.of(("kind", "on", "one"))
    if not {"kind", "on"} <= set(given):
        raise node.fault("a join needs kind and on")
    return Join(
        name, given["kind"].text, plain(given["on"].text), "one" in given and given["one"].flag()
    )


def _split(node: Node) -> Split:
    given = node.of(("of", "by", "empty"))
    if set(given) != {"of", "by", "empty"}:
        raise node.fault("a split needs of, by and empty")
    return Split(given["of"].text, given["by"].text, given["empty"].text)


def _form(node: Node, shape: Shape, name: str) -> Form:
    given = node.of((*shape.fields, *shape.lists, "only"))
    for needed in NEEDED[name]:
        if needed not in given:
            raise node.fault(f"{needed} is missing")
    return Form(
        fields={
            key: _field(given[key], sort) for key, sort in shape.fields.items() if key in given
        },
        lists={key: _each(given[key], inner) for key, inner in shape.lists.items() if key in given},
        only=_conditions(given["only"]) if "only" in given else (),
    )


def _each(node: Node, shape: Shape) -> tuple[Each, ...]:
    found = []
    for one in node.each():
        given = one.of(("each", *shape.fields))
        if "each" not in given:
            raise one.fault("each is missing: the list these fields stand in, or .")
        path = _path(given["each"])
        fields = {k: _field(given[k], sort) for k, sort in shape.fields.items() if k in given}
        found.append(Each(path, fields))
    return tuple(found)


def _field(node: Node, sort: Sort) -> Rule | Table:
    if sort.coded and node.is_map:
        names = dict(node.items())
        if "code" in names:
            return _table(node, sort)
    return Rule(tuple(_case(each, sort) for each in node.each()))


def _table(node: Node, sort: Sort) -> Table:
    given = node.of(("code", "first", "table"))
    meanings = []
    for code, meaning in given["table"].items() if "table" in given else ():
        rule = Rule(tuple(_case(each, sort) for each in meaning.each()))
        meanings.append((plain(code), rule))
    first = tuple(_case(each, sort) for each in given["first"].each()) if "first" in given else ()
    return Table(_expression(given["code"]), first, tuple(meanings))


def _case(node: Node, sort: Sort) -> Case:
    """A word, {unit: expression}, or {when: conditions, then: either}."""
    when: tuple[Condition, ...] = ()
    if node.is_map:
        given = dict(node.items())
        if "when" in given or "then" in given:
            given = node.of(("when", "then"))
            if "then" not in given:
                raise node.fault("then is missing")
            when = _conditions(given["when"]) if "when" in given else ()
            node = given["then"]
    if not node.is_map:
        if sort.units and not sort.words:
            raise node.fault(f"say how it is read: {', '.join(sorted(sort.units))}")
        return Case(when, word=node.word(sort.words))
    read = list(node.items())
    if len(read) != 1:
        raise node.fault("must be one unit and where it stands, as {id: order_id}")
    unit, source = read[0]
    if unit not in sort.units:
        known = ", ".join(sorted(sort.units)) or "a word"
        raise source.fault(f"{unit!r} does not fit here; this field is read as {known}")
    return Case(when, find=finder(unit, _expression(source), sort.pick))


def _conditions(node: Node) -> tuple[Condition, ...]:
    return tuple(_condition(name, test) for name, test in node.items())


def _condition(name: str, node: Node) -> Condition:
    try:
        path = parse_path(name)
    except ExpressionError as error:
        raise node.fault(str(error)) from None
    if node.is_map:
        given = node.of(("not",))
        codes = tuple(plain(each.text) for each in given["not"].each()) if given else ()
        return Condition(path, "not", codes)
    if not node.is_list and node.text in ("known", "unknown"):
        return Condition(path, node.text)
    return Condition(path, "among", tuple(plain(each.text) for each in node.each()))


def _expression(node: Node) -> Expression:
    try:
        return parse(node.text)
    except ExpressionError as error:
        raise node.fault(str(error)) from None


def _path(node: Node) -> Path:
    try:
        return parse_path(node.text)
    except ExpressionError as error:
        raise node.fault(str(error)) from None
