"""The county's desk and the fund's: its pages and who comes to them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.government import pages
from suixin.service.web.page import Desk, Link, Page

DESK: Final = Desk(
    name="government",
    path="county/",
    label=_("县"),
    duties=frozenset({Duty.COUNTY_OFFICE, Duty.FUND_OFFICER}),
    nav=(
        Link("government-overview", _("总览")),
        Link("government-claims", _("代偿")),
        Link("government-delivery", _("贴息")),
        Link("government-reach", _("覆盖")),
    ),
    pages=(
        Page(path="", name="government-overview", view=pages.overview, act=Act.SEE_FUND),
        Page(path="claims/", name="government-claims", view=pages.claims, act=Act.SEE_FUND),
        Page(path="delivery/", name="government-delivery", view=pages.delivery, act=Act.SEE_FUND),
        Page(path="reach/", name="government-reach", view=pages.reach, act=Act.SEE_FUND),
    ),
)
