"""What becomes of a served list: the event that it is stored as, or the reason why it is not."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given, strategies as st

from audioscape_server.ingest.events import EnvelopeError, Reason, Rejection, judge, judge_lists
from support.samples import Literal, envelope, to_json

NOW = 1_700_000_000
WEEK_S = 7 * 86_400
LARGEST_ASSET = 2**63 - 1
LONE_SURROGATE = Literal(r'"\ud800"')


def served(**members: Any) -> dict[str, Any]:
    """A valid list with the given members changed or added."""
    return {"query": "lofi", "assets": ["7", "9"], **members}


def body(*lists: Any) -> bytes:
    return to_json({"lists": list(lists)}).encode()


def event_of(one: Any, now: float = NOW) -> tuple[Any, ...]:
    verdict = judge_lists(body(one), now)
    assert verdict.rejected == []
    (event,) = verdict.accepted
    return event


def refusal_of(one: Any) -> Rejection:
    verdict = judge_lists(body(one), NOW)
    assert verdict.accepted == []
    (rejection,) = verdict.rejected
    return rejection


def test_a_list_is_an_event_without_asset_and_player() -> None:
    metadata = '{"query":"lofi","assets":"7,9"}'
    assert event_of(served(at=NOW - 5.5)) == ("search_served", None, NOW - 5.5, "", None, "", metadata)


def test_a_client_that_sends_the_event_itself_says_the_same() -> None:
    metadata = json.loads(event_of(served())[6])
    (event,) = judge(envelope({"type": "search_served", "metadata": metadata}), NOW).accepted
    assert (*event[:6], json.loads(event[6])) == (*event_of(served())[:6], metadata)


@given(
    query=st.text(min_size=1).filter(lambda text: text[:256].strip()),
    assets=st.lists(st.integers(0, LARGEST_ASSET), min_size=1, max_size=100, unique=True),
    at=st.floats(NOW - WEEK_S, NOW + 300),
)
def test_what_was_shown_is_kept_in_its_order(query: str, assets: list[int], at: float) -> None:
    event = event_of(served(query=query, assets=[*map(str, assets)], at=at))
    kept = json.loads(event[6])
    assert event[2] == at
    assert kept["query"] == query[:256]
    assert kept["assets"].split(",") == [*map(str, assets)]


TAKEN = {
    "the oldest second, from its beginning": (served(at=NOW - WEEK_S), 2, NOW - WEEK_S),
    "5 minutes ahead": (served(at=NOW + 300), 2, NOW + 300),
    "no time": (served(), 2, NOW),
    "null as the time": (served(at=None), 2, NOW),
    "leading zeros": (served(assets=["007"]), 6, '{"query":"lofi","assets":"7"}'),
    "the largest id": (served(assets=[str(LARGEST_ASSET)]), 6, f'{{"query":"lofi","assets":"{LARGEST_ASSET}"}}'),
    "a long query": (served(query="ü" * 300), 6, f'{{"query":"{"ü" * 256}","assets":"7,9"}}'),
    "members that nobody knows": (served(user="x", rank=[{}]), 6, '{"query":"lofi","assets":"7,9"}'),
}


@pytest.mark.parametrize("case", TAKEN.values(), ids=TAKEN)
def test_takes(case: tuple[Any, int, Any]) -> None:
    one, column, holds = case
    assert event_of(one)[column] == holds


class Refused(NamedTuple):
    one: Any
    reason: Reason
    words: str


REFUSED = {
    "number": Refused(5, Reason.NOT_AN_OBJECT, "a list must be an object, got number 5"),
    "no query": Refused({"assets": ["1"]}, Reason.QUERY_INVALID, "got none"),
    "null query": Refused(served(query=None), Reason.QUERY_INVALID, "got none"),
    "number as the query": Refused(served(query=5), Reason.QUERY_INVALID, "got number 5"),
    "blank query": Refused(served(query=" \t"), Reason.QUERY_INVALID, "not blank"),
    "query that begins too late": Refused(served(query=" " * 256 + "x"), Reason.QUERY_INVALID, "not blank"),
    "no assets": Refused({"query": "a"}, Reason.ASSETS_INVALID, "got none"),
    "no asset": Refused(served(assets=[]), Reason.ASSETS_INVALID, "1 to 100 strings, got none"),
    "101 assets": Refused(served(assets=[*map(str, range(101))]), Reason.ASSETS_INVALID, "1 to 100 strings, got more"),
    "text as assets": Refused(served(assets="1,2"), Reason.ASSETS_INVALID, 'got string "1,2"'),
    "number as an asset": Refused(served(assets=["1", 5]), Reason.ASSETS_INVALID, "assets[1] must be a string"),
    "null as an asset": Refused(served(assets=[None]), Reason.ASSETS_INVALID, "assets[0] must be a string"),
    "asset of 20 digits": Refused(served(assets=["1" * 20]), Reason.ASSETS_INVALID, "1 to 19 decimal digits"),
    "asset beyond 63 bits": Refused(served(assets=[str(2**63)]), Reason.ASSETS_INVALID, f"at most {LARGEST_ASSET}"),
    "empty asset": Refused(served(assets=[""]), Reason.ASSETS_INVALID, 'got string ""'),
    "other scripts' digits": Refused(served(assets=["٣"]), Reason.ASSETS_INVALID, "decimal digits"),
    "the same asset twice": Refused(served(assets=["7", "8", "07"]), Reason.ASSETS_INVALID, "again at assets[2]"),
    "text as the time": Refused(served(at="now"), Reason.TIMESTAMP_INVALID, "at must be a number of Unix seconds"),
    "milliseconds": Refused(served(at=NOW * 1000), Reason.TIMESTAMP_MILLISECONDS, "at must be Unix seconds"),
    "a second too old": Refused(served(at=NOW - WEEK_S - 1), Reason.TIMESTAMP_TOO_OLD, "at may be at most 7 days"),
    "a second too early": Refused(served(at=NOW + 301), Reason.TIMESTAMP_TOO_FAR_AHEAD, "at may be at most 5 minutes"),
    "half a character in the query": Refused(served(query=LONE_SURROGATE), Reason.UNPAIRED_SURROGATE, "surrogate"),
    "a long text as an asset": Refused(served(assets=["\u202e" * 9_000]), Reason.ASSETS_INVALID, "…"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refuses(case: Refused) -> None:
    rejection = refusal_of(case.one)
    assert rejection.reason is case.reason
    assert case.words in rejection.message


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_refused_list_costs_its_neighbours_nothing_and_its_message_is_short(case: Refused) -> None:
    verdict = judge_lists(body(*[served()] * 498, case.one, served(query="after")), NOW)
    assert [event[6][:15] for event in verdict.accepted[-2:]] == ['{"query":"lofi"', '{"query":"after']
    (rejection,) = verdict.rejected
    text = str(rejection)
    assert text == f"lists[498]: {rejection.message}"
    assert len(text) < 200
    assert text.isprintable()


BODIES = {
    "no lists": (b"{}", 'Request body must contain a "lists" array'),
    "events": (envelope({"type": "x"}), 'Request body must contain a "lists" array'),
    "an empty array": (body(), 'Request body must contain a "lists" array'),
    "501 lists": (body(*[served()] * 501), "A request carries at most 500 lists, got 501"),
    "no JSON": (b'{"lists": [', "Request body is not valid JSON: "),
    "no UTF-8": (b'{"lists": "\xff"}', "Request body is not valid UTF-8"),
}


@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES)
def test_a_body_without_lists_is_refused_as_a_whole(case: tuple[bytes, str]) -> None:
    with pytest.raises(EnvelopeError) as refused:
        judge_lists(case[0], NOW)
    assert str(refused.value).startswith(case[1])


PLACES = {
    "a list": '{"lists":[%s]}',
    "the query": '{"lists":[{"query":%s}]}',
    "the assets": '{"lists":[{"query":"x","assets":%s}]}',
    "an asset": '{"lists":[{"query":"x","assets":[%s]}]}',
    "the time": '{"lists":[{"query":"x","assets":["1"],"at":%s}]}',
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_no_depth_of_nesting_is_a_fault_of_ours(place: str) -> None:
    for depth in range(850, 1_050):
        try:
            verdict = judge_lists((place % ("[" * depth + "]" * depth)).encode(), NOW)
        except EnvelopeError as error:
            assert "deep" in str(error)  # noqa: PT017 - some depths are split
        else:
            assert len(verdict.rejected) == 1


def test_500_lists_of_100_assets_are_taken() -> None:
    long = served(assets=[str(LARGEST_ASSET - number) for number in range(100)])
    assert len(judge_lists(body(*[long] * 500), NOW).accepted) == 500
