from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.application import Application
    from ..models.offer import Offer
    from ..models.told import Told


T = TypeVar("T", bound="Decision")


@_attrs_define
class Decision:
    """What came of asking for a decision: an offer, refusals, or that a person decides and why.

    Attributes:
        application (Application): Who asks for what, and where that stands; `about` is what its product alone needs.
        decided_by (str):
        offer (None | Offer):
        refusals (list[Told]):
        why_a_person (list[str]):
    """

    application: Application
    decided_by: str
    offer: None | Offer
    refusals: list[Told]
    why_a_person: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.application import Application  # noqa: PLC0415
        from ..models.offer import Offer  # noqa: PLC0415
        from ..models.told import Told  # noqa: PLC0415

        application = self.application.to_dict()

        decided_by = self.decided_by

        offer: dict[str, Any] | None
        if isinstance(self.offer, Offer):
            offer = self.offer.to_dict()
        else:
            offer = self.offer

        refusals = []
        for refusals_item_data in self.refusals:
            refusals_item = refusals_item_data.to_dict()
            refusals.append(refusals_item)

        why_a_person = self.why_a_person

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "application": application,
                "decided_by": decided_by,
                "offer": offer,
                "refusals": refusals,
                "why_a_person": why_a_person,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application import Application  # noqa: PLC0415
        from ..models.offer import Offer  # noqa: PLC0415
        from ..models.told import Told  # noqa: PLC0415

        d = dict(src_dict)
        application = Application.from_dict(d.pop("application"))

        decided_by = d.pop("decided_by")

        def _parse_offer(data: object) -> None | Offer:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                offer_type_0 = Offer.from_dict(data)

                return offer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Offer, data)

        offer = _parse_offer(d.pop("offer"))

        refusals = []
        _refusals = d.pop("refusals")
        for refusals_item_data in _refusals:
            refusals_item = Told.from_dict(refusals_item_data)

            refusals.append(refusals_item)

        why_a_person = cast(list[str], d.pop("why_a_person"))

        decision = cls(
            application=application,
            decided_by=decided_by,
            offer=offer,
            refusals=refusals,
            why_a_person=why_a_person,
        )

        decision.additional_properties = d
        return decision

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
