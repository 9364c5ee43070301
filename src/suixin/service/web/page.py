"""A page: its address, whose it is, and what one who asks for it gets. A desk is a set of pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from secrets import token_urlsafe
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from suixin.data.errors import InputError
from suixin.service import clock
from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.permits import Act, check_may
from suixin.service.identity.callers import request_caller
from suixin.service.web.problems import problem
from suixin.service.web.told import told

View = Callable[..., HttpResponse]
"""Takes `Asked` and what the path captures, by name."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a desk's navigation: the page it leads to, its words (lazy), on phones its icon."""

    page: str
    label: Any
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address under a desk. `act` is what its caller must be permitted (`app.permits`)."""

    path: str
    name: str
    view: View
    act: Act | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The pages of one kind of people, under one path. `base` is phone.html or desk.html."""

    name: str
    path: str
    label: Any
    duties: frozenset[Duty]
    nav: tuple[Link, ...]
    pages: tuple[Page, ...]
    base: str = "desk.html"

    @property
    def home(self) -> str:
        """The page that its people come to first."""
        return self.nav[0].page


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody asks for a page: who, when, and how the desk answers."""

    request: HttpRequest
    caller: Caller
    at: datetime
    desk: Desk
    name: str

    @property
    def sent(self) -> bool:
        """Whether a form was sent."""
        return self.request.method == "POST"

    @property
    def key(self) -> str:
        """The key of a form that was sent (`{% once %}`): sent twice, it is done once."""
        return str(self.request.POST.get("key", "")) or token_urlsafe(12)

    def page(
        self, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """The page that a template makes of parts; `desk`, `page` and `caller` are given too."""
        given = {"desk": self.desk, "page": self.name, "caller": self.caller, **(context or {})}
        return render(self.request, template, given, status=status)

    @property
    def query(self) -> str:
        """The address's query without its page number, to go on with: for `parts.Pages`."""
        kept = self.request.GET.copy()
        kept.pop("page", None)
        return f"{kept.urlencode()}&" if kept else ""

    @property
    def number(self) -> int:
        """The number of the page of a long table that is asked for, from 1."""
        told = self.request.GET.get("page", "1")
        return max(1, int(told)) if told.isascii() and told.isdecimal() and len(told) < 7 else 1

    def tried(self, form: BaseForm, act: Callable[[], T]) -> T | None:
        """What an act gives, or None: what it refuses then stands in words above the form."""
        try:
            return act()
        except InputError as error:
            words = told(error)
            form.add_error(None, f"{words.what} {words.next}".strip())
            return None


def addresses(desk: Desk) -> list[URLPattern]:
    """The addresses of a desk."""
    return [path(desk.path + page.path, served(desk, page), name=page.name) for page in desk.pages]


def served(desk: Desk, page: Page) -> Callable[..., HttpResponse]:
    """A page as Django calls it: signed in, in duty, permitted; a refusal is a page too."""

    @wraps(page.view)
    def answered(request: HttpRequest, **captured: Any) -> HttpResponse:
        try:
            caller = request_caller(request)
            if not desk.duties & caller.duties:
                raise forbidden(caller, "This desk is not yours.")
            if page.act is not None:
                check_may(caller, page.act)
            asked = Asked(request=request, caller=caller, at=clock.now(), desk=desk, name=page.name)
            return page.view(asked, **captured)
        except InputError as error:
            if error.code == "NOT_SIGNED_IN":
                return redirect_to_login(request.get_full_path())
            if error.code == "SECOND_FACTOR":
                return redirect("mfa_activate_totp")
            return problem(request, error, desk=desk)

    return answered
