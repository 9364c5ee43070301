"""An application held against every rule of its day: what is refused, what it would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.lending.application_rules import costs_found, sheet_rules
from suixin.lending.approval import Case, Route, approval_route
from suixin.lending.origination import Application as Asked
from suixin.lending.origination import Exposure, SheetRules, refusals
from suixin.lending.product import Product
from suixin.lending.quote import Asked as AskedQuote
from suixin.lending.quote import Quote, quote
from suixin.lending.refused import Refused
from suixin.service.app.applications import Application
from suixin.service.app.backing_facts import backing_refusals, group_owed_fen
from suixin.service.app.case_facts import CaseFacts
from suixin.service.app.fund_standing import fund_room
from suixin.service.app.own_sheets import folder_of, own_product, own_rules
from suixin.service.store.session import Actor

_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the rules of a day say: every refusal in its order, the quote where one can be made,
    and by whom the case is decided."""

    product: Product
    policy: PolicyOn
    refusals: tuple[Refused, ...]
    quote: Quote | None
    route: Route


def checked(
    actor: Actor,
    application: Application,
    facts: CaseFacts,
    *,
    on: date,
    amount_fen: int | None = None,
    rate_bps: int | None = None,
) -> Checked:
    """Hold an application against the rules of a day, with another amount or rate where given.

    Raises `InputError` NO_PRODUCT, and as the quote does for a method or rate the sheet has not.
    """
    product = own_product(actor, application.product, on)
    policy = own_rules(actor, on)
    amount = application.amount_fen if amount_fen is None else amount_fen
    asking = _quote_asked(product, application, facts, amount, rate_bps)
    made = (
        quote(product.name, Money(amount), on, asking, policies=folder_of(actor))
        if asking
        else None
    )
    room = fund_room(actor, product, on=on)
    exposure = Exposure(
        household_fen=facts.owed_fen,
        group_fen=group_owed_fen(actor, application, on=on),
        group_cap_fen=_group_cap(application),
        fund_lends=room.lends,
        fund_left_fen=room.left_fen,
    )
    asked = Asked(
        household=application.party,
        village_code=facts.village_code,
        amount_fen=amount,
        term_days=_term_days(product, application, made, on),
        purpose=application.purpose,
        identity_proved=facts.identity_proved,
        consents=facts.consents,
        file_on=facts.file.as_of,
        sources_read=frozenset(facts.file.feeds),
        limit_left_fen=facts.limit_left_fen(product.name),
    )
    found = refusals(
        asked,
        _sheet(product, policy),
        exposure,
        costs=costs_found(made.caps) if made else (),
        holds=facts.holds,
        policy=policy,
    )
    more = backing_refusals(
        actor, application, facts, product=product, loan_fen=amount, policy=policy
    )
    return Checked(
        product=product,
        policy=policy,
        refusals=(*found, *more),
        quote=made,
        route=_route(application, facts, amount, policy),
    )


def _group_cap(application: Application) -> int | None:
    """What a group may owe in all: what its members signed to bear; None where there is none."""
    return sum(one.cap_fen for one in application.backers) if application.group else None


def _sheet(product: Product, policy: PolicyOn) -> SheetRules:
    """Who may borrow what, with the feeds that the score may be made of in every mode (E11)."""
    rules = sheet_rules(product)
    return replace(rules, sources=rules.sources | set(policy["sources.score"]))


def _quote_asked(
    product: Product,
    application: Application,
    facts: CaseFacts,
    amount: int,
    rate_bps: int | None,
) -> AskedQuote | None:
    """What is asked of the quote; None where the checks will name the amount or term instead."""
    tenor = product.tenor
    if not product.amount_min_fen <= amount <= product.amount_max_fen:
        return None
    if not tenor.least <= application.times <= tenor.most:
        return None
    return AskedQuote(
        rate_bps=facts.file.rate_bps if rate_bps is None else rate_bps,
        times=application.times,
        method=application.repays or None,
        crop=application.about.get("crop"),
        village_code=facts.village_code,
    )


def _term_days(product: Product, application: Application, made: Quote | None, on: date) -> int:
    if made is not None:
        return (made.schedule.rows[-1].due - on).days
    cycle = product.tenor.cycle
    return application.times * (cycle.days or cycle.months * _MONTH_DAYS)


def _route(application: Application, facts: CaseFacts, amount: int, policy: PolicyOn) -> Route:
    case = Case(
        amount,
        facts.file.grade,
        flags=facts.file.flags,
        signs=facts.file.signs,
        asked_for_a_person=application.wants_person,
    )
    return approval_route(case, policy)
