from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Answered")


@_attrs_define
class Answered:
    """The answer to a dispute; upheld: the person was right.

    Attributes:
        upheld (bool):
        words (str):
    """

    upheld: bool
    words: str

    def to_dict(self) -> dict[str, Any]:
        upheld = self.upheld

        words = self.words

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "upheld": upheld,
                "words": words,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        upheld = d.pop("upheld")

        words = d.pop("words")

        answered = cls(
            upheld=upheld,
            words=words,
        )

        return answered
