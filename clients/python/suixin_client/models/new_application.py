from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.backer_asked import BackerAsked
    from ..models.new_application_about import NewApplicationAbout


T = TypeVar("T", bound="NewApplication")


@_attrs_define
class NewApplication:
    """What is asked for: how much, for how many turns of the product, what for.

    Attributes:
        party (str):
        product (str):
        amount_fen (int):
        purpose (str):
        times (int | None | Unset):
        repays (str | Unset):  Default: ''.
        group (str | Unset):  Default: ''.
        backers (list[BackerAsked] | Unset):
        about (NewApplicationAbout | Unset):
        wants_person (bool | Unset):  Default: False.
    """

    party: str
    product: str
    amount_fen: int
    purpose: str
    times: int | None | Unset = UNSET
    repays: str | Unset = ""
    group: str | Unset = ""
    backers: list[BackerAsked] | Unset = UNSET
    about: NewApplicationAbout | Unset = UNSET
    wants_person: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        from ..models.backer_asked import BackerAsked  # noqa: PLC0415
        from ..models.new_application_about import NewApplicationAbout  # noqa: PLC0415

        party = self.party

        product = self.product

        amount_fen = self.amount_fen

        purpose = self.purpose

        times: int | None | Unset
        if isinstance(self.times, Unset):
            times = UNSET
        else:
            times = self.times

        repays = self.repays

        group = self.group

        backers: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.backers, Unset):
            backers = []
            for backers_item_data in self.backers:
                backers_item = backers_item_data.to_dict()
                backers.append(backers_item)

        about: dict[str, Any] | Unset = UNSET
        if not isinstance(self.about, Unset):
            about = self.about.to_dict()

        wants_person = self.wants_person

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "party": party,
                "product": product,
                "amount_fen": amount_fen,
                "purpose": purpose,
            }
        )
        if times is not UNSET:
            field_dict["times"] = times
        if repays is not UNSET:
            field_dict["repays"] = repays
        if group is not UNSET:
            field_dict["group"] = group
        if backers is not UNSET:
            field_dict["backers"] = backers
        if about is not UNSET:
            field_dict["about"] = about
        if wants_person is not UNSET:
            field_dict["wants_person"] = wants_person

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backer_asked import BackerAsked  # noqa: PLC0415
        from ..models.new_application_about import NewApplicationAbout  # noqa: PLC0415

        d = dict(src_dict)
        party = d.pop("party")

        product = d.pop("product")

        amount_fen = d.pop("amount_fen")

        purpose = d.pop("purpose")

        def _parse_times(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        times = _parse_times(d.pop("times", UNSET))

        repays = d.pop("repays", UNSET)

        group = d.pop("group", UNSET)

        _backers = d.pop("backers", UNSET)
        backers: list[BackerAsked] | Unset = UNSET
        if _backers is not UNSET:
            backers = []
            for backers_item_data in _backers:
                backers_item = BackerAsked.from_dict(backers_item_data)

                backers.append(backers_item)

        _about = d.pop("about", UNSET)
        about: NewApplicationAbout | Unset
        if isinstance(_about, Unset):
            about = UNSET
        else:
            about = NewApplicationAbout.from_dict(_about)

        wants_person = d.pop("wants_person", UNSET)

        new_application = cls(
            party=party,
            product=product,
            amount_fen=amount_fen,
            purpose=purpose,
            times=times,
            repays=repays,
            group=group,
            backers=backers,
            about=about,
            wants_person=wants_person,
        )

        return new_application
