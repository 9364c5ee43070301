"""People who are signed in, for tests: as they would be after a password and a second factor."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import pytest
from django.test import Client, RequestFactory

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller, Duty

PASSWORD = "three words of a farmer"

_numbers = count(1)


def given_duties(institution: int, *duties: Duty, **told: Any) -> Any:
    """One who has duties at an institution, entered by the owner: `villages`, `party_id`…"""
    from suixin.service.identity.models import User

    user = User(
        institution_id=institution,
        username=f"person-{next(_numbers)}@{institution}",
        duties=[duty.value for duty in duties],
        **told,
    )
    user.set_unusable_password()
    user.save(using="owner")
    return User.objects.get(pk=user.pk)


def signed_in(
    institution: int, *duties: Duty, second_factor: bool = True, **told: Any
) -> tuple[Client, Any]:
    """A client of the pages and the API, and the user who is signed in with it."""
    user = given_duties(institution, *duties, **told)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if second_factor:
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session.save()
    return client, user


def caller_of(client: Client) -> Caller:
    """Who asks with a client, as a view is told it."""
    from django.contrib.auth import get_user

    from suixin.service.identity.callers import request_caller

    request = RequestFactory().get("/")
    request.session = client.session
    request.user = get_user(request)
    return request_caller(request)


def not_let_in(client: Client) -> str:
    """By which code one who asks with a client is refused."""
    with pytest.raises(InputError) as wrong:
        caller_of(client)
    return wrong.value.code
