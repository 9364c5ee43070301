from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.household_versions import HouseholdVersions


T = TypeVar("T", bound="Household")


@_attrs_define
class Household:
    """The least of a household: what it is called, the end of its telephone, its consents.

    `versions` name the writing of each field that may be corrected.

        Attributes:
            party (str):
            village (str):
            name (str):
            phone_end (str):
            versions (HouseholdVersions):
            consents (list[list[datetime.date | str]]):
    """

    party: str
    village: str
    name: str
    phone_end: str
    versions: HouseholdVersions
    consents: list[list[datetime.date | str]]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.household_versions import HouseholdVersions  # noqa: PLC0415

        party = self.party

        village = self.village

        name = self.name

        phone_end = self.phone_end

        versions = self.versions.to_dict()

        consents = []
        for consents_item_data in self.consents:
            consents_item = []
            for consents_item_item_data in consents_item_data:
                consents_item_item: str
                if isinstance(consents_item_item_data, datetime.date):
                    consents_item_item = consents_item_item_data.isoformat()
                else:
                    consents_item_item = consents_item_item_data
                consents_item.append(consents_item_item)

            consents.append(consents_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "party": party,
                "village": village,
                "name": name,
                "phone_end": phone_end,
                "versions": versions,
                "consents": consents,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.household_versions import HouseholdVersions  # noqa: PLC0415

        d = dict(src_dict)
        party = d.pop("party")

        village = d.pop("village")

        name = d.pop("name")

        phone_end = d.pop("phone_end")

        versions = HouseholdVersions.from_dict(d.pop("versions"))

        consents = []
        _consents = d.pop("consents")
        for consents_item_data in _consents:
            consents_item = []
            _consents_item = consents_item_data
            for consents_item_item_data in _consents_item:

                def _parse_consents_item_item(data: object) -> datetime.date | str:
                    try:
                        if not isinstance(data, str):
                            raise TypeError()
                        consents_item_item_type_2 = datetime.date.fromisoformat(data)

                        return consents_item_item_type_2
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(datetime.date | str, data)

                consents_item_item = _parse_consents_item_item(consents_item_item_data)

                consents_item.append(consents_item_item)

            consents.append(consents_item)

        household = cls(
            party=party,
            village=village,
            name=name,
            phone_end=phone_end,
            versions=versions,
            consents=consents,
        )

        household.additional_properties = d
        return household

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
