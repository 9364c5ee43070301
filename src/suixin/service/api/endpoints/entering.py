"""How a partner enters: a token for its credentials. And what the codes of problems mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Form, Router
from pydantic import StringConstraints

from suixin.data.errors import InputError
from suixin.service.api import clients, problems, rates, tokens
from suixin.service.api.asked import Asked, reads
from suixin.service.api.endpoints.fields import IdInPath
from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act, may

router = Router(tags=["Entering"])
TOKENS_PER_SECOND = 5
_Told = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


@dataclass(frozen=True, slots=True)
class Token:
    """What a partner sends as `Authorization: Bearer`, and for how long it is good."""

    token_type: Literal["Bearer"]
    access_token: str
    expires_in: int
    scope: str


@dataclass(frozen=True, slots=True)
class NoToken:
    """Why there is no token (RFC 6749)."""

    error: str
    error_description: str = ""


@router.post(
    "/token",
    auth=None,
    response={200: Token, 400: NoToken, 401: NoToken},
    operation_id="ask_token",
    summary="A token for a partner's credentials",
)
def ask_token(
    request: HttpRequest,
    grant_type: Annotated[Literal["client_credentials"], Form()],
    client_id: Annotated[_Told | None, Form(None)],
    client_secret: Annotated[_Told | None, Form(None)],
    scope: Annotated[_Told | None, Form(None)],
) -> HttpResponse:
    """OAuth2 client credentials: by HTTP Basic, or as `client_id` and `client_secret`."""
    named = clients.CLIENT_ID.fullmatch(client_id or tokens.named_by_basic(request))
    if named is not None:  # Guessing secrets of one client is slow, whoever guesses.
        rates.spend(
            int(named[1]),
            f"token:{named[2]}",
            per_second=TOKENS_PER_SECOND,
            burst=2 * TOKENS_PER_SECOND,
        )
    made: HttpResponse = tokens.server().create_token_response(request)
    return made


@dataclass(frozen=True, slots=True)
class Self:
    """Who asks, as the service knows him."""

    institution: int
    by: str
    duties: tuple[Duty, ...]
    scopes: tuple[str, ...]
    party: str
    acts: tuple[Act, ...]


@reads(router, "/me", Self)
def see_self(asked: Asked) -> Self:
    """Who you are here, and what you may do."""
    caller = asked.caller
    return Self(
        institution=caller.institution,
        by=caller.by,
        duties=tuple(sorted(caller.duties)),
        scopes=tuple(sorted(caller.scopes)),
        party=caller.party,
        acts=tuple(act for act in Act if may(caller, act)),
    )


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A code of a problem: the status it comes with, and what it is called."""

    code: str
    status: int
    title_zh: str
    title_en: str


@router.get(
    "/problems/{code}",
    auth=None,
    response=ProblemKind,
    operation_id="see_problem",
    summary="What a problem's code means",
)
def see_problem(request: HttpRequest, code: IdInPath) -> ProblemKind:
    """What the `type` of a problem leads to."""
    found = problems.table().get(code)
    if found is None:
        raise InputError("NOT_FOUND", "There is no such code.", "docs/api.md lists them.")
    return ProblemKind(found.code, found.status, found.zh, found.en)
