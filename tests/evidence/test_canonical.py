"""Canonical JSON: one value, one row of bytes, the same as another library's.

The cases stand in tests/cases/evidence_canonical.yaml.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import yaml
from hypothesis import given
from hypothesis import strategies as st

from suixin.evidence.canonical import (
    DEPTH_MAX,
    CanonicalFault,
    entry_bytes,
    number,
    of_text,
    of_value,
    read_entry,
)
from suixin.evidence.shape import ShapeFault, parsed

CASES = Path(__file__).resolve().parents[1] / "cases" / "evidence_canonical.yaml"

whole = st.integers(-(2**53) + 1, 2**53 - 1)
text = st.text()
ascii_text = st.text(st.characters(max_codepoint=127))
plain = st.none() | st.booleans() | whole | text
held = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_text, inner, max_size=4),
    max_leaves=12,
)
anything = st.recursive(
    plain | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in yaml.safe_load(CASES.read_text("utf-8"))]
)
def test_how_an_entry_writes_a_value(case: dict[str, Any]) -> None:
    value = json.loads(case["value"])
    if "code" in case:
        with pytest.raises(CanonicalFault) as refused:
            entry_bytes(value)
        assert refused.value.code == case["code"]
    else:
        assert entry_bytes(value).decode() == case["bytes"]
        assert of_value(value) == entry_bytes(value) == rfc8785.dumps(value)


@given(held)
def test_what_an_entry_may_hold_is_written_as_the_standard_has_it(value: Any) -> None:
    written = entry_bytes(value)
    assert written == rfc8785.dumps(value) == of_value(value)
    assert read_entry(written) == value
    assert of_text(json.dumps(value)) == written


@given(anything)
def test_any_value_is_written_as_the_standard_has_it(value: Any) -> None:
    assert of_value(value) == rfc8785.dumps(value)
    assert of_text(json.dumps(value)) == of_value(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_is_written_as_the_standard_has_it(value: float) -> None:
    assert number(value).encode() == rfc8785.dumps(value)
    assert float(number(value)) == value


@given(held, st.sampled_from([" ", "\n", "\t"]))
def test_the_same_value_written_otherwise_is_refused(value: Any, space: str) -> None:
    written = entry_bytes(value).decode()
    for other in (space + written, written + space, json.dumps(value, indent=1)):
        if other != written:
            with pytest.raises(CanonicalFault) as refused:
                read_entry(other.encode())
            assert refused.value.code == "FORM"


@given(st.binary(max_size=60))
def test_whatever_bytes_come_they_are_read_or_refused_by_name(raw: bytes) -> None:
    try:
        value = read_entry(raw)
    except CanonicalFault:
        return
    assert entry_bytes(value) == raw


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_written(value: float) -> None:
    for write in (number, of_value, entry_bytes):
        with pytest.raises(CanonicalFault) as refused:
            write(value)
        assert refused.value.code == "FLOAT"


def test_values_that_json_has_not() -> None:
    for value in (b"bytes", {1, 2}, object(), {1: "one"}):
        for write in (of_value, entry_bytes):
            with pytest.raises(CanonicalFault) as refused:
                write(value)
            assert refused.value.code in ("TYPE", "KEY")


def test_what_lies_too_deep_is_refused_and_nothing_falls_over() -> None:
    deepest: Any = []
    for _ in range(DEPTH_MAX - 1):
        deepest = [deepest]
    assert entry_bytes(deepest) == of_value(deepest)
    for write in (of_value, entry_bytes):
        with pytest.raises(CanonicalFault) as refused:
            write([[deepest]])
        assert refused.value.code == "DEPTH"
    with pytest.raises(CanonicalFault) as refused:
        read_entry(b"[" * 100_000)
    assert refused.value.code == "DEPTH"


def test_too_deep_is_told_where_an_evm_has_raised_the_interpreters_limit() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)  # As `import eth` does, to more than the stack holds.
    try:
        for deep in (b"[" * 60_000, b'{"a":' * 10_000, b'["\\"", ' + b"[" * 60_000):
            with pytest.raises(CanonicalFault) as refused:
                read_entry(deep)
            assert refused.value.code == "DEPTH"
            with pytest.raises(ShapeFault, match="deeper"):
                parsed(deep.decode())
    finally:
        sys.setrecursionlimit(limit)


def test_a_key_that_stands_twice_has_no_one_meaning() -> None:
    with pytest.raises(CanonicalFault, match="twice"):
        of_text('{"a":1,"a":2}')
    with pytest.raises(CanonicalFault):
        read_entry(b'{"a":1,"a":1}')
