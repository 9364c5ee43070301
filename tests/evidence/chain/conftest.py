"""A house of contracts, laid once a session and copied for each test; a stage for every act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from chain_house import House, founded, opened
from chain_stage import staged

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act
from suixin.evidence.chain.embedded import EmbeddedChain

Stage = tuple[House, Mapping[str, tuple[Act, Role]]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all contracts in force."""
    folder = tmp_path_factory.mktemp("house")
    with EmbeddedChain(folder) as chain:
        founded(chain)
    return folder


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    with opened(template, tmp_path / "house") as found:
        yield found


@pytest.fixture(scope="module")
def shared_house(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for tests of a module that use names of their own."""
    with opened(template, tmp_path_factory.mktemp("shared")) as found:
        yield found


@pytest.fixture(scope="module")
def stage(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A house in which every act could be performed; tests ask and send nothing."""
    with opened(template, tmp_path_factory.mktemp("stage")) as found:
        yield found, staged(found)
