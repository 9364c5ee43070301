"""Access tokens of partners: OAuth2 client credentials; signed, short-lived, read without a query.

The grant is Authlib's; what is ours is where clients are kept and how tokens are signed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.util import extract_basic_authorization, scope_to_list
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from suixin.data.errors import InputError
from suixin.service import clock
from suixin.service.api import clients, secret
from suixin.service.app.caller import Caller

ISSUER: Final = "suixin"
AUDIENCE: Final = "suixin-api"
TOKEN_SECONDS: Final = 600
ALGORITHM: Final = "HS256"
TOKEN_CHARACTERS_MAX: Final = 4_096


@dataclass(slots=True)
class AskingClient(ClientMixin):  # type: ignore[misc]
    """A client that asks for a token; one that is not there looks like one with a wrong secret."""

    client_id: str
    institution: int
    name: str
    partner: clients.Partner | None

    def get_client_id(self) -> str:
        return self.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        fits = clients.secret_fits(self.institution, self.name, client_secret, at=clock.now())
        return fits and self.partner is not None and self.partner.revoked_at is None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str) -> str:
        given = self.partner.scopes if self.partner is not None else frozenset()
        wanted = set(scope_to_list(scope)) if scope else given
        return " ".join(sorted(given & wanted))


class _Credentials(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012

    def create_token_response(self) -> Any:
        self.request.payload.data["scope"] = self.client.get_allowed_scope(
            self.request.payload.scope
        )
        return super().create_token_response()


class _Signed(JWTBearerTokenGenerator):  # type: ignore[misc]
    def get_jwks(self) -> Any:
        return OctKey.import_key(secret.secrets_for(secret.TOKENS)[0])

    def get_audiences(self, client: AskingClient, user: object, scope: str) -> str:
        return AUDIENCE

    def get_extra_claims(
        self, client: AskingClient, grant_type: str, user: object, scope: str
    ) -> dict[str, Any]:
        return {"gen": client.partner.generation if client.partner is not None else 0}


class _Server(AuthorizationServer):  # type: ignore[misc]
    def query_client(self, client_id: str) -> AskingClient:
        told = clients.CLIENT_ID.fullmatch(client_id)
        institution, name = (int(told[1]), told[2]) if told else (0, "")
        clients.forget(institution, name)
        return AskingClient(client_id, institution, name, clients.known(institution, name))

    def save_token(self, token: object, request: object) -> None:
        """Nothing is kept of a token: it says itself what it allows, and until when."""


@lru_cache(maxsize=1)
def server() -> AuthorizationServer:
    """The authorization server: one grant, two ways of showing a secret."""
    made = _Server(None, None)
    made.register_token_generator(
        "default",
        _Signed(ISSUER, alg=ALGORITHM, expires_generator=lambda client, grant: TOKEN_SECONDS),
    )
    made.register_grant(_Credentials)
    return made


def caller_of(token: str) -> Caller | None:
    """Who a token speaks for, or None where it is not good any more or never was."""
    claims = _claims(token, secret.secrets_for(secret.TOKENS))
    if claims is None or claims[3] <= time.time():
        return None
    institution, name, generation, _, scopes = claims
    partner = clients.known(institution, name)
    if partner is None or partner.revoked_at is not None or partner.generation != generation:
        return None
    return partner.caller(scopes)


@lru_cache(maxsize=4_096)
def _claims(
    token: str, keys: tuple[bytes, ...]
) -> tuple[int, str, int, float, frozenset[str]] | None:
    """What a token says, its signature checked once a process."""
    for key in keys:
        try:
            said = jwt.decode(token, OctKey.import_key(key), algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            continue
        told = clients.CLIENT_ID.fullmatch(str(said.get("sub", "")))
        if told is None or (said.get("iss"), said.get("aud")) != (ISSUER, AUDIENCE):
            return None
        scopes = frozenset(str(said.get("scope") or "").split())
        return int(told[1]), told[2], int(said["gen"]), float(said["exp"]), scopes
    return None


def named_by_basic(request: HttpRequest) -> str:
    """The client that HTTP Basic names, or nothing."""
    name, _ = extract_basic_authorization(request.headers)
    return name or ""


def told_to(institution: int, name: str) -> str:
    """A token for a client of ours, without its secret: for a benchmark or a command of the owner.

    Raises `InputError` NO_CLIENT.
    """
    partner = clients.known(institution, name)
    if partner is None:
        raise InputError("NO_CLIENT", f"There is no client {name}.", "Register it first.")
    client = AskingClient(partner.client_id, institution, name, partner)
    told = server().generate_token("client_credentials", client, scope=client.get_allowed_scope(""))
    return str(told["access_token"])
