"""Where commands print: answers to standard output, all else to standard error."""

from rich import box
from rich.console import Console
from rich.table import Table

answers = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def table(*columns: str) -> Table:
    """A table whose first column, the one to copy from, is never cut."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, no_wrap=number == 0)
    return made
