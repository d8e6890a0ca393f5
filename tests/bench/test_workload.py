"""What the servers under test are sent: the same events in both forms, none twice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bench.workload import SECOND, as_json, as_lines, batches
from bench.wrk import LoadError, Target, write_requests


@pytest.mark.parametrize(("size", "count"), [(1, 2_000), (50, 40), (500, 4)])
def test_no_two_events_have_the_same_time(size: int, count: int) -> None:
    micros = [event.micros for batch in batches(size, count) for event in batch]
    assert len(set(micros)) == size * count


def test_both_forms_say_the_same() -> None:
    [events] = batches(500, 1)
    sent = json.loads(as_json(events).replace(SECOND, "1790000000"))["events"]
    lines = as_lines(events).replace(SECOND, "1790000000").split("\n")
    assert len(sent) == len(lines) == 500
    for members, line in zip(sent, lines, strict=True):
        tags, fields, time = re.fullmatch(r"(events,\S+) (.+) (\d+)", line).groups()
        assert tags == f"events,type={members['type']},asset={members['asset_id']}"
        assert f'player="{members["player_id"]}"' in fields
        assert int(time) == round(members["timestamp"] * 1_000_000)
        assert ("duration=" in fields) == ("duration" in members)
        assert ('value="up"' in fields) == (members.get("value") == "up")
        if "metadata" in members:
            assert f'query="{members["metadata"]["query"]}",rank={members["metadata"]["rank"]}i' in fields


def test_a_prepared_request_is_whole_once_the_second_is_in_it(tmp_path: Path) -> None:
    target = Target(8000, "/path", {"x-api-key": "k"}, as_json)
    prepared = list(batches(3, 2))
    write_requests(tmp_path / "requests", target, prepared)
    *requests, rest = (tmp_path / "requests").read_bytes().split(b"\2")
    assert (len(requests), rest) == (2, b"")
    for request, events in zip(requests, prepared, strict=True):
        assert request.count(b"\1") == len(events)
        head, body = request.replace(b"\1", b"1790000000").split(b"\r\n\r\n")
        assert head.startswith(b"POST /path HTTP/1.1\r\n")
        assert b"\r\nContent-Length: %d" % len(body) in head
        assert [int(event["asset_id"]) for event in json.loads(body)["events"]] == [one.asset_id for one in events]


def test_a_body_that_would_break_the_prepared_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="ASCII"):
        write_requests(tmp_path / "requests", Target(1, "/", {}, lambda _: "\1"), list(batches(1, 1)))
