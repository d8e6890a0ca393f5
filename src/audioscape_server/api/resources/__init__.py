"""The resources of the read API, one module each: its parameters, and the question it asks."""

from litestar import Router
from litestar.di import Provide

from audioscape_server.api import filters
from audioscape_server.api.callers import require_may, require_read
from audioscape_server.api.requests import refuse_unknown_parameters
from audioscape_server.api.resources import (
    audience,
    batch,
    events,
    experience_names,
    experiences,
    explore,
    funnel,
    groups,
    ingest,
    integrity,
    jobs,
    joining,
    keys,
    live,
    notes,
    operations,
    overview,
    people,
    project,
    rhythm,
    scores,
    search,
    session,
    sharing,
    tracks,
)

#: What needs a key with the scope `read`, or a session.
READ_ROUTES = Router(
    "/",
    route_handlers=[
        overview.overview,
        batch.batch,
        rhythm.rhythm,
        tracks.tracks,
        tracks.track,
        tracks.typical,
        tracks.neighbours,
        scores.popular,
        scores.trending,
        scores.track_score,
        scores.history,
        groups.artists,
        groups.albums,
        groups.genres,
        search.search_queries,
        search.outcomes,
        search.made,
        search.ranks,
        search.rank,
        search.explain,
        search.signals,
        experiences.experiences,
        events.events,
        ingest.ingest,
        live.live,
        live.players,
        jobs.jobs,
        integrity.integrity,
        funnel.search_funnel,
        explore.types,
        explore.keys,
        explore.measure,
        audience.players,
        audience.sessions,
        audience.cohorts,
    ],
    guards=[require_read, refuse_unknown_parameters],
    dependencies={"filters": Provide(filters.of_events, sync_to_thread=False)},
    security=[{"key": []}],
)
#: What only people do, of the project that their session shows, and what is read at the same paths; each names the
#: `Action` that it is.
PEOPLE_ROUTES = Router(
    "/",
    route_handlers=[
        project.settings,
        project.change_settings,
        project.import_titles,
        experience_names.experience_names,
        experience_names.name_experience,
        notes.annotations,
        notes.annotate,
        notes.remove_annotation,
        notes.views,
        notes.save_view,
        notes.remove_view,
        keys.keys,
        keys.create,
        keys.rotate,
        keys.revoke,
        people.people,
        people.invite,
        people.set_role,
        people.sign_out,
        people.remove,
        sharing.guest,
        sharing.limit_guest,
        sharing.shares,
        sharing.share,
        sharing.end_share,
    ],
    guards=[require_may, refuse_unknown_parameters],
    include_in_schema=False,
)
#: How people come in and leave: for pages in a browser, and no part of the API that a key can ask. No router of
#: their own: pages stand at the same paths, and a path belongs to one router.
PAGE_ROUTES = (
    session.login,
    session.session,
    session.choose,
    session.logout,
    joining.look,
    joining.join,
    sharing.shared,
)
#: What needs none.
OPEN_ROUTES = Router("/", route_handlers=[operations.healthz, operations.readyz, operations.metrics])

__all__ = ["OPEN_ROUTES", "PAGE_ROUTES", "PEOPLE_ROUTES", "READ_ROUTES"]
