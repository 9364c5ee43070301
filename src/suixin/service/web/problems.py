"""Pages for what went wrong: not found, not permitted, refused input, our own fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from suixin.data.errors import InputError
from suixin.service.web.told import Told, told

if TYPE_CHECKING:
    from suixin.service.web.page import Desk


def problem(request: HttpRequest, error: InputError, *, desk: Desk | None = None) -> HttpResponse:
    """The page of an error that a use case raised; it tells nothing of the rows."""
    return _shown(request, told(error), desk)


def _shown(request: HttpRequest, words: Told, desk: Desk | None = None) -> HttpResponse:
    context = {"problem": words, "desk": desk, "page": ""}
    return render(request, "problem.html", context, status=words.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page at this address."""
    words = Told("NO_PAGE", gettext("没有这一页。"), gettext("请核对网址，或回首页再找。"), 404)
    return _shown(request, words)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself does not permit."""
    what = gettext("这一页不在您的职责里。")
    return _shown(
        request, Told("NOT_PERMITTED", what, gettext("请换一个账号，或请管理员核对。"), 403)
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read."""
    what = gettext("发来的内容读不懂。")
    return _shown(request, Told("BAD_REQUEST", what, gettext("请回上一页再试一次。"), 400))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the mark that its page gave it: an old page, another site, or no cookies."""
    what = gettext("这一页放得太久了，刚才的内容没有提交。")
    return _shown(request, Told("CSRF", what, gettext("请回上一页，刷新后再提交一次。"), 403))


def own_fault(request: HttpRequest) -> HttpResponse:
    """Our own fault: a page that needs no database, no session and no language of the request."""
    return HttpResponse(render_to_string("fault.html"), status=500)
