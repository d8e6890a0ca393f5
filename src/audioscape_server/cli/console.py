"""Where commands print: answers to standard output, all else to standard error."""

from rich.console import Console

answers = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
