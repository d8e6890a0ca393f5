"""Read what is to be ranked, and write the ranking. What comes from a client is named when it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from audioscape_server.api import parameters
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.refusals import refuse
from audioscape_server.api.search_responses import (
    MAX_CANDIDATES,
    Evidence,
    HeldBy,
    Interval,
    RankedAsset,
    RankedCandidates,
    Satisfied,
    SearchExplained,
    SteppedBack,
    WantedRanking,
)
from audioscape_server.errors import InvalidRequestError
from audioscape_server.scores.ranker import Explained, Ranking
from audioscape_server.scores.search.ranking import Ranked

_decode = msgspec.json.Decoder(WantedRanking).decode


def wanted(body: bytes) -> tuple[str, list[int]]:
    """A query, and its candidates in base order.

    Raises:
        InvalidRequestError: it is something else.
    """
    try:
        asked = _decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidRequestError(
            f'body: expected {{"query": "…", "candidates": ["…"]}}, found something else: {error}'
        ) from None
    if not asked.query:
        refuse("query", asked.query, "at least 1 character")
    return asked.query, _candidates(asked.candidates)


def _candidates(texts: Sequence[str]) -> list[int]:
    if not 1 <= len(texts) <= MAX_CANDIDATES:
        refuse("candidates", f"{len(texts)} of them", f"1 to {MAX_CANDIDATES} assets")
    found: dict[int, int] = {}
    for place, text in enumerate(texts, 1):
        asset = parameters.id_of("candidates", text)
        if asset in found:
            refuse("candidates", f"{text} at {found[asset]} and at {place}", "every asset once")
        found[asset] = place
    return list(found)


def shown(query: str, ranking: Ranking) -> RankedCandidates:
    """A ranking, as it is answered."""
    return RankedCandidates(query, ranking.model_version, [_candidate(one) for one in ranking.results])


def explained(query: str, found: Explained) -> SearchExplained:
    """What is known of a query, as it is answered."""
    published = found.published
    verdict = published.stepped_back.get(found.query)
    return SearchExplained(
        query=query,
        searched_as=found.query,
        as_of=rfc3339(published.as_of) if published.snapshot else None,
        model_version=published.model.version,
        examination=list(published.model.examination),
        clickers=found.clickers,
        base_order_known=found.is_base_order_known,
        stepped_back=SteppedBack(verdict.gain, verdict.deviation, verdict.clicks) if verdict else None,
        results=[_candidate(one) for one in found.results],
    )


def _candidate(one: Ranked) -> RankedAsset:
    return RankedAsset(str(one.asset), one.rank, one.base_rank, one.score, evidence(one))


def evidence(one: Ranked) -> Evidence:
    """What the score and the rank of a candidate follow from."""
    parts: dict[str, Any] = {
        "satisfied": Satisfied(**one.evidence["satisfied"]),
        "interval": Interval(**one.evidence["interval"]),
        "bound": HeldBy(**one.evidence["bound"]),
        "rank_histogram": {str(rank): count for rank, count in one.evidence["rank_histogram"].items()},
        "held_because": _held_because(one),
    }
    return Evidence(**(one.evidence | parts))


def _held_because(one: Ranked) -> str | None:
    if not one.evidence["held_by_safety"]:
        return None
    if one.evidence["stepped_back"]:
        return "on later clicks the order that came in did better"
    if not one.evidence["clicks"]:
        return f"nobody clicked it here, so it does not rise into the first {one.evidence['bound']['first_page']}"
    return f"its clicks prove no rank better than {one.evidence['highest_rank']}"
