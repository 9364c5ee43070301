"""How money really moves: files to and from the bank, and what its statements say happened."""

from importlib.util import find_spec

from suixin.data.errors import InputError

if find_spec("lxml") is None:
    raise InputError(
        "MISSING_EXTRA",
        "Reading a bank's files takes lxml, which is not installed.",
        "pip install 'suixin[service]'",
    )
