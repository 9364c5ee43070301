"""The demonstration: a county whose lender, fund and people lived half a year through the acts."""

from __future__ import annotations

from suixin.service.ready import ready

ready()
