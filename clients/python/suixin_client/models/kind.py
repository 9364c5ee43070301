from enum import StrEnum


class Kind(StrEnum):
    AGREEMENTS = "agreements"
    PARTIES = "parties"
    RECEIPTS = "receipts"

    def __str__(self) -> str:
        return str(self.value)
