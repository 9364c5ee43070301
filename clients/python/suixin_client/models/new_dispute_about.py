from enum import StrEnum


class NewDisputeAbout(StrEnum):
    AGREEMENT = "agreement"
    CONSENT = "consent"
    DECISION = "decision"
    FACT = "fact"
    PERSONAL = "personal"
    SCORE = "score"

    def __str__(self) -> str:
        return str(self.value)
