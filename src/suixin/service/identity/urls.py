"""Addresses of signing in: what we use of allauth's, and a first password by a link."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from suixin.service.identity import views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("welcome/", views.welcome, name="welcome"),
]
