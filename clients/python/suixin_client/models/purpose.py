from enum import StrEnum


class Purpose(StrEnum):
    CLAIM = "claim"
    COMPLAINT = "complaint"
    CREDIT = "credit"
    SANDBOX = "sandbox"
    SUBSIDY = "subsidy"

    def __str__(self) -> str:
        return str(self.value)
