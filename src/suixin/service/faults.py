"""What the surroundings may refuse: no room, no right, no server. The input is not at fault."""

from __future__ import annotations


class EnvironmentFault(Exception):
    """The machine or the database server cannot do what is asked: what is wrong, what to do next.

    >>> print(EnvironmentFault("DISK_FULL", "The disk is full.", "Free some room."))
    The disk is full. Free some room.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".rstrip())
        self.code = code
        self.message = message
        self.hint = hint
