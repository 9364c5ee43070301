"""The terms of further products for the subjects of a book: judged once, offered by each sheet."""

from __future__ import annotations

from collections.abc import Mapping

from suixin.credit.book import ScoreBook
from suixin.credit.file import Terms
from suixin.credit.household import household
from suixin.credit.offer import Asked, offers
from suixin.credit.sales_ahead import season_months
from suixin.credit.season import calendars
from suixin.credit.subject import subjects_of
from suixin.credit.terms_rules import TermsRules
from suixin.data.lake import Feeds
from suixin.kernel.policy import PolicyOn


def terms_by_product(
    book: ScoreBook,
    feeds: Feeds,
    policy: PolicyOn,
    standing_limits: Mapping[str, Mapping[str, int]],
) -> dict[str, tuple[Terms, ...]]:
    """The terms of every product, each in the order of the book's subjects.

    `feeds` are those the book was made from; `standing_limits` the limits of 30 days ago in fen, by
    product and subject. Raises ValueError on other feeds.
    """
    known = feeds.on(book.on)
    subjects, judged = subjects_of(known, feeds.connection), book.judged
    if subjects.ids != judged.ids:
        raise ValueError("The book is of other feeds: its subjects are not theirs.")
    own, rules = household(known, subjects), TermsRules.from_policy(policy, policy)
    sold = judged.facts.summary
    months = {
        name: season_months(one.windows) for name, one in calendars(policy["categories"]).items()
    }
    seasons = tuple(months.get(name, frozenset()) for name in sold.category)
    found = {}
    for product in rules.products:
        asked = Asked(
            product=product,
            ids=judged.ids,
            statuses=tuple(judged.statuses),
            standings=tuple(judged.standings),
            seasons=seasons,
            flags=tuple(judged.flags),
            standing_limits=standing_limits.get(product, {}),
        )
        found[product] = offers(asked, sold, own, rules)
    return found
