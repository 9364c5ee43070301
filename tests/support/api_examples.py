"""The least request that fits an operation of the schema: what a stranger would send."""

from __future__ import annotations

from typing import Any

PATTERNS = {
    "^[0-9a-f]{64}$": "0" * 64,
    "^[0-9]{12}$": "440811100201",
    "^[a-z][a-z0-9-]{1,39}$": "nobody",
    "^[a-z_]{1,40}:[a-z]{1,20}$": "parties:read",
    "^[a-z_]{1,40}$": "manual",
    "^[A-Za-z0-9_-]{1,60}\\.(csv|json|jsonl)$": "orders.csv",
}
FORMATS = {"date": "2026-06-30", "date-time": "2026-06-30T00:00:00+08:00"}


def example(told: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value that fits a JSON schema, as small as it may be."""
    if "$ref" in told:
        return example(schemas[told["$ref"].rpartition("/")[2]], schemas)
    if "enum" in told:
        return told["enum"][0]
    if "const" in told:
        return told["const"]
    for way in ("anyOf", "allOf", "oneOf"):
        if way in told:
            return example(told[way][0], schemas)
    kind = told.get("type")
    if kind == "object":
        return _object(told, schemas)
    if kind == "array":
        return [example(told["items"], schemas)] * told.get("minItems", 0)
    if kind in ("integer", "number"):
        return max(1, told.get("minimum", 1))
    if kind == "boolean":
        return False
    return _text(told)


def _object(told: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found = {name: example(told["properties"][name], schemas) for name in told.get("required", ())}
    if told.get("minProperties") and not found:
        inner = next(iter(told.get("patternProperties", {}).values()), None)
        inner = inner or told.get("additionalProperties") or {"type": "string"}
        names = told.get("propertyNames")
        name = example(names, schemas) if names else _name(told)
        found[str(name)] = example(inner, schemas)
    return found


def _name(told: dict[str, Any]) -> str:
    pattern = next(iter(told.get("patternProperties", {})), "")
    return PATTERNS.get(pattern, "orders")


def _text(told: dict[str, Any]) -> str:
    if told.get("format") in FORMATS:
        return FORMATS[told["format"]]
    if told.get("pattern") in PATTERNS:
        return PATTERNS[told["pattern"]]
    return "x" * max(1, told.get("minLength", 1))
