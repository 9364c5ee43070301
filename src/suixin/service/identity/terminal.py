"""Signing in at a terminal of the machine: as on a page, with failures counted alike."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller
from suixin.service.identity.callers import user_caller
from suixin.service.identity.models import User

HERE = "127.0.0.1"


def sign_in_here(username: str, password: str, code: str) -> Caller:
    """Who asks at a terminal; raises `InputError` NOT_SIGNED_IN, and as `user_caller` does.

    It is not told whether name, password or code was wrong.
    """
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = HERE
    user = authenticate(request, username=username, password=password)
    shown = isinstance(user, User) and bool(code) and _shows(user, code)
    if isinstance(user, User) and code and not shown:
        user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
    if not isinstance(user, User) or not user.is_active or (code and not shown):
        wrong = "Name, password or code is wrong, or this terminal is locked out for a while."
        raise InputError("NOT_SIGNED_IN", wrong, "Try again after a quarter of an hour.")
    return user_caller(user, second_factor=shown)


def _shows(user: User, code: str) -> bool:
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    kept = Authenticator.objects.filter(user=user, type__in=kinds)
    return any(one.wrap().validate_code(code) for one in kept)
