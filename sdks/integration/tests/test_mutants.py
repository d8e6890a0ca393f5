"""Breaks the SDKs on purpose: the hour of play has to find the doubles and the losses that come of it."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest

from arrivals import difference, stored_events
from hour import play_an_hour
from sessions import SDK_LIST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions import Sdk
    from support.server import Server

SDK = {sdk.name: sdk for sdk in SDK_LIST}


class Mutant(NamedTuple):
    """``old`` stands exactly once in ``file``; with ``new`` in its place there must be doubles, or losses, only."""

    sdk: str
    found: str
    file: str
    old: str
    new: str


MUTANTS = [
    Mutant("python", "doubled", "audioscape/exchange.py", ', "Idempotency-Key": batch.key}', "}"),
    Mutant("luau", "doubled", "Transport.luau", 'headers["Idempotency-Key"] = batch.key', ""),
    Mutant("javascript", "doubled", "delivery.ts", '"Idempotency-Key": batch.key, ', ""),
    Mutant("python", "missing", "audioscape/retry.py", "not 400 <= status < 500", "not 400 <= status <= 500"),
    Mutant("luau", "missing", "Verdict.luau", "status ~= 429 then", "status ~= 429 or status == 500 then"),
    Mutant(
        "javascript", "missing", "verdict.ts",
        "status >= 400 && status < 500 && status !== 429", "status >= 400 && status <= 500 && status !== 429",
    ),
]  # fmt: skip


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.sdk}-{mutant.found}")
def test_an_hour_of_play_finds(
    mutant: Mutant, server: Server, build_of: Callable[[Sdk], Path], project_key: str, tmp_path: Path
) -> None:
    sdk = SDK[mutant.sdk]
    build_of(sdk)  # says what is missing
    shutil.copytree(sdk.source, source := tmp_path / "source")
    code = (source / mutant.file).read_text("utf-8")
    assert code.count(mutant.old) == 1, f"{mutant.file} holds the text to change {code.count(mutant.old)} times"
    (source / mutant.file).write_text(code.replace(mutant.old, mutant.new), "utf-8")

    build = sdk.build(source, tmp_path / "build")
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    outcome = play_an_hour(server, sdk, build, project_key, seed)
    found = difference(outcome.play.expected, stored_events(server, project_key))
    assert bool(found.missing) == (mutant.found == "missing")
    assert bool(found.doubled) == (mutant.found == "doubled")
    assert found.unknown == []
