"""Fields of forms that people fill in here: amounts in yuan, kept in fen."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext

from suixin.kernel.money import Money
from suixin.service.web.figures import whole

# As it is typed on a phone: full-width digits and signs, separators, the sign of the yuan.
_PLAIN: Final = str.maketrans("０１２３４５６７８９．", "0123456789.", "，, ¥￥元")

_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class YuanField(forms.CharField):
    """An amount typed in yuan, cleaned to whole fen; says in words what is wrong with it."""

    def __init__(self, *, least: int = 1, most: int | None = None, **more: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=24, **more)
        self.least, self.most = least, most

    def clean(self, value: Any) -> Any:
        """The amount in fen."""
        told = str(super().clean(value)).translate(_PLAIN)
        if not told:
            return None
        if not _AMOUNT.fullmatch(told):
            wrong = gettext("请写一个金额，最多两位小数，例如 12,300.50。")
            raise forms.ValidationError(wrong)
        fen = Money.from_yuan(told).minor
        if fen < self.least:
            least = whole(self.least)
            raise forms.ValidationError(gettext("最少 %(least)s。") % {"least": least})
        if self.most is not None and fen > self.most:
            told_ = {"most": whole(self.most), "asked": whole(fen)}
            raise forms.ValidationError(gettext("最多 %(most)s，您填了 %(asked)s。") % told_)
        return fen
