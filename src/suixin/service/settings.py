"""Django's settings. What differs between institutions comes from the environment.

`DATABASE_URL` names a server (and `DATABASE_OWNER_URL` its owner); without it the embedded server
of `SUIXIN_HOME` is meant. Nothing is started here.
"""

from __future__ import annotations

import os

import pghistory

from suixin.service import clock
from suixin.service.database import APP, django_of, located
from suixin.service.identity.settings import sign_in_settings

_DATABASE = located()

DATABASES = {
    "default": django_of(_DATABASE.url, role=APP),
    # For migrations, backups and the opening of institutions: no use case works as the owner.
    "owner": django_of(_DATABASE.owner_url),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    # Before what they give other templates to.
    "suixin.service.web",
    "suixin.service.identity",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "procrastinate.contrib.django",
    "suixin.service.store",
    "suixin.service.rails",
    "suixin.service.api",
    "suixin.service.jobs",
    "suixin.service.stations",
]
AUTH_USER_MODEL = "identity.User"
globals().update(sign_in_settings(clock.now().date()))
ROOT_URLCONF = "suixin.service.urls"
MIDDLEWARE = [
    "suixin.service.running.requests.watched",
    "suixin.service.api.edge.Edge",
    "suixin.service.identity.headers.secure_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "suixin.service.web.middleware.looks",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "suixin.service.identity.idle.end_idle",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "suixin.service.web.context.looks",
            ]
        },
    }
]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Served from the package under hashed names; nothing is collected.
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["suixin.service.web.static_names.HashedFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "suixin.service.web.static_names.HashedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
CSRF_FAILURE_VIEW = "suixin.service.web.problems.stale_form"
USE_TZ = True
# What is kept is in UTC; a day is a day in China (suixin.service.app.day).
TIME_ZONE = "UTC"

# What the service tells of itself is told by `running.logs`; the jobs' tasks only a worker needs.
LOGGING_CONFIG = None
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
# Where server-sent events are served, beside the port of the pages; 0 where they are not.
EVENTS_PORT = int(os.environ.get("SUIXIN_EVENTS_PORT", "0"))

# Who changed what, and why, stands in the row of history itself: one table to read, one to keep.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_APPEND_ONLY = True
