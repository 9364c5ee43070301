"""Opening an institution's chain: its keys, its contracts, and that they are the package's."""

from __future__ import annotations

from datetime import date

from suixin.data.errors import InputError
from suixin.evidence.chain.calls import parties
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.code import check_code
from suixin.evidence.chain.deployment import Deployment, deploy
from suixin.evidence.chain.embedded import CHAIN_ID
from suixin.service.app.chain.places import alone, chain_at, make_signers
from suixin.service.database import OWNER_ALIAS
from suixin.service.home import Home
from suixin.service.store import models

_TIERS = 3


def open_place(
    institution: int, home: Home, *, on: date, url: str, parties_at: str, depth: int
) -> str:
    """Where the contracts' Parties stand, once all is there; see `app.anchoring.open_chain`."""
    roles = (Role.BANK, Role.SCORER) if url else tuple(Role)
    with alone(home, institution):
        known = models.Chain.objects.using(OWNER_ALIAS).filter(institution_id=institution).first()
        if known is not None and (known.url, known.parties_at) != (
            url,
            parties_at or known.parties_at,
        ):
            wrong = f"Institution {institution} has another chain: {known.url or 'embedded'}."
            raise InputError("OTHER_CHAIN", wrong, "A chain is never changed for another.")
        keys = make_signers(home, institution, roles)
        chain = chain_at(home, institution, url, CHAIN_ID)
        try:
            place = known.parties_at if known is not None else parties_at
            made = Deployment(chain, place) if place else deploy(chain, keys, tiers=_TIERS, on=on)
            check_code(made)
            for role in (Role.BANK, Role.SCORER):
                stands = made.ask(parties.key(role))
                if role not in keys or stands != keys[role].address:
                    address = keys[role].address if role in keys else "missing here"
                    wrong = f"The chain has {stands} as the {role.name.lower()}; ours is {address}."
                    raise InputError("OTHER_KEY", wrong, "Let two parties change the key.")
            if known is None:
                models.Chain.objects.using(OWNER_ALIAS).create(
                    institution_id=institution,
                    url=url,
                    number=chain.chain_id,
                    parties_at=made.parties_at,
                    depth=depth,
                    opened_on=on,
                )
            return made.parties_at
        finally:
            chain.close()
