"""Signing in: who may, for how long, and what a browser is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from sign_in import caller_of, given_duties, not_let_in, signed_in
from stored import NewBooks

from suixin.service.app.caller import Caller, Duty
from suixin.service.identity.headers import CONTENT_POLICY


@pytest.fixture(scope="module")
def institution(stored_books: NewBooks) -> int:
    books: Any = stored_books()
    number: int = books.actor.institution
    return number


def test_a_session_says_who_asks(institution: int) -> None:
    client, user = signed_in(institution, Duty.CREDIT_OFFICER)
    assert caller_of(client) == Caller(
        institution=institution, by=f"user:{user.pk}", duties=frozenset({Duty.CREDIT_OFFICER})
    )


def test_nobody_is_nobody(institution: int) -> None:
    assert not_let_in(Client()) == "NOT_SIGNED_IN"


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.HOUSEHOLD])
def test_no_duty_acts_without_a_second_factor(institution: int, duty: Duty) -> None:
    client, _ = signed_in(institution, duty, second_factor=False)
    assert not_let_in(client) == "SECOND_FACTOR"


def test_a_household_signs_in_with_a_password_alone(institution: int) -> None:
    client, _ = signed_in(institution, Duty.HOUSEHOLD, second_factor=False, party_id="h-1")
    assert caller_of(client).party == "h-1"


def test_a_second_factor_of_somebody_else_counts_for_nothing(institution: int) -> None:
    client, user = signed_in(institution, Duty.CASHIER)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk + 1)
    session.save()
    assert not_let_in(client) == "SECOND_FACTOR"


@pytest.mark.parametrize(
    ("kept", "lasts"),
    [
        ("seen", settings.SESSION_IDLE),
        ("began", timedelta(seconds=settings.SESSION_COOKIE_AGE)),
    ],
)
def test_a_sign_in_ends_by_itself(institution: int, kept: str, lasts: timedelta) -> None:
    client, _ = signed_in(institution, Duty.CASHIER)
    page = "/accounts/2fa/"
    assert client.get(page).status_code == 200
    for over, expected in ((-60, 200), (1, 302)):
        session = client.session
        session[kept] = (timezone.now() - lasts - timedelta(seconds=over)).isoformat()
        session.save()
        assert client.get(page).status_code == expected
    assert not_let_in(client) == "NOT_SIGNED_IN"


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
