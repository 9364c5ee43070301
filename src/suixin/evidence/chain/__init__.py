"""The chain: who may do what next, enforced by contracts that every party runs (extra `chain`)."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from suixin.data.errors import InputError

_ABSENT = [name for name in ("coincurve", "eth", "eth_abi", "rlp") if find_spec(name) is None]
if _ABSENT:
    raise InputError(
        "MISSING_EXTRA",
        f"The chain takes {', '.join(_ABSENT)}, which is not installed.",
        "pip install 'suixin[chain]'",
    )

# What py-evm asks for. Its library of curves asks for eight times as much when it is imported,
# for the whole process: there a deep JSON would overrun the stack before Python refused it.
_DEPTH: Final = 1_024 * 12
_before = sys.getrecursionlimit()
import_module("py_ecc")
sys.setrecursionlimit(max(_DEPTH, _before))
