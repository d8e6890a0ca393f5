"""The built files: read once, compressed once, and kept."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from audioscape_server.api.encodings import CODINGS, chosen

_FOLDER: Final = Path(__file__).with_name("built")
#: What the server fills in: `index.html` of dashboard/ has it.
_BOOT: Final = '<script type="application/json" id="boot">null</script>'
_HEAD_END: Final = "</head>"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that never changes: its name holds a digest of what is in it.

    Attributes:
        media_type: what it is.
        body: its bytes.
        coded: the same in each content coding that makes it smaller.
    """

    media_type: str
    body: bytes
    coded: Mapping[str, bytes]

    def accepted(self, accept_encoding: str) -> tuple[bytes, str | None]:
        """The bytes for a client, and their coding."""
        coding = chosen(accept_encoding, self.body)
        return (self.coded[coding], coding) if coding else (self.body, None)


@cache
def assets() -> Mapping[str, Asset]:
    """Every file of ``built/assets``, by its name."""
    return {path.name: _asset(path) for path in (_FOLDER / "assets").iterdir()}


def document(source: str | None, boot: Mapping[str, Any]) -> bytes:
    """The HTML of a page.

    Args:
        source: the module of ``dashboard/src/pages`` that draws it; the browser loads it along with the rest. None =
            what all pages share draws it.
        boot: what the page is told.
    """
    # No text can end the element or begin another.
    told = msgspec.json.encode(boot).decode().replace("<", "\\u003c")
    page = _page().replace(_BOOT, _BOOT.replace("null", told))
    links = "".join(
        f'<link rel="modulepreload" crossorigin href="/{name}">' for name in (_chunks()[source] if source else ())
    )
    return page.replace(_HEAD_END, f"{links}{_HEAD_END}").encode()


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in {".js", ".css"}:  # what a machine's own table of types says must not matter
        media_type = {".js": "text/javascript", ".css": "text/css"}[path.suffix]
    return Asset(media_type, body, {name: code(body) for name, code in CODINGS.items()})


@cache
def _page() -> str:
    return (_FOLDER / "index.html").read_text("utf-8")


@cache
def _chunks() -> Mapping[str, Sequence[str]]:
    """The files that a page's own code is in, by the page's module."""
    manifest: dict[str, dict[str, Any]] = msgspec.json.decode((_FOLDER / "manifest.json").read_bytes())
    shared = {"index.html"}

    def files(name: str) -> list[str]:
        chunk = manifest[name]
        inner = [file for one in chunk.get("imports", ()) if one not in shared for file in files(one)]
        return [chunk["file"], *inner]

    prefix = "src/pages/"
    return {
        Path(name).stem: list(dict.fromkeys(files(name)))
        for name in manifest
        if name.startswith(prefix) and manifest[name].get("isDynamicEntry")
    }
