"""The spool's writer: who is told what, when commits are shared, refused, fail, or the server stops."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

import apsw
import pytest

from audioscape_server.errors import ConfigurationError, SpoolUnavailableError
from audioscape_server.spool import Spool, SpoolWriter, writer as writer_module
from support.spools import NOW, RunningWriter, failing_disk, held, look_into, new_batch, reading, running_writer
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


@pytest.fixture
def running(path: Path) -> Iterator[RunningWriter]:
    with running_writer(path) as started:
        yield started


def stored(path: Path) -> int:
    return look_into(path, "SELECT count(*) FROM batches")[0][0]


def count_commits(running: RunningWriter) -> list[bool]:
    commits: list[bool] = []

    def noted() -> bool:
        commits.append(True)
        return False

    running.writer.run(lambda spool: spool._db.set_commit_hook(noted))
    commits.clear()
    return commits


def test_when_append_returns_the_row_can_be_read(running: RunningWriter, path: Path) -> None:
    for number in range(1, 4):
        assert running.append(new_batch()) == [None]
        assert stored(path) == number


def test_requests_of_one_moment_share_one_commit(running: RunningWriter, path: Path) -> None:
    commits = count_commits(running)
    assert running.append(*[new_batch()] * 50) == [None] * 50
    assert (len(commits), stored(path)) == (1, 50)


def test_requests_that_come_during_a_commit_share_the_next_one(running: RunningWriter, path: Path) -> None:
    commits = count_commits(running)
    with held(running):
        groups = []
        for number in range(1, 21):
            groups.append(running.submit(running.writer.append(new_batch())))
            eventually(running.writer._queue.qsize, until=lambda size, number=number: size == number)
    for group in groups:
        assert group.result(timeout=30) is None
    assert stored(path) == 20
    assert len(commits) == 1


def test_the_loader_is_woken_after_the_commit_and_not_before(path: Path) -> None:
    seen: list[int] = []
    with running_writer(path, on_batches=lambda: seen.append(stored(path))) as running:
        running.append(new_batch(), new_batch())
        running.append(new_batch())
    assert seen == [2, 3]


def test_past_max_bytes_rows_are_refused_and_the_loader_still_drains(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "LOOK_S", 0.0)
    with running_writer(path, max_bytes=200_000) as running:
        big = new_batch(content=bytes(range(256)) * 40)._replace(payload=b"\x00" * 60_000)
        answers = [running.append(big)[0] for _ in range(6)]
        assert answers[:3] == [None] * 3
        assert all(isinstance(answer, SpoolUnavailableError) for answer in answers[4:])
        kept = stored(path)
        assert kept == answers.count(None), "what was acknowledged is never evicted"
        running.writer.run(lambda spool: spool.finish(spool.write_down(1, kept)))
        assert running.append(new_batch()) == [None], "once there is room again batches are taken again"


def test_below_reserve_bytes_rows_are_refused_until_there_is_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "LOOK_S", 0.0)
    free = 1_000
    with running_writer(path, reserve_bytes=1_001) as running:
        monkeypatch.setattr(type(running.writer._spool), "free_disk_bytes", lambda _: free)
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
        assert running.writer.run(lambda spool: spool.ledger()) == []
        free = 1_001
        assert running.append(new_batch()) == [None]


def test_more_than_max_waiting_are_refused_at_once(running: RunningWriter, path: Path) -> None:
    with held(running):
        waiting = running.submit(_all(running.writer, writer_module.MAX_WAITING))
        eventually(lambda: running.writer._waiting, until=lambda seen: seen == writer_module.MAX_WAITING)
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
    assert waiting.result(timeout=60) == [None] * writer_module.MAX_WAITING
    assert running.append(new_batch()) == [None], "the places are given back"
    assert stored(path) == writer_module.MAX_WAITING + 1


def test_more_than_max_waiting_bytes_are_refused_at_once(
    running: RunningWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MAX_WAITING_BYTES", 3 * len(new_batch().payload))
    with held(running):
        waiting = running.submit(_all(running.writer, 3))
        eventually(lambda: running.writer._waiting, until=lambda seen: seen == 3)
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
    assert waiting.result(timeout=60) == [None] * 3
    assert running.append(new_batch()) == [None], "the places are given back"
    assert stored(path) == 4


async def _all(writer: SpoolWriter, count: int) -> list[BaseException | None]:
    batch = new_batch()
    return await asyncio.gather(*(writer.append(batch) for _ in range(count)), return_exceptions=True)


def test_a_client_that_went_away_changes_nothing_for_the_others(running: RunningWriter, path: Path) -> None:
    with held(running):
        requests = [running.submit(running.writer.append(new_batch())) for _ in range(3)]
        eventually(lambda: running.writer._waiting, until=lambda waiting: waiting == 3)
        requests[1].cancel()
        eventually(lambda: running.writer._waiting, until=lambda waiting: waiting == 2)
    assert [requests[0].result(timeout=30), requests[2].result(timeout=30)] == [None, None]
    assert running.append(new_batch()) == [None]
    with reading(path) as spool:
        assert all(line.balanced for line in spool.ledger())
    eventually(lambda: running.writer._waiting == 0)


def test_an_error_of_a_change_is_its_callers_own(running: RunningWriter, path: Path) -> None:
    def fails(spool: Spool) -> None:
        spool.append([new_batch()])
        raise LookupError("my own")

    with pytest.raises(LookupError, match="my own"):
        running.writer.run(fails)
    assert stored(path) == 0, "its transaction is undone"
    assert running.append(new_batch()) == [None]


def test_an_error_of_sqlite_is_answered_503_and_the_file_opened_again(running: RunningWriter, path: Path) -> None:
    before = running.writer._spool
    with pytest.raises(SpoolUnavailableError):
        running.writer.run(lambda spool: spool._db.execute("SELECT * FROM no_such_table"))
    assert running.append(new_batch()) == [None]
    assert running.writer._spool is not before
    assert stored(path) == 1


def test_a_failed_commit_is_never_tried_again_on_the_same_file(
    running: RunningWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the kernel kept of it is unknown."""
    before = running.writer._spool
    with monkeypatch.context() as failing:
        failing.setattr(Spool, "append", _raising(apsw.IOError))
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
    assert running.append(new_batch()) == [None]
    assert running.writer._spool is not before
    assert stored(path) == 1


def test_a_disk_that_fails_while_nothing_comes_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a quiet server calls itself ready, and the first batch of the morning meets the fault."""
    monkeypatch.setattr(writer_module, "LOOK_S", 0.01)
    monkeypatch.setattr(writer_module, "PROVE_S", 0.0)

    def says_while_the_loader_finds_nothing(running: RunningWriter) -> str | None:
        with contextlib.suppress(SpoolUnavailableError):
            running.writer.run(lambda _: None)
        return running.writer.why_refusing()

    def fails(_operation: str, _file: str) -> None:
        raise apsw.IOError

    with failing_disk() as disk, running_writer(path) as running:
        assert says_while_the_loader_finds_nothing(running) is None
        works, disk.failure = disk.failure, fails
        eventually(lambda: "cannot be written" in (says_while_the_loader_finds_nothing(running) or ""))
        looked_at = running.writer._looked_at
        eventually(lambda: running.writer._looked_at > looked_at)
        assert "cannot be written" in (running.writer.why_refusing() or ""), "it fails still"
        disk.failure = works
        eventually(running.writer.why_refusing, until=lambda why: why is None)
        assert running.append(new_batch()) == [None]


def test_a_disk_that_hangs_while_nothing_comes_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "LOOK_S", 0.01)
    monkeypatch.setattr(writer_module, "COMMIT_S", 0.1)
    goes_on = threading.Event()
    with running_writer(path) as running:
        monkeypatch.setattr(Spool, "free_disk_bytes", lambda _: goes_on.wait(30) and 2**40)
        try:
            eventually(running.writer.why_refusing, until=lambda why: why is not None and "has not answered" in why)
        finally:
            goes_on.set()
        eventually(running.writer.why_refusing, until=lambda why: why is None)


def test_a_damaged_file_takes_nothing_more(running: RunningWriter, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in it may not load, so a page that can be written again is no reason to go on."""
    read: list[int] = []
    monkeypatch.setattr(writer_module, "LOOK_S", 0.01)
    monkeypatch.setattr(Spool, "damage", lambda _: read.append(1) or "row 7 is missing")
    running.writer._recheck_s = 0.001
    with monkeypatch.context() as failing:
        failing.setattr(Spool, "append", _raising(apsw.CorruptError))
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
    eventually(lambda: len(read) > 2)
    assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
    assert "damaged" in (running.writer.why_refusing() or "")
    assert stored(path) == 0


def test_a_file_that_was_called_malformed_for_a_read_that_failed_takes_batches_again(
    running: RunningWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails for a moment must not keep intake closed until somebody starts the server anew."""
    monkeypatch.setattr(writer_module, "LOOK_S", 0.01)
    running.writer._recheck_s = 0.001
    failures = iter([apsw.IOError, apsw.CorruptError, ConfigurationError])
    look = Spool.damage

    def fails_thrice(spool: Spool) -> str | None:
        for error in failures:
            raise error("as the disk is")
        return look(spool)

    monkeypatch.setattr(Spool, "damage", fails_thrice)
    with monkeypatch.context() as failing:
        failing.setattr(Spool, "append", _raising(apsw.CorruptError))
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
    eventually(running.writer.why_refusing, until=lambda why: why is None)
    assert running.append(new_batch()) == [None]
    assert stored(path) == 1


def test_a_file_that_is_called_malformed_again_and_again_is_read_ever_more_seldom(
    running: RunningWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "LOOK_S", 0.01)
    running.writer._recheck_s = 0.001
    waits: list[float] = []
    for _ in range(4):
        waits.append(running.writer._recheck_s)
        running.writer.report_damage(apsw.CorruptError("as the disk is"))
        eventually(running.writer.why_refusing, until=lambda why: why is None)
    assert waits == [0.001, 0.002, 0.004, 0.008]


def test_a_file_is_not_called_damaged_while_its_disk_fails(
    running: RunningWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To SQLite a read that fails is a file that is malformed; and whoever reads "damaged" puts an old copy back."""
    with monkeypatch.context() as failing:
        failing.setattr("audioscape_server.spool.writer.why_disk_fails", lambda _: "Input/output error")
        failing.setattr(Spool, "append", _raising(apsw.CorruptError))
        failing.setattr(Spool, "prove_writable", _raising(apsw.CorruptError))
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
        assert running.writer.why_refusing() == "the spool cannot be written: Input/output error"
        running.writer.report_damage(apsw.CorruptError())
        assert running.writer.why_refusing() == "the spool cannot be written: Input/output error"
    eventually(running.writer.why_refusing, until=lambda why: why is None)
    assert running.append(new_batch()) == [None]
    assert stored(path) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whatever_ends_the_thread_nobody_is_told_that_it_is_on_the_disk(
    running: RunningWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Spool, "append", _raising(SystemExit))
    assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)


def _raising(error: type[BaseException]) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error("as the disk is")

    return fail


def test_whatever_goes_wrong_with_rows_their_requests_are_answered(running: RunningWriter) -> None:
    """A batch that SQLite cannot take at all: the thread must outlive it."""
    unstorable = new_batch()._replace(universe=2**70)
    good, bad = running.append(new_batch(), unstorable)
    assert isinstance(bad, SpoolUnavailableError)
    assert isinstance(good, SpoolUnavailableError), "they shared the transaction"
    assert running.append(new_batch()) == [None]


def test_stop_writes_what_waits(path: Path) -> None:
    with running_writer(path) as running:
        with held(running):
            requests = [running.submit(running.writer.append(new_batch())) for _ in range(5)]
            eventually(lambda: running.writer._waiting, until=lambda waiting: waiting == 5)
            eventually(lambda: running.writer._gathered, until=lambda gathered: not gathered)
            stopping = threading.Thread(target=running.writer.stop)
            stopping.start()
        stopping.join()
        assert [request.result(timeout=30) for request in requests] == [None] * 5
        assert stored(path) == 5
        assert isinstance(running.append(new_batch())[0], SpoolUnavailableError)
        with pytest.raises(SpoolUnavailableError):
            running.writer.run(lambda _: None)


def test_nobody_waits_for_ever_for_a_writer_that_has_stopped(path: Path) -> None:
    """A request that was taken in the very moment in which the writer stopped."""
    with running_writer(path) as running:

        async def asks_then_stops() -> BaseException | None:
            request = asyncio.create_task(running.writer.append(new_batch()))
            await asyncio.sleep(0)  # the request has begun, and its batch is not handed over yet
            assert running.writer._gathered
            running.writer.stop()
            done, _ = await asyncio.wait([request], timeout=10)
            assert done, "the request was never answered"
            return request.exception()

        assert isinstance(running.submit(asks_then_stops()).result(timeout=30), SpoolUnavailableError)
    assert stored(path) == 0


def test_a_change_asked_of_a_writer_that_is_just_ending_is_refused(path: Path) -> None:
    with running_writer(path) as running:
        running.writer.stop()
        running.writer._stopped = False  # as seen by a thread that looked a moment before
        refused: list[BaseException] = []

        def ask() -> None:
            try:
                running.writer.run(lambda _: None)
            except SpoolUnavailableError as error:
                refused.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(timeout=10)
        assert refused, "it was never answered"


def test_a_loop_that_was_closed_does_not_stop_the_writer(path: Path) -> None:
    with running_writer(path) as running:
        gone = asyncio.new_event_loop()
        with held(running):
            request = gone.create_task(running.writer.append(new_batch()))
            gone.run_until_complete(asyncio.sleep(0))
            gone.run_until_complete(asyncio.sleep(0))
            request.cancel()
            gone.run_until_complete(asyncio.gather(request, return_exceptions=True))
            gone.close()
        # Not another batch: one writer's batches come from one loop.
        assert running.writer.run(Spool.last_batch) == 1, "it was stored all the same"


def test_a_spool_that_cannot_be_opened_is_told_at_the_start(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path / "no such folder" / "spool.db", max_bytes=1, reserve_bytes=0, clock=lambda: NOW)
    with pytest.raises(ConfigurationError, match="cannot be opened and written"):
        writer.start()
    writer.stop()
