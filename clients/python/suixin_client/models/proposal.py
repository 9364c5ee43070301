from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.act import Act
from ..models.standing import Standing
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
    from ..models.proposal_content import ProposalContent


T = TypeVar("T", bound="Proposal")


@_attrs_define
class Proposal:
    """An act that one person wants done, and whether another agreed. `subject` is what it is to.

    Attributes:
        proposal (str):
        act (Act): What a person or a partner does; on money, one proposes and another confirms.
        subject (str):
        content (ProposalContent):
        digest (str):
        proposed_by (str):
        proposed_at (datetime.datetime):
        why (str):
        standing (Standing): Where a proposal stands: it ends once.
        ended_by (str | Unset):  Default: ''.
        ended_at (datetime.datetime | None | Unset):
        ended_why (str | Unset):  Default: ''.
    """

    proposal: str
    act: Act
    subject: str
    content: ProposalContent
    digest: str
    proposed_by: str
    proposed_at: datetime.datetime
    why: str
    standing: Standing
    ended_by: str | Unset = ""
    ended_at: datetime.datetime | None | Unset = UNSET
    ended_why: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.proposal_content import ProposalContent  # noqa: PLC0415

        proposal = self.proposal

        act = self.act.value

        subject = self.subject

        content = self.content.to_dict()

        digest = self.digest

        proposed_by = self.proposed_by

        proposed_at = self.proposed_at.isoformat()

        why = self.why

        standing = self.standing.value

        ended_by = self.ended_by

        ended_at: None | str | Unset
        if isinstance(self.ended_at, Unset):
            ended_at = UNSET
        elif isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        ended_why = self.ended_why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "proposal": proposal,
                "act": act,
                "subject": subject,
                "content": content,
                "digest": digest,
                "proposed_by": proposed_by,
                "proposed_at": proposed_at,
                "why": why,
                "standing": standing,
            }
        )
        if ended_by is not UNSET:
            field_dict["ended_by"] = ended_by
        if ended_at is not UNSET:
            field_dict["ended_at"] = ended_at
        if ended_why is not UNSET:
            field_dict["ended_why"] = ended_why

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.proposal_content import ProposalContent  # noqa: PLC0415

        d = dict(src_dict)
        proposal = d.pop("proposal")

        act = Act(d.pop("act"))

        subject = d.pop("subject")

        content = ProposalContent.from_dict(d.pop("content"))

        digest = d.pop("digest")

        proposed_by = d.pop("proposed_by")

        proposed_at = datetime.datetime.fromisoformat(d.pop("proposed_at"))

        why = d.pop("why")

        standing = Standing(d.pop("standing"))

        ended_by = d.pop("ended_by", UNSET)

        def _parse_ended_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        ended_at = _parse_ended_at(d.pop("ended_at", UNSET))

        ended_why = d.pop("ended_why", UNSET)

        proposal = cls(
            proposal=proposal,
            act=act,
            subject=subject,
            content=content,
            digest=digest,
            proposed_by=proposed_by,
            proposed_at=proposed_at,
            why=why,
            standing=standing,
            ended_by=ended_by,
            ended_at=ended_at,
            ended_why=ended_why,
        )

        proposal.additional_properties = d
        return proposal

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
