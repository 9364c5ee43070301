"""Two institutions and a way to ask the service over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import api_stage
import httpx
import pytest
from api_stage import House
from stored import database

from suixin.service.home import Home

__all__ = ["database"]


@pytest.fixture(scope="module")
def home(database: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with keys of its own for the module's database."""
    found = Home(tmp_path_factory.mktemp("home"))
    patch = pytest.MonkeyPatch()
    patch.setenv("SUIXIN_HOME", str(found.folder))
    yield found
    patch.undo()


@pytest.fixture(scope="module")
def house(home: Home) -> House:
    """An institution with a platform's system that may do all that a partner can."""
    from suixin.service.api.clients import scopes_there_are

    found = api_stage.opened(f"bank-{api_stage.fresh()}")
    api_stage.partner(found, "platform", scopes_there_are())
    return found


@pytest.fixture(scope="module")
def other(home: Home) -> House:
    """Another institution in the same database."""
    from suixin.service.api.clients import scopes_there_are

    found = api_stage.opened(f"bank-{api_stage.fresh()}")
    api_stage.partner(found, "platform", scopes_there_are())
    return found


@pytest.fixture(scope="module")
def http(home: Home) -> Iterator[httpx.Client]:
    """A client of HTTP to the service in this process."""
    with api_stage.asking() as found:
        yield found


@pytest.fixture(scope="module")
def told(http: httpx.Client, house: House) -> str:
    """A token of the platform's system."""
    return api_stage.token(http, house, "platform")
