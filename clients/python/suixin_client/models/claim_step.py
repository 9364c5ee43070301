from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.claim_step_tiers import ClaimStepTiers


T = TypeVar("T", bound="ClaimStep")


@_attrs_define
class ClaimStep:
    """What became of a claim: accepted, refused, paid or recovered, with each tier's part (fen).

    Attributes:
        number (int):
        kind (str):
        fen (int):
        tiers (ClaimStepTiers):
        on (datetime.date):
        at (datetime.datetime):
        why (str):
        proposal (str):
        pair (str):
    """

    number: int
    kind: str
    fen: int
    tiers: ClaimStepTiers
    on: datetime.date
    at: datetime.datetime
    why: str
    proposal: str
    pair: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.claim_step_tiers import ClaimStepTiers  # noqa: PLC0415

        number = self.number

        kind = self.kind

        fen = self.fen

        tiers = self.tiers.to_dict()

        on = self.on.isoformat()

        at = self.at.isoformat()

        why = self.why

        proposal = self.proposal

        pair = self.pair

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "kind": kind,
                "fen": fen,
                "tiers": tiers,
                "on": on,
                "at": at,
                "why": why,
                "proposal": proposal,
                "pair": pair,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.claim_step_tiers import ClaimStepTiers  # noqa: PLC0415

        d = dict(src_dict)
        number = d.pop("number")

        kind = d.pop("kind")

        fen = d.pop("fen")

        tiers = ClaimStepTiers.from_dict(d.pop("tiers"))

        on = datetime.date.fromisoformat(d.pop("on"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        why = d.pop("why")

        proposal = d.pop("proposal")

        pair = d.pop("pair")

        claim_step = cls(
            number=number,
            kind=kind,
            fen=fen,
            tiers=tiers,
            on=on,
            at=at,
            why=why,
            proposal=proposal,
            pair=pair,
        )

        claim_step.additional_properties = d
        return claim_step

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
