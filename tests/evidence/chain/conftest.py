"""A house of contracts, laid once a session and copied for each test; a stage for every act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from chain_house import House, founded, opened
from chain_sides import quick_folder
from chain_stage import staged

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act
from suixin.evidence.chain.embedded import EmbeddedChain

Acts = Mapping[str, tuple[Act, Role]]


@dataclass(frozen=True)
class Stage:
    """A house in which every act could be performed, as it was kept, and the acts."""

    folder: Path
    acts: Acts


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A folder with all contracts in force."""
    with quick_folder() as folder:
        with EmbeddedChain(folder) as chain:
            founded(chain)
        yield folder


@pytest.fixture
def house(template: Path) -> Iterator[House]:
    """A house of one's own."""
    with opened(template) as found:
        yield found


@pytest.fixture(scope="module")
def shared_house(template: Path) -> Iterator[House]:
    """A house for tests of a module that use names of their own."""
    with opened(template) as found:
        yield found


@pytest.fixture(scope="session")
def kept_stage() -> Iterator[Stage]:
    """A stage, set once."""
    with quick_folder() as folder:
        with EmbeddedChain(folder) as chain:
            acts = staged(founded(chain))
        yield Stage(folder, acts)


@pytest.fixture(scope="module")
def stage(kept_stage: Stage) -> Iterator[tuple[House, Acts]]:
    """A stage on which tests ask and send nothing."""
    with opened(kept_stage.folder) as found:
        yield found, kept_stage.acts


@pytest.fixture
def own_stage(kept_stage: Stage) -> Iterator[tuple[House, Acts]]:
    """A stage of one's own."""
    with opened(kept_stage.folder) as found:
        yield found, kept_stage.acts
