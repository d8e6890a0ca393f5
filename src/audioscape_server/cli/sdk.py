"""``audioscape sdk``: hand out an SDK with this server's address built in.

The Luau SDK sends to no host that nobody named. Handed out here, its module ``Address`` names this server, so that a
game needs nothing but its key: ``AudioScape.new(key)``. Two forms of the same:

* ``script``: one ModuleScript to paste. Each module of the SDK becomes a function in it, run when it is first required.
* ``model``: an ``.rbxmx`` model for Studio with the module tree as it is, types included.

The SDK's source is part of the wheel; in a checkout it is read where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from cyclopts import App

from audioscape_server import __version__
from audioscape_server.cli.console import errors
from audioscape_server.errors import ConfigurationError, InvalidRequestError

app = App(
    name="sdk",
    help="""Hand out an SDK that knows this server's address.

    The Python and JavaScript SDKs are installed from the checkout; their READMEs say how.""",
)

Modules = Mapping[str, str]
"""The SDK's modules by name, ``init`` among them."""

#: What a game can reach: http or https, a host, perhaps a port and a path, nothing that Luau would have to escape.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:_~%/]+")
_INGEST_PATH = "/analytics/v1/analytics"
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_REQUIRE = re.compile(r"\brequire\(script(?:\.Parent)?\.(\w+)\)")

_ADDRESS_MODULE = """\
--!strict
-- The server that handed this copy out.
local Address: {{ endpoint: string? }} = {{ endpoint = "{endpoint}" }}

return Address
"""
_SCRIPT = """\
--!nocheck
-- AudioScape for Roblox {version}, for the server at {endpoint}. MIT licence.
-- Made by `audioscape sdk luau`. Don't change it here: make a new one when the SDK or the address changes.
--
-- A ModuleScript. In a Script on the server, with HTTP requests allowed in the game's settings:
--     local AudioScape = require(game:GetService("ServerStorage").AudioScape)
--     local client = AudioScape.new(game:GetService("HttpService"):GetSecret("AudioScapeKey"))
--     client:trackPlay(assetId, player.UserId, trackLength)

local modules: {{ [string]: () -> any }} = {{}}
local loaded: {{ [string]: any }} = {{}}

local function import(name: string): any
	if loaded[name] == nil then
		loaded[name] = modules[name]()
	end
	return loaded[name]
end
"""


@app.command
def luau(
    *,
    endpoint: str,
    output: Path | None = None,
    format: Literal["script", "model"] = "script",  # noqa: A002 - the flag's name
) -> None:
    """Write the SDK for Roblox as one file, with the address of this server in it.

    Make a ModuleScript named AudioScape in ServerStorage, paste the file into it, and `AudioScape.new(key)` sends to
    this server. A key that a game has already goes on working after `audioscape keys import`.

    Examples: `audioscape sdk luau --endpoint https://analytics.example.com --output AudioScape.luau`, or with
    `--format model --output AudioScape.rbxmx` and then Insert from File in Studio.

    Parameters
    ----------
    endpoint
        This server's address as games reach it, such as https://analytics.example.com.
    output
        The file to write. By default it goes to standard output.
    format
        script: one ModuleScript to paste. model: an .rbxmx file with the tree of modules and their types, for code in
        --!strict.
    """
    address = checked_endpoint(endpoint)
    modules = {**source_modules(), "Address": _ADDRESS_MODULE.format(endpoint=address)}
    text = script(modules, address) if format == "script" else model(modules)
    if output is None:
        print(text, end="")  # noqa: T201 - the answer itself, however long its lines
    else:
        try:
            output.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise InvalidRequestError(f"{output} cannot be written: {error.strerror}.") from None
    _say_what_to_do(address, output, format)


def checked_endpoint(endpoint: str) -> str:
    """The address without a slash at its end.

    Raises:
        InvalidRequestError: games could not reach it; the text says what was found and what is expected.
    """
    if "://" not in endpoint:
        raise _no_endpoint(endpoint, "it has no https:// in front")
    address = endpoint.strip().rstrip("/")
    if address.endswith(_INGEST_PATH):
        raise _no_endpoint(endpoint, f"leave out {_INGEST_PATH}, which the SDK adds")
    if not _ADDRESS.fullmatch(address):
        shape = "it is http:// or https:// with a host, and maybe a port and a path"
        raise _no_endpoint(endpoint, f"{shape}; no query, no user, no other characters")
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    if not has_host:
        raise _no_endpoint(endpoint, "its host or port cannot be read")
    return address


def source_modules() -> Modules:
    """The Luau SDK as it came with this server.

    Raises:
        ConfigurationError: it did not come with it.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "luau", package.parent.parent / "sdks" / "luau" / "src"):
        files = sorted(folder.glob("*.luau"))
        if files:
            return {file.stem: file.read_text("utf-8") for file in files}
    raise ConfigurationError(
        f"The Luau SDK is missing from this installation: it belongs into {package / 'luau'}. Install the server anew.",
    )


def script(modules: Modules, address: str) -> str:
    """All modules as one ModuleScript."""
    parts = [_SCRIPT.format(version=__version__, endpoint=address)]
    # A type that other modules see is a type of its function here: only a module as a whole can export one.
    for name, text in modules.items():
        body = _REQUIRE.sub(r'import("\1")', text.removeprefix("--!strict\n"))
        body = re.sub(r"^export type ", "type ", body, flags=re.MULTILINE)
        parts.append(f'modules["{name}"] = function()\n{body}end\n')
    parts.append('return import("init")\n')
    return "\n".join(parts)


def model(modules: Modules) -> str:
    """The tree of modules as Studio's XML: `init` is the ModuleScript itself, the others stand in it."""
    root = ET.Element("roblox", version="4")
    top = _item(root, "AudioScape", modules["init"])
    for name, text in modules.items():
        if name != "init":
            _item(top, name, text)
    ET.indent(root, space="\t")
    return ET.tostring(root, encoding="unicode") + "\n"


def _item(parent: ET.Element, name: str, source: str) -> ET.Element:
    item = ET.SubElement(parent, "Item", {"class": "ModuleScript", "referent": name})
    properties = ET.SubElement(item, "Properties")
    ET.SubElement(properties, "string", name="Name").text = name
    ET.SubElement(properties, "ProtectedString", name="Source").text = source
    return item


def _no_endpoint(found: str, problem: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"--endpoint must be this server's address as games reach it, such as https://analytics.example.com; "
        f"got {found[:120]!r}: {problem}.",
    )


def _say_what_to_do(address: str, output: Path | None, form: str) -> None:
    where = output or "the text above"
    if form == "script":
        next_step = f"In Studio make a ModuleScript AudioScape in ServerStorage and paste {where} into it."
    else:
        next_step = f"In Studio right-click ServerStorage, choose Insert from File, and take {where}."
    errors.print(next_step, soft_wrap=True)
    parts = urlsplit(address)
    if parts.hostname in _LOCAL_HOSTS:
        errors.print(f"Only Studio on this machine reaches {address}; a published game does not.", soft_wrap=True)
    elif parts.scheme == "http":
        errors.print("With http:// the key travels unencrypted; use https:// outside a test.", soft_wrap=True)
