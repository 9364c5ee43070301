from enum import StrEnum


class Answer(StrEnum):
    OFFER = "offer"
    REFUSE = "refuse"
    REVIEW = "review"

    def __str__(self) -> str:
        return str(self.value)
