from enum import StrEnum


class Way(StrEnum):
    EXPLAIN = "explain"
    GIVE = "give"
    OFFSET = "offset"
    PAY_AGAIN = "pay_again"
    PAY_OUT = "pay_out"
    REPLACE = "replace"

    def __str__(self) -> str:
        return str(self.value)
