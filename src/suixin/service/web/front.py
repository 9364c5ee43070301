"""The front: who signed in goes to his desk, who did not sees what this place is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from suixin.service.web.desks import desks_of


def front(request: HttpRequest) -> HttpResponse:
    """The first desk of whoever signed in; the front page for others and who has no desk."""
    found = desks_of(request.user) if request.user.is_authenticated else ()
    if found:
        return HttpResponseRedirect(reverse(found[0].home))
    return render(request, "front.html", {"desk": None, "page": "front"})
