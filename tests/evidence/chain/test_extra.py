"""The chain is an extra: what does not use it does not load it, and what lacks it says so."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys
import suixin
import suixin.evidence
import suixin.evidence.log_service, suixin.evidence.witness, suixin.evidence.verifier
import suixin.cli
print(sorted({"eth", "rlp", "coincurve", "eth_abi", "vyper"} & set(sys.modules)))
"""

ABSENT = """
import sys
from importlib.machinery import PathFinder

class Missing(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name in ("eth", "coincurve") else PathFinder.find_spec(name, path, target)

sys.meta_path = [Missing if finder is PathFinder else finder for finder in sys.meta_path]
from suixin.data.errors import InputError
try:
    import suixin.evidence.chain.embedded
except InputError as fault:
    print(fault.code, fault.message, fault.hint)
"""


def said(code: str) -> str:
    """What a fresh process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_nothing_loads_the_chain_but_the_chain() -> None:
    assert said(LOADED) == "[]"


def test_an_absent_extra_is_named_with_what_to_do() -> None:
    assert said(ABSENT) == (
        "MISSING_EXTRA The chain takes coincurve, eth, which is not installed. "
        "pip install 'suixin[chain]'"
    )
