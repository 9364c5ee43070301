"""The one page of signing in that is ours: a first password, by a link and a code."""

from __future__ import annotations

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from suixin.data.errors import InputError
from suixin.service import clock
from suixin.service.identity import welcoming


class WelcomeForm(forms.Form):
    """What a newcomer gives: what he was told by two people, and a password of his own."""

    link = forms.CharField(label=_("Link"), max_length=100, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password (again)"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> None:
        """The two are one, and no weak one; what is wrong stands at its field."""
        given = self.cleaned_data
        password = given.get("password", "")
        if password != given.get("password_again"):
            self.add_error("password_again", _("You must type the same password each time."))
        try:
            validate_password(password)
        except forms.ValidationError as fault:
            self.add_error("password", fault)


@never_cache
@sensitive_post_parameters()
def welcome(request: HttpRequest) -> HttpResponse:
    """Choose a first password; whoever has it signs in with it next."""
    # Each try costs a hash, and whoever has no link has no account that could be locked.
    if request.method == "POST" and not ratelimit.consume(request, action="signup"):
        answer: HttpResponse = ratelimit.respond_429(request)
        return answer
    form = WelcomeForm(request.POST or None, initial={"link": request.GET.get("link", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            welcoming.choose_password(
                given["link"], given["code"], given["password"], at=clock.now()
            )
        except InputError as fault:
            form.add_error(None, fault.message)
        else:
            return redirect("account_login")
    return render(
        request, "identity/welcome.html", {"form": form}, status=400 if form.errors else 200
    )
