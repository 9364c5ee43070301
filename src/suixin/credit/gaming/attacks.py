"""Eight ways to look better than one is, each with what it costs.

An attack knows what a merchant knows: his own shop, his friends, his groups. Times and amounts come
from the shop's own habits, so the same shop is attacked alike each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from suixin.credit.gaming.forge import Folder, Mould, Row, Rows, forged_order, merged, moved

DAY = timedelta(days=1)
BPS = 10_000
DAYS_OF_YEAR = 365

Prices = Mapping[str, int]
Rewrite = Callable[[Row], Row]


@dataclass(frozen=True, slots=True)
class Target:
    """Whom an attack is made for: the folder, the shop's mould, and the moment of scoring."""

    folder: Folder
    mould: Mould
    until: datetime

    @property
    def merchant(self) -> str:
        """The shop."""
        return self.mould.merchant


@dataclass(frozen=True, slots=True)
class Attack:
    """Rows that are added (or rewritten), what they cost in fen, and whose limits they are for."""

    name: str
    rows: Rows
    spent_fen: int
    subjects: tuple[str, ...]
    rewrites: Mapping[str, Rewrite] = field(default_factory=dict)


def self_bought(target: Target, prices: Prices) -> Attack:
    """Buying one's own goods: half a year of sales doubled by an account on the shop's own phone.

    Parcels are empty but travel; the money goes round by way of the platform.
    """
    helper = f"helper-of-{target.merchant}"
    rows, turned = _bought(target, lambda k: helper, share=1.0)
    account = _account(target, helper, same_device=True)
    spent = _turned(target.mould, turned, prices, days=10) + prices["account"]
    spent += prices["empty_parcel"] * len(rows["orders"])
    return Attack("self_bought", merged([rows, account]), spent, (target.merchant,))


def same_night_refunds(target: Target, prices: Prices, *, orders: int = 200) -> Attack:
    """Orders by strangers' accounts that are paid, settled, and refunded the same night."""
    made: list[Rows] = []
    mould = target.mould
    for k in range(orders):
        placed = target.until - (5 + 160 * k // orders) * DAY - timedelta(hours=3)
        name = f"night-{k}"
        order = forged_order(
            mould, name, placed=placed, buyer=f"night-buyer-{k}", gross_fen=mould.gross_fen
        )
        refund = {
            **{column: mould.order[column] for column in _COMMON},
            "occurred_at": (placed + timedelta(hours=2)).isoformat(),
            "recorded_at": (placed + timedelta(hours=3)).isoformat(),
            "refund_id": f"r-{name}", "order_id": name, "line_no": "",
            "amount": str(mould.gross_fen), "reason": "no_reason",
            "refunded_at": (placed + timedelta(hours=2)).isoformat(),
        }  # fmt: skip
        made.append({**order, "refunds": (refund,)})
    turned = orders * mould.gross_fen
    spent = turned * prices["capital"] * 10 // (BPS * DAYS_OF_YEAR) + 2 * prices["account"]
    return Attack("same_night_refunds", merged(made), spent, (target.merchant,))


def ladder_of_friends(target: Target, prices: Prices, *, friends: int = 12) -> Attack:
    """A dozen friends buy in turn, each a little every month, and get their money back by hand.

    Parcels travel and arrive; nothing tells such an order from a real one but its buyer.
    """
    rows, turned = _bought(target, lambda k: f"friend-{k % friends}", share=0.6)
    spent = _turned(target.mould, turned, prices, days=10)
    spent += prices["parcel"] * len(rows["orders"])
    return Attack("ladder_of_friends", rows, spent, (target.merchant,))


def endorsement_ring(target: Target, prices: Prices, *, size: int = 4) -> Attack:
    """Shops that vouch for one another, with liability, and for whom nobody else vouches."""
    vouched = {row["subject"] for row in target.folder.rows("endorsements")}
    sellers = {row["merchant"] for row in target.folder.rows("orders")} - vouched
    others = sorted(sellers - {target.merchant})[: size - 1]
    ring = [target.merchant, *others]
    head = target.folder.rows("endorsements")
    mould = dict(head[0]) if head else dict.fromkeys(_ENDORSEMENT, "")
    day = (target.until - 60 * DAY).isoformat()
    made = [
        {
            **mould, "occurred_at": day, "recorded_at": day, "endorser": one, "subject": other,
            "consent": _consent(target.folder, one, "endorsements"), "from": day[:10],
            "until": "", "liability_cap": "5000000", "kin_ring_checked": "",
        }
        for one in ring for other in ring if one != other
    ]  # fmt: skip
    return Attack("endorsement_ring", {"endorsements": tuple(made)}, 0, (target.merchant,))


def review_farm(target: Target, prices: Prices, *, reviews: int = 120) -> Attack:
    """Bought praise: five stars in a few wordings by accounts that never bought."""
    wordings = (
        "很好吃，包装好，物流快，下次还来",
        "质量很好，分量足，很新鲜",
        "味道好，值得买，推荐",
    )
    head = target.folder.rows("reviews")
    if not head:
        return Attack("review_farm", {}, 0, (target.merchant,))
    made = []
    for k in range(reviews):
        at = (target.until - 20 * DAY + timedelta(minutes=7 * k)).isoformat()
        made.append({
            **head[0], "source": target.mould.order["source"], "subject": target.merchant,
            "consent": target.mould.order["consent"], "occurred_at": at, "recorded_at": at,
            "review_id": f"farm-{k}", "merchant": target.merchant, "buyer": f"farm-buyer-{k % 30}",
            "item": target.mould.rows["order_lines"][0]["item"], "order_id": "", "rating": "5",
            "text": wordings[k % 3] + "！" * (k % 4), "written_at": at,
        })  # fmt: skip
    spent = reviews * prices["review"]
    return Attack("review_farm", {"reviews": tuple(made)}, spent, (target.merchant,))


def burst_of_chat(target: Target, prices: Prices, *, messages: int = 600) -> Attack:
    """Six hundred messages in three days by the shop's own member, a friend answering each."""
    groups = _groups(target)
    if not groups:
        return Attack("burst_of_chat", {}, 0, (target.merchant,))
    head, made = target.folder.rows("messages")[0], []
    [(group, member, friend, consents)] = groups
    start = target.until - 3 * DAY
    for k in range(messages):
        at = (start + timedelta(minutes=7 * k)).isoformat()
        mine = k % 2 == 0
        made.append({
            **head, "subject": member if mine else friend, "sender": member if mine else friend,
            "consent": consents[0 if mine else 1], "occurred_at": at, "recorded_at": at,
            "message_id": f"burst-{k}", "group": group, "kind": "chat", "relay_order": "",
            "in_reply_to": f"burst-{k - 1}" if k else "",
            "reply_author": "" if not k else friend if mine else member, "sent_at": at,
        })  # fmt: skip
    rows = {"messages": tuple(made)}
    return Attack("burst_of_chat", rows, 3 * prices["typist_day"], (target.merchant,))


def split_shop(target: Target, prices: Prices) -> Attack:
    """Every other order goes to a second shop that has the papers and the phone of a stranger."""
    second = f"{target.merchant}-b"
    account = _account(target, second, same_device=False, kind="household")
    subjects = (target.merchant, second)
    return Attack("split_shop", account, prices["account"], subjects, _halved(target, second))


def split_shop_declared(target: Target, prices: Prices) -> Attack:
    """The same, but the second shop is declared to be of the household: both are one subject."""
    second = f"{target.merchant}-b"
    [row] = _account(target, second, same_device=True, kind="business")["parties"]
    rows = {"parties": ({**row, "household_id": target.merchant},)}
    rewrites = _halved(target, second)
    return Attack("split_shop_declared", rows, prices["account"], (target.merchant,), rewrites)


def _halved(target: Target, second: str) -> Mapping[str, Rewrite]:
    """Every other order of the shop, with its settlements and reviews, under the second's name."""
    own = (row for row in target.folder.rows("orders") if row["merchant"] == target.merchant)
    moved_on = {row["order_id"] for k, row in enumerate(own) if k % 2}

    def of_order(row: Row) -> Row:
        return {**row, "merchant": second} if row["order_id"] in moved_on else row

    return dict.fromkeys(("orders", "settlements", "reviews"), of_order)


ATTACKS: tuple[Callable[[Target, Prices], Attack], ...] = (
    self_bought,
    same_night_refunds,
    ladder_of_friends,
    endorsement_ring,
    review_farm,
    burst_of_chat,
    split_shop,
    split_shop_declared,
)

_COMMON = ("source", "subject", "consent", "via_bureau", "replaces")
_ENDORSEMENT = ("source", "occurred_at", "recorded_at", "consent", "via_bureau", "replaces")


def _bought(target: Target, buyer: Callable[[int], str], *, share: float) -> tuple[Rows, int]:
    """Orders evenly over half a year, a share of the shop's own; and what they turned over."""
    mould, made = target.mould, []
    n = round(share * 6 * mould.monthly_orders)
    gross = mould.monthly_fen // max(1, round(mould.monthly_orders))
    for k in range(n):
        placed = target.until - (8 + 165 * k / n) * DAY
        made.append(
            forged_order(mould, f"forged-{k}", placed=placed, buyer=buyer(k), gross_fen=gross)
        )
    return merged(made), n * gross


def _turned(mould: Mould, turned_fen: int, prices: Prices, *, days: int) -> int:
    """What it costs to turn money over: the platform's commission, and capital while it is away."""
    capital = turned_fen * prices["capital"] * days // (BPS * DAYS_OF_YEAR)
    return turned_fen * mould.commission_bps // BPS + capital


def _account(target: Target, name: str, *, same_device: bool, kind: str = "person") -> Rows:
    """A party of its own, on the shop's phone or with marks of a stranger."""
    own = next(row for row in target.folder.rows("parties") if row["party_id"] == target.merchant)
    early = timedelta(days=-1)
    row = moved("parties", own, early)
    marks = ("identity", "name_hash", "phone_hash", "device_hash", "account_hash", "address_hash")
    for mark in marks:
        if own[mark] and not (same_device and mark == "device_hash"):
            row[mark] = sha256(f"{name}/{mark}".encode()).hexdigest()
    return {"parties": ({**row, "party_id": name, "kind": kind, "household_id": ""},)}


def _consent(folder: Folder, party: str, feed: str) -> str:
    """A consent of a party that covers a feed; "" where there is none."""
    for row in folder.rows("consents"):
        if row["party"] == party and feed in row["kinds"].split(";"):
            return row["consent"]
    return ""


def _groups(target: Target) -> list[tuple[str, str, str, tuple[str, str]]]:
    """A group of the shop's household: group, its member, a friend there, and both consents."""
    home = {
        row["party_id"]: row["household_id"] or row["party_id"]
        for row in target.folder.rows("parties")
    }
    members = target.folder.rows("memberships")
    for mine in members:
        if home.get(mine["party"]) != target.merchant:
            continue
        for friend in members:
            other = home.get(friend["party"])
            if friend["group"] == mine["group"] and other != target.merchant:
                consents = mine["consent"], friend["consent"]
                return [(mine["group"], mine["party"], friend["party"], consents)]
    return []
