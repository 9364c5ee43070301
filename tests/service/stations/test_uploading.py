"""Papers by tus 1.0 over HTTP, as any client of that protocol sends them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from lending_world import VILLAGE, World
from sign_in import signed_in
from station_device import digest_of, enrolled

from suixin.service.app.caller import Duty

TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}


def told(raw: bytes) -> str:
    """Bytes as a header has them."""
    return base64.b64encode(raw).decode()


def test_a_paper_goes_on_where_it_was_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begun, asked how far it is, gone on with; a wrong piece changes nothing."""
    monkeypatch.setattr("suixin.service.clock.now", lambda: world.at)
    client, user = signed_in(world.institution, Duty.STATION_AGENT, villages=[VILLAGE])
    device = enrolled(user.caller(), world.at)
    raw = bytes(range(256)) * 10
    meta = f"device {told(device.name.encode())},sha256 {told(digest_of(raw).encode())}"
    made = client.generic(
        "POST",
        "/api/v1/uploads",
        HTTP_UPLOAD_LENGTH=str(len(raw)),
        HTTP_UPLOAD_METADATA=meta,
        **TUS,
    )
    assert (made.status_code, made["Upload-Offset"]) == (201, "0")
    assert "Upload-Expires" in made
    place = made["Location"]

    def sent(part: bytes, offset: int, check: bytes | None = None) -> Any:
        mark = hashlib.sha256(part if check is None else check).digest()
        return client.patch(
            place,
            part,
            content_type="application/offset+octet-stream",
            HTTP_UPLOAD_OFFSET=str(offset),
            HTTP_UPLOAD_CHECKSUM=f"sha256 {told(mark)}",
            **TUS,
        )

    assert sent(raw[:900], 0)["Upload-Offset"] == "900"
    assert (sent(raw[900:], 5).status_code, sent(raw[900:], 900, b"x").status_code) == (409, 460)
    head = client.head(place, **TUS)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "900", "2560")
    assert sent(raw[900:], 900).status_code == 204
    assert "Upload-Expires" not in client.head(place, **TUS)


def test_who_speaks_otherwise_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suixin.service.clock.now", lambda: world.at)
    client, _ = signed_in(world.institution, Duty.STATION_AGENT, villages=[VILLAGE])
    officer, _ = signed_in(world.institution, Duty.CREDIT_OFFICER)
    assert client.generic("POST", "/api/v1/uploads").status_code == 412
    assert officer.generic("POST", "/api/v1/uploads", **TUS).status_code == 403
    assert (
        client.generic("POST", "/api/v1/uploads", HTTP_UPLOAD_LENGTH="x", **TUS).status_code == 400
    )
    assert client.head("/api/v1/uploads/none", **TUS).status_code == 404
    assert client.get("/api/v1/uploads", **TUS).status_code == 405
    assert client.options("/api/v1/uploads")["Tus-Extension"] == "creation,checksum,expiration"
