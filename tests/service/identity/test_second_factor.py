"""Passwords, codes of the moment, and who guesses them: through the pages, as a person does."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from sign_in import PASSWORD, caller_of, given_duties, not_let_in
from stored import NewBooks

from suixin.service.app.caller import Duty
from suixin.service.identity.adapters import FactorAdapter

LOGIN, ENROL, CODE = (
    "/accounts/login/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/authenticate/",
)


@pytest.fixture(scope="module")
def institution(stored_books: NewBooks) -> int:
    books: Any = stored_books()
    number: int = books.actor.institution
    return number


@pytest.fixture
def cashier(institution: int) -> Any:
    user = given_duties(institution, Duty.CASHIER)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, user: Any, password: str = PASSWORD, **told: Any) -> Any:
    return client.post(LOGIN, {"login": user.username, "password": password}, **told)


def code_of(secret: str, *, steps: int = 0) -> str:
    moment = int(time.time()) // 30 + steps
    return format_hotp_value(hotp_value(secret, moment))


def enrolled(client: Client) -> str:
    """The secret of a second factor that was just enrolled."""
    client.get(ENROL)
    secret: str = client.session["mfa.totp.secret"]
    assert client.post(ENROL, {"code": code_of(secret)}).status_code == 302
    return secret


def test_a_password_is_kept_by_scrypt(cashier: Any) -> None:
    assert identify_hasher(cashier.password).algorithm == "scrypt"


def test_staff_enrol_and_then_sign_in_with_a_code(cashier: Any) -> None:
    first = Client()
    assert sign_in(first, cashier).status_code == 302
    assert not_let_in(first) == "SECOND_FACTOR"
    secret = enrolled(first)
    assert caller_of(first).by == f"user:{cashier.pk}"
    second = Client()
    assert sign_in(second, cashier)["Location"] == CODE
    assert not_let_in(second) == "NOT_SIGNED_IN"
    assert second.post(CODE, {"code": "000000"}).status_code == 200
    assert not_let_in(second) == "NOT_SIGNED_IN"
    assert second.post(CODE, {"code": code_of(secret, steps=1)}).status_code == 302
    assert caller_of(second).by == f"user:{cashier.pk}"


def test_a_code_is_used_once(cashier: Any) -> None:
    client = Client()
    sign_in(client, cashier)
    code = code_of(enrolled(client), steps=1)
    for expected in (302, 200):
        other = Client()
        sign_in(other, cashier)
        assert other.post(CODE, {"code": code}).status_code == expected


def test_a_recovery_code_signs_in_once(cashier: Any) -> None:
    client = Client()
    sign_in(client, cashier)
    enrolled(client)
    kept = Authenticator.objects.get(user=cashier, type="recovery_codes")
    code = kept.wrap().get_unused_codes()[0]
    for expected in (302, 200):
        other = Client()
        sign_in(other, cashier)
        assert other.post(CODE, {"code": code}).status_code == expected


def test_secrets_of_second_factors_are_sealed(cashier: Any, monkeypatch: Any) -> None:
    client = Client()
    sign_in(client, cashier)
    secret = enrolled(client)
    kept = Authenticator.objects.get(user=cashier, type="totp").data["secret"]
    assert secret not in kept
    assert FactorAdapter().decrypt(kept) == secret
    older = str(settings.SECRET_KEY)
    monkeypatch.setattr(settings, "SECRET_KEY", "7" * 64)
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [older])
    assert FactorAdapter().decrypt(kept) == secret


def test_staff_do_not_put_their_second_factor_away(cashier: Any) -> None:
    client = Client()
    sign_in(client, cashier)
    enrolled(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=cashier, type="totp").exists()


def test_who_guesses_is_locked_out_from_where_he_is(cashier: Any) -> None:
    here, there = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    told = [sign_in(Client(), cashier, "wrong", **here).status_code for _ in range(5)]
    assert told[:4] == [200] * 4
    locked = sign_in(Client(), cashier, **here)
    assert locked.status_code == 429
    assert "text/html" in locked["Content-Type"]
    assert sign_in(Client(), cashier, **there).status_code == 302
    rest = settings.AXES_COOLOFF_TIME + timedelta(seconds=1)
    AccessAttempt.objects.update(attempt_time=timezone.now() - rest)
    assert sign_in(Client(), cashier, **here).status_code == 302


def test_a_name_that_is_none_is_answered_as_a_wrong_password_is(cashier: Any) -> None:
    nobody = type("Nobody", (), {"username": "nobody@nowhere"})
    answers = [sign_in(Client(), one, "wrong") for one in (cashier, nobody)]
    assert [one.status_code for one in answers] == [200, 200]
    said = [re.sub(r'value="[^"]*"', "", one.content.decode()) for one in answers]
    assert said[0] == said[1]


def test_codes_that_are_guessed_come_to_an_end(cashier: Any) -> None:
    cache.clear()
    client = Client()
    sign_in(client, cashier)
    secret = enrolled(client)
    other = Client()
    sign_in(other, cashier)
    for _ in range(6):
        other.post(CODE, {"code": "000000"})
    assert other.post(CODE, {"code": code_of(secret, steps=1)}).status_code in {200, 429}
    assert not_let_in(other) == "NOT_SIGNED_IN"
