"""Identity as an application of Django's."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Its label is `identity`."""

    name = "suixin.service.identity"
    label = "identity"

    def ready(self) -> None:
        """Whoever enrols a second factor has just shown it: this sign-in counts as made with it."""
        from allauth.mfa.signals import authenticator_added

        from suixin.service.identity.adapters import note_enrolled

        authenticator_added.connect(note_enrolled, dispatch_uid="suixin.note_enrolled")
