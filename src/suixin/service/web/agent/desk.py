"""The station agent's desk: one page with its worker and its manifest."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from suixin.service.app.caller import Duty
from suixin.service.app.permits import Act
from suixin.service.web.agent import shell
from suixin.service.web.page import Desk, Link, Page

DESK: Final = Desk(
    name="agent",
    path="agent/",
    label=_("服务站"),
    base="phone.html",
    duties=frozenset({Duty.STATION_AGENT}),
    nav=(Link("agent-home", _("服务站"), "home"),),
    pages=(
        Page(path="", name="agent-home", view=shell.shell, act=Act.SYNC_DEVICE),
        Page(path="worker.js", name="agent-worker", view=shell.worker, act=Act.SYNC_DEVICE),
        Page(
            path="manifest.webmanifest",
            name="agent-manifest",
            view=shell.manifest,
            act=Act.SYNC_DEVICE,
        ),
    ),
)
