"""The tables. A row's first key is its institution, and every table is secured by it.

Every other index begins with something else: of two that begin with the institution, a planner
without statistics, as on a fresh table, may take the one that has nothing else to offer.
"""

from __future__ import annotations

from suixin.service.store.models.agreements import Agreement, AgreementEvent
from suixin.service.store.models.day_end import AgreementState, DayContribution, DayEnd
from suixin.service.store.models.evidence import (
    LogAuthor,
    LogEntry,
    LogHead,
    LogTile,
    Opening,
)
from suixin.service.store.models.institutions import Institution
from suixin.service.store.models.ledger import Account, Posting, Transaction
from suixin.service.store.models.people import (
    Consent,
    Erasure,
    Party,
    PersonalField,
    PersonKey,
)
from suixin.service.store.models.proposals import Proposal

__all__ = [
    "Account",
    "Agreement",
    "AgreementEvent",
    "AgreementState",
    "Consent",
    "DayContribution",
    "DayEnd",
    "Erasure",
    "Institution",
    "LogAuthor",
    "LogEntry",
    "LogHead",
    "LogTile",
    "Opening",
    "Party",
    "PersonKey",
    "PersonalField",
    "Posting",
    "Proposal",
    "Transaction",
]
