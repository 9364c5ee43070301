from enum import StrEnum


class Mask(StrEnum):
    BAND = "band"
    CLEAR = "clear"
    EXISTS = "exists"
    HASH = "hash"
    HIDDEN = "hidden"
    LAST4 = "last4"
    YEAR = "year"

    def __str__(self) -> str:
        return str(self.value)
