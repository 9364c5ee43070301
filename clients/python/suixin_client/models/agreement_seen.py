from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.due_seen import DueSeen
    from ..models.planned_seen import PlannedSeen


T = TypeVar("T", bound="AgreementSeen")


@_attrs_define
class AgreementSeen:
    """What was signed, and where it stands at the end of `as_of`; all in fen.

    `payoff_fen` settles it; `not_due_fen` is principal ahead of its day.

        Attributes:
            agreement (str):
            party (str):
            product (str):
            mode (str):
            start_on (datetime.date):
            rate_bps (int):
            penalty_bps (int):
            limit_fen (int | None):
            sweep_share_bps (int | None):
            sweep_floor_fen (int):
            planned (list[PlannedSeen]):
            as_of (datetime.date):
            life (str):
            principal_fen (int):
            not_due_fen (int):
            interest_fen (int):
            penalty_fen (int):
            fee_fen (int):
            payoff_fen (int):
            owed_fen (int):
            written_off_fen (int):
            suspense_fen (int):
            days_past_due (int):
            oldest_unpaid_on (datetime.date | None):
            next_due_on (datetime.date | None):
            dues (list[DueSeen]):
    """

    agreement: str
    party: str
    product: str
    mode: str
    start_on: datetime.date
    rate_bps: int
    penalty_bps: int
    limit_fen: int | None
    sweep_share_bps: int | None
    sweep_floor_fen: int
    planned: list[PlannedSeen]
    as_of: datetime.date
    life: str
    principal_fen: int
    not_due_fen: int
    interest_fen: int
    penalty_fen: int
    fee_fen: int
    payoff_fen: int
    owed_fen: int
    written_off_fen: int
    suspense_fen: int
    days_past_due: int
    oldest_unpaid_on: datetime.date | None
    next_due_on: datetime.date | None
    dues: list[DueSeen]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.due_seen import DueSeen  # noqa: PLC0415
        from ..models.planned_seen import PlannedSeen  # noqa: PLC0415

        agreement = self.agreement

        party = self.party

        product = self.product

        mode = self.mode

        start_on = self.start_on.isoformat()

        rate_bps = self.rate_bps

        penalty_bps = self.penalty_bps

        limit_fen: int | None
        limit_fen = self.limit_fen

        sweep_share_bps: int | None
        sweep_share_bps = self.sweep_share_bps

        sweep_floor_fen = self.sweep_floor_fen

        planned = []
        for planned_item_data in self.planned:
            planned_item = planned_item_data.to_dict()
            planned.append(planned_item)

        as_of = self.as_of.isoformat()

        life = self.life

        principal_fen = self.principal_fen

        not_due_fen = self.not_due_fen

        interest_fen = self.interest_fen

        penalty_fen = self.penalty_fen

        fee_fen = self.fee_fen

        payoff_fen = self.payoff_fen

        owed_fen = self.owed_fen

        written_off_fen = self.written_off_fen

        suspense_fen = self.suspense_fen

        days_past_due = self.days_past_due

        oldest_unpaid_on: None | str
        if isinstance(self.oldest_unpaid_on, datetime.date):
            oldest_unpaid_on = self.oldest_unpaid_on.isoformat()
        else:
            oldest_unpaid_on = self.oldest_unpaid_on

        next_due_on: None | str
        if isinstance(self.next_due_on, datetime.date):
            next_due_on = self.next_due_on.isoformat()
        else:
            next_due_on = self.next_due_on

        dues = []
        for dues_item_data in self.dues:
            dues_item = dues_item_data.to_dict()
            dues.append(dues_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agreement": agreement,
                "party": party,
                "product": product,
                "mode": mode,
                "start_on": start_on,
                "rate_bps": rate_bps,
                "penalty_bps": penalty_bps,
                "limit_fen": limit_fen,
                "sweep_share_bps": sweep_share_bps,
                "sweep_floor_fen": sweep_floor_fen,
                "planned": planned,
                "as_of": as_of,
                "life": life,
                "principal_fen": principal_fen,
                "not_due_fen": not_due_fen,
                "interest_fen": interest_fen,
                "penalty_fen": penalty_fen,
                "fee_fen": fee_fen,
                "payoff_fen": payoff_fen,
                "owed_fen": owed_fen,
                "written_off_fen": written_off_fen,
                "suspense_fen": suspense_fen,
                "days_past_due": days_past_due,
                "oldest_unpaid_on": oldest_unpaid_on,
                "next_due_on": next_due_on,
                "dues": dues,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.due_seen import DueSeen  # noqa: PLC0415
        from ..models.planned_seen import PlannedSeen  # noqa: PLC0415

        d = dict(src_dict)
        agreement = d.pop("agreement")

        party = d.pop("party")

        product = d.pop("product")

        mode = d.pop("mode")

        start_on = datetime.date.fromisoformat(d.pop("start_on"))

        rate_bps = d.pop("rate_bps")

        penalty_bps = d.pop("penalty_bps")

        def _parse_limit_fen(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        limit_fen = _parse_limit_fen(d.pop("limit_fen"))

        def _parse_sweep_share_bps(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        sweep_share_bps = _parse_sweep_share_bps(d.pop("sweep_share_bps"))

        sweep_floor_fen = d.pop("sweep_floor_fen")

        planned = []
        _planned = d.pop("planned")
        for planned_item_data in _planned:
            planned_item = PlannedSeen.from_dict(planned_item_data)

            planned.append(planned_item)

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        life = d.pop("life")

        principal_fen = d.pop("principal_fen")

        not_due_fen = d.pop("not_due_fen")

        interest_fen = d.pop("interest_fen")

        penalty_fen = d.pop("penalty_fen")

        fee_fen = d.pop("fee_fen")

        payoff_fen = d.pop("payoff_fen")

        owed_fen = d.pop("owed_fen")

        written_off_fen = d.pop("written_off_fen")

        suspense_fen = d.pop("suspense_fen")

        days_past_due = d.pop("days_past_due")

        def _parse_oldest_unpaid_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                oldest_unpaid_on_type_0 = datetime.date.fromisoformat(data)

                return oldest_unpaid_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        oldest_unpaid_on = _parse_oldest_unpaid_on(d.pop("oldest_unpaid_on"))

        def _parse_next_due_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_due_on_type_0 = datetime.date.fromisoformat(data)

                return next_due_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        next_due_on = _parse_next_due_on(d.pop("next_due_on"))

        dues = []
        _dues = d.pop("dues")
        for dues_item_data in _dues:
            dues_item = DueSeen.from_dict(dues_item_data)

            dues.append(dues_item)

        agreement_seen = cls(
            agreement=agreement,
            party=party,
            product=product,
            mode=mode,
            start_on=start_on,
            rate_bps=rate_bps,
            penalty_bps=penalty_bps,
            limit_fen=limit_fen,
            sweep_share_bps=sweep_share_bps,
            sweep_floor_fen=sweep_floor_fen,
            planned=planned,
            as_of=as_of,
            life=life,
            principal_fen=principal_fen,
            not_due_fen=not_due_fen,
            interest_fen=interest_fen,
            penalty_fen=penalty_fen,
            fee_fen=fee_fen,
            payoff_fen=payoff_fen,
            owed_fen=owed_fen,
            written_off_fen=written_off_fen,
            suspense_fen=suspense_fen,
            days_past_due=days_past_due,
            oldest_unpaid_on=oldest_unpaid_on,
            next_due_on=next_due_on,
            dues=dues,
        )

        agreement_seen.additional_properties = d
        return agreement_seen

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
