"""Where the libraries of signing in ask us: nobody signs up, and second factors are kept sealed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import suppress
from secrets import token_bytes
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from suixin.data.errors import InputError
from suixin.service.app.caller import Duty
from suixin.service.identity.callers import needs_second_factor, today
from suixin.service.identity.models import User
from suixin.service.store.sealing import NONCE_BYTES, opened, sealed

_ABOUT: Final = "second-factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given by two people, never taken; who fails too often is axes' to say."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: axes counts failures in the database, by name and address."""

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Before a second factor is changed, not before the first one is enrolled."""
        return bool(is_mfa_enabled(self.request.user))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are sealed by the service's, so that a backup tells none."""

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        key = bytes.fromhex(str(settings.SECRET_KEY)[:64])
        kept = sealed(key, text.encode(), about=_ABOUT, nonce=token_bytes(NONCE_BYTES))
        return b64encode(kept).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret in clear, also where an older one of the service's sealed it."""
        kept = b64decode(encrypted_text)
        for secret in settings.SECRET_KEY_FALLBACKS:
            with suppress(InputError):  # Another sealed it.
                return _open(secret, kept)
        return _open(str(settings.SECRET_KEY), kept)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not where a duty needs it: two people renew the access of who lost it."""
        duties = frozenset(Duty(duty) for duty in authenticator.user.duties)
        return not needs_second_factor(duties, on=today())


def note_enrolled(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Note in the session that a code was shown, as after a sign-in by one."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def address_of(request: HttpRequest) -> str:
    """From where a request comes, behind as many proxies as the settings trust."""
    return str(get_client_ip(request) or "")


def _open(secret: str, kept: bytes) -> str:
    return opened(bytes.fromhex(secret[:64]), kept, about=_ABOUT).decode()
