"""Policies: named parameters from dated YAML, which a folder of an institution's may override.

Shape of a file (`scoring.yaml`), every value with its day, reference and confidence:

    limit.floor:
      description: Smallest limit granted
      unit: fen
      values:
        2000-01-01: {value: 50_000, reference: "formulas §7", confidence: house}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from suixin.kernel.parameter import NotInForce, Parameter, Setting, Table, mismatch, nearest

# S: source read; S2: secondary source; M: to be checked by counsel; paper; house: our own choice.
CONFIDENCES: Final = ("S", "S2", "M", "paper", "house")

_PARAMETER_FIELDS: Final = ("description", "unit", "values")
_SETTING_FIELDS: Final = ("value", "reference", "confidence")
_NUMBER_AS_TEXT: Final = re.compile(r"[-+]?[\d_]+\.?\d*[eE][-+]?\d+")
# 0123 is read in base 8 and 1:30 in base 60; no policy means that, or a number without end.
_ODD_NUMBER: Final = re.compile(r"[-+]?(0\d.*|.*:.*|\.(inf|nan))", re.IGNORECASE)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads ten times as fast.


class PolicyError(ValueError):
    """A policy file is at fault: which file, which line, what is wrong and what would be right."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(file, line, message)
        self.file, self.line, self.message = file, line, message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class UnknownName(LookupError):
    """No policy or parameter has that name; the message suggests the nearest."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {kind} named {name}{nearest(name, known) or '.'}")


@dataclass(frozen=True, slots=True)
class PolicyOn:
    """The values of a policy in force on one day.

    >>> on = load_policy("law").on(date(2026, 6, 30))
    >>> dict(on["band.platform"])
    {'min': 900, 'max': 1200}
    >>> on.setting("band.platform").confidence
    'paper'
    >>> "lpr.one_year" in load_policy("law").on(date(2000, 1, 1))
    False
    """

    name: str
    day: date
    settings: Mapping[str, Setting]
    starting: Mapping[str, date] = field(default_factory=dict)  # Those not yet in force.

    def __getitem__(self, parameter: str) -> Any:
        return self.setting(parameter).value

    def __contains__(self, parameter: object) -> bool:
        return parameter in self.settings

    def setting(self, parameter: str) -> Setting:
        """The setting in force; raises `NotInForce` before its first day, else `UnknownName`."""
        found = self.settings.get(parameter)
        if found is not None:
            return found
        if parameter in self.starting:
            raise NotInForce(parameter, self.day, self.starting[parameter])
        raise UnknownName(f"parameter in {self.name}", parameter, self.settings)


@dataclass(frozen=True, slots=True)
class Policy:
    """Parameters by name.

    >>> load_policy("law").parameters["band.platform"].unit
    'bps'
    """

    name: str
    parameters: Mapping[str, Parameter]

    def on(self, day: date) -> PolicyOn:
        """The values in force on a day; those that start later are known but refuse to be read."""
        started = {
            name: parameter.on(day)
            for name, parameter in self.parameters.items()
            if parameter.settings[0].since <= day
        }
        starting = {
            name: parameter.settings[0].since
            for name, parameter in self.parameters.items()
            if name not in started
        }
        return PolicyOn(self.name, day, started, starting)


def load_policy(name: str, folder: Path | None = None) -> Policy:
    """The packaged policy of that name, overlaid by `folder/<name>.yaml` where there is one.

    An overriding parameter replaces the packaged one whole, with all its dates. Raises
    `PolicyError` (the first fault, noting how many more), `UnknownName`, `NotADirectoryError`.

    >>> load_policy("laws")
    Traceback (most recent call last):
    ...
    suixin.kernel.policy.UnknownName: There is no policy named laws; did you mean law?
    """
    if name not in policy_names():
        raise UnknownName("policy", name, policy_names())
    packaged = _packaged(name)
    if folder is None:
        return packaged
    path = _checked(folder) / f"{name}.yaml"
    if not path.is_file():
        return packaged
    overriding, faults = _overlay(packaged, path)
    _raise_first(faults)
    return Policy(name, {**packaged.parameters, **overriding})


def read_policy(path: Path) -> Policy:
    """The policy of one file in this form, such as a product's sheet; raises `PolicyError`.

    >>> read_policy(Path(__file__).parents[1] / "policies/products/warehouse.yaml").name
    'warehouse'
    """
    entries, faults = _read(path, file=str(path))
    _raise_first(faults)
    return Policy(path.stem, {key: entry.parameter for key, entry in entries.items()})


def check_policies(folder: Path) -> list[PolicyError]:
    """Every fault of every override in a folder, by file and line; none means it may be used."""
    faults: list[PolicyError] = []
    for path in sorted(_checked(folder).iterdir()):
        if path.suffix not in {".yaml", ".yml"}:
            continue
        if path.suffix == ".yml" or path.stem not in policy_names():
            near = nearest(path.stem, policy_names(), suffix=".yaml")
            faults.append(PolicyError(str(path), 1, f"no packaged policy has this file name{near}"))
            continue
        faults += _overlay(_packaged(path.stem), path)[1]
    return sorted(faults, key=lambda fault: (fault.file, fault.line))


@cache
def policy_names() -> tuple[str, ...]:
    """The names of the packaged policies.

    >>> "law" in policy_names()
    True
    """
    return tuple(sorted(p.stem for p in _package_folder().iterdir() if p.suffix == ".yaml"))


def _package_folder() -> Path:
    return Path(__file__).resolve().parents[1] / "policies"


@cache
def _packaged(name: str) -> Policy:
    entries, faults = _read(_package_folder() / f"{name}.yaml", file=f"{name}.yaml")
    _raise_first(faults)
    return Policy(name, {key: entry.parameter for key, entry in entries.items()})


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder; it should hold <policy>.yaml files.")
    return folder


def _raise_first(faults: list[PolicyError]) -> None:
    if faults:
        if len(faults) > 1:
            faults[0].add_note(f"{len(faults) - 1} more faults: run `suixin policy check` on it.")
        raise faults[0]


def _overlay(packaged: Policy, path: Path) -> tuple[dict[str, Parameter], list[PolicyError]]:
    """The parameters an override file gives, each held to the packaged one of its name."""
    entries, faults = _read(path, file=str(path))
    for name, entry in entries.items():
        original = packaged.parameters.get(name)
        if original is None:
            near = nearest(name, packaged.parameters)
            wrong = f"{name} is no parameter of {packaged.name}{near}"
            faults.append(PolicyError(str(path), entry.line, wrong))
            continue
        if entry.parameter.unit != original.unit:
            wrong = f"{name}: unit is {entry.parameter.unit!r}, expected {original.unit!r}"
            faults.append(PolicyError(str(path), entry.unit_line, wrong))
        examples = [setting.value for setting in original.settings]
        for setting, line in zip(entry.parameter.settings, entry.value_lines, strict=True):
            wrong_shape = mismatch(setting.value, examples, f"{name} on {setting.since}")
            if wrong_shape:
                faults.append(PolicyError(str(path), line, wrong_shape))
    kept = {name: entry.parameter for name, entry in entries.items()}
    return kept, sorted(faults, key=lambda fault: fault.line)


# Reading one file -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    parameter: Parameter
    line: int
    unit_line: int
    value_lines: tuple[int, ...]  # In the order of the settings.


@dataclass(frozen=True, slots=True)
class _Page:
    """A file being read; its faults collect, so that a person sees them all at once."""

    file: str
    loader: Any
    faults: list[PolicyError]

    def fault(self, node: yaml.Node, message: str) -> None:
        self.faults.append(PolicyError(self.file, _line(node), message))

    def value(self, node: yaml.Node, what: str) -> Any:
        """What a node says, or None after noting why it says nothing (a date that is none)."""
        try:
            return self.loader.construct_object(node, deep=True)
        except (ValueError, yaml.YAMLError) as wrong:
            self.fault(node, f"{what}: {getattr(wrong, 'problem', None) or wrong}")
            return None

    def fields(
        self, key: yaml.Node, node: yaml.Node, what: str, known: tuple[str, ...]
    ) -> dict[str, yaml.Node]:
        """The fields of a mapping, all of them known and present, or {} after noting the fault."""
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{what} should be a mapping with {', '.join(known)}")
            return {}
        found = {str(label.value): child for label, child in node.value}
        for label, _ in node.value:
            if label.value not in known:
                near = nearest(label.value, known)
                self.fault(label, f"{what} has an unknown field {label.value}{near}")
        for name in known:
            if name not in found:
                self.fault(key, f"{what} lacks its {name}")
        return found if set(found) == set(known) else {}

    def text(self, node: yaml.Node, what: str) -> str:
        value = self.value(node, what)
        if not (isinstance(value, str) and value.strip()):
            self.fault(node, f"{what} should be text that is not empty, got {value!r}")
            return ""
        return value


def _read(path: Path, *, file: str) -> tuple[dict[str, _Entry], list[PolicyError]]:
    """The parameters of a file that are without fault, and the faults of the others."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8-sig"))
        root = loader.get_single_node()
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        return {}, [PolicyError(file, line, "not UTF-8 text; save the file as UTF-8")]
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        problem = getattr(wrong, "problem", None) or str(wrong)
        return {}, [PolicyError(file, mark.line + 1 if mark else 1, f"not YAML: {problem}")]
    page = _Page(file, loader, [])
    if not isinstance(root, yaml.MappingNode):
        return {}, [PolicyError(file, 1, "expected parameters by name, found none")]
    _note_odd_nodes(page, root, seen=set())
    if page.faults:
        return {}, page.faults
    entries = {str(key.value): _entry(page, key, child) for key, child in root.value}
    return {name: entry for name, entry in entries.items() if entry}, page.faults


def _note_odd_nodes(page: _Page, node: yaml.Node, *, seen: set[int]) -> None:
    """Note what YAML lets pass silently: a key given twice, text that is read as another type."""
    if id(node) in seen:
        page.fault(node, "an anchor used again; write the value out where it is read")
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _note_odd_nodes(page, child, seen=seen)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode) or _is_bare(key, "bool", "null", "float"):
                page.fault(key, f"the key {key.value} is not read as text; put it in quotes")
                continue
            if key.value in first:
                page.fault(key, f"{key.value} is given twice, first on line {first[key.value]}")
            first.setdefault(key.value, _line(key))
            _note_odd_nodes(page, child, seen=seen)
    elif _is_bare(node, "str") and _NUMBER_AS_TEXT.fullmatch(node.value):
        page.fault(node, f"{node.value} is read as text; write 1.0e-9 for a number, or use quotes")
    elif _is_bare(node, "int", "float") and _ODD_NUMBER.fullmatch(node.value):
        page.fault(
            node, f"{node.value} is not read as it looks; write a plain number, or use quotes"
        )


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _is_bare(node: yaml.Node, *tags: str) -> bool:
    """Whether a node is a value without quotes that YAML reads as one of the types."""
    return (
        isinstance(node, yaml.ScalarNode) and not node.style and node.tag.rpartition(":")[2] in tags
    )


def _entry(page: _Page, key: yaml.Node, node: yaml.Node) -> _Entry | None:
    name, before = str(key.value), len(page.faults)
    fields = page.fields(key, node, name, _PARAMETER_FIELDS)
    if not fields:
        return None
    description = page.text(fields["description"], f"{name}: description")
    unit = page.text(fields["unit"], f"{name}: unit")
    values = fields["values"]
    if not isinstance(values, yaml.MappingNode) or not values.value:
        page.fault(values, f"{name}: values should be a mapping from a date to its value")
        return None
    dated = [(_setting(page, name, day, child), child) for day, child in values.value]
    if len(page.faults) > before:
        return None
    settings = sorted(((s, child) for s, child in dated if s), key=lambda pair: pair[0].since)
    parameter = Parameter(name, description, unit, tuple(setting for setting, _ in settings))
    lines = tuple(_line(child) for _, child in settings)
    return _Entry(parameter, _line(key), _line(fields["unit"]), lines)


def _setting(page: _Page, name: str, key: yaml.Node, node: yaml.Node) -> Setting | None:
    since = _day(key.value)
    if since is None:
        page.fault(key, f"{name}: {key.value} is not a date such as 2026-01-01")
        return None
    what = f"{name} on {since}"
    fields = page.fields(key, node, what, _SETTING_FIELDS)
    if not fields:
        return None
    reference = page.text(fields["reference"], f"{what}: reference")
    confidence = page.text(fields["confidence"], f"{what}: confidence")
    if confidence and confidence not in CONFIDENCES:
        known = ", ".join(CONFIDENCES)
        page.fault(fields["confidence"], f"{what}: confidence {confidence} is none of {known}")
    return Setting(since, _frozen(page.value(fields["value"], what)), reference, confidence)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None  # One spelling, so that a day is met once.


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return Table({key: _frozen(item) for key, item in value.items()})
    return value
