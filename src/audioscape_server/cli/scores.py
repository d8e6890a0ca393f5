"""``audioscape scores``: what other numbers would do, to publish them, and why a track has its score."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import App, Parameter, validators
from rich.table import Table

from audioscape_server.cli.console import AsJson, answers, errors, print_json, table
from audioscape_server.cli.options import Where, opened_control
from audioscape_server.control.projects import require_project
from audioscape_server.errors import InvalidRequestError
from audioscape_server.operations import running_server
from audioscape_server.operations.scoring import Scoring
from audioscape_server.warehouse import Warehouse

app = App(name="scores", help="Scores: what other numbers would do to them, and why a track has its score.")

_ID = validators.Number(gte=0, lte=2**63 - 1)
HalfLife = Annotated[float | None, Parameter(help="Days after which a listen counts half, 1 to 28.")]
Weights = Annotated[
    list[str] | None,
    Parameter(
        name="--weight",
        negative=(),
        help="What counts how many listens: favorite=5, queue=0.5, click=0.25, or a custom type of event such as "
        "emote=2 (0 = no more). May be given several times.",
    ),
]
Universe = Annotated[int, Parameter(validator=_ID, help="Only what happened in this universe; 0 = the whole project.")]


@app.command
def preview(
    *,
    half_life: HalfLife = None,
    weight: Weights = None,
    project: str = "default",
    universe: Universe = 0,
    limit: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=1_000))] = 20,
    as_json: AsJson = False,
    where: Where | None = None,
) -> None:
    """Show who would move, and why, if a project were scored by other numbers. Publishes nothing.

    Parameters
    ----------
    project
        Whose chart.
    limit
        How many places to show.
    """
    changes = _changes(half_life, weight)
    with errors.status("Scoring every track twice…"):
        found = _asked(
            where, "scores-preview", project=project, changes=changes, universe=str(universe), limit=str(limit)
        )
    if as_json:
        print_json(found)
        return
    for kind in found["unheard_of"]:
        answers.print(f"Nobody sent an event of the type {kind} about any track: is that its name?", markup=False)
    if not found["tracks"]:
        answers.print(f"Project {project} has nothing to score there.")
        return
    rows = table("asset", "title", "rank", "now", "score", "now", "why")
    for one in found["tracks"]:
        was = "-" if one["previous_rank"] is None else str(one["previous_rank"])
        scores = f"{one['score']:.1f}", f"{one['previous_score']:.1f}"
        rows.add_row(one["asset_id"], one["title"] or "", str(one["rank"]), was, *scores, _why(one))
    answers.print(rows)
    answers.print(f"The model now is {found['model_version']}. Nothing was published.")


@app.command
def publish(
    *,
    half_life: HalfLife = None,
    weight: Weights = None,
    project: str = "default",
    as_json: AsJson = False,
    where: Where | None = None,
) -> None:
    """Score a project by other numbers from now on, under a version of their own.

    Parameters
    ----------
    project
        Which is scored by them.
    """
    found = _asked(where, "scores-publish", project=project, changes=_changes(half_life, weight))
    if as_json:
        print_json(found)
    else:
        answers.print(f"Project {project} is scored by the model {found['version']} from now on.")


@app.command
def explain(
    asset_id: Annotated[int, Parameter(validator=_ID)],
    /,
    *,
    project: str = "default",
    universe: Universe = 0,
    as_json: AsJson = False,
    where: Where | None = None,
) -> None:
    """Say why a track has its score.

    Parameters
    ----------
    asset_id
        The track.
    project
        Whose score.
    """
    found = _asked(where, "scores-explain", project=project, asset_id=str(asset_id), universe=str(universe))
    if as_json:
        print_json(found)
        return
    answers.print(_masses(found))
    for line in _told(found):
        answers.print(line, soft_wrap=True)


@app.command
def flagged(*, project: str = "default", as_json: AsJson = False, where: Where | None = None) -> None:
    """List the players and keys that do what no crowd of players does. Changes nothing.

    Parameters
    ----------
    project
        Whose events.
    """
    with errors.status("Looking at the last days…"):
        found = _asked(where, "scores-flagged", project=project)
    if as_json:
        print_json(found)
        return
    if not found["flags"]:
        answers.print(f"Nobody stands out in project {project}.")
        return
    rows = table("key", "reason", "asset", "who or what", "amount", "of", "since", "effect")
    for one in found["flags"]:
        about = one["player_id"] or one["query"] or ""
        amounts = f"{one['amount']:,}", f"{one['of']:,}"
        rows.add_row(one["key_id"], one["reason"], one["asset_id"], about, *amounts, one["since"], one["effect"])
    answers.print(rows)
    answers.print("Nothing was changed: docs/scoring.md says what each reason means and what you can do.")


def _masses(found: dict[str, Any]) -> Table:
    """What the mass of a track is made of."""
    parameters = found["parameters"]
    factors = {
        "listens": 1.0,
        "plays_without_end": found["qualified_rate"],
        "queue": parameters["weight_queue"],
        "clicks": parameters["weight_click"],
        "favorites": parameters["weight_favorite"],
    }
    rows = table("what", "players", "x", "= mass")
    built_in = {name: amount for name, amount in found["components"].items() if name != "custom"}
    custom = found["components"]["custom"]
    factors |= {f"custom {kind}": parameters["custom_weights"][kind] for kind in custom}
    for name, amount in {**built_in, **{f"custom {kind}": amount for kind, amount in custom.items()}}.items():
        rows.add_row(name, f"{amount:.2f}", f"{factors[name]:.3g}", f"{amount * factors[name]:.2f}")
    rows.add_row("capped by key", "", "", f"{-found['capped_by_key']['amount']:.2f}")
    rows.add_row("mass", "", "", f"{found['mass']:.2f}")
    return rows


def _told(found: dict[str, Any]) -> Iterator[str]:
    """What became of the mass, in lines."""
    quality, trend = found["quality"], found["trend"]
    score = f"score {found['score']:.2f} ({found['low']:.2f} to {found['high']:.2f}), place {found['rank']}"
    ends = f"{quality['n'] - quality['early_skips']:g} of {quality['n']:g} did not skip early"
    votes = f"{quality['up_votes']:g} votes up, {quality['down_votes']:g} down"
    yield f"{score}, as of {found['as_of']}, model {found['model_version']}"
    yield f"quality {quality['multiplier']:.3f}: {ends}, {votes}"
    yield f"the mass {found['reference_mass']:.2f} has the score 100"
    surprise = f", a surprise of {trend['z']:.1f} where {trend['bar']:.1f} may be a trend" if trend["x"] else ""
    yield f"last 24 hours: {trend['x']:.1f} listeners, {trend['expected']:.1f} expected{surprise}"
    for one in found["capped_by_key"]["keys"]:
        yield f"key {one['key']} counts {one['counted']:.2f} of {one['mass']:.2f}"


def _why(one: dict[str, Any]) -> str:
    """The part of the mass that changed most, as a share."""
    was = one["previous_shares"]
    name = max(one["shares"], key=lambda part: abs(one["shares"][part] - was.get(part, 0.0)))
    before, after = was.get(name, 0.0), one["shares"][name]
    return "" if math.isclose(before, after, abs_tol=5e-4) else f"{name} {before:.1%} → {after:.1%}"


def _changes(half_life: float | None, weights: list[str] | None) -> str:
    """What is asked to be changed, as JSON.

    Raises:
        InvalidRequestError: a weight is none, or nothing is to be changed.
    """
    changes = {} if half_life is None else {"half_life_days": half_life}
    for text in weights or []:
        name, _, value = text.partition("=")
        try:
            changes[f"weight_{name}"] = float(value)
        except ValueError:
            raise InvalidRequestError(f"--weight: expected such as favorite=5, found {text!r}") from None
    if not changes:
        raise InvalidRequestError("Say what to change: --half-life DAYS or --weight NAME=NUMBER.")
    if not all(map(math.isfinite, changes.values())):
        raise InvalidRequestError(f"Expected numbers, found {', '.join(map(str, changes.values()))}")
    return json.dumps(changes)


def _asked(where: Where | None, command: str, *, project: str, **parameters: str) -> Any:
    """Have a command carried out: by the server that runs on the folder, or here when none runs."""
    require_project(project)
    where = where or Where()
    settings = where.settings
    if settings.folder.server.exists() and running_server.running_server(settings.folder) is not None:
        return running_server.ask(settings.folder, command, project=project, **parameters)
    with (
        opened_control(where) as control,
        running_server.sole_server(settings.folder),
        Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes) as warehouse,
    ):
        warehouse.migrate()
        return Scoring(warehouse, control).commands[command](project=project, **parameters)
