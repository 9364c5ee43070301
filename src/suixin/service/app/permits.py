"""Who may do what: one table, read by the API, the pages and the acts themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller, Duty, forbidden


class Act(StrEnum):
    """What a person or a partner does; on money, one proposes and another confirms."""

    ONBOARD = "onboard"
    SEE_PARTY = "see_party"
    SEE_PERSONAL = "see_personal"
    CORRECT_PERSONAL = "correct_personal"
    CONSENT = "consent"
    ERASE = "erase"
    DISPUTE = "dispute"
    ANSWER_DISPUTE = "answer_dispute"
    LOAD_FACTS = "load_facts"
    SEND_LIVE_EVENTS = "send_live_events"
    SCORE = "score"
    SEE_CREDIT_FILE = "see_credit_file"
    ASK_DECISION = "ask_decision"
    APPLY = "apply"
    SEE_CASE = "see_case"
    DECIDE = "decide"
    ACCEPT = "accept"
    SIGN_GUARANTEE = "sign_guarantee"
    SEE_AGREEMENT = "see_agreement"
    DRAW = "draw"
    LIST_PAYEE = "list_payee"
    DISBURSE = "disburse"
    RECEIVE = "receive"
    RELEASE_SUSPENSE = "release_suspense"
    CALL_GUARANTORS = "call_guarantors"
    CLAIM = "claim"
    DECIDE_CLAIM = "decide_claim"
    PAY_CLAIM = "pay_claim"
    WRITE_OFF = "write_off"
    CORRECT = "correct"
    RESTRUCTURE = "restructure"
    HOLD = "hold"
    END_DAY = "end_day"
    REBUILD_STATE = "rebuild_state"
    GRANT_SUBSIDY = "grant_subsidy"
    SEE_LEDGER = "see_ledger"
    SEE_PORTFOLIO = "see_portfolio"
    SEE_FUND = "see_fund"
    SEE_EVIDENCE = "see_evidence"
    IMPORT = "import"
    SYNC_DEVICE = "sync_device"
    ENROL_DEVICE = "enrol_device"
    SETTLE_CONFLICT = "settle_conflict"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PARTNERS = "manage_partners"
    SHARE_FIELDS = "share_fields"
    READ_SHARED = "read_shared"
    BE_TOLD = "be_told"
    CHANGE_POLICY = "change_policy"
    SETTLE_DIFFERENCE = "settle_difference"
    SEE_OPERATIONS = "see_operations"
    RUN_AGAIN = "run_again"


@dataclass(frozen=True, slots=True)
class Permit:
    """Whose duty an act is, the scope that lets a partner do it, whose agreement it then needs."""

    duties: frozenset[Duty]
    scope: str = ""
    second: frozenset[Duty] = frozenset()


def _permit(*duties: Duty, scope: str = "", second: tuple[Duty, ...] = ()) -> Permit:
    return Permit(frozenset(duties), scope, frozenset(second))


_HOUSEHOLD, _AGENT, _OFFICER = Duty.HOUSEHOLD, Duty.STATION_AGENT, Duty.CREDIT_OFFICER
_RISK, _CASHIER, _FUND = Duty.RISK_OFFICER, Duty.CASHIER, Duty.FUND_OFFICER
_COUNTY, _AUDITOR, _ADMIN = Duty.COUNTY_OFFICE, Duty.AUDITOR, Duty.ADMINISTRATOR
_SERVICE = Duty.SERVICE

PERMITS: Final[Mapping[Act, Permit]] = MappingProxyType(
    {
        Act.ONBOARD: _permit(_AGENT, _OFFICER, scope="parties:write"),
        Act.SEE_PARTY: _permit(_HOUSEHOLD, _AGENT, _OFFICER, _RISK, _AUDITOR, scope="parties:read"),
        Act.SEE_PERSONAL: _permit(_HOUSEHOLD, _AGENT, _OFFICER),
        # A household its telephone and address, an officer the rest (`parties.correct_mine`).
        Act.CORRECT_PERSONAL: _permit(_HOUSEHOLD, _OFFICER),
        Act.CONSENT: _permit(_HOUSEHOLD, _AGENT, _OFFICER, scope="consents:write"),
        Act.ERASE: _permit(_OFFICER, second=(_RISK,)),
        Act.DISPUTE: _permit(_HOUSEHOLD, _AGENT, _OFFICER, _RISK),
        Act.ANSWER_DISPUTE: _permit(_OFFICER, _RISK),
        Act.LOAD_FACTS: _permit(_OFFICER, _SERVICE, scope="facts:write"),
        Act.SEND_LIVE_EVENTS: _permit(_SERVICE, scope="live:write"),
        Act.SCORE: _permit(_OFFICER, _RISK, _SERVICE, scope="decisions:write"),
        Act.SEE_CREDIT_FILE: _permit(
            _HOUSEHOLD, _OFFICER, _RISK, _AUDITOR, scope="credit_files:read"
        ),
        Act.ASK_DECISION: _permit(_OFFICER, _SERVICE, scope="decisions:write"),
        Act.APPLY: _permit(_HOUSEHOLD, _AGENT, _OFFICER, scope="applications:write"),
        Act.SEE_CASE: _permit(_HOUSEHOLD, _AGENT, _OFFICER, _RISK, _AUDITOR),
        # A platform's system has no scope for these: it advises, the lender decides (R-IL7).
        Act.DECIDE: _permit(_OFFICER, second=(_RISK,)),
        Act.ACCEPT: _permit(_HOUSEHOLD, _AGENT),
        Act.SIGN_GUARANTEE: _permit(_HOUSEHOLD, _AGENT),
        Act.SEE_AGREEMENT: _permit(
            _HOUSEHOLD, _AGENT, _OFFICER, _RISK, _CASHIER, _AUDITOR, scope="agreements:read"
        ),
        Act.DRAW: _permit(_HOUSEHOLD, _AGENT),
        Act.LIST_PAYEE: _permit(_OFFICER, _CASHIER, second=(_RISK,)),
        Act.DISBURSE: _permit(_OFFICER, _CASHIER, second=(_CASHIER, _RISK)),
        Act.RECEIVE: _permit(_CASHIER, _SERVICE, scope="receipts:write"),
        Act.RELEASE_SUSPENSE: _permit(_CASHIER, second=(_RISK, _CASHIER)),
        Act.CALL_GUARANTORS: _permit(_OFFICER, second=(_RISK,)),
        Act.CLAIM: _permit(_OFFICER, second=(_RISK,)),
        Act.DECIDE_CLAIM: _permit(_FUND, second=(_FUND,)),
        Act.PAY_CLAIM: _permit(_FUND, second=(_FUND,)),
        Act.WRITE_OFF: _permit(_RISK, second=(_RISK,)),
        Act.CORRECT: _permit(_OFFICER, _CASHIER, second=(_RISK,)),
        Act.RESTRUCTURE: _permit(_OFFICER, second=(_RISK,)),
        Act.HOLD: _permit(_OFFICER, _RISK, _SERVICE),
        Act.END_DAY: _permit(_CASHIER, _SERVICE),
        Act.REBUILD_STATE: _permit(_CASHIER, _ADMIN, second=(_RISK,)),
        Act.GRANT_SUBSIDY: _permit(_OFFICER, second=(_RISK,)),
        Act.SEE_LEDGER: _permit(_OFFICER, _RISK, _CASHIER, _AUDITOR, _FUND),
        Act.SEE_PORTFOLIO: _permit(_RISK, _OFFICER, _AUDITOR),
        Act.SEE_FUND: _permit(_FUND, _COUNTY, _AUDITOR, _RISK),
        # A household reads what is of itself alone.
        Act.SEE_EVIDENCE: _permit(
            _HOUSEHOLD, _OFFICER, _AUDITOR, _RISK, _COUNTY, _FUND, scope="evidence:read"
        ),
        Act.IMPORT: _permit(_OFFICER, _CASHIER, second=(_RISK,)),
        Act.SYNC_DEVICE: _permit(_AGENT),
        Act.ENROL_DEVICE: _permit(_ADMIN, second=(_ADMIN, _RISK)),
        # What two agents told differently of one household: neither of them picks.
        Act.SETTLE_CONFLICT: _permit(_OFFICER, _RISK),
        Act.MANAGE_PEOPLE: _permit(_ADMIN, second=(_ADMIN, _RISK)),
        Act.MANAGE_PARTNERS: _permit(_ADMIN, second=(_ADMIN, _RISK)),
        # Field by field, to a reader, for a purpose, until a day; the household agrees besides.
        Act.SHARE_FIELDS: _permit(_ADMIN, _RISK, second=(_RISK,)),
        Act.READ_SHARED: _permit(_COUNTY, _FUND, scope="exchange:read"),
        Act.BE_TOLD: _permit(scope="webhooks:write"),
        Act.CHANGE_POLICY: _permit(_RISK, second=(_RISK,)),
        # What ledger, log and chain tell differently: two say why before anchoring goes on.
        Act.SETTLE_DIFFERENCE: _permit(_CASHIER, _RISK, second=(_RISK,)),
        Act.SEE_OPERATIONS: _permit(_ADMIN, _CASHIER, _SERVICE),
        Act.RUN_AGAIN: _permit(_ADMIN),
    }
)


def may(caller: Caller, act: Act) -> bool:
    """Whether an act is among a caller's duties or scopes; whose rows he reaches is not told here.

    >>> platform = Caller(institution=1, by="client:p", duties=frozenset({Duty.PARTNER}),
    ...                   scopes=frozenset({"decisions:write"}))
    >>> may(platform, Act.ASK_DECISION), may(platform, Act.DECIDE)
    (True, False)
    """
    permit = PERMITS[act]
    by_scope = bool(permit.scope) and permit.scope in caller.scopes
    return by_scope or bool(permit.duties & caller.duties)


def check_may(caller: Caller, act: Act) -> None:
    """Refuse an act that is not a caller's; raises `InputError` NOT_PERMITTED."""
    if not may(caller, act):
        raise forbidden(caller, f"{act.value.replace('_', ' ').capitalize()} is not yours to do.")


def check_may_confirm(caller: Caller, act: Act) -> None:
    """Refuse a second person whose duty the agreeing is not; raises `InputError` NOT_PERMITTED."""
    if not PERMITS[act].second & caller.duties:
        raise forbidden(caller, f"To agree to {act.value.replace('_', ' ')} is not yours.")


def check_own(caller: Caller, party: str) -> None:
    """A household reaches its own party alone; another's is not there for it: NO_PARTY."""
    if caller.duties == {Duty.HOUSEHOLD} and caller.party != party:
        raise InputError("NO_PARTY", f"There is no party {party}.", "Check the id.")
