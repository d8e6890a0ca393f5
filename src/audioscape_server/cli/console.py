"""Where commands print: answers to standard output, all else to standard error."""

import json
import sys
from typing import Annotated, Any

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

#: Columns of output that is not a terminal: nothing is cut that a program may read.
_WIDE = 1_000

# Without markup: names, reasons and errors come from outside, and a bracket in them is a bracket.
answers = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else _WIDE)
errors = Console(stderr=True, highlight=False, markup=False, emoji=False)


#: An option of commands that answer a table: the same for a program.
AsJson = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON, for other programs.")]


def print_json(value: Any) -> None:
    """Print a value for another program: no wrapping, no colours, and JSON in whatever encoding."""
    print(json.dumps(value, indent=2, default=str))  # noqa: T201


def table(*columns: str) -> Table:
    """A table whose first column, the one to copy from, is never cut."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, no_wrap=number == 0)
    return made
