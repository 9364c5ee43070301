"""The generated client, on its way to the service in this process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import api_stage
import httpx

CLIENT = Path(__file__).parents[2] / "clients" / "python"


def client(token: str) -> Any:
    """A partner's client with its token; no socket between it and the service."""
    if str(CLIENT) not in sys.path:
        sys.path.insert(0, str(CLIENT))
    from suixin_client import AuthenticatedClient

    from suixin.service.wsgi import application

    made = AuthenticatedClient(base_url=api_stage.BASE, token=token)
    transport = httpx.WSGITransport(app=application)
    headers = {"Authorization": f"Bearer {token}"}
    made.set_httpx_client(
        httpx.Client(transport=transport, base_url=api_stage.BASE, headers=headers)
    )
    return made
