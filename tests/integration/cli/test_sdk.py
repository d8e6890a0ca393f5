"""Handing out the Luau SDK: what is written, and what a wrong address is told. That it runs, sdks/luau/tests says."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from audioscape_server.cli import sdk
from audioscape_server.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from support.command import Command

ADDRESS = "https://analytics.example.com"


@pytest.mark.parametrize(
    ("given", "built_in"),
    [
        (ADDRESS, ADDRESS),
        (f" {ADDRESS}// ", ADDRESS),
        ("http://10.0.0.7:8000", "http://10.0.0.7:8000"),
        ("https://example.com/music/proxy/", "https://example.com/music/proxy"),
        ("http://[2001:db8::1]:8000", "http://[2001:db8::1]:8000"),
    ],
)
def test_the_address_is_built_in(audioscape: Command, given: str, built_in: str) -> None:
    done = audioscape("sdk", "luau", "--endpoint", given)
    assert done.code == 0
    assert f'endpoint = "{built_in}"' in done.out
    assert done.out.endswith('return import("init")\n')
    assert "make a ModuleScript AudioScape in ServerStorage" in done.err


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("analytics.example.com", "it has no https:// in front"),
        ("", "it has no https:// in front"),
        ("ftp://example.com", "it is http:// or https://"),
        ("https://", "it is http:// or https://"),
        ("https://user:secret@example.com", "no user"),
        (f"{ADDRESS}?key=1", "no query"),
        (f"{ADDRESS}#top", "no other characters"),
        ('https://example.com/"..game:Destroy().."', "no other characters"),
        ("https://example.com/\\n", "no other characters"),
        ("https://exämple.com", "no other characters"),
        ("https://[::1", "its host or port cannot be read"),
        ("https://example.com:99999", "its host or port cannot be read"),
        ("https://:8000", "its host or port cannot be read"),
        (f"{ADDRESS}/analytics/v1/analytics", "leave out /analytics/v1/analytics, which the SDK adds"),
    ],
)
def test_a_wrong_address_is_one_line_with_what_was_found_and_what_is_expected(
    audioscape: Command, given: str, problem: str
) -> None:
    done = audioscape("sdk", "luau", "--endpoint", given)
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert line.startswith("error: --endpoint must be this server's address as games reach it, such as https://")
    assert problem in line


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("http://127.0.0.1:8000", "a published game does not"),
        ("http://localhost:8000", "a published game does not"),
        ("http://analytics.example.com", "the key travels unencrypted"),
    ],
)
def test_an_address_that_is_no_good_in_earnest_is_said(audioscape: Command, given: str, said: str) -> None:
    assert said in audioscape("sdk", "luau", "--endpoint", given).err


def test_a_file_that_cannot_be_written_is_one_line(audioscape: Command, tmp_path: Path) -> None:
    done = audioscape("sdk", "luau", "--endpoint", ADDRESS, "--output", str(tmp_path / "no" / "such" / "folder"))
    assert done.code == 1
    assert "cannot be written: No such file or directory" in done.err


def test_the_address_may_come_from_the_environment(audioscape: Command) -> None:
    assert f'endpoint = "{ADDRESS}"' in audioscape("sdk", "luau", env={"ENDPOINT": ADDRESS}).out


def test_a_model_holds_every_module_as_it_is(audioscape: Command) -> None:
    root = ET.fromstring(audioscape("sdk", "luau", "--endpoint", ADDRESS, "--format", "model").out)
    found = {
        item.find("Properties/string").text: item.find("Properties/ProtectedString").text  # type: ignore[union-attr]
        for item in root.iter("Item")
    }
    modules = dict(sdk.source_modules())
    modules["AudioScape"] = modules.pop("init")
    assert f'endpoint = "{ADDRESS}"' in str(found.pop("Address"))
    del modules["Address"]
    assert found == modules


def test_a_server_without_the_sdks_source_says_so(
    audioscape: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sdk, "__file__", str(tmp_path / "audioscape_server" / "cli" / "sdk.py"))
    with pytest.raises(ConfigurationError, match="The Luau SDK is missing from this installation"):
        sdk.source_modules()
    assert "Install the server anew" in audioscape("sdk", "luau", "--endpoint", ADDRESS).err
