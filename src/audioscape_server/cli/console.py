"""Where commands print: answers to standard output, all else to standard error."""

import sys

from rich import box
from rich.console import Console
from rich.table import Table

#: Columns of output that is not a terminal: nothing is cut that a program may read.
_WIDE = 1_000

# Without markup: names, reasons and errors come from outside, and a bracket in them is a bracket.
answers = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else _WIDE)
errors = Console(stderr=True, highlight=False, markup=False, emoji=False)


def table(*columns: str) -> Table:
    """A table whose first column, the one to copy from, is never cut."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, no_wrap=number == 0)
    return made
