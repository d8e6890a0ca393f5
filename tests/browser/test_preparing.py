"""The page of the audience just after a long history came in: what is known is there, and what is not is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.pages import add_person, measures, overflow, violations, visit
from support.server import Server

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

#: What cannot be told before it is known who was first seen when.
PANELS = ("New and returning", "Who comes back")


def test_who_is_new_is_being_worked_out_and_all_else_is_there(chromium: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path, tamper="behind")
    done = server.cli("simulate", "--days", "12", "--events", "1500", "--tracks", "100", "--players", "40")
    assert done.returncode == 0, done.stderr
    with server:
        add_person(server, "owner@example.com")
        with visit(chromium, server, "owner@example.com") as seen:
            seen.context.clock.install()
            page = seen.open("/audience")
            for title in PANELS:
                panel = page.locator(".panel", has=page.get_by_role("heading", name=title))
                panel.locator("[data-measure=preparing]").wait_for()
                assert panel.locator("[data-measure=preparing]").get_attribute("data-value") == "0"
                assert "Who is new is told in some minutes; the page looks by itself." in panel.inner_text()
                with page.expect_response("**/audience**") as asked:
                    panel.get_by_role("button", name="Look again").click()
                assert asked.value.json()["preparing"] == 0
            with page.expect_response(lambda answer: "/audience" in answer.url) as asked:
                seen.context.clock.fast_forward(20_000)
            assert asked.value.json()["preparing"] == 0
            known = measures(page)
            assert known["players"][0] > 0
            assert known.keys().isdisjoint({"new", "returning", "cohort"})
            assert page.locator(".panel:has-text('Active players') svg").count() > 0
            assert violations(page) == []
            assert overflow(page) == 0
        server.tamper = ""
        server.restart()
        with visit(chromium, server, "owner@example.com") as seen:
            shown = measures(seen.open("/audience"))
        assert shown["new"] == shown["players"] == known["players"]
        assert "preparing" not in shown
