"""Popularity and trending in plain Python, from events: the reference for the scores that the server publishes.

Slow, obvious, and written from docs/scoring.md; it shares no code with the server. The numbers of the model are written
out here once more.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from support.counting import DAY, HOUR, lengths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from support.counting import Sent

Counted = dict[str, dict[int, int]]


def scores(
    events: Sequence[Sent], project: str, universe: int, now: float, custom: Mapping[str, float] | None = None
) -> dict[int, dict[str, float]]:
    """Mass, quality, score and trend of each asset of a scope; universe 0 is the whole project.

    Args:
        events: of all projects.
        project: which of them.
        universe: which of the project.
        now: Unix seconds.
        custom: what events of custom types count, in listens.
    """
    weights = {"listens": 1, "add_to_queue": 0.5, "search_click": 0.25, **(custom or {})}
    of_project = [one for one in events if one.project == project]
    length_of = lengths(of_project, project)
    of_scope = [one for one in of_project if universe in (0, one.universe)]
    allowed = _allowances(of_scope, now)
    built_in = {"play", "stop", "skip", "add_to_queue", "search_click", "favorite", "unfavorite", "vote"}
    scope = [one for one in of_scope if one.asset_id is not None and one.type in {*built_in, *weights}]
    today = _day(now)
    daily = _count(scope, length_of, lambda one: max(0, today - _day(one.timestamp)))
    found = _popularity(scope, daily, allowed, today, weights)
    _add_trends(found, scope, length_of, allowed, now)
    return found


def _day(at: float) -> int:
    return int(at // DAY)


def _player(one: Sent) -> Any:
    """A player without an id is one of the place and the hour."""
    return one.player_id or (one.universe, one.place, int(one.timestamp // HOUR))


def _allowances(events: Iterable[Sent], now: float) -> dict[str, float | None]:
    earlier: dict[str, int] = defaultdict(int)
    for one in events:
        earlier[one.key] += 3 <= _day(now) - _day(one.timestamp) <= 28
    total = sum(earlier.values())
    if len(earlier) == 1:
        return dict.fromkeys(earlier)
    share = {key: count / total if total else 0 for key, count in earlier.items()}
    return {key: None if part > 0.475 else 4 * part / (1 - part) for key, part in share.items()}


def _capped(by_key: dict[str, float], allowed: dict[str, float | None]) -> float:
    total = sum(by_key.values())
    counted = 0.0
    for key, amount in by_key.items():
        ratio = allowed[key]
        counted += amount if ratio is None else min(amount, max(1, ratio) * (total - amount) + 10)
    return counted


def _capped_mass(by_key: dict[str, float], allowed: dict[str, float | None], growth: float) -> float:
    """What makes 9 points, or four times what its share of the traffic says."""
    total = sum(by_key.values())
    counted = 0.0
    for key, amount in by_key.items():
        ratio = allowed[key]
        others = total - amount
        most = math.inf if ratio is None else max(ratio, growth) * others + 3 * growth
        counted += min(amount, most)
    return counted


def _growth(masses: list[dict[str, float]], allowed: dict[str, float | None]) -> float:
    """9 points, where what the first asset has without its largest key is 100 points."""
    known = max(
        sum(by_key.values()) - max((mass for key, mass in by_key.items() if allowed[key] is not None), default=0)
        for by_key in masses
    )
    return (1 + max(100, known) / 3) ** 0.09 - 1


def _count(
    events: Iterable[Sent], length_of: dict[int, float], age_of: Callable[[Sent], int]
) -> dict[tuple[int, str], Counted]:
    """By asset and key: how many players did what, at each age."""
    did: dict[tuple[int, str, int], dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for one in events:
        players = did[one.asset_id, one.key, age_of(one)]  # type: ignore[index]
        length = length_of.get(one.asset_id, math.inf)  # type: ignore[arg-type]
        player, seconds = _player(one), one.duration
        players["ends" if one.type in ("stop", "skip") else one.type].add(player)
        if one.type in ("stop", "skip") and (seconds or 0) >= min(30, length / 2):
            players["listens"].add(player)
        if one.type == "skip" and seconds is not None and seconds < min(10, length / 4):
            players["early"].add(player)
    counted: dict[tuple[int, str], Counted] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for (asset, key, age), players in did.items():
        of_key = counted[asset, key]
        for name in {*players, "listens", "ends", "add_to_queue", "search_click"}:
            of_key[name][age] = len(players[name])
        of_key["early"][age] = len(players["early"] - players["listens"])
        of_key["plays"][age] = max(0, len(players["play"]) - len(players["ends"]))
    return counted


def _rate(good: float, of: float) -> float:
    return (good + 5) / (of + 10)


def _all(counted: dict[tuple[int, str], Counted], name: str) -> int:
    return sum(sum(of_key[name].values()) for of_key in counted.values())


def _states(events: Iterable[Sent]) -> tuple[dict[Any, Sent], dict[Any, Sent]]:
    """The event that decides, by asset, key and player: of favourites and of votes."""
    favorites: dict[Any, Sent] = {}
    votes: dict[Any, Sent] = {}
    for one in sorted(events, key=lambda one: (one.timestamp, one.type, one.value)):
        who = (one.asset_id, one.key, _player(one))
        if one.type in ("favorite", "unfavorite"):
            favorites[who] = one
        elif one.type == "vote":
            votes[who] = one
    return favorites, votes


def _capped_ends(
    asset: int, daily: dict[tuple[int, str], Counted], allowed: dict[str, float | None]
) -> tuple[float, float]:
    """Ends, and early skips among them: of a key that has more than it may, the same part of both counts."""
    of_keys = {key: of_key for (one, key), of_key in daily.items() if one == asset}
    ends = {key: sum(of_key["ends"].values()) for key, of_key in of_keys.items()}
    counted = early = 0.0
    for key, number in ends.items():
        ratio = allowed[key]
        others = sum(ends.values()) - number
        part = 1.0 if ratio is None or not number else min(1.0, (max(1.0, ratio) * others + 10) / number)
        counted += number * part
        early += sum(of_keys[key]["early"].values()) * part
    return counted, early


def _popularity(
    events: Sequence[Sent],
    daily: dict[tuple[int, str], Counted],
    allowed: dict[str, float | None],
    today: int,
    weights: dict[str, float],
) -> dict[int, dict[str, float]]:
    qualified = _rate(_all(daily, "listens"), _all(daily, "ends"))
    favorites, votes = _states(events)
    standing: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (asset, key, _), one in favorites.items():
        if one.type == "favorite":
            standing[asset, key].append(max(0, today - _day(one.timestamp)))
    up: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    down: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (asset, key, _), one in votes.items():
        (up if one.value == "up" else down)[asset][key] += 1

    def mass_of_key(asset: int, key: str, back: int) -> float:
        mass = 0.0
        of_key = daily.get((asset, key), {})
        for name, weight in {**weights, "plays": qualified}.items():
            for age, players in of_key.get(name, {}).items():
                if back <= age < 56:
                    mass += weight * players * round(2 ** (-(age - back) / 7) * 2**32) / 2**32
        return mass + sum(
            3 * round(2 ** (-(age - back) / 90) * 2**32) / 2**32 for age in standing[asset, key] if age >= back
        )

    assets = {asset for asset, _ in [*daily, *((a, k) for a, k, _ in [*favorites, *votes])]}
    keys = list(allowed)
    by_key = {asset: [{key: mass_of_key(asset, key, back) for key in keys} for back in range(7)] for asset in assets}
    growth = _growth([one[0] for one in by_key.values()], allowed)
    masses = {asset: [_capped_mass(one, allowed, growth) for one in days] for asset, days in by_key.items()}
    reference = _reference(list(masses.values()))
    ends_of = {asset: _capped_ends(asset, daily, allowed) for asset in assets}
    all_ends = sum(ends for ends, _ in ends_of.values())
    completion_mean = _rate(all_ends - sum(early for _, early in ends_of.values()), all_ends)
    ups = {asset: _capped(dict(up[asset]), allowed) for asset in assets}
    downs = {asset: _capped(dict(down[asset]), allowed) for asset in assets}
    vote_mean = _rate(sum(ups.values()), sum(ups.values()) + sum(downs.values()))
    found: dict[int, dict[str, float]] = {}
    for asset in assets:
        ends, early = ends_of[asset]
        completion = (ends - early + 20 * completion_mean) / (ends + 20)
        votes_up = (ups[asset] + 10 * vote_mean) / (ups[asset] + downs[asset] + 10)
        quality = min(2, max(0.5, math.sqrt(completion / completion_mean) * math.sqrt(votes_up / vote_mean)))
        mass = masses[asset][0]
        low = max(0, mass - 1.28 * math.sqrt(mass))
        found[asset] = {
            "mass": mass,
            "quality": quality,
            "score": _score(mass * quality, reference),
            "low": _score(low * quality, reference),
            "high": _score((mass + 1.28 * math.sqrt(mass)) * quality, reference),
        }
    return found


def _reference(masses: list[list[float]]) -> float:
    """Fewer than 2,000 assets: the highest mass of each of the last 7 days, the newest first."""
    highest = [(0.75**back, max(one[back] for one in masses)) for back in range(7)]
    highest = [(weight, mass) for weight, mass in highest if mass > 0]
    return sum(weight * mass for weight, mass in highest) / sum(weight for weight, _ in highest)


def _score(mass: float, reference: float) -> float:
    return min(100.0, 100 * math.log(1 + mass / 3) / math.log(1 + reference / 3))


def _add_trends(
    found: dict[int, dict[str, float]],
    events: Sequence[Sent],
    length_of: dict[int, float],
    allowed: dict[str, float | None],
    now: float,
) -> None:
    recent = [one for one in events if one.type in ("play", "stop", "skip") and one.timestamp > now - 29 * DAY]
    windows = _count(recent, length_of, lambda one: max(0, math.floor((now - one.timestamp) / DAY)))
    qualified = _rate(_all(windows, "listens"), _all(windows, "ends"))
    oldest = max(age for of_key in windows.values() for age in of_key["ends"])
    weights = sum(_weight(age) for age in range(1, oldest + 1))
    now_of: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    usual: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (asset, key), of_key in windows.items():
        for age in of_key["ends"]:
            listeners = of_key["listens"][age] + qualified * of_key["plays"][age]
            if age == 0:
                now_of[asset][key] += listeners
            else:
                usual[asset][key] += listeners * _weight(age) / weights
    x = {asset: _capped(dict(now_of[asset]), allowed) for asset in found}
    mean = {asset: _capped(dict(usual[asset]), allowed) for asset in found}
    growth = sum(x.values()) / sum(mean.values())
    for asset, one in found.items():
        if x[asset] > 0:
            e = mean[asset] * growth
            one["x"], one["expected"] = x[asset], e
            one["z"] = (x[asset] - e) / math.sqrt(e + (0.25 * e) ** 2 + 1)
            one["lift"] = (x[asset] + 10) / (e + 10)
    heard = [one for one in found.values() if "x" in one]
    enough = [one for one in heard if one["expected"] >= 10]
    for one in heard:
        one["bar"] = max(1.6, _deviations(min(0.5, 0.0025 * len(heard) / max(1, len(enough)))))


def _deviations(chance: float) -> float:
    """The standard deviations above which a normal variable is with that chance, by halving."""
    low, high = 0.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erfc(middle / math.sqrt(2)) / 2 > chance else (low, middle)
    return low


def _weight(age: int) -> int:
    return round(2 ** (-age / 14) * 2**32)
