"""Every part in a real browser: narrow, large, dark, printed, without a script, and by axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import faults, look, picture, sideways, site
from django.test import override_settings

__all__ = ["site"]

LOOKS = {"": {}, "dark": {"scheme": "dark"}, "large": {"size": "large"}}


@pytest.fixture(scope="module", autouse=True)
def gallery() -> Iterator[None]:
    """The parts have pages of their own here."""
    with override_settings(ROOT_URLCONF="gallery_urls"):
        yield


@pytest.mark.parametrize("kind", ["phone", "desk"])
@pytest.mark.parametrize("looks", sorted(LOOKS))
def test_parts_are_clean_and_fit(site: str, kind: str, looks: str) -> None:
    """At 320 pixels nothing scrolls sideways; axe finds nothing; nothing comes from outside."""
    context, seen = look(site, width=320, cookies=LOOKS[looks])
    page = seen.open(f"/gallery/{kind}/")
    picture(page, f"parts-{kind}-{looks or 'usual'}-320")
    assert sideways(page) <= 0
    assert faults(page) == []
    assert seen.errors == []
    assert seen.outside == []
    page.set_viewport_size({"width": 1440, "height": 900})
    picture(page, f"parts-{kind}-{looks or 'usual'}-1440")
    assert sideways(page) <= 0
    context.close()
