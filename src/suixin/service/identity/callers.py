"""Who asks, from a request: a person who signed in, with the second factor that his duties need."""

from __future__ import annotations

from datetime import date

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service import clock
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.day import CHINA
from suixin.service.identity.models import User


def request_caller(request: HttpRequest) -> Caller:
    """Who asks; raises `InputError` NOT_SIGNED_IN, NO_DUTY, SECOND_FACTOR."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active:
        raise InputError("NOT_SIGNED_IN", "Nobody is signed in.", "Sign in first.")
    return user_caller(user, second_factor=has_second_factor(request))


def user_caller(user: User, *, second_factor: bool) -> Caller:
    """A person as a caller, where he has signed in as his duties need; raises as above.

    For whatever speaks for a person, pages and tokens alike.
    """
    caller = user.caller()
    if not user.is_active or not caller.duties:
        raise InputError("NO_DUTY", "You were given no duty.", "Ask an administrator.")
    if not second_factor and needs_second_factor(caller.duties, on=today()):
        wrong = "Your duties need a code of the moment beside the password."
        raise InputError("SECOND_FACTOR", wrong, "Enrol a second factor, then sign in with it.")
    return caller


def needs_second_factor(duties: frozenset[Duty], *, on: date) -> bool:
    """Whether any of the duties is one for which a password alone is not enough."""
    return bool(duties - frozenset(load_policy("access").on(on)["factor.single"]))


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the one who asks signed in with a second factor, or has just enrolled one."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def today() -> date:
    """The day it is in China."""
    return clock.now().astimezone(CHINA).date()
