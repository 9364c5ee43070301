from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.moved import Moved


T = TypeVar("T", bound="SlotState")


@_attrs_define
class SlotState:
    """Where a slot's limit stands (fen), by which factor (bps), after how many events and moves.

    Attributes:
        slot (str):
        party_id (str):
        opens_at (int):
        closes_at (int):
        opening_fen (int):
        factor_bps (int):
        limit_fen (int):
        events (int):
        open_ (bool):
        moves (list[Moved]):
    """

    slot: str
    party_id: str
    opens_at: int
    closes_at: int
    opening_fen: int
    factor_bps: int
    limit_fen: int
    events: int
    open_: bool
    moves: list[Moved]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.moved import Moved  # noqa: PLC0415

        slot = self.slot

        party_id = self.party_id

        opens_at = self.opens_at

        closes_at = self.closes_at

        opening_fen = self.opening_fen

        factor_bps = self.factor_bps

        limit_fen = self.limit_fen

        events = self.events

        open_ = self.open_

        moves = []
        for moves_item_data in self.moves:
            moves_item = moves_item_data.to_dict()
            moves.append(moves_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "slot": slot,
                "party_id": party_id,
                "opens_at": opens_at,
                "closes_at": closes_at,
                "opening_fen": opening_fen,
                "factor_bps": factor_bps,
                "limit_fen": limit_fen,
                "events": events,
                "open": open_,
                "moves": moves,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.moved import Moved  # noqa: PLC0415

        d = dict(src_dict)
        slot = d.pop("slot")

        party_id = d.pop("party_id")

        opens_at = d.pop("opens_at")

        closes_at = d.pop("closes_at")

        opening_fen = d.pop("opening_fen")

        factor_bps = d.pop("factor_bps")

        limit_fen = d.pop("limit_fen")

        events = d.pop("events")

        open_ = d.pop("open")

        moves = []
        _moves = d.pop("moves")
        for moves_item_data in _moves:
            moves_item = Moved.from_dict(moves_item_data)

            moves.append(moves_item)

        slot_state = cls(
            slot=slot,
            party_id=party_id,
            opens_at=opens_at,
            closes_at=closes_at,
            opening_fen=opening_fen,
            factor_bps=factor_bps,
            limit_fen=limit_fen,
            events=events,
            open_=open_,
            moves=moves,
        )

        slot_state.additional_properties = d
        return slot_state

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
