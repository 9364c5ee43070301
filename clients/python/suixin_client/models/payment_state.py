from enum import StrEnum


class PaymentState(StrEnum):
    ACCEPTED = "accepted"
    PENDING = "pending"
    REJECTED = "rejected"
    RETURNED = "returned"
    SENT = "sent"
    SETTLED = "settled"

    def __str__(self) -> str:
        return str(self.value)
