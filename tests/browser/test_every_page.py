"""What holds for every page: it is drawn, fits, can be used by everybody, and is sound in each theme and width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from audioscape_server.dashboard.routes import OPEN_PAGES, PAGES
from support.pages import Visit, overflow, violations

#: A window of 1,280 pixels, a phone, and the first one at 200 %.
WIDTHS: Final = (1280, 375, 640)
PATHS: Final = [path.replace("{asset_id}", "101") for path in PAGES]
#: Where a picture of each page is kept, for who wants to look at them.
PICTURES: Final = Path(__file__).parents[2] / "test-results" / "pages"


def _picture(path: str, theme: str, width: int) -> Path:
    return PICTURES / f"{path.strip('/').replace('/', '-') or 'overview'}-{theme}-{width}.png"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_drawn_fits_and_breaks_no_rule(visiting: Callable[..., Visit], path: str, theme: str) -> None:
    page = visiting(color_scheme=theme, viewport={"width": WIDTHS[0], "height": 900}).open(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=_picture(path, theme, width), full_page=True)
        assert overflow(page) == 0, f"wider than {width} pixels"
        assert violations(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_twice_at_most(visiting: Callable[..., Visit], path: str) -> None:
    visit = visiting()
    visit.open(path)
    assert len(visit.asked) <= 2, visit.asked


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_shows_numbers_is_for_who_is_signed_in(visiting: Callable[..., Visit], path: str) -> None:
    visit = visiting(None)
    page = visit.open(path, until_ready=False)
    assert page.url.startswith(f"{visit.server.url}/login")


@pytest.mark.parametrize("path", [*PAGES, *OPEN_PAGES])
def test_every_address_leads_to_the_page_that_the_navigation_means(path: str, visiting: Callable[..., Visit]) -> None:
    page = visiting().open(path.replace("{asset_id}", "101"))
    assert page.get_attribute("main", "data-page") != "missing"
