"""What an institution must not lose of its bank: payments, files, lines, receipts, cases."""

from suixin.service.rails.models.files import (
    BankAccount,
    BankFault,
    BankIn,
    BankKey,
    BankLine,
    BankNotice,
    BankOut,
    BankOutHanded,
    BankReport,
    BankSeen,
)
from suixin.service.rails.models.payments import Payee, Payment, PaymentMove
from suixin.service.rails.models.receipts import ReceiptDue, ReceiptPart, SuspenseCase

__all__ = [
    "BankAccount",
    "BankFault",
    "BankIn",
    "BankKey",
    "BankLine",
    "BankNotice",
    "BankOut",
    "BankOutHanded",
    "BankReport",
    "BankSeen",
    "Payee",
    "Payment",
    "PaymentMove",
    "ReceiptDue",
    "ReceiptPart",
    "SuspenseCase",
]
