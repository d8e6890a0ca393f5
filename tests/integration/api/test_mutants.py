"""Breaks what is told of funnels, events of any type and the audience, and filters that leave out, one defect at a time: ``pytest -m mutants``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path

HERE = "integration/api/test_behaviour.py::"
STEPS, ENTRIES = "warehouse/sql/funnel/steps.sql", "warehouse/sql/funnel/entries.sql"
KEYS, MEASURE = "warehouse/sql/explore/keys.sql", "warehouse/sql/explore/measure.sql"
GROUPS = "warehouse/sql/explore/groups.sql"
ACTIVITY, SESSIONS = "warehouse/sql/audience/activity.sql", "warehouse/sql/audience/sessions.sql"
NEW = "warehouse/sql/audience/new_players.sql"
COHORTS = "warehouse/sql/audience/cohorts.sql"
WITHOUT = "warehouse/sql/read/activity_without_tracks.sql"
PASSED = "integration/api/test_numbers.py::test_every_answer_counts_what_its_filters_let_pass"
COMPARED = "integration/api/test_compared.py"
CLOCK = "integration/api/test_zones.py::test_an_overview_without_some"
EARLY = "integration/api/test_numbers.py::test_a_skip_is_early"
FOUND = "integration/api/test_groups.py::test_tracks_are_found"
NARROWED = "integration/api/test_narrowing.py::"
NEEDS = HERE + "test_what_a_step_needs"
FUNNEL, EXPLORED = HERE + "test_a_funnel", HERE + "test_the_explorer"
FIRST_SEEN = "integration/audience/test_first_seen.py"
PREPARING = "integration/audience/test_preparing.py::test_"
AUDIENCE, CAME_BACK = HERE + "test_the_audience", HERE + "test_cohorts"
FOLLOWS = HERE.replace("behaviour", "what_follows") + "test_"
OUTCOMES, NEIGHBOURS = "warehouse/sql/search/outcomes.sql", "warehouse/sql/read/neighbours.sql"
MADE, MADE_TESTS = "warehouse/sql/search/made.sql", HERE.replace("behaviour", "made_searches") + "test_"
BEGUN = HERE + "test_sessions_and_listening"

MUTANTS = [
    Mutant("the step before the click", STEPS, "at_next(events.1, 3) AS plays", "at_next(events.1, 1) AS plays", NEEDS),
    Mutant("an end without a play", STEPS, "arrayMap((time, event) -> if(event.2 = wanted, time, 0), times, events)", "times", NEEDS),
    Mutant("who clicked on the last day is not looked for", STEPS, "AND day <= toDate(toDateTime({until:Float64}, 'UTC'))\n", "AND day < toDate(toDateTime({until:Float64}, 'UTC'))\n", FUNNEL),
    Mutant("the period before follows the period", "api/funnel.py", "(timeline.only_before,) if wanted.only_before else timeline.statements", "timeline.statements", FUNNEL),
    Mutant("all of the earlier period is compared", "api/periods.py", "if now >= self.until:", "if True:", COMPARED),
    Mutant("what is over is not over until a minute begins", "api/periods.py", "if now >= self.until:", "if now // 60 * 60 >= self.until:", COMPARED),
    Mutant("what is compared ends at no minute", "api/periods.py", "now // _NOW_STEP_S * _NOW_STEP_S", "now", COMPARED),
    Mutant("a year of 365 days", "api/periods.py", "YEAR_DAYS: Final = 364", "YEAR_DAYS: Final = 365", COMPARED),
    Mutant("what is compared ends with a day", "api/timeline.py", "*self.before[1:], self._compared_until), length)", "*self.before[1:]), length)", COMPARED),
    Mutant("what is compared ends with a bucket", "api/timeline.py", "sorted({0, *self.before, self._compared_until})", "sorted({0, *self.before})", COMPARED),
    Mutant("a year before belongs to the period", "api/timeline.py", "return (self,) if self._earlier.until == self.period.since else", "return (self,) if True else", COMPARED),
    Mutant("few events are compared, so few are drawn", "api/activity.py", 'max(whole["events"] if whole else 0, sum(row["events"] for row in buckets))', 'whole["events"] if whole else 0', COMPARED),
    Mutant("nothing is compared, so nobody is counted", "api/activity.py", "bool(rows) and", "bool(whole) and", COMPARED),
    Mutant("steps of the earlier period go on", STEPS, "least(clicked_at + {window:Float64}, {compared_until:UInt32})", "clicked_at + {window:Float64}", FUNNEL),
    Mutant("clicks of the earlier period go on", STEPS, "{% if compared_until %}AND (timestamp < {compared_until:UInt32} OR timestamp >= {since:Float64}){% endif %}", "", FUNNEL),
    Mutant("a link tells of any earlier period", "api/narrowing.py", 'return {"compare": compare} if "previous" in declared else {}', "return {}", NARROWED + "test_a_link"),
    Mutant("a link tells of the year before its year", "api/narrowing.py", "_earlier(shown, compare).since < limit.told_since", "False", NARROWED + "test_a_link"),
    Mutant("the window ends before its end", STEPS, "ended_at <= in_time AS", "ended_at < in_time AS", NEEDS),
    Mutant("what follows is filtered, too", STEPS, "type IN ('add_to_queue', 'play')\n                OR", "type IN ('add_to_queue', 'play') AND (empty({keys:Array(String)}) OR key IN {keys:Array(String)})\n                OR", NEEDS),
    Mutant("what follows the period is lost", STEPS, "timestamp <= {until:Float64} + {window:Float64}\n", "timestamp <= {until:Float64}\n", NEEDS),
    Mutant("the queue is never needed", STEPS, "at_next(plays, 2), plays)", "plays, plays)", NEEDS),
    Mutant("stops that are no end", STEPS, "OR type = 'stop' AND completed", "OR type = 'stop'", NEEDS),
    Mutant("clicks of nobody are not told", ENTRIES, "countIf(player_id = '') AS nobody", "0 AS nobody", FUNNEL),
    Mutant("escapes stay", MEASURE, "position(pair[1], '\\\\') = 0, pair[1],", "1, pair[1],", EXPLORED),
    Mutant("texts are whole", MEASURE, ", 1)), 1, 256)) AS decoded", ", 1)), 1, 999999)) AS decoded", EXPLORED),
    Mutant("others are lost", MEASURE, "indexOf({groups:Array(String)}, text)", "greatest(1, indexOf({groups:Array(String)}, text))", HERE + "test_twenty"),
    Mutant("contains is is", MEASURE, "position(found, wanted) > 0)", "found = wanted)", HERE + "test_each_condition"),
    Mutant("nobody is a player", MEASURE, "countIf(player_id != '') / nullIf", "count() / nullIf", EXPLORED),
    Mutant("the smallest groups", GROUPS, "{sorted_by:Identifier} DESC", "{sorted_by:Identifier} ASC", HERE + "test_twenty"),
    Mutant("groups by their events alone", "api/explore.py", '_SORTED_BY.get(wanted.measure, "events")', '"events"', EXPLORED),
    Mutant("booleans are numbers", KEYS, "startsWith(found[2], 't') OR startsWith(found[2], 'f')", "startsWith(found[2], 't')", HERE + "test_keys"),
    Mutant("a sample passes for all", "api/explore.py", "is_sample=one_of > 1", "is_sample=False", HERE + "test_of_many_events"),
    Mutant("what was gathered is left out", NEW, "seen.generation = {generation:UInt64} AND at <", "0 AND at <", FIRST_SEEN),
    Mutant("any generation counts", NEW, "seen.generation = {generation:UInt64} AND at <", "at <", FIRST_SEEN),
    Mutant("a later day passes for the first", NEW, "AND at < {until:Float64}\n", "AND at < {until:Float64} AND at >= {starts:Array(UInt32)}[1]\n", FIRST_SEEN),
    Mutant("days that were not gathered are left out", NEW, "AND day IN {unknown_days:Array(Date)}\n                        AND", "AND 0\n                        AND", FIRST_SEEN),
    Mutant("who is new elsewhere was there before", "api/audience.py", 'sum(row["of_period"] for', 'sum(row["players"] for', HERE + "test_the_audience_is_told_day_by_day"),
    Mutant("who is known is gathered again", "warehouse/sql/audience/gather.sql", "AND -seen.at <", "AND 0 AND -seen.at <", FIRST_SEEN + "::test_who_was_seen_before"),
    Mutant("who is seen first on these days is left out", "warehouse/sql/audience/gather.sql", "AND -seen.at <", "AND 0 <", FIRST_SEEN + "::test_an_earlier_day"),
    Mutant("lost players are not missed", "warehouse/sql/audience/gathered.sql", "AND table = 'first_seen'", "AND table = 'nothing'", FIRST_SEEN),
    Mutant("a changed day is relied on", "first_seen.py", "{} if has_changed else {", "{} if False else {", FIRST_SEEN),
    Mutant("days are gathered while events come", "first_seen.py", "if day <= last}", "}", FIRST_SEEN),
    Mutant("a day is noted as begun when it is done", "first_seen.py", "[*noted, [0] * len(days)]", "[*noted, [1] * len(days)]", FIRST_SEEN),
    Mutant("all days are gathered at once", "first_seen.py", "if piece and counted.events", "if False and counted.events", FIRST_SEEN + "::test_a_run_that"),
    Mutant("a piece is emptied, not begun", "first_seen.py", "            piece = {}\n", "", FIRST_SEEN + "::test_a_run_that"),
    Mutant("a run that is behind does not say so", "first_seen.py", "return True", "return False", FIRST_SEEN + "::test_a_run_that"),
    Mutant("a long history is read", "first_seen.py", "if unread > _MOST_READ:", "if False:", PREPARING + "how_far"),
    Mutant("open days are waited for", "first_seen.py", "for day, counted in days.items() if day <= last)", "for counted in days.values())", PREPARING + "days_that"),
    Mutant("what is left is told for what is done", "first_seen.py", "NotGatheredError(read / ", "NotGatheredError(unread / ", PREPARING + "how_far"),
    Mutant("cohorts are empty and not said to be preparing", "api/audience.py", "[], [], error.share)", "[], [], None)", PREPARING + "how_far"),
    Mutant("an answer of rows that went is given", "first_seen.py", "if now.generation == known.generation:", "if now:", FIRST_SEEN),
    Mutant("never new", NEW, "HAVING first_at >= {starts", "HAVING first_at >= 86400 + {starts", AUDIENCE),
    Mutant("new when last heard", NEW, "min(at) AS first_at", "max(at) AS first_at", AUDIENCE),
    Mutant("new wherever it was", "api/audience.py", "is_filtered=int(filters != Filters())", "is_filtered=0", AUDIENCE),
    Mutant("new on whatever day", NEW, "countIf(is_there) AS players", "count() AS players", AUDIENCE),
    Mutant("all that was new before the period", NEW, "timestamp >= {starts:Array(UInt32)}[1] AND", "timestamp >= {starts:Array(UInt32)}[2] AND", AUDIENCE),
    Mutant("days of any zone are those of UTC", "api/audience.py", "instant % DAY_S == 0 for", "instant % 1 == 0 for", AUDIENCE),
    Mutant("the day that the period ends before", ACTIVITY, "ceil({until:Float64}) - 1", "ceil({until:Float64})", AUDIENCE),
    Mutant("a part of a day is left out", ACTIVITY, "ceil({until:Float64}) - 1", "{until:Float64} - 1", AUDIENCE),
    Mutant("a day too many for the bits", "api/audience.py", "if len(days) <= bits), 0)", "if len(days) <= bits + 1), 0)", AUDIENCE),
    Mutant("a day may count twice", ACTIVITY, "arrayCompact(arraySort(", "(arraySort(", AUDIENCE),
    Mutant("those of the same days are one", ACTIVITY, "sum(alike)", "count()", AUDIENCE),
    *(Mutant(f"{name}: {defect}", "warehouse/sql/periods/events.sql", "ceil({until:Float64}) - 1", wrong, test)
      for defect, wrong in (("the day that the period ends before", "ceil({until:Float64})"), ("a part of a day is left out", "{until:Float64} - 1"))
      for name, test in (("funnel", FUNNEL), ("explorer", EXPLORED), ("listening", BEGUN))),
    Mutant("a part of a day is a whole one", "api/periods.py", "self.since % DAY_S == 0 == self.until % DAY_S", "self.since % DAY_S == 0", BEGUN),
    Mutant("who only voted is not active", ACTIVITY, "arrayConcat(listeners, others)", "listeners", AUDIENCE),
    Mutant("the day after the period, too", ACTIVITY, "AND day < toDate(", "AND day <= toDate(", AUDIENCE),
    Mutant("the rollup of places knows assets", "api/audience.py", "is_of_utc and not filters.name_assets", "is_of_utc", HERE + "test_the_audience"),
    Mutant("clicks of nobody lead on", ENTRIES, "toUInt64(events - unnamed) AS n", "events AS n", HERE + "test_searches_are_ordered"),
    Mutant("the rollup of searches knows universes", "api/funnel.py", 'wanted.breakdown != "universe" and not filters.name_places', 'wanted.breakdown != "universe"', FUNNEL),
    Mutant("a week of eight days", "api/audience.py", "WEEK_DAYS: Final = 7", "WEEK_DAYS: Final = 8", AUDIENCE),
    Mutant("a pause is half a session", SESSIONS, "at - before > {pause:Float64}", "at - before >= {pause:Float64}", BEGUN),
    Mutant("sessions begin with the period", SESSIONS, "timestamp >= {since:Float64} - {pause:Float64} AND", "timestamp >= {since:Float64} AND", HERE + "test_who_is_in"),
    Mutant("who only passed by is a member", COHORTS, "    HAVING has(passed, cohort)\n", "", CAME_BACK),
    Mutant("anything is completed", COHORTS, "type = 'stop' AND completed,", "type = 'stop',", CAME_BACK),
    Mutant("no track is left out", WITHOUT, "            AND asset_id NOT IN {not_assets:Array(UInt64)}\n", "", PASSED),
    Mutant("nothing without a track is counted", WITHOUT, "SELECT day, toInt64(events) AS n\n", "SELECT day, 0::Int64 AS n\n", PASSED),
    Mutant("what has no track is left out", WITHOUT, "(isNull(asset_id) OR asset_id NOT IN", "(asset_id NOT IN", PASSED),
    Mutant("without a track: cut days read whole too", "warehouse/sql/periods/days_of_both.sql", "{% if cut_days %}AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}{% endif %}", "", CLOCK),
    Mutant("without a track: cut days not read", "warehouse/sql/periods/rest_of_both.sql", "{% if cut_days %}OR toUInt16(day) IN {cut_days:Array(UInt16)}{% endif %}", "", CLOCK),
    Mutant("what is left out may be all", "warehouse/sql/read/elsewhere.sql", '        {% include "filters/places" %}\n', "", PASSED),
    Mutant("searches: places left out are not known", "api/filters.py", "self.universes or self.places or self.not_universes or self.not_places", "self.universes or self.places", PASSED),
    Mutant("kept and left out", "api/filters.py", "if both := sorted({*kept} & {*left_out}):", "if both := sorted({*kept[:0]} & {*left_out}):", HERE.replace("behaviour", "answers") + "test_a_wrong_parameter"),
    Mutant("a guest leaves out and is shown the rest", "api/narrowing.py", '{name: ",".join(sorted(shown - left_out))}', '{name + NOT: ",".join(sorted(left_out))}', NARROWED + "test_leaving_out_shows"),
    Mutant("a link forgets what it leaves out", "api/visitors.py", "shown.filters, shown.hidden,", "shown.filters, {},", NARROWED + "test_a_link_leaves_out"),
    Mutant("what a link leaves out may be asked for", "api/narrowing.py", "(_canonical(given.get(name + NOT)) or NONE) | hidden", "_canonical(given.get(name + NOT)) or hidden", NARROWED + "test_a_link_leaves_out"),
    *(Mutant(f"{name}: a skip after half a minute is early", f"warehouse/sql/read/{name}.sql", "second < {early:UInt16}, skipped_at", "second <= {early:UInt16}, skipped_at", EARLY) for name in ("tracks", "measures_of_tracks")),
    *(Mutant(f"{name}: at the ends any skip is early", f"warehouse/sql/read/{name}.sql", "countIf(type = 'skip' AND duration < {early:UInt16})", "countIf(type = 'skip')", EARLY) for name in ("tracks", "measures_of_tracks")),
    Mutant("names are looked for to the letter", "control/catalog.py", 'unicodedata.normalize("NFKC", name).casefold()', "name", FOUND),
    Mutant("names of others are looked for", "control/catalog.py", "catalog.c.artist).where(catalog.c.project == project)", "catalog.c.artist)", FOUND),
    Mutant("nothing found is everything", "api/queries.py", "if sought is not None and not filters.assets else", "if False else", FOUND),
    Mutant("found though it is left out", "api/filters.py", "{*assets} - left_out", "{*assets}", FOUND),
    Mutant("searches are looked for to the letter", "warehouse/sql/read/search_queries.sql", "lowerUTF8(normalizeUTF8NFKC({sought:String}))", "normalizeUTF8NFKC({sought:String})", "integration/api/test_numbers.py::test_searches_are_found"),
    Mutant("cells are ripe at once", "api/audience.py", "is_mature=mature[seen_on]", "is_mature=True", CAME_BACK),
    Mutant("a play before the click", OUTCOMES, "at_next(events.1, 2) AS plays", "events.1 AS plays", FOLLOWS + "an_outcome"),
    Mutant("any skip is early", OUTCOMES, "type = 'skip' AND ifNull(duration < {early:Float64}, 0)", "type = 'skip'", FOLLOWS + "an_outcome"),
    Mutant("a later end counts", OUTCOMES, "if(event.3, event.1, inf), events), 3), 2)", "if(event.3, event.1, inf), events), 3), 1)", FOLLOWS + "an_outcome"),
    Mutant("a stop is passed over", OUTCOMES, "type IN ('play', 'stop', 'skip')", "type IN ('play', 'skip')", FOLLOWS + "an_outcome"),
    Mutant("outcomes end with the period", OUTCOMES, "timestamp <= {until:Float64} + {window:Float64}\n", "timestamp <= {until:Float64}\n", FOLLOWS + "what_follows"),
    Mutant("searches: a number is a query", MADE, " AND JSONType(metadata, 'query') = 'String'", "", MADE_TESTS),
    Mutant("half a result", MADE, " AND results = floor(results)", "", MADE_TESTS),
    Mutant("a click belongs to the search before the last", MADE, "next.4 AND NOT next.3 AND", "next.4 AND", MADE_TESTS),
    Mutant("clicks end with the period", MADE, "timestamp <= {until:Float64} + {window:Float64}", "timestamp < {until:Float64}", MADE_TESTS),
    Mutant("clicks end with the day", MADE, "arrayJoin([day, day + 1])", "day", MADE_TESTS),
    Mutant("filters tell who searches again", MADE, "(type = 'search' OR type = 'search_click' AND player_id != '')", "(is_wanted OR type = 'search_click' AND player_id != '')", MADE_TESTS),
    Mutant("clicks of nobody are clicks of one", MADE, "type = 'search_click' AND player_id != '')", "type = 'search_click')", MADE_TESTS),
    Mutant("all in vain are those of a page", "api/made_searches.py", 'of_all[f"all_{name}"]', "of_all[name]", MADE_TESTS),
    Mutant("a long pause between neighbours", NEIGHBOURS, "play.1 - earlier.1 > {pause:Float64}", "play.1 - earlier.1 > 9 * {pause:Float64}", FOLLOWS + "neighbours_are"),
    Mutant("half an hour is too long", NEIGHBOURS, "later.1 - play.1 > {pause:Float64}", "later.1 - play.1 >= {pause:Float64}", FOLLOWS + "half_an_hour"),
    Mutant("players who only stopped it", NEIGHBOURS, "                    AND type = 'play'\n                    AND player_id != ''\n                    AND asset_id", "                    AND type = 'stop'\n                    AND player_id != ''\n                    AND asset_id", FOLLOWS + "neighbours_are"),
    Mutant("nothing takes the place of a neighbour", NEIGHBOURS, "{limit:UInt32} + 1 BY", "{limit:UInt32} BY", FOLLOWS + "twenty"),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name.replace(" ", "-") for mutant in MUTANTS])
def test_a_defect_is_noticed(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
