"""Django's settings. What differs between institutions comes from the environment.

`DATABASE_URL` names a server (and `DATABASE_OWNER_URL` its owner); without it the embedded server
of `SUIXIN_HOME` is meant. Nothing is started here.
"""

from __future__ import annotations

import pghistory

from suixin.service.database import APP, django_of, located

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
    "pgtrigger",
    "pghistory",
    "suixin.service.store",
]
USE_TZ = True
TIME_ZONE = "UTC"

# Who changed what, and why, stands in the row of history itself: one table to read, one to keep.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_APPEND_ONLY = True
