"""Python's collector of garbage, for a server that keeps nearly all of what it loads.

The collector looks for objects that refer to each other and that nobody else refers to. It begins when so many were
made, and now and then it looks through all that there are: here some hundred thousand, of modules and routes, which
stay as long as the process. No request is answered meanwhile, and with the interpreter's own settings one in a hundred
waited for that.
"""

import gc
from typing import Final

#: Objects made and not given back until the youngest are looked through. A request of 50 events holds a hundred while
#: it waits for its commit: with 700, the interpreter's own setting, these alone make the collector begin all the time.
_YOUNGEST: Final = 10_000
#: How many such looks there are to one at those that outlived a look, and of these to one at all.
_OLDER: Final = 20
_OLDEST: Final = 20


def spare_what_stays() -> None:
    """Take all that there is now for what stays: the collector looks at it no more, and begins less often.

    To be called once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNGEST, _OLDER, _OLDEST)
