"""How an endpoint is written: what a use case takes and gives, and no word of HTTP.

`@reads` and `@writes` put a function on a path. It is given who asks (`Asked`), then its path,
query and body; what it returns, a frozen dataclass, is told as JSON. Who writes brings an
Idempotency-Key.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import TypeAdapter

from suixin.service import clock
from suixin.service.api.cursors import cursor, place
from suixin.service.api.once import HEADER, Told, check_key, fingerprint, once
from suixin.service.app.caller import Caller
from suixin.service.app.permits import PERMITS, Act

JSON: Final = "application/json"
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, and for a write the key of the act."""

    caller: Caller
    at: datetime
    key: str = ""
    path: str = ""

    def place(self, told: str | None, *kinds: type) -> tuple[Any, ...] | None:
        """The key after which a list goes on; None is its beginning. Raises `InputError` CURSOR."""
        if told is None:
            return None
        return place(self.path, told, kinds, institution=self.caller.institution)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """A part of a list, and the cursor that goes on from it; none where it ends."""

    items: tuple[Item, ...]
    next: str | None


def part(
    asked: Asked, found: Sequence[Item], limit: int, key: Callable[[Item], Sequence[str | int]]
) -> Listed[Item]:
    """The first `limit` of what was found; one more than that was asked for, to see if it ends."""
    if len(found) <= limit:
        return Listed(tuple(found), None)
    items = tuple(found[:limit])
    last = cursor(asked.path, key(items[-1]), institution=asked.caller.institution)
    return Listed(items, last)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What OpenAPI is told of an endpoint beyond its types."""

    act: Act | None
    scope: str
    writes: bool
    status: int


ENDPOINTS: Final[dict[str, Endpoint]] = {}


def reads(
    router: Router, path: str, answer: Any, act: Act | None = None, *, scope: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a function that only tells something on a path. `scope` is the API's own, if any."""
    given = TypeAdapter(answer)

    def put(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(request: HttpRequest, **values: Any) -> HttpResponse:
            body = given.dump_json(view(asked_by(request), **values))
            return fresh(request, body)

        _listed(router, path, "GET", wrapper, view, answer, Endpoint(act, scope, False, 200))
        return view

    return put


def writes(
    router: Router,
    path: str,
    answer: Any,
    act: Act | None = None,
    *,
    status: int = 201,
    scope: str = "",
    method: str = "POST",
    alone: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a function that changes something on a path: done once for its Idempotency-Key.

    What is `alone` has transactions of its own and does nothing twice by itself, so that nothing
    else is kept of its key.
    """
    given = TypeAdapter(answer)

    def put(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(request: HttpRequest, **values: Any) -> HttpResponse:
            key = check_key(request.headers.get(HEADER))
            asked = asked_by(request, key)
            mark = fingerprint(str(request.method), request.get_full_path(), request.body)

            def done() -> Told:
                return Told(status, given.dump_json(view(asked, **values)))

            told = done() if alone else once(asked.caller, key, mark, view.__name__, done)
            made = HttpResponse(told.body, content_type=JSON, status=told.status)
            made["Cache-Control"] = "no-store"
            if told.again:
                made["Idempotency-Replayed"] = "true"
            return made

        _listed(router, path, method, wrapper, view, answer, Endpoint(act, scope, True, status))
        return view

    return put


def _listed(
    router: Router,
    path: str,
    method: str,
    wrapper: Callable[..., Any],
    view: Callable[..., Any],
    answer: Any,
    endpoint: Endpoint,
) -> None:
    wrapper.__signature__ = _signature(view)  # type: ignore[attr-defined]
    name = view.__name__
    told(name, endpoint)
    router.api_operation([method], path, response={endpoint.status: answer}, operation_id=name)(
        wrapper
    )


def _signature(view: Callable[..., Any]) -> inspect.Signature:
    """The function's own, its annotations read where it stands, with the request first."""
    found = inspect.signature(view, eval_str=True)
    asked, *others = found.parameters.values()
    request = asked.replace(name="request", annotation=HttpRequest)
    return found.replace(parameters=[request, *others], return_annotation=HttpResponse)


def told(name: str, endpoint: Endpoint) -> None:
    """Note for OpenAPI what an endpoint is; `reads` and `writes` do it for theirs."""
    if name in ENDPOINTS:
        raise AssertionError(f"Two endpoints are called {name}.")
    scope = endpoint.scope or (PERMITS[endpoint.act].scope if endpoint.act is not None else "")
    ENDPOINTS[name] = Endpoint(endpoint.act, scope, endpoint.writes, endpoint.status)


def asked_by(request: HttpRequest, key: str = "") -> Asked:
    """Who asks and when, of a request that was let in."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return Asked(caller, clock.now(), key, request.path)


def fresh(request: HttpRequest, body: bytes, kind: str = JSON) -> HttpResponse:
    """The answer, or that it is as it was where the request has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    had = request.headers.get("If-None-Match", "")
    same = tag in (one.strip().removeprefix("W/") for one in had.split(","))
    made = HttpResponse(status=304) if same else HttpResponse(body, content_type=kind)
    made["ETag"] = tag
    made["Cache-Control"] = "private, no-cache"
    return made


def told_endpoints() -> Mapping[str, Endpoint]:
    """Every endpoint by its operation id."""
    return dict(ENDPOINTS)
