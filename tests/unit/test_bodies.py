"""Where a body is worked on, and how many large ones at once."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest

from audioscape_server.errors import OverloadedError
from audioscape_server.ingest.bodies import (
    MAX_BODY_BYTES,
    MAX_GZIP_MEMBERS,
    MAX_LARGE,
    MAX_LARGE_OF_PROJECT,
    Bodies,
    Body,
    BodyTooLargeError,
    Judged,
    inflate,
)
from audioscape_server.ingest.events import LARGE_BODY_BYTES, EnvelopeError, judge
from support.samples import Literal, envelope, play

NOW = 1_700_000_000.0


def padded(size: int, *events: Any) -> bytes:
    return envelope(*(events or [play()])).ljust(size)


def gzip_of_length(length: int, content: bytes) -> bytes:
    """A gzip of something short that is long itself: its header has a long comment."""
    head, tail = (packed := gzip.compress(content, mtime=0))[:10], packed[10:]
    comment = b"c" * (length - len(packed) - 1)
    return head[:3] + b"\x10" + head[4:] + comment + b"\0" + tail


def body(content: bytes, *, is_gzip: bool = False, project: str = "default") -> Body:
    return Body(content, is_gzip, project, NOW, is_claimed=True, judge=judge)


def judged(content: bytes, *, is_gzip: bool = False) -> Judged:
    return asyncio.run(Bodies().judge(body(content, is_gzip=is_gzip)))


def stays_on_the_event_loop(content: bytes, *, is_gzip: bool = False) -> bool:
    """Whether the work is done without giving others a turn."""

    async def others_turns() -> int:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        await Bodies().judge(body(content, is_gzip=is_gzip))
        counting.cancel()
        return turns

    return asyncio.run(others_turns()) == 0


PLACES = {
    "a usual batch": (envelope(*[play()] * 50), False, True),
    "a long batch": (padded(LARGE_BODY_BYTES), False, True),
    "a longer one": (padded(LARGE_BODY_BYTES + 1), False, False),
    "a compressed batch": (gzip.compress(padded(LARGE_BODY_BYTES)), True, True),
    "a small gzip of a longer one": (gzip.compress(padded(LARGE_BODY_BYTES + 1)), True, False),
    "a small gzip of many megabytes": (gzip.compress(padded(MAX_BODY_BYTES)), True, False),
    "a long gzip of a small batch": (gzip_of_length(LARGE_BODY_BYTES + 1, envelope(play())), True, False),
}


@pytest.mark.parametrize(("content", "is_gzip", "stays"), PLACES.values(), ids=PLACES)
def test_the_event_loop_does_what_is_quick_and_goes_on_while_a_large_body_is_judged(
    content: bytes,
    is_gzip: bool,  # noqa: FBT001
    stays: bool,  # noqa: FBT001
) -> None:
    assert stays_on_the_event_loop(content, is_gzip=is_gzip) is stays


EVENTS = [
    play(timestamp=NOW - 0.5, metadata={"n": Literal("1.10")}),
    play(type="vote"),
    None,
    {"type": "x", "duration": 5},
]


def test_the_verdict_and_what_is_stored_are_the_same_wherever_the_work_is_done() -> None:
    small, large = padded(1_000, *EVENTS), padded(LARGE_BODY_BYTES * 2, *EVENTS)
    here, there = judged(small), judged(large)
    assert (len(here.verdict.accepted), len(here.verdict.rejected)) == (2, 2)
    assert here._replace(digest=b"") == there._replace(digest=b"")
    assert judged(gzip.compress(small), is_gzip=True) == here
    assert judged(gzip.compress(large), is_gzip=True) == there
    assert here.digest != there.digest


def test_a_body_that_claims_nothing_has_no_digest() -> None:
    one = asyncio.run(Bodies().judge(body(envelope(play()))._replace(is_claimed=False)))
    assert one.digest == b""


REFUSED = {
    "bad gzip": (b"x" * 100, EnvelopeError),
    "long bad gzip": (b"x" * (LARGE_BODY_BYTES + 1), EnvelopeError),
    "gzip of no batch": (gzip.compress(b" " * LARGE_BODY_BYTES * 2), EnvelopeError),
    "gzip that is cut short behind much": (gzip.compress(padded(LARGE_BODY_BYTES * 2))[:-1], EnvelopeError),
    "too long": (gzip.compress(b" " * (MAX_BODY_BYTES + 1)), BodyTooLargeError),
}


@pytest.mark.parametrize(("content", "error"), REFUSED.values(), ids=REFUSED)
def test_a_body_is_refused_wherever_the_work_is_done(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        judged(content, is_gzip=True)


def test_a_gzip_body_may_have_some_members_and_not_too_many() -> None:
    members = [gzip.compress(b"%d " % number) for number in range(MAX_GZIP_MEMBERS + 1)]
    inflated = b"".join(b"%d " % number for number in range(MAX_GZIP_MEMBERS))
    assert inflate(b"".join(members[:-1]), MAX_BODY_BYTES) == inflated
    with pytest.raises(EnvelopeError, match="more than 64 gzip members"):
        inflate(b"".join(members), MAX_BODY_BYTES)


def test_the_most_that_is_inflated_is_all_members_together() -> None:
    members = gzip.compress(b"x" * 10) * 3
    assert inflate(members, 30) == b"x" * 30
    assert inflate(members, 29) is None


async def outcomes(bodies: Bodies, *projects: str) -> list[bool]:
    """Whether large bodies of these projects, sent at once, are judged."""
    content = padded(LARGE_BODY_BYTES + 1)
    results = await asyncio.gather(
        *(bodies.judge(body(content, project=project)) for project in projects), return_exceptions=True
    )
    assert all(isinstance(result, (Judged, OverloadedError)) for result in results)
    return [isinstance(result, Judged) for result in results]


def test_a_project_with_too_many_large_bodies_waits_and_others_do_not() -> None:
    bodies = Bodies()
    many = ["many"] * (MAX_LARGE_OF_PROJECT + 2)
    assert asyncio.run(outcomes(bodies, *many, "other")) == [True] * MAX_LARGE_OF_PROJECT + [False, False, True]
    # The places are free again.
    assert asyncio.run(outcomes(bodies, *many[:MAX_LARGE_OF_PROJECT])) == [True] * MAX_LARGE_OF_PROJECT


def test_too_many_large_bodies_of_all_projects_are_told_to_come_again() -> None:
    projects = [str(number) for number in range(MAX_LARGE + 1)]
    assert asyncio.run(outcomes(Bodies(), *projects)) == [True] * MAX_LARGE + [False]
    assert OverloadedError().retry_after_s == 1


def test_a_large_body_that_is_refused_gives_its_place_back() -> None:
    async def send() -> list[bool]:
        bodies = Bodies()
        for _ in range(MAX_LARGE_OF_PROJECT + 1):
            with pytest.raises(EnvelopeError):
                await bodies.judge(body(b" " * (LARGE_BODY_BYTES + 1)))
        return await outcomes(bodies, "default")

    assert asyncio.run(send()) == [True]
