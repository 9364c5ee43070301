"""The OpenAPI schema, completed by what is the same everywhere: who asks, keys, problems."""

from __future__ import annotations

from typing import Any, Final

from ninja.openapi.schema import OpenAPISchema

from suixin.service.api import problems
from suixin.service.api.asked import Endpoint, told_endpoints
from suixin.service.api.clients import scopes_there_are
from suixin.service.app.permits import Act

TOKEN_PATH: Final = "/api/v1/token"
_EVERY: Final = (400, 401, 403, 404, 405, 406, 422, 429, 500, 503)
# What also an endpoint answers that asks nobody who he is.
_OPEN: Final = (400, 404, 405, 406, 422, 429, 500, 503)
_OF_WRITES: Final = (409, 411, 413, 415)
# A station's device that was revoked erases what it holds.
_OF_DEVICES: Final = (423,)
_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each act; the same when that act is sent again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
}
_HAD: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the answer that is had already.",
    "schema": {"type": "string"},
}
_TEXT: Final = {"type": "string"}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457); `code` is the rule, named in docs/api.md.",
    "required": [
        "type",
        "title",
        "title_zh",
        "title_en",
        "status",
        "code",
        "detail",
        "hint",
        "instance",
        "errors",
    ],
    "properties": {
        "type": {"type": "string", "description": "Where the code is documented."},
        "title": _TEXT,
        "title_zh": _TEXT,
        "title_en": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": _TEXT,
        "detail": _TEXT,
        "hint": _TEXT,
        "instance": {"type": "string", "description": "The id of the request."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "wrong", "expected"],
                "properties": {"where": _TEXT, "wrong": _TEXT, "expected": _TEXT},
            },
        },
    },
}


class WholeSchema(OpenAPISchema):
    """A schema in which one name means one thing: two of one name would silently become one."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Add definitions; two of a name that differ are a fault of whoever named them."""
        for name, told in definitions.items():
            known = self.schemas.setdefault(name, told)
            if known != told:
                raise AssertionError(f"Two things are called {name} in the schema: rename one.")


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """The schema with what every endpoint shares."""
    known = told_endpoints()
    for path in schema["paths"].values():
        for operation in path.values():
            told = known.get(operation["operationId"])
            if told is not None:
                _complete(operation, told)
            else:
                for status in (*_OPEN, *(_OF_WRITES if "requestBody" in operation else ())):
                    operation["responses"].setdefault(status, _ref(status))
    components = schema["components"]
    for name, told in components["schemas"].items():
        told["title"] = name
        _close(told)
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    every = (*_EVERY, *_OF_WRITES, *_OF_DEVICES)
    components["responses"] = {str(status): _response(status) for status in every}
    components["securitySchemes"] = _ways()
    return schema


def _complete(operation: dict[str, Any], told: Endpoint) -> None:
    operation["security"] = [{"partner": [told.scope] if told.scope else []}, {"person": []}]
    if told.act is not None:
        operation["x-act"] = told.act.value
    responses = operation["responses"]
    good = responses[told.status]
    good["headers"] = {"X-Request-Id": {"schema": _TEXT}}
    if told.writes:
        operation["parameters"].append(_KEY)
        good["headers"]["Idempotency-Replayed"] = {"schema": {"type": "string", "enum": ["true"]}}
    else:
        operation["parameters"].append(_HAD)
        good["headers"]["ETag"] = {"schema": _TEXT}
        responses[304] = {"description": "It is as it was."}
    of_devices = _OF_DEVICES if told.act is Act.SYNC_DEVICE else ()
    for status in (*_EVERY, *(_OF_WRITES if told.writes else ()), *of_devices):
        responses[status] = _ref(status)


def _close(told: Any) -> None:
    """Where names have a pattern no other name is taken, and it is said so that clients read it.

    `patternProperties` beside no others means the same, and a generated client would drop them all.
    """
    if isinstance(told, dict):
        if "patternProperties" in told and "properties" not in told:
            ((pattern, value),) = told.pop("patternProperties").items()
            told["propertyNames"] = {"pattern": pattern}
            told["additionalProperties"] = value
        for one in told.values():
            _close(one)


def _ref(status: int) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{status}"}


def _response(status: int) -> dict[str, Any]:
    codes = sorted(row.code for row in problems.table().values() if row.status == status)
    found: dict[str, Any] = {
        "description": f"A problem: {', '.join(codes)}.",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        found["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return found


def _ways() -> dict[str, Any]:
    scopes = {scope: scope.replace(":", ", ").replace("_", " ") for scope in scopes_there_are()}
    return {
        "partner": {
            "type": "oauth2",
            "description": "A partner's system, by client credentials.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": TOKEN_PATH,
                    "scopes": dict(sorted(scopes.items())),
                }
            },
        },
        "person": {
            "type": "apiKey",
            "in": "cookie",
            "name": "suixin_session",
            "description": "A person who signed in; who changes something sends X-CSRFToken too.",
        },
    }
