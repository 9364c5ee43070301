"""The tables. A row's first key is its institution, and every table is secured by it.

Every other index begins with something else: of two that begin with the institution, a planner
without statistics, as on a fresh table, may take the one that has nothing else to offer.
"""

from __future__ import annotations

from suixin.service.store.models.agreements import Agreement, AgreementEvent
from suixin.service.store.models.applications import (
    Application,
    ApplicationStep,
    Disbursement,
    Hold,
    LimitChange,
)
from suixin.service.store.models.backing import Guarantee, GuaranteeCall
from suixin.service.store.models.chain import (
    Chain,
    ChainBlock,
    ChainCall,
    ChainCase,
    ChainCorrection,
    ChainName,
    ChainSigned,
)
from suixin.service.store.models.day_end import (
    AgreementPast,
    AgreementState,
    Clearing,
    DayContribution,
    DayEnd,
    DayItem,
    DebtFact,
    SubsidyGrant,
)
from suixin.service.store.models.evidence import (
    LogAuthor,
    LogEntry,
    LogHead,
    LogTile,
    Opening,
)
from suixin.service.store.models.facts import (
    Advice,
    ConsentReceipt,
    CreditFile,
    Dispute,
    Fact,
    FactBatch,
    FactGone,
    LiveBatch,
    LiveChange,
    LiveMinute,
    LiveSlot,
    Market,
    Onboarding,
    ScoreDue,
    Summary,
)
from suixin.service.store.models.funds import FundClaim, FundClaimStep, FundCover, FundRate
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
from suixin.service.store.models.told import LogDayHead, LogRecord

__all__ = [
    "Account",
    "Advice",
    "Agreement",
    "AgreementEvent",
    "AgreementPast",
    "AgreementState",
    "Application",
    "ApplicationStep",
    "Chain",
    "ChainBlock",
    "ChainCall",
    "ChainCase",
    "ChainCorrection",
    "ChainName",
    "ChainSigned",
    "Clearing",
    "Consent",
    "ConsentReceipt",
    "CreditFile",
    "DayContribution",
    "DayEnd",
    "DayItem",
    "DebtFact",
    "Disbursement",
    "Dispute",
    "Erasure",
    "Fact",
    "FactBatch",
    "FactGone",
    "FundClaim",
    "FundClaimStep",
    "FundCover",
    "FundRate",
    "Guarantee",
    "GuaranteeCall",
    "Hold",
    "Institution",
    "LimitChange",
    "LiveBatch",
    "LiveChange",
    "LiveMinute",
    "LiveSlot",
    "LogAuthor",
    "LogDayHead",
    "LogEntry",
    "LogHead",
    "LogRecord",
    "LogTile",
    "Market",
    "Onboarding",
    "Opening",
    "Party",
    "PersonKey",
    "PersonalField",
    "Posting",
    "Proposal",
    "ScoreDue",
    "SubsidyGrant",
    "Summary",
    "Transaction",
]
