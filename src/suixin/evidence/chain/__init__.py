"""The chain: who may do what next, enforced by contracts that every party runs (extra `chain`)."""

from importlib.util import find_spec

from suixin.data.errors import InputError

_ABSENT = [name for name in ("coincurve", "eth", "eth_abi", "rlp") if find_spec(name) is None]
if _ABSENT:
    raise InputError(
        "MISSING_EXTRA",
        f"The chain takes {', '.join(_ABSENT)}, which is not installed.",
        "pip install 'suixin[chain]'",
    )
