"""People who are signed in, for tests: as they would be after a password and a second factor."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

from django.test import Client

from suixin.service.app.caller import Duty

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
