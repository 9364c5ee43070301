from enum import StrEnum


class Standing(StrEnum):
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)
