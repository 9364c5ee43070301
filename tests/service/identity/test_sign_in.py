"""Signing in: who may, for how long, and what a browser is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone
from sign_in import given_duties, signed_in
from stored import NewBooks

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller, Duty
from suixin.service.identity.callers import request_caller
from suixin.service.identity.headers import CONTENT_POLICY

PASSWORD = "three words of a farmer"


@pytest.fixture(scope="module")
def institution(stored_books: NewBooks) -> int:
    books: Any = stored_books()
    number: int = books.actor.institution
    return number


def caller_of(client: Client) -> Caller:
    """Who asks, as a view is told it."""
    from django.contrib.auth import get_user

    request = RequestFactory().get("/")
    request.session = client.session
    request.user = get_user(request)
    return request_caller(request)


def refused(client: Client) -> str:
    with pytest.raises(InputError) as wrong:
        caller_of(client)
    return wrong.value.code


def test_a_session_says_who_asks(institution: int) -> None:
    client, user = signed_in(institution, Duty.CREDIT_OFFICER)
    assert caller_of(client) == Caller(
        institution=institution, by=f"user:{user.pk}", duties=frozenset({Duty.CREDIT_OFFICER})
    )


def test_nobody_is_nobody(institution: int) -> None:
    assert refused(Client()) == "NOT_SIGNED_IN"


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.HOUSEHOLD])
def test_no_duty_acts_without_a_second_factor(institution: int, duty: Duty) -> None:
    client, _ = signed_in(institution, duty, second_factor=False)
    assert refused(client) == "SECOND_FACTOR"


def test_a_household_signs_in_with_a_password_alone(institution: int) -> None:
    client, _ = signed_in(institution, Duty.HOUSEHOLD, second_factor=False, party_id="h-1")
    assert caller_of(client).party == "h-1"


def test_a_second_factor_of_somebody_else_counts_for_nothing(institution: int) -> None:
    client, user = signed_in(institution, Duty.CASHIER)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk + 1)
    session.save()
    assert refused(client) == "SECOND_FACTOR"


def test_a_sign_in_ends_when_nothing_was_asked(institution: int) -> None:
    client, _ = signed_in(institution, Duty.CASHIER)
    client.get("/accounts/logout/")
    assert "seen" in client.session
    session = client.session
    session["seen"] = (timezone.now() - settings.SESSION_IDLE - timedelta(seconds=1)).isoformat()
    session.save()
    key = session.session_key
    client.get("/accounts/logout/")
    assert refused(client) == "NOT_SIGNED_IN"
    assert not Session.objects.filter(session_key=key).exists()


def test_pages_tell_a_browser_to_run_nothing_from_elsewhere(institution: int) -> None:
    told = Client().get("/accounts/login/").headers
    assert told["Content-Security-Policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY.replace("style-src-attr 'unsafe-inline'", "")
    assert "http" not in CONTENT_POLICY
    assert told["X-Frame-Options"] == "DENY"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "same-origin"
    client, _ = signed_in(institution, Duty.CASHIER)
    assert client.get("/accounts/logout/").headers["Cache-Control"] == "no-store, private"


def test_nobody_signs_up(institution: int) -> None:
    assert Client().get("/accounts/signup/").status_code == 404
    assert given_duties(institution, Duty.CASHIER).has_usable_password() is False
