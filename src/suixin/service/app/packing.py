"""Summaries and markets as bytes: what only numbers know, in their own form, the rest as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from suixin.credit.household import Household
from suixin.credit.index import Measures
from suixin.credit.season import calendars
from suixin.credit.subject_summary import Heard, Market, SubjectSummary, Sums
from suixin.credit.weights import Weights
from suixin.kernel.policy import PolicyOn

_SUMS: Final = ("sales", "promised", "closed", "bought")
_PARTS: Final = ("x", "n", "present", "flags")
_LENGTH: Final = 4
Arrays = dict[str, Any]


def packed_summary(one: SubjectSummary) -> bytes:
    """All that is kept of a subject."""
    arrays: Arrays = {}
    for name in _SUMS:
        sums: Sums = getattr(one, name)
        arrays[f"{name}/key"], arrays[f"{name}/value"] = sums.key, sums.value
    heard = one.heard
    for measures in (heard.engagement, heard.reputation):
        _put(arrays, measures.name, measures)
    for name in Household.__slots__:
        arrays[f"household/{name}"] = getattr(heard.household, name)
    told = {
        "reading": _packed_reading(one, arrays),
        "subject": one.subject,
        "categories": dict(one.categories),
        "connected": {m.name: m.connected for m in (heard.engagement, heard.reputation)},
        "anything": heard.anything,
        "social": heard.social,
        "crop": heard.crop,
        "weights": {"version": heard.weights.version, "share": dict(heard.weights.share)},
        "flags": list(heard.flags),
    }
    return _packed(told, arrays)


def unpacked_summary(raw: bytes) -> SubjectSummary:
    """A summary as it was packed."""
    told, arrays = _unpacked(raw)
    engagement, reputation = (
        _measures(name, connected, arrays) for name, connected in told["connected"].items()
    )
    heard = Heard(
        engagement=engagement,
        reputation=reputation,
        anything=told["anything"],
        social=told["social"],
        crop=told["crop"],
        weights=Weights(**told["weights"]),
        flags=tuple(told["flags"]),
        household=Household(**{n: arrays[f"household/{n}"] for n in Household.__slots__}),
    )
    sums = {name: Sums(arrays[f"{name}/key"], arrays[f"{name}/value"]) for name in _SUMS}
    reading = {
        product: replace(
            heard,
            engagement=_measures(own["engagement"], own["connected"], arrays, named="engagement"),
            anything=own["anything"],
            social=own["social"],
            crop=own["crop"],
            flags=tuple(own["flags"]),
        )
        for product, own in told["reading"].items()
    }
    return SubjectSummary(
        subject=told["subject"],
        categories=told["categories"],
        heard=heard,
        reading=reading,
        **sums,
    )


def _packed_reading(one: SubjectSummary, arrays: Arrays) -> dict[str, Any]:
    """What each product's feeds say; measures that are alike are put down once."""
    known, told = [("engagement", one.heard.engagement)], {}
    for product, heard in one.reading.items():
        measures = heard.engagement
        name = next((name for name, other in known if _alike(measures, other)), "")
        if not name:
            name = f"engagement.{len(known)}"
            known.append((name, measures))
            _put(arrays, name, measures)
        told[product] = {
            "engagement": name,
            "connected": measures.connected,
            "anything": heard.anything,
            "social": heard.social,
            "crop": heard.crop,
            "flags": list(heard.flags),
        }
    return told


def _put(arrays: Arrays, name: str, measures: Measures) -> None:
    for part in _PARTS:
        for key, found in getattr(measures, part).items():
            arrays[f"{name}/{part}/{key}"] = found


def _alike(one: Measures, other: Measures) -> bool:
    return one.connected == other.connected and all(
        found.tobytes() == getattr(other, part)[key].tobytes()
        for part in _PARTS
        for key, found in getattr(one, part).items()
    )


def packed_market(market: Market) -> bytes:
    """What a scoring of all found of them together; seasons are the policy's."""
    return _packed({"connected": sorted(market.connected)}, dict(market.years))


def unpacked_market(raw: bytes, policy: PolicyOn) -> Market:
    """A market as it was packed, with the seasons of a policy."""
    told, arrays = _unpacked(raw)
    return Market(arrays, calendars(policy["categories"]), frozenset(told["connected"]))


def packed_arrays(arrays: Mapping[str, Any]) -> bytes:
    """Arrays by name, and nothing else."""
    return _packed(None, arrays)


def unpacked_arrays(raw: bytes) -> Arrays:
    """The arrays as they were packed."""
    return _unpacked(raw)[1]


def _measures(
    name: str, connected: bool, arrays: Mapping[str, Any], *, named: str = ""
) -> Measures:
    found: dict[str, dict[str, Any]] = {"x": {}, "n": {}, "present": {}, "flags": {}}
    for path, array in arrays.items():
        whose, _, rest = path.partition("/")
        if whose == name:
            part, _, key = rest.partition("/")
            found[part][key] = array
    return Measures(name=named or name, connected=connected, **found)


def _packed(told: Mapping[str, Any] | None, arrays: Mapping[str, Any]) -> bytes:
    whole = {name: np.ascontiguousarray(found) for name, found in arrays.items()}
    forms = [[name, found.dtype.str, list(found.shape)] for name, found in whole.items()]
    head = json.dumps({"told": told, "arrays": forms}, ensure_ascii=False).encode()
    body = b"".join(found.tobytes() for found in whole.values())
    return len(head).to_bytes(_LENGTH) + head + body


def _unpacked(raw: bytes) -> tuple[Any, Arrays]:
    at = _LENGTH + int.from_bytes(raw[:_LENGTH])
    head = json.loads(raw[_LENGTH:at])
    arrays = {}
    for name, form, shape in head["arrays"]:
        kind = np.dtype(form)
        size = int(np.prod(shape))
        arrays[name] = np.frombuffer(raw, kind, size, at).reshape(shape)
        at += size * kind.itemsize
    return head["told"], arrays
