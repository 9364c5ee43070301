from enum import StrEnum


class ReadSharedFactsPurpose(StrEnum):
    CLAIM = "claim"
    COMPLAINT = "complaint"
    CREDIT = "credit"
    SANDBOX = "sandbox"
    SUBSIDY = "subsidy"

    def __str__(self) -> str:
        return str(self.value)
