from enum import StrEnum


class EventKind(StrEnum):
    AGREEMENT_EVENT = "agreement.event"
    AGREEMENT_SIGNED = "agreement.signed"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"

    def __str__(self) -> str:
        return str(self.value)
