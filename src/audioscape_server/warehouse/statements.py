"""The statements of ``sql/``: one file each, of which a question is sent only what it needs.

How long the engine takes to find out how to answer grows with the words of a statement, and over rollups that takes as
long as answering. So a statement is a template that knows the parameters it is asked with, and leaves out what they
say nothing about::

    {% if universes %}AND universe IN {universes:Array(UInt64)}{% endif %}

What several statements have in common they include: from ``sql/filters`` which events, from ``sql/periods`` when, from
``sql/measures`` what is counted.

A template may ask what a parameter says, and never writes it down: every value is bound by the engine. A statement with
a value in its text cannot be sent.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

_STATEMENT_END: Final = re.compile(r";\s*$", re.MULTILINE)
_NOTHING: Final[Mapping[str, Any]] = {}


def statement(name: str, parameters: Mapping[str, Any] = _NOTHING) -> str:
    """Return ``sql/<name>.sql`` for these parameters.

    Raises:
        jinja2.UndefinedError: the statement asks about a parameter that is not given.
    """
    return statements().get_template(name).render(parameters)


@cache
def statements() -> Environment:
    """Every file of ``sql/``, read at once: later there may be no descriptor left to read one with."""
    folders = files("audioscape_server.warehouse").joinpath("sql").iterdir()
    texts = {
        f"{folder.name}/{file.name.removesuffix('.sql')}": file.read_text("utf-8")
        for folder in folders
        for file in folder.iterdir()
    }
    return Environment(
        loader=DictLoader(texts),
        cache_size=len(texts),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        finalize=_refuse_value,
    )


def statements_of(text: str) -> list[str]:
    """Return the statements of a file that has several; one ends where a line ends with a semicolon."""
    return [part.strip() for part in _STATEMENT_END.split(text) if part.strip()]


def _refuse_value(_value: object) -> NoReturn:
    raise TypeError("a statement takes its values from the engine: {name:Type}, never {{ name }}")
