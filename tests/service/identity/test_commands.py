"""The commands: an institution opened, its first two people, a sheet from dry run to its rows."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from sign_in import PASSWORD, given_duties
from stored import url
from typer.testing import CliRunner

from suixin.cli import app
from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.home import Home
from suixin.service.identity.models import User
from suixin.service.store.models import Institution

PAGE = "/accounts/welcome/"


@pytest.fixture(scope="module")
def home(database: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The tests' server, and a home with no key yet, as the commands find them."""
    told = {
        "DATABASE_URL": url(user="suixin_app"),
        "DATABASE_OWNER_URL": url(),
        "SUIXIN_HOME": str(tmp_path_factory.mktemp("home")),
    }
    kept = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    yield database
    for name, value in kept.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def run(*told: str, typed: str = "", status: int = 0) -> Any:
    result = CliRunner().invoke(app, [*told, "--json"], input=typed)
    assert result.exit_code == status, (result.output, result.exception)
    return json.loads(result.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def bank(home: Home) -> int:
    run("institution", "open", "county-bank", "--name", "县农商行", "--domain", "bank.example.cn")
    return int(Institution.objects.using("owner").get(code="county-bank").id)


def test_the_first_administrator_comes_in_by_a_link_that_is_used_once(bank: int) -> None:
    told = run("people", "first", "--institution", "county-bank", "--name", "管理员甲")
    assert told["username"] == "administrator@county-bank"
    link = re.sub(r"^https?://[^/]+", "", told["link"])
    page = Client().get(link)
    assert page.status_code == 200
    secret = link.partition("link=")[2]
    given = {"link": secret, "password": PASSWORD, "password_again": PASSWORD}
    for wrong in ({"password_again": "x"}, {"password": "123456789012"}, {"link": "none"}):
        assert Client().post(PAGE, {**given, **wrong}).status_code == 400
    assert Client().post(PAGE, given)["Location"] == "/accounts/login/"
    assert Client().post(PAGE, given).status_code == 400
    client = Client()
    client.post("/accounts/login/", {"login": told["username"], "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(User.objects.get(username=told["username"]).pk)
    # Before a second factor is enrolled no duty acts; opening again changes nothing.
    run("institution", "open", "county-bank", "--name", "县农商行", "--domain", "bank.example.cn")


def test_links_are_not_tried_by_the_hundred(bank: int) -> None:
    told = [
        Client(REMOTE_ADDR="192.0.2.9").post(PAGE, {"link": "x"}).status_code for _ in range(22)
    ]
    assert told[0] == 400
    assert told[-1] == 429


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("people", "first", "--institution", "none", "--name", "x"), "NO_INSTITUTION"),
        (("people", "first", "--institution", "county-bank", "--name", " "), "NAME"),
        (
            ("institution", "open", "Bad Code", "--name", "x", "--domain", "bank.example.cn"),
            "CODE",
        ),
    ],
)
def test_what_cannot_be_is_told(bank: int, told: tuple[str, ...], code: str) -> None:
    assert run(*told, status=1)["error"]["code"] == code


def test_the_matrix_is_printed() -> None:
    told = run("people", "matrix")
    assert set(told["acts"]) == {act.value for act in Act}
    assert set(told["duties"]) == {duty.value for duty in Duty}
    text = CliRunner().invoke(app, ["people", "matrix", "--markdown"]).stdout
    assert "| write_off |" in text


def signer(bank: int, duty: Duty, name: str) -> tuple[str, str]:
    """One who can sign in at a terminal, and his secret."""
    user = given_duties(bank, duty, first_name=name)
    user.set_password(PASSWORD)
    user.save()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return user.username, secret


def typed(secret: str, *more: str) -> str:
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return "\n".join((PASSWORD, code, *more)) + "\n"


def test_a_sheet_from_dry_run_to_its_rows(bank: int, tmp_path: Path) -> None:
    file = tmp_path / "parties.csv"
    head = "party_id,kind,village_code,name\n"
    file.write_text(f"{head}h-1,household,4408,农户\n", "utf-8")
    dry = ("--dry-run", "--institution", "county-bank")
    told = run("import", "parties", str(file), *dry, status=1)
    assert [(one["row"], one["column"]) for one in told["faults"]] == [(2, "village_code")]
    file.write_text(f"{head}h-1,household,440811100201,农户\n", "utf-8")
    assert run("import", "parties", str(file), *dry)["good"] == 1
    officer, secret = signer(bank, Duty.CREDIT_OFFICER, "信贷员")
    risk, other = signer(bank, Duty.RISK_OFFICER, "风险官")
    wrong = run("import", "parties", str(file), "--as", officer, typed="x\n000000\n", status=1)
    assert wrong["error"]["code"] == "NOT_SIGNED_IN"
    weak = typed(secret).splitlines()[0] + "\n\n"
    wrong = run("import", "parties", str(file), "--as", officer, typed=weak, status=1)
    assert wrong["error"]["code"] == "SECOND_FACTOR"
    made = run("import", "parties", str(file), "--as", officer, typed=typed(secret))
    done = run("import", "confirm", made["proposal"], "--as", risk, typed=typed(other))
    assert (done["done"], done["known"], done["refused"]) == (1, 0, 0)


def test_a_file_that_is_too_large_is_not_read(bank: int, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as made:
        made.truncate(100 << 20)
    told = run(
        *("import", "receipts", str(file), "--dry-run", "--institution", "county-bank"), status=1
    )
    assert told["error"]["code"] == "TOO_LARGE"
    told = run(
        *("import", "receipts", str(tmp_path / "none"), "--dry-run"),
        *("--institution", "county-bank"),
        status=1,
    )
    assert told["error"]["code"] == "NO_FILE"
