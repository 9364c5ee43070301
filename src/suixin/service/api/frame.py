"""The API as one object: how bodies are read, faults are told and the schema is completed."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db.utils import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from pydantic_core import from_json

from suixin.data.errors import DiskError, InputError
from suixin.service.api import problems
from suixin.service.api.authenticating import Asker, not_signed_in
from suixin.service.api.problems import Problem
from suixin.service.api.schema import WholeSchema, completed
from suixin.service.faults import EnvironmentFault

VERSION: Final = "1"
DEPTH_MAX: Final = 20


class JsonParser(Parser):
    """Bodies in strict JSON: UTF-8, no NaN, not deep, no NUL in a text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The value of a body; raises `Problem` BAD_JSON."""
        try:
            found = from_json(request.body, allow_inf_nan=False, cache_strings="keys")
        except ValueError as fault:
            wrong = "The body is no JSON in UTF-8."
            raise Problem("BAD_JSON", wrong, f"{str(fault)[:120]}") from fault
        except (RawPostDataException, UnreadablePostError, RequestDataTooBig) as fault:
            raise Problem(
                "BAD_REQUEST", "The body did not come whole.", "Send it again."
            ) from fault
        # A batch of thousands of events has few brackets, and is not walked through.
        brackets = request.body.count(b"[") + request.body.count(b"{")
        if brackets > DEPTH_MAX or b"\\u0000" in request.body:
            check_plain(found)
        return found


def check_plain(found: object, depth: int = 0) -> None:
    """Refuse values no act takes: too deep, or a text with NUL; raises `Problem` BAD_JSON."""
    if depth > DEPTH_MAX:
        raise Problem("BAD_JSON", f"The body is deeper than {DEPTH_MAX}.", "Send it flatter.")
    if isinstance(found, str):
        if "\x00" in found:
            raise Problem("BAD_JSON", "A text has the character NUL.", "Send it without.")
    elif isinstance(found, list):
        for one in found:
            check_plain(one, depth + 1)
    elif isinstance(found, dict):
        for name, one in found.items():
            check_plain(name, depth + 1)
            check_plain(one, depth + 1)


class Api(NinjaAPI):
    """The API under /api/v1: every fault a problem, a schema that says all of it."""

    def __init__(self) -> None:
        super().__init__(
            title="Suixin 穗信",
            version=VERSION,
            description=(
                "Facts about trade become credit; credit becomes money moved under dated rules;"
                " every movement can be proved. Amounts are whole fen. docs/api.md tells the rest."
            ),
            docs_url=None,
            openapi_url="/openapi.json",
            auth=Asker(),
            parser=JsonParser(),
            urls_namespace="api",
        )

    def get_openapi_schema(self, *, path_prefix: str | None = None, **_: Any) -> OpenAPISchema:
        """The schema with what is the same everywhere: problems, keys, scopes, headers."""
        return completed(
            WholeSchema(self, self.get_root_path({}) if path_prefix is None else path_prefix)
        )

    def set_default_exception_handlers(self) -> None:
        """Every fault that is somebody's is told as a problem; what is ours stays a fault."""
        for kind, handler in _HANDLERS:
            self.add_exception_handler(kind, handler)


def _input(request: HttpRequest, error: InputError) -> HttpResponse:
    if error.code == "NOT_SIGNED_IN":
        return problems.answer(request, not_signed_in("Bearer"))
    return problems.answer(request, problems.of_error(error))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.answer(request, problems.of_validation(error.errors))


def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problems.answer(request, not_signed_in("Bearer"))


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Problem):
        return problems.answer(request, error.__cause__)
    return problems.answer(request, Problem("BAD_REQUEST"))


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.answer(request, Problem("NOT_FOUND"))


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """The surroundings fail: what it was stands in the service's own log, not in the answer."""
    headers = {"Retry-After": "5"}
    wrong = "The service cannot do it at the moment; nothing was changed."
    return problems.answer(
        request,
        Problem("UNAVAILABLE", wrong, "Send the same again, with its key.", headers=headers),
    )


_HANDLERS: Final[tuple[tuple[type[Exception], Any], ...]] = (
    (Problem, problems.answer),
    (InputError, _input),
    (ValidationError, _invalid),
    (AuthenticationError, _nobody),
    (HttpError, _http),
    (Http404, _not_found),
    (EnvironmentFault, _unavailable),
    (DiskError, _unavailable),
    (OperationalError, _unavailable),
)
