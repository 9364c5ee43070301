from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.claim_made_facts import ClaimMadeFacts
    from ..models.claim_made_weights import ClaimMadeWeights
    from ..models.claim_step import ClaimStep


T = TypeVar("T", bound="ClaimMade")


@_attrs_define
class ClaimMade:
    """A claim: `fen` is the fund's part of the loss, `interest_fen` of it interest.

    Attributes:
        claim (str):
        fund (int):
        lender (int):
        agreement (str):
        party (str):
        product (str):
        loss_fen (int):
        fen (int):
        interest_fen (int):
        weights (ClaimMadeWeights):
        facts (ClaimMadeFacts):
        filed_on (datetime.date):
        filed_at (datetime.datetime):
        proposal (str):
        steps (list[ClaimStep]):
    """

    claim: str
    fund: int
    lender: int
    agreement: str
    party: str
    product: str
    loss_fen: int
    fen: int
    interest_fen: int
    weights: ClaimMadeWeights
    facts: ClaimMadeFacts
    filed_on: datetime.date
    filed_at: datetime.datetime
    proposal: str
    steps: list[ClaimStep]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.claim_made_facts import ClaimMadeFacts  # noqa: PLC0415
        from ..models.claim_made_weights import ClaimMadeWeights  # noqa: PLC0415
        from ..models.claim_step import ClaimStep  # noqa: PLC0415

        claim = self.claim

        fund = self.fund

        lender = self.lender

        agreement = self.agreement

        party = self.party

        product = self.product

        loss_fen = self.loss_fen

        fen = self.fen

        interest_fen = self.interest_fen

        weights = self.weights.to_dict()

        facts = self.facts.to_dict()

        filed_on = self.filed_on.isoformat()

        filed_at = self.filed_at.isoformat()

        proposal = self.proposal

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "claim": claim,
                "fund": fund,
                "lender": lender,
                "agreement": agreement,
                "party": party,
                "product": product,
                "loss_fen": loss_fen,
                "fen": fen,
                "interest_fen": interest_fen,
                "weights": weights,
                "facts": facts,
                "filed_on": filed_on,
                "filed_at": filed_at,
                "proposal": proposal,
                "steps": steps,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.claim_made_facts import ClaimMadeFacts  # noqa: PLC0415
        from ..models.claim_made_weights import ClaimMadeWeights  # noqa: PLC0415
        from ..models.claim_step import ClaimStep  # noqa: PLC0415

        d = dict(src_dict)
        claim = d.pop("claim")

        fund = d.pop("fund")

        lender = d.pop("lender")

        agreement = d.pop("agreement")

        party = d.pop("party")

        product = d.pop("product")

        loss_fen = d.pop("loss_fen")

        fen = d.pop("fen")

        interest_fen = d.pop("interest_fen")

        weights = ClaimMadeWeights.from_dict(d.pop("weights"))

        facts = ClaimMadeFacts.from_dict(d.pop("facts"))

        filed_on = datetime.date.fromisoformat(d.pop("filed_on"))

        filed_at = datetime.datetime.fromisoformat(d.pop("filed_at"))

        proposal = d.pop("proposal")

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = ClaimStep.from_dict(steps_item_data)

            steps.append(steps_item)

        claim_made = cls(
            claim=claim,
            fund=fund,
            lender=lender,
            agreement=agreement,
            party=party,
            product=product,
            loss_fen=loss_fen,
            fen=fen,
            interest_fen=interest_fen,
            weights=weights,
            facts=facts,
            filed_on=filed_on,
            filed_at=filed_at,
            proposal=proposal,
            steps=steps,
        )

        claim_made.additional_properties = d
        return claim_made

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
