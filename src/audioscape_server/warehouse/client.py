"""Connections to ClickHouse: embedded in this process or a server, one dialect for both.

A handle serialises its queries, so every thread gets its own; the threads that use a warehouse are few and long-lived
(the loader, the pool of the read API). One process can host one embedded engine at one path.
"""

import contextlib
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from http.client import OK
from pathlib import Path
from typing import Any, Final, Protocol, cast
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver import options as driver_options
from clickhouse_connect.driver.external import ExternalData
from urllib3.exceptions import HTTPError

from audioscape_server.durable import make_folder
from audioscape_server.errors import ConfigurationError
from audioscape_server.warehouse import store
from audioscape_server.warehouse.errors import WarehouseUnavailable, mapped_errors
from audioscape_server.warehouse.statements import statement, statements

#: Limits of the embedded engine, in bytes. Its defaults are those of a big server: caches of 5 GB each. And seconds
#: until a table looks again whether a part may be merged or rewritten, when there was no room for that among the four
#: that are at work: by default 0.1 and at random up to 1 more, so a DELETE of twelve days waited 6 s and worked 0.4 s.
_EMBEDDED_OPTIONS: Final = {
    "mark_cache_size": 32 << 20,
    "primary_index_cache_size": 32 << 20,
    "index_mark_cache_size": 8 << 20,
    "query_condition_cache_size": 8 << 20,
    "background_processing_pool_thread_sleep_seconds_if_nothing_to_do": 0.02,
    "background_processing_pool_task_sleep_seconds_when_no_work_random_part": 0.05,
}

_KEEP_FREE: Final = "storage_configuration.disks.default.keep_free_space_bytes"

#: The table in which a statement finds its groups, and the columns with their ClickHouse types.
_GROUPS: Final = "asset_group"
_GROUP_COLUMNS: Final = {"asset": "UInt64", "number": "UInt32"}

Row = dict[str, Any]
#: Assets, and of each the number of its group.
Groups = tuple[Sequence[int], Sequence[int]]


class _Result(Protocol):
    def named_results(self) -> Iterable[Row]: ...
    def close(self) -> None: ...


class _Client(Protocol):
    """What we use of the driver's client, whose own annotations are incomplete."""

    http: Any

    def query(
        self, query: str, *, parameters: Row, settings: Row, external_data: ExternalData | None = ...
    ) -> _Result: ...
    def raw_query(self, query: str, *, fmt: str, parameters: Row = ..., settings: Row = ...) -> bytes: ...
    def command(self, cmd: str, *, parameters: Row = ..., settings: Row = ...) -> object: ...
    def insert(
        self,
        table: str,
        data: Sequence[Sequence[Any]],
        *,
        column_names: list[str],
        column_type_names: list[str],
        column_oriented: bool,
        settings: Row,
    ) -> object: ...
    def close(self) -> None: ...


# At its first INSERT the driver asks whether what it gets is a DataFrame, and loads all of pandas for that: 0.2 s of
# every start, and 40 MB. So it finds what it finds where pandas is not installed; nothing here is a DataFrame.
driver_options.__dict__.update(pd=None, pd_time_test=None)

_get_client: Final = cast("Callable[..., _Client]", clickhouse_connect.get_client)  # pyright: ignore[reportUnknownMemberType]


def _rows(result: _Result) -> list[Row]:
    with contextlib.closing(result):
        return list(result.named_results())


class Connections:
    """A connection per thread to the database that `url` and `database` name.

    Args:
        url: ``chdb:///absolute/folder`` or ``clickhouse://user:password@host:port/database?secure=true``.
        database: The database to use when the URL names none.
        keep_free_bytes: Room that the embedded engine leaves free: an insert that has none is an error, and a merge is
            only begun where there is twice what it needs.

    Every method raises `WarehouseUnavailable`.
    """

    def __init__(self, url: str, *, database: str, keep_free_bytes: int = 0) -> None:
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError as error:
            raise ConfigurationError(f"The warehouse's URL cannot be read: {error}.") from None
        if parts.scheme not in {"chdb", "clickhouse", "clickhouses"}:
            found = parts.scheme or "no scheme"
            raise ConfigurationError(f"A warehouse URL starts with chdb:// or clickhouse://, found {found!r}.")
        #: Of an embedded warehouse; None with a server.
        #: A path is no part of a URL: nothing in it is an escape or a query.
        self.folder = Path(url.removeprefix("chdb://")) if parts.scheme == "chdb" else None
        self.database = (self.folder is None and parts.path.strip("/")) or database
        self._url = url
        self._keep_free_bytes = keep_free_bytes
        self._local = threading.local()
        self._lock = threading.Lock()
        self._clients: list[_Client] = []
        self._is_open = False
        statements()

    def open(self) -> None:
        """Connect, creating the database where it is missing."""
        if self.folder is not None:
            store.require_usable(self.folder, self.database)
            make_folder(self.folder)
        with mapped_errors(), contextlib.closing(self._first_client()) as client:
            client.command(f"CREATE DATABASE IF NOT EXISTS {quoted(self.database)}")
            # The embedded engine stops with its last handle: open the next one before this one closes.
            self._is_open = True
            self._client()

    def drop_unfinished_files(self) -> None:
        """Remove what failed writes left beside the parts of a table that is closed; a server's disk is not ours."""
        if self.folder is not None:
            store.drop_unfinished_files(self.folder)

    def close(self) -> None:
        """Close the connections of every thread; idempotent."""
        with self._lock:
            self._is_open = False
            clients, self._clients = self._clients, []
        self._local = threading.local()
        for client in clients:
            client.close()

    def query(self, name: str, parameters: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Row]:
        """Run ``sql/<name>.sql`` with server-bound parameters and return its rows."""
        return self.select(statement(name, parameters), parameters, settings)

    def query_with_groups(
        self, name: str, parameters: Mapping[str, Any], settings: Mapping[str, Any], groups: Groups
    ) -> list[Row]:
        """Run ``sql/<name>.sql``, which reads the table ``asset_group``, with these groups in it.

        A parameter could not hold them: a server takes 128 KiB in one. A server gets them as a table beside the
        statement. The embedded engine knows no such table; it keeps a temporary one, which is the connection's own.
        """
        sql, bound, limits = statement(name, parameters), dict(parameters), dict(settings)
        with self._asking() as client:
            if self.folder is None:
                return _rows(client.query(sql, parameters=bound, settings=limits, external_data=_as_file(groups)))
            client.command(statement("questions/groups"))
            client.insert(
                _GROUPS,
                groups,
                column_names=list(_GROUP_COLUMNS),
                column_type_names=list(_GROUP_COLUMNS.values()),
                column_oriented=True,
                settings={},
            )
            rows = _rows(client.query(sql, parameters=bound, settings=limits))
            # What fails before this takes its connection with it, and the table.
            client.command(statement("questions/forget_groups"))
            return rows

    def select(self, sql: str, parameters: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Row]:
        """Run a SELECT that was made by the engine itself (a view's definition) or is kept in an .sql file."""
        with self._asking() as client:
            return _rows(client.query(sql, parameters=dict(parameters), settings=dict(settings)))

    def raw(self, sql: str, parameters: Mapping[str, Any] | None = None) -> bytes:
        """Run a statement that answers rows though it is no SELECT, and return them as lines of JSON."""
        with self._asking() as client:
            return client.raw_query(sql, fmt="JSONEachRow", parameters=dict(parameters or {}))

    def as_parquet(self, name: str, parameters: Mapping[str, Any], settings: Mapping[str, Any]) -> bytes:
        """Run ``sql/<name>.sql`` with server-bound parameters and return its rows as a Parquet file."""
        with self._asking() as client:
            bound, limits = dict(parameters), dict(settings)
            return client.raw_query(statement(name, parameters), fmt="Parquet", parameters=bound, settings=limits)

    def command(
        self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, Any] | None = None
    ) -> None:
        """Run a statement that returns nothing."""
        with self._asking() as client:
            client.command(sql, parameters=dict(parameters or {}), settings=dict(settings or {}))

    @property
    def change_comment(self) -> str:
        """The comment by which a statement that changes this database is known while it runs."""
        return f"audioscape changes {self.database}"

    def change(self, sql: str, parameters: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
        """Run a statement that changes what is stored. It can be ended by whoever raises the fence."""
        self.command(sql, parameters, {**settings, "log_comment": self.change_comment})

    def insert(
        self, table: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]], settings: Mapping[str, Any]
    ) -> None:
        """Insert `data`, one sequence per column; `columns` maps names to ClickHouse types.

        Raises:
            WarehouseRefused: the data is at fault; no other method raises it.
        """
        with mapped_errors(inserting=True):
            self._client().insert(
                table,
                data,
                column_names=list(columns),
                column_type_names=list(columns.values()),
                column_oriented=True,
                settings=dict(settings),
            )

    @contextlib.contextmanager
    def _asking(self) -> Generator[_Client]:
        """This thread's connection, for one question. A question that fails takes its connection with it.

        The embedded engine keeps what it had written of an answer that broke off, and puts it before the next answer
        of the same connection.
        """
        try:
            with mapped_errors():
                yield self._client()
        except Exception:
            # Whatever it was: an answer that could not be read leaves as much behind as one that was refused.
            if self.folder is not None:
                self._renew()
            raise

    def _renew(self) -> None:
        """Give this thread a new connection, and close the old one. What fails here is tried by the next question."""
        old: _Client | None = getattr(self._local, "client", None)
        if old is None:
            return
        self._local.client = None
        # Before the old one is closed: the engine stops with its last handle.
        with contextlib.suppress(WarehouseUnavailable), mapped_errors():
            self._client()
        # Asked so, because `close` gives every thread a new place for its connection.
        if getattr(self._local, "client", None) is None:
            return
        with self._lock:
            if old not in self._clients:
                return  # closed with all others
            self._clients.remove(old)
        old.close()

    def _client(self) -> _Client:
        client: _Client | None = getattr(self._local, "client", None)
        if client is not None:
            return client
        if not self._is_open:
            raise WarehouseUnavailable("the warehouse is not open")
        client = self._connect(database=self.database)
        with self._lock:
            self._clients.append(client)
        self._local.client = client
        return client

    def _first_client(self) -> _Client:
        if self.folder is None:
            return self._connect(database=None)
        with store.engine_words(self.folder):
            return self._connect(database=None)

    def _connect(self, database: str | None) -> _Client:
        if self.folder is not None:
            options = {**_EMBEDDED_OPTIONS, _KEEP_FREE: self._keep_free_bytes}
            return _get_client(interface="chdb", path=str(self.folder), database=database, chdb_options=options)
        # Sessions would serialise the threads; the database is created before it is used.
        client = _get_client(dsn=self._url, database=database or "default", autogenerate_session_id=False)
        client.http = SendsOnce(client.http)
        return client


class SendsOnce:
    """The driver's pool of HTTP connections, but that an insert is never sent again by the driver itself.

    The driver sends an insert again when the line breaks before the answer, though the first may arrive yet: a block
    would be there twice, in one attempt and under one token. Whether it is sent again is for the loader to decide,
    which counts first. The driver knows a broken line by the error that caused the one it gets: that is hidden here.
    """

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Send a request, as urllib3 does."""
        is_insert = not isinstance(options.get("body"), bytes | str | None)
        try:
            response = self._pool.request(method, url, **options)
        except HTTPError as error:
            if is_insert:
                raise HTTPError(str(error)) from None
            raise
        if is_insert and _is_cut_short(response):
            raise HTTPError("the line broke within the answer")
        return response


def _is_cut_short(response: Any) -> bool:
    """Whether it ends before its head does: until then the engine may have told of its progress."""
    return response.status == OK and all(name.lower() == "x-clickhouse-progress" for name in response.headers)


def _as_file(groups: Groups) -> ExternalData:
    lines = "".join(f"{asset}\t{number}\n" for asset, number in zip(*groups, strict=True))
    structure = [f"{name} {kind}" for name, kind in _GROUP_COLUMNS.items()]
    return ExternalData(file_name=_GROUPS, data=lines.encode(), fmt="TabSeparated", structure=structure)


def quoted(identifier: str) -> str:
    """Return an identifier as it stands in a statement."""
    return "`" + identifier.replace("\\", "\\\\").replace("`", "\\`") + "`"
