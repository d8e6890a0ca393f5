-- Who was there on a day, whatever they did, and the clicks of nobody: so that the audience of whole days, and the searches
-- with which funnels begin, are answered without the events. The rollups of both are made anew afterwards (see migrate.py).

-- Who listens is there already, so `others` are few: one block of events is put into it without those who are among its
-- listeners (what comes up for the second time in both lists is left out, which takes one pass). In other blocks they may
-- be, so who was there are both lists together, each player once.
ALTER TABLE place_day ADD COLUMN IF NOT EXISTS others
    SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)) CODEC(ZSTD(1))
    COMMENT 'hashes of the player_id of all other events, 48 bits; who listened may be among them';

ALTER TABLE place_day_view MODIFY QUERY
WITH
    player_id != '' AND type IN ('play', 'stop', 'skip') AS is_listening,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '' AND NOT is_listening) AS doing
SELECT
    project,
    universe,
    place,
    key,
    day,
    count() AS events,
    countIf(type = 'play') AS plays,
    countIf(type = 'stop') AS stops,
    countIf(type = 'skip') AS skips,
    sum(completed) AS completed,
    countIf(type = 'vote' AND value = 'up') AS up_votes,
    countIf(type = 'vote' AND value = 'down') AS down_votes,
    countIf(type = 'favorite') AS favorites,
    countIf(type = 'unfavorite') AS unfavorites,
    countIf(type = 'add_to_queue') AS queue_adds,
    countIf(type = 'search_click') AS search_clicks,
    sumIf(toUInt128(round(ifNull(duration, 0) * 1000000)), type IN ('stop', 'skip')) AS listened_micros,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), is_listening) AS listeners,
    arrayFilter(
        (player, time) -> time = 1,
        doing,
        arraySlice(arrayEnumerateUniq(arrayConcat(listeners, doing)), length(listeners) + 1)) AS others
FROM events
GROUP BY project, universe, place, key, day;

ALTER TABLE search_day ADD COLUMN IF NOT EXISTS unnamed SimpleAggregateFunction(sum, UInt64)
    COMMENT 'clicks without a player';

ALTER TABLE search_day_view MODIFY QUERY
SELECT
    project,
    folded_query,
    query,
    ifNull(asset_id, 0) AS asset_id,
    rank,
    key,
    day,
    count() AS events,
    groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '') AS players,
    countIf(player_id = '') AS unnamed
FROM events
WHERE type = 'search_click'
GROUP BY project, folded_query, query, asset_id, rank, key, day;
