"""Uploads that may be gone on with, as tus 1.0 has them: core, creation, checksum, expiration.

They are plain addresses beside the API's: bodies are pieces of bytes, and answers are headers.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from suixin.data.errors import InputError
from suixin.service import clock
from suixin.service.api import problems
from suixin.service.api.authenticating import Asker
from suixin.service.api.edge import PIECE_TYPE
from suixin.service.api.problems import Problem
from suixin.service.app import sync_papers
from suixin.service.app.caller import Caller
from suixin.service.app.permits import Act, check_may
from suixin.service.app.sync_papers import Upload

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,checksum,expiration"
_ALGORITHMS: Final = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
View = Callable[..., HttpResponse]


def _answers(view: Callable[..., HttpResponse]) -> View:
    """A view that speaks tus with an agent; what is refused is a problem."""

    @csrf_exempt  # `Asker` holds whoever comes with a session against forged requests.
    @wraps(view)
    def answered(request: HttpRequest, **given: str) -> HttpResponse:
        try:
            if request.method == "OPTIONS":
                made = HttpResponse(status=204)
                made["Tus-Version"], made["Tus-Extension"] = VERSION, EXTENSIONS
                made["Tus-Checksum-Algorithm"] = ",".join(_ALGORITHMS)
            else:
                caller = Asker()(request)
                check_may(caller, Act.SYNC_DEVICE)
                if request.headers.get("Tus-Resumable") != VERSION:
                    raise Problem("TUS_VERSION", f"This is tus {VERSION}.")
                made = view(request, caller, **given)
        except Problem as problem:
            made = problems.answer(request, problem)
        except InputError as error:
            made = problems.answer(request, problems.of_error(error))
        made["Tus-Resumable"] = VERSION
        made["Cache-Control"] = "no-store"
        return made

    return answered


@_answers
def uploads(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin an upload; the same content of the same device is the one begun before."""
    if request.method != "POST":
        raise Problem("METHOD", headers={"Allow": "OPTIONS, POST"})
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    length = _number(request, "Upload-Length")
    digest, device = told.get("sha256", ""), told.get("device", "")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef") or not device:
        wrong = "Upload-Metadata lacks device, or sha256 in hexadecimal."
        raise Problem("BAD_REQUEST", wrong, "Tell both, in base64.")
    found = sync_papers.begin_upload(caller, device, length=length, sha256=digest, at=clock.now())
    made = _told(HttpResponse(status=201), found)
    made["Location"] = f"{request.path.rstrip('/')}/{found.upload}"
    return made


@_answers
def upload(request: HttpRequest, caller: Caller, *, name: str) -> HttpResponse:
    """How far an upload has come, or a piece more of it."""
    at = clock.now()
    if request.method == "HEAD":
        return _told(HttpResponse(status=200), sync_papers.upload_of(caller, name, at=at))
    if request.method != "PATCH":
        raise Problem("METHOD", headers={"Allow": "HEAD, OPTIONS, PATCH"})
    return _told(HttpResponse(status=204), _added(request, caller, name, at))


def _added(request: HttpRequest, caller: Caller, name: str, at: datetime) -> Upload:
    if request.content_type != PIECE_TYPE:
        raise Problem("MEDIA_TYPE", f"The body is not {PIECE_TYPE}.")
    offset, content = _number(request, "Upload-Offset"), request.body
    _check_sum(request.headers.get("Upload-Checksum", ""), content)
    return sync_papers.add_piece(caller, name, content, offset=offset, at=at)


def _check_sum(told: str, content: bytes) -> None:
    if not told:
        return
    algorithm, _, text = told.partition(" ")
    made = _ALGORITHMS.get(algorithm)
    if made is None:
        raise Problem("BAD_REQUEST", f"Checksums are by {', '.join(_ALGORITHMS)}.")
    try:
        wanted = base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise Problem("BAD_REQUEST", "The checksum is not in base64.") from fault
    if not hmac.compare_digest(made(content).digest(), wanted):
        raise Problem("CHECKSUM", "The piece is not what its checksum says.", "Send it again.")


def _told(made: HttpResponse, found: Upload) -> HttpResponse:
    made["Upload-Offset"] = str(found.received)
    made["Upload-Length"] = str(found.length)
    if not found.whole:
        made["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return made


def _number(request: HttpRequest, name: str) -> int:
    told = request.headers.get(name, "")
    if not (told.isascii() and told.isdecimal() and len(told) <= 12):
        raise Problem("BAD_REQUEST", f"{name} is no number.", "Tell it in decimal digits.")
    return int(told)


def _metadata(told: str) -> dict[str, str]:
    """What a client says of an upload: names with values in base64."""
    found: dict[str, str] = {}
    for pair in filter(None, told[:2_000].split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError) as fault:
            raise Problem("BAD_REQUEST", "Upload-Metadata is not in base64.") from fault
    return found
