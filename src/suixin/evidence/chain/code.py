"""Whether what runs at the contracts' addresses is what this package was compiled to.

A contract ends with what its deployment fixed: which Parties it asks, and which contract it
follows. All before that must be the package's, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.codec import CONTRACTS
from suixin.evidence.chain.deployment import Deployment, deploy
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.port import ChainFault
from suixin.evidence.chain.signer import Signer

_FIXED_BYTES: Final = 64  # Two addresses, each a word.


def check_code(made: Deployment) -> None:
    """Raise `ChainFault` CONTRACT where a contract in force is not this package's.

    >>> with TemporaryDirectory() as folder, EmbeddedChain(Path(folder)) as chain:
    ...     check_code(_deployed(chain))
    """
    for name in CONTRACTS:
        address = made.address(name)
        found, ours = made.chain.code(address), _package_code()[name]
        fixed = 0 if name == "Parties" else _FIXED_BYTES
        same = len(found) == len(ours) and found[: len(ours) - fixed] == ours[: len(ours) - fixed]
        asks = made.parties_at == f"0x{found[-_FIXED_BYTES:][12:32].hex()}" if fixed else True
        if not (same and asks):
            wrong = f"What runs at {address} is not {name} as this package has it."
            raise ChainFault(
                "CONTRACT", wrong, "Compare the versions; deploy what both parties have."
            )


@cache
def _package_code() -> Mapping[str, bytes]:
    with TemporaryDirectory() as folder, EmbeddedChain(Path(folder)) as chain:
        made = _deployed(chain)
        return MappingProxyType({name: chain.code(made.address(name)) for name in CONTRACTS})


def _deployed(chain: EmbeddedChain) -> Deployment:
    keys = {role: Signer(bytes([role] * 32)) for role in Role}
    return deploy(chain, keys, tiers=1, on=date(2026, 1, 1))
