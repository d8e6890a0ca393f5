"""What arrives late changes nothing.

A line to a ClickHouse server may hold a statement back and bring it minutes later, when its sender has given up, and it
or another worker has put right what was left: what a client wrote into a TCP connection arrives even after it closed
it. So the warehouse keeps a *fencing token*, a number that only grows. Whoever has the exclusive lock raises it before
it looks at anything. Every statement that changes events, or says which lengths they are judged by, carries the token
that its sender knows, and does nothing when another one counts; what runs already is ended. A statement that swaps
partitions can carry no condition: it names a side table, and those are renamed here. Lengths may be learned late: they
are not judged by yet.

With the embedded engine nothing arrives late. The same is done there, for there is one way to do it.
"""

from audioscape_server.warehouse import rollups
from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.parts import Soundness
from audioscape_server.warehouse.statements import statement


def token(connections: Connections) -> int:
    """The token that counts now."""
    [row] = connections.query("fence/token", {}, {})
    return int(row["token"])


class Fence:
    """The fencing token, as one worker knows it. Belongs to whoever changes the warehouse.

    Args:
        connections: to the database.
        soundness: has tables opened again, where a change may still be under way within them.
    """

    def __init__(self, connections: Connections, soundness: Soundness) -> None:
        self._connections = connections
        self._soundness = soundness
        self._own: int | None = None

    def token(self) -> int:
        """The token that counts now, for an insert: under the shared lock nobody raises it meanwhile."""
        return token(self._connections)

    @property
    def own(self) -> int:
        """The token that has counted since this worker raised the fence, for what is done under the exclusive lock.

        When that lock was lost, and another worker has raised it since, it counts no more.
        """
        return self.token() if self._own is None else self._own

    def raise_(self) -> None:
        """Let nothing that was sent before change anything from now on, and return when what runs has ended.

        Before anything is counted the soundness is to be restored where it is doubtful: only that ends a DELETE wholly.
        """
        raised = self.token()
        self._connections.change(statement("fence/raise"), {"raised": raised}, {"async_insert": 0})
        self._own = raised + 1
        if self._connections.raw(statement("fence/end_changes"), {"comment": self._connections.change_comment}):
            self._soundness.doubt()  # it may have been a DELETE, which is in no list any more
        # One that failed on a full disk would hold every later one up; whoever began it has asked again, or will.
        self._soundness.end_mutations()
        rollups.rename_side_tables(self._connections)
