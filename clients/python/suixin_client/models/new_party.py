from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_party_kind import NewPartyKind
from ..types import UNSET, Unset
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.new_party_personal import NewPartyPersonal


T = TypeVar("T", bound="NewParty")


@_attrs_define
class NewParty:
    """A party to take on; what is personal is sealed, and is in no answer.

    Attributes:
        party_id (str):
        kind (NewPartyKind):
        personal (NewPartyPersonal):
        village_code (Literal[''] | str | Unset):  Default: ''.
        household_id (Literal[''] | str | Unset):  Default: ''.
    """

    party_id: str
    kind: NewPartyKind
    personal: NewPartyPersonal
    village_code: Literal[""] | str | Unset = ""
    household_id: Literal[""] | str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.new_party_personal import NewPartyPersonal  # noqa: PLC0415

        party_id = self.party_id

        kind = self.kind.value

        personal = self.personal.to_dict()

        village_code: Literal[""] | str | Unset
        if isinstance(self.village_code, Unset):
            village_code = UNSET
        else:
            village_code = self.village_code

        household_id: Literal[""] | str | Unset
        if isinstance(self.household_id, Unset):
            household_id = UNSET
        else:
            household_id = self.household_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "party_id": party_id,
                "kind": kind,
                "personal": personal,
            }
        )
        if village_code is not UNSET:
            field_dict["village_code"] = village_code
        if household_id is not UNSET:
            field_dict["household_id"] = household_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_party_personal import NewPartyPersonal  # noqa: PLC0415

        d = dict(src_dict)
        party_id = d.pop("party_id")

        kind = NewPartyKind(d.pop("kind"))

        personal = NewPartyPersonal.from_dict(d.pop("personal"))

        def _parse_village_code(data: object) -> Literal[""] | str | Unset:
            if isinstance(data, Unset):
                return data
            village_code_type_1 = cast(Literal[""], data)
            if village_code_type_1 != "":
                raise ValueError(
                    f"village_code_type_1 must match const '', got '{village_code_type_1}'"
                )
            return village_code_type_1
            return cast(Literal[""] | str | Unset, data)

        village_code = _parse_village_code(d.pop("village_code", UNSET))

        def _parse_household_id(data: object) -> Literal[""] | str | Unset:
            if isinstance(data, Unset):
                return data
            household_id_type_1 = cast(Literal[""], data)
            if household_id_type_1 != "":
                raise ValueError(
                    f"household_id_type_1 must match const '', got '{household_id_type_1}'"
                )
            return household_id_type_1
            return cast(Literal[""] | str | Unset, data)

        household_id = _parse_household_id(d.pop("household_id", UNSET))

        new_party = cls(
            party_id=party_id,
            kind=kind,
            personal=personal,
            village_code=village_code,
            household_id=household_id,
        )

        return new_party
