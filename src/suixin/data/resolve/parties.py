"""The parties feed, where it is all there is: keyed hashes are equal, or they tell nothing."""

from __future__ import annotations

from pathlib import Path

from suixin.data.read import read_feeds
from suixin.data.resolve.model import Pair

_PAIRS = """
    SELECT DISTINCT a.party_id, b.party_id, true
    FROM ({parties}) AS a JOIN ({parties}) AS b
        ON a.kind = b.kind AND a.party_id < b.party_id
        AND a.identity_kind = b.identity_kind AND a.identity = b.identity
    UNION
    SELECT DISTINCT a.party_id, b.party_id, false
    FROM ({parties}) AS a JOIN ({parties}) AS b
        ON a.kind = b.kind AND a.party_id < b.party_id AND a.name_hash = b.name_hash AND (
            a.phone_hash = b.phone_hash OR a.account_hash = b.account_hash
            OR a.device_hash = b.device_hash)
    WHERE NOT (a.identity_kind = b.identity_kind AND a.identity = b.identity)
    ORDER BY 1, 2
"""


def has_parties(folder: Path) -> bool:
    """Whether a folder holds the parties feed, as a file or a folder of its name."""
    return any(folder.glob("parties*"))


def party_pairs(folder: Path) -> tuple[list[str], list[Pair]]:
    """Ids of all parties, and pairs: of one identity, or of one name and one mark of another.

    The second kind have two identities and therefore wait for a person. A shared device, account
    or telephone alone says that two people are close, not that they are one.
    """
    with read_feeds(folder) as feeds:
        parties = feeds.relation("parties").sql_query()
        connection = feeds.connection
        keys = connection.execute(
            f"SELECT DISTINCT party_id FROM ({parties}) ORDER BY party_id"
        ).fetchall()
        found = connection.execute(_PAIRS.format(parties=parties)).fetchall()
    pairs = [
        Pair(one, other, 1.0 if same else 0.5, _levels(same=same), {"prior": 0.0, **_NONE})
        for one, other, same in found
    ]
    return [key for (key,) in keys], pairs


_NONE = {"identity": 0.0, "name": 0.0}


def _levels(*, same: bool) -> dict[str, str]:
    return {"identity": "exact"} if same else {"name": "exact", "identity": "differs"}
