"""Settings of signing in: by the address that people type, and the secret that signs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client, override_settings

from suixin.data.errors import InputError
from suixin.service.faults import EnvironmentFault
from suixin.service.home import Home
from suixin.service.identity.names import checked_code
from suixin.service.identity.secret import ensure_secret, older_secrets, path_of, read_secret
from suixin.service.identity.settings import sign_in_settings

DAY = date(2026, 6, 30)


def test_without_an_address_this_machine_alone_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUIXIN_ORIGIN", raising=False)
    told = sign_in_settings(DAY)
    assert told["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert "SECURE_PROXY_SSL_HEADER" not in told
    assert "ALLAUTH_TRUSTED_PROXY_COUNT" not in told


@pytest.mark.usefixtures("database")
def test_behind_tls_cookies_and_browsers_stay_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIXIN_ORIGIN", "https://loans.example.cn:8443/")
    told = sign_in_settings(DAY)
    assert told["ALLOWED_HOSTS"][0] == "loans.example.cn"
    assert told["CSRF_TRUSTED_ORIGINS"] == ["https://loans.example.cn:8443"]
    assert told["SESSION_COOKIE_SECURE"]
    assert told["CSRF_COOKIE_SECURE"]
    assert told["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    names = ("ALLOWED_HOSTS", "SECURE_PROXY_SSL_HEADER", "SECURE_HSTS_SECONDS")
    # Django's own middleware reads them as it is made, so the client must be made anew.
    with override_settings(**{name: told[name] for name in names}):
        over = {"HTTP_HOST": "loans.example.cn", "HTTP_X_FORWARDED_PROTO": "https"}
        answer = Client().get("/accounts/signup/", **over)
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert Client().get("/accounts/signup/", HTTP_HOST="evil.example").status_code == 400


def test_addresses_are_those_of_people_behind_so_many_proxies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUIXIN_ORIGIN", "https://loans.example.cn")
    monkeypatch.setenv("SUIXIN_PROXIES", "2")
    assert sign_in_settings(DAY)["ALLAUTH_TRUSTED_PROXY_COUNT"] == 2


@pytest.mark.parametrize(
    ("origin", "proxies"),
    [
        ("loans.example.cn", "1"),
        ("ftp://loans.example.cn", "1"),
        ("https://", "1"),
        ("https://loans.example.cn/path", "1"),
        ("https://loans.example.cn", "many"),
        ("https://loans.example.cn", "-1"),
    ],
)
def test_what_is_no_address_is_told(
    monkeypatch: pytest.MonkeyPatch, origin: str, proxies: str
) -> None:
    monkeypatch.setenv("SUIXIN_ORIGIN", origin)
    monkeypatch.setenv("SUIXIN_PROXIES", proxies)
    with pytest.raises(EnvironmentFault) as wrong:
        sign_in_settings(DAY)
    assert wrong.value.code == "ORIGIN"


def test_the_secret_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(EnvironmentFault) as wrong:
        read_secret(home)
    assert wrong.value.code == "NO_SECRET"
    assert older_secrets(home) == []
    path = ensure_secret(home)
    first = read_secret(home)
    assert ensure_secret(home) == path
    assert read_secret(home) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in home.keys.iterdir()] == ["web.secret"]
    path.write_text(f"{'a' * 64}\n{first[0]}\n", "ascii")
    assert (read_secret(home)[0], older_secrets(home)) == ("a" * 64, list(first))
    path.chmod(0o640)
    for work in (read_secret, ensure_secret, older_secrets):
        with pytest.raises(EnvironmentFault) as wrong:
            work(home)
        assert wrong.value.code == "SECRET_SEEN"
    path.chmod(0o600)
    for text in ("", "short", "秘密" * 40):
        path_of(home).write_text(text, "utf-8")
        with pytest.raises(EnvironmentFault) as wrong:
            read_secret(home)
        assert wrong.value.code == "SECRET", text


@pytest.mark.parametrize("code", ["", "A", "a b", "a@b", "-a", "a" * 41, "银行"])
def test_codes_that_no_name_can_carry(code: str) -> None:
    with pytest.raises(InputError) as wrong:
        checked_code(code)
    assert wrong.value.code == "CODE"
