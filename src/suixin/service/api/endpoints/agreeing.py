"""What one person proposes and another agrees to."""

from __future__ import annotations

from ninja import Router

from suixin.service.api.asked import Asked, Listed, part, reads, writes
from suixin.service.api.endpoints.fields import (
    Body,
    CursorAsked,
    Digest,
    IdInPath,
    LimitAsked,
    Words,
)
from suixin.service.app import proposals
from suixin.service.app.proposals import Proposal

router = Router(tags=["Two people"])


class Agreed(Body):
    """That the whole of a proposal was read: its digest."""

    digest: Digest


class Rejected(Body):
    """Why a proposal is not agreed to."""

    why: Words


@reads(router, "/proposals", Listed[Proposal])
def list_proposals(asked: Asked, cursor: CursorAsked, limit: LimitAsked) -> Listed[Proposal]:
    """What others proposed and you may agree to, oldest first."""
    place = asked.place(cursor, str)
    after = None if place is None else proposals.proposed(asked.caller, place[0])
    found = proposals.waiting(asked.caller, after=after, limit=limit + 1)
    return part(asked, found, limit, lambda one: (one.proposal,))


@reads(router, "/proposals/{proposal_id}", Proposal)
def see_proposal(asked: Asked, proposal_id: IdInPath) -> Proposal:
    """One proposal, with the whole of its content."""
    return proposals.proposed(asked.caller, proposal_id)


@writes(router, "/proposals/{proposal_id}/confirm", Proposal, status=200)
def confirm_proposal(asked: Asked, proposal_id: IdInPath, body: Agreed) -> Proposal:
    """Agree to what another proposed, and have it done."""
    return proposals.confirm(asked.caller, proposal_id, digest=body.digest, at=asked.at)


@writes(router, "/proposals/{proposal_id}/reject", Proposal, status=200)
def reject_proposal(asked: Asked, proposal_id: IdInPath, body: Rejected) -> Proposal:
    """End a proposal without its being done."""
    return proposals.reject(asked.caller, proposal_id, why=body.why, at=asked.at)
