from enum import StrEnum


class Personal(StrEnum):
    ADDRESS = "address"
    BANK_CARD = "bank_card"
    NAME = "name"
    PHONE = "phone"
    RESIDENT_ID = "resident_id"
    USCC = "uscc"

    def __str__(self) -> str:
        return str(self.value)
