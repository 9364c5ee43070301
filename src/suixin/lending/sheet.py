"""Reading a sheet field by field; a fault names the file, the line and the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from suixin.data.feed import FEEDS, nearest
from suixin.kernel.policy import PolicyError, PolicyOn


@dataclass(frozen=True, slots=True)
class SheetReader:
    """A sheet's file and its values on a day; fields are written `parameter.field`."""

    path: Path
    policy: PolicyOn

    def fault(self, field: str, message: str) -> PolicyError:
        """The error for a field, at its line in the file."""
        return PolicyError(str(self.path), self._line(field), f"{field} {message}")

    def get(self, field: str) -> Any:
        """The value of a field; raises where it is absent."""
        parameter, *rest = field.split(".")
        value = self.policy[parameter]
        for key in rest:
            if not isinstance(value, Mapping) or key not in value:
                raise self.fault(field, "is missing")
            value = value[key]
        return value

    def text(self, field: str) -> str:
        """A text that is not empty."""
        value = self.get(field)
        if not (isinstance(value, str) and value.strip()):
            raise self.fault(field, f"should be text that is not empty, got {value!r}")
        return value

    def whole(self, field: str, *, least: int = 0) -> int:
        """A whole number, of at least so many."""
        value = self.get(field)
        if type(value) is not int or value < least:
            raise self.fault(field, f"should be a whole number ≥ {least}, got {value!r}")
        return value

    def one_of(self, field: str, known: Sequence[str]) -> str:
        """One of the names known."""
        value = self.text(field)
        if value not in known:
            near = nearest(value, known)
            hint = f"; did you mean {near}?" if near else ""
            raise self.fault(field, f"{value} is none of {', '.join(known)}{hint}")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts, none of them twice."""
        value = self.get(field)
        if not isinstance(value, tuple) or any(not isinstance(item, str) for item in value):
            raise self.fault(field, f"should be a list of texts, got {value!r}")
        if len(set(value)) < len(value):
            raise self.fault(field, "names something twice")
        return value

    def feeds(self, field: str) -> tuple[str, ...]:
        """A list of feeds, all of them known."""
        names = self.texts(field)
        for name in names:
            if name not in FEEDS:
                near = nearest(name, FEEDS)
                hint = f"; did you mean {near}?" if near else ""
                raise self.fault(field, f"{name} is no feed{hint}")
        return names

    def mapping(self, field: str) -> dict[str, Any]:
        """A mapping, which may be empty."""
        value = self.get(field)
        if not isinstance(value, Mapping):
            raise self.fault(field, f"should be a mapping, got {value!r}")
        return dict(value)

    def rows(
        self, field: str, needed: Sequence[str], optional: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """A list of mappings with the fields needed (texts), and others only of those optional."""
        value = self.get(field)
        if not isinstance(value, tuple):
            raise self.fault(field, f"should be a list, got {value!r}")
        for number, row in enumerate(value):
            where = f"{field}.{number}"
            if not isinstance(row, Mapping):
                raise self.fault(where, f"should be a mapping, got {row!r}")
            for key in needed:
                if not isinstance(row.get(key), str) or not row[key]:
                    raise self.fault(where, f"lacks its {key}")
            for key in row:
                if key not in (*needed, *optional):
                    raise self.fault(f"{where}.{key}", "is not known there")
        return [dict(row) for row in value]

    def _line(self, field: str) -> int:
        """The line of a field in the setting that is in force, else of the nearest thing above."""
        parameter, *rest = field.split(".")
        since = self.policy.setting(parameter).since.isoformat()
        node = yaml.compose(self.path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
        line = 1
        for key in (parameter, "values", since, "value", *rest):
            found = _child(node, key)
            if found is None:
                break
            line, node = found
        return line


def _child(node: yaml.Node | None, key: str) -> tuple[int, yaml.Node] | None:
    """The child of a node under a key (or number), with the line it is written on."""
    if isinstance(node, yaml.MappingNode):
        for label, child in node.value:
            if label.value == key:
                return label.start_mark.line + 1, child
    elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        child = node.value[int(key)]
        return child.start_mark.line + 1, child
    return None
