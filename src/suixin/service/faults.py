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


def place_of(fault: BaseException) -> str:
    """The line of ours that raised a fault, as `module:line`; empty where none of ours did.

    What the fault says is left out: it may be about a person.

    >>> try:
    ...     EnvironmentFault("X", "x").missing
    ... except AttributeError as wrong:
    ...     place_of(wrong)
    'suixin.service.faults:2'
    """
    found = ""
    step = fault.__traceback__
    while step is not None:
        name = step.tb_frame.f_globals.get("__name__", "")
        if isinstance(name, str) and name.split(".", 1)[0] == "suixin":
            found = f"{name}:{step.tb_lineno}"
        step = step.tb_next
    return found
