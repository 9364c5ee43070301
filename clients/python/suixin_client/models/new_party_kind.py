from enum import StrEnum


class NewPartyKind(StrEnum):
    BUSINESS = "business"
    CO_OPERATIVE = "co-operative"
    HOUSEHOLD = "household"
    OFFICE = "office"
    PERSON = "person"
    STATION = "station"

    def __str__(self) -> str:
        return str(self.value)
