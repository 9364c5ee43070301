"""Canonical JSON (RFC 8785): one value, one row of bytes.

Entries use a part of it alone: ASCII keys, whole numbers below 2**53, no floats. There it is what
sorted `json.dumps` writes, byte for byte, in any language; anything else is refused by its name.
"""

from __future__ import annotations

import json
from typing import Any, Final

from suixin.data.errors import InputError, shown
from suixin.evidence.nesting import too_deep

WHOLE_MAX: Final = 2**53 - 1
DEPTH_MAX: Final = 32


class CanonicalFault(InputError):
    """A value or a text that has no canonical form, or has not that of an entry.

    FLOAT, WHOLE, KEY, TEXT, TYPE, DEPTH: what the value is. JSON: the text is none. FORM: it is
    JSON, but not written canonically.
    """


def entry_bytes(value: Any) -> bytes:
    """The bytes of a value that an entry may hold; raises `CanonicalFault`.

    >>> entry_bytes({"seq": 1, "kind": "order"})
    b'{"kind":"order","seq":1}'
    >>> entry_bytes({"amount": 1.5})
    Traceback (most recent call last):
    ...
    suixin.evidence.canonical.CanonicalFault: amount is a float, 1.5; write a whole number or text.
    """
    _check(value, "", 0)
    return _dumped(value)


def read_entry(raw: bytes) -> Any:
    """The value of bytes that are canonical and that an entry may hold; raises `CanonicalFault`.

    >>> read_entry(b'{"seq":1,"kind":"order"}')
    Traceback (most recent call last):
    ...
    suixin.evidence.canonical.CanonicalFault: This is not how the value is written canonically.
    """
    value = _loaded(raw, json.loads)
    if entry_bytes(value) != raw:
        raise CanonicalFault("FORM", "This is not how the value is written canonically.")
    return value


def of_text(raw: bytes | str) -> bytes:
    """Any JSON text in its canonical form, floats too, as RFC 8785 has them.

    >>> of_text('{"b": 1e2, "a": [0.5, 1E30, "\\\\u20ac"]}').decode()
    '{"a":[0.5,1e+30,"€"],"b":100}'
    """
    return of_value(
        _loaded(raw, lambda text: json.loads(text, object_pairs_hook=_once, parse_int=_whole))
    )


def of_value(value: Any) -> bytes:
    """The canonical form of any value of JSON; a whole number of 2**53 or more is refused."""
    parts: list[str] = []
    _write(value, parts, 0)
    return _encoded("".join(parts))


def number(value: float) -> str:
    """A float as ECMAScript writes it, which RFC 8785 asks for; NaN and infinities are refused.

    >>> number(1e21), number(1e-7), number(-0.0), number(123.0), number(0.000001)
    ('1e+21', '1e-7', '0', '123', '0.000001')
    """
    if value != value or value in (float("inf"), float("-inf")):
        raise CanonicalFault("FLOAT", f"{value} is no number of JSON.")
    if value == 0:
        return "0"
    if value < 0:
        return "-" + number(-value)
    mantissa, _, power = f"{value!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    point = len(whole.lstrip("0")) or len(part.lstrip("0")) - len(part)
    point += int(power or 0)
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{point - 1:+d}"


def _check(value: Any, where: str, depth: int) -> None:
    """Refuse by name what an entry may not hold."""
    what = shown(where) or "The value"
    if depth > DEPTH_MAX:
        raise CanonicalFault("DEPTH", f"{what} lies more than {DEPTH_MAX} deep.")
    if isinstance(value, str):
        _encoded(value)
    elif isinstance(value, float):
        wrong = f"{what} is a float, {value!r}; write a whole number or text."
        raise CanonicalFault("FLOAT", wrong)
    elif value is None or isinstance(value, bool):
        pass
    elif isinstance(value, int):
        if abs(value) > WHOLE_MAX:
            raise CanonicalFault("WHOLE", f"{what} is {value}; a whole number stays below 2**53.")
    elif isinstance(value, dict):
        for key, held in value.items():
            if not isinstance(key, str) or not key.isascii():
                wrong = f"{what} has the key {shown(repr(key))}; keys are ASCII text."
                raise CanonicalFault("KEY", wrong)
            _check(held, f"{where}.{key}" if where else key, depth + 1)
    elif isinstance(value, list | tuple):
        for at, held in enumerate(value):
            _check(held, f"{where}[{at}]", depth + 1)
    else:
        raise CanonicalFault("TYPE", f"{what} is a {type(value).__name__}, which JSON has not.")


def _write(value: Any, parts: list[str], depth: int) -> None:
    if depth > DEPTH_MAX:
        raise CanonicalFault("DEPTH", f"The value lies more than {DEPTH_MAX} deep.")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise CanonicalFault("KEY", "A key is no text.")
        mark = "{"
        for key in sorted(value, key=_utf16):
            parts += (mark, json.dumps(key, ensure_ascii=False), ":")
            _write(value[key], parts, depth + 1)
            mark = ","
        parts.append("{}" if mark == "{" else "}")
    elif isinstance(value, list | tuple):
        mark = "["
        for held in value:
            parts.append(mark)
            _write(held, parts, depth + 1)
            mark = ","
        parts.append("[]" if mark == "[" else "]")
    elif isinstance(value, float):
        parts.append(number(value))
    else:
        _check(value, "", depth)
        parts.append(json.dumps(value, ensure_ascii=False))


def _dumped(value: Any) -> bytes:
    return _encoded(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise CanonicalFault("TEXT", f"{shown(text)!r} is no text: half a letter.") from fault


def _utf16(key: str) -> bytes:
    """RFC 8785 sorts keys by UTF-16 code units, which differs from code points above U+FFFF."""
    _encoded(key)
    return key.encode("utf-16-be")


def _whole(text: str) -> int | float:
    """A whole number as it is where every program can hold it, else as the float all read."""
    return int(text) if len(text) < 16 or abs(int(text)) <= WHOLE_MAX else float(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CanonicalFault("KEY", "A key stands twice in one object.")
    return found


def _loaded(raw: bytes | str, load: Any) -> Any:
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        if too_deep(text):
            raise CanonicalFault("DEPTH", f"The value lies more than {DEPTH_MAX} deep.")
        return load(text)
    except ValueError as fault:
        raise CanonicalFault("JSON", f"This is no JSON: {shown(fault)}.") from fault
