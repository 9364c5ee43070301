from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.application_about import ApplicationAbout
    from ..models.backer import Backer


T = TypeVar("T", bound="Application")


@_attrs_define
class Application:
    """Who asks for what, and where that stands; `about` is what its product alone needs.

    Attributes:
        application (str):
        party (str):
        product (str):
        amount_fen (int):
        times (int):
        repays (str):
        purpose (str):
        group (str):
        backers (list[Backer]):
        about (ApplicationAbout):
        of (str):
        wants_person (bool):
        applied_on (datetime.date):
        applied_at (datetime.datetime):
        applied_by (str):
        standing (str):
        agreement (str):
    """

    application: str
    party: str
    product: str
    amount_fen: int
    times: int
    repays: str
    purpose: str
    group: str
    backers: list[Backer]
    about: ApplicationAbout
    of: str
    wants_person: bool
    applied_on: datetime.date
    applied_at: datetime.datetime
    applied_by: str
    standing: str
    agreement: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.application_about import ApplicationAbout  # noqa: PLC0415
        from ..models.backer import Backer  # noqa: PLC0415

        application = self.application

        party = self.party

        product = self.product

        amount_fen = self.amount_fen

        times = self.times

        repays = self.repays

        purpose = self.purpose

        group = self.group

        backers = []
        for backers_item_data in self.backers:
            backers_item = backers_item_data.to_dict()
            backers.append(backers_item)

        about = self.about.to_dict()

        of = self.of

        wants_person = self.wants_person

        applied_on = self.applied_on.isoformat()

        applied_at = self.applied_at.isoformat()

        applied_by = self.applied_by

        standing = self.standing

        agreement = self.agreement

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "application": application,
                "party": party,
                "product": product,
                "amount_fen": amount_fen,
                "times": times,
                "repays": repays,
                "purpose": purpose,
                "group": group,
                "backers": backers,
                "about": about,
                "of": of,
                "wants_person": wants_person,
                "applied_on": applied_on,
                "applied_at": applied_at,
                "applied_by": applied_by,
                "standing": standing,
                "agreement": agreement,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application_about import ApplicationAbout  # noqa: PLC0415
        from ..models.backer import Backer  # noqa: PLC0415

        d = dict(src_dict)
        application = d.pop("application")

        party = d.pop("party")

        product = d.pop("product")

        amount_fen = d.pop("amount_fen")

        times = d.pop("times")

        repays = d.pop("repays")

        purpose = d.pop("purpose")

        group = d.pop("group")

        backers = []
        _backers = d.pop("backers")
        for backers_item_data in _backers:
            backers_item = Backer.from_dict(backers_item_data)

            backers.append(backers_item)

        about = ApplicationAbout.from_dict(d.pop("about"))

        of = d.pop("of")

        wants_person = d.pop("wants_person")

        applied_on = datetime.date.fromisoformat(d.pop("applied_on"))

        applied_at = datetime.datetime.fromisoformat(d.pop("applied_at"))

        applied_by = d.pop("applied_by")

        standing = d.pop("standing")

        agreement = d.pop("agreement")

        application = cls(
            application=application,
            party=party,
            product=product,
            amount_fen=amount_fen,
            times=times,
            repays=repays,
            purpose=purpose,
            group=group,
            backers=backers,
            about=about,
            of=of,
            wants_person=wants_person,
            applied_on=applied_on,
            applied_at=applied_at,
            applied_by=applied_by,
            standing=standing,
            agreement=agreement,
        )

        application.additional_properties = d
        return application

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
