-- Gather the clicks of a project on a day, one row for each query, asset, key and rank: how many players clicked, of how
-- many the outcome was seen, and how many were satisfied. A slice has some of the assets.
--
-- A player is one of a key. Whoever has no name is a player of a place and hour, and their outcome is never seen. An
-- outcome is the first stop or skip of the asset, with a duration, by the player within half an hour of a click. It
-- satisfied after `qualified_s`, or half of the track where that is less: the median of what its plays say, on that day
-- and half an hour longer. So all depends on the events of one day and half an hour. Sets of players do not mind what
-- comes twice, late or in another order.
--
-- The query is folded further than in the events: no punctuation, unless nothing is left, and 64 characters.
--
-- Of queries that were clicked, also how many served lists of each key showed an asset at each of the first 20 ranks. One
-- that is there twice, with the same time and assets, is one.
INSERT INTO search_clicks
    (project, query, asset_id, key, day, rank, side, snapshot, clickers, outcomes, satisfied, shown)
WITH
    toUnixTimestamp(toDateTime({day:Date}, 'UTC')) + 88200 AS until,
    clicks AS (
        SELECT
            trimBoth(replaceRegexpAll(replaceRegexpAll(folded_query, '\\p{P}+', ''), ' +', ' ')) AS bare,
            substringUTF8(if(bare = '', folded_query, bare), 1, 64) AS query,
            assumeNotNull(asset_id) AS asset,
            toString(key) AS sender,
            least(rank, 20) AS shown_at,
            if(player_id != '', sipHash64(player_id),
                sipHash64(universe, place, toStartOfHour(toDateTime(timestamp, 'UTC')))) AS player,
            timestamp AS at
        FROM events
        WHERE project = {project:String}
            AND day = {day:Date}
            AND type = 'search_click'
            AND folded_query != ''
            AND isNotNull(asset_id)
            AND asset_id % {slices:UInt32} = {slice:UInt32}
    ),
    ends AS (
        SELECT
            assumeNotNull(asset_id) AS asset, toString(key) AS sender, sipHash64(player_id) AS player, timestamp AS at,
            max(duration) AS listened
        FROM events
        WHERE project = {project:String}
            AND day >= {day:Date} AND day <= toDate({day:Date} + 1) AND timestamp < until
            AND type IN ('stop', 'skip')
            AND isNotNull(duration)
            AND player_id != ''
            AND isNotNull(asset_id)
            AND (assumeNotNull(asset_id), sipHash64(player_id)) IN (SELECT asset, player FROM clicks)
        GROUP BY asset, sender, player, at
    ),
    lengths AS (
        SELECT assumeNotNull(asset_id) AS asset, quantileExactInclusive(0.5)(assumeNotNull(duration)) AS length
        FROM events
        WHERE project = {project:String}
            AND day >= {day:Date} AND day <= toDate({day:Date} + 1) AND timestamp < until
            AND type = 'play'
            AND duration > 0
            AND isNotNull(asset_id)
            AND assumeNotNull(asset_id) IN (SELECT asset FROM clicks)
        GROUP BY asset
    ),
    players AS (
        SELECT
            clicks.query AS query, clicks.asset AS asset, clicks.sender AS sender, clicks.shown_at AS shown_at,
            clicks.player AS player,
            max(ends.at > 0 AND ends.at <= clicks.at + 1800) AS seen,
            max(ends.at > 0 AND ends.at <= clicks.at + 1800 AND ifNull(ends.listened, 0)
                >= least({qualified_s:Float64}, if(lengths.length > 0, lengths.length, inf) / 2)) AS good
        FROM clicks
        ASOF LEFT JOIN ends
            ON clicks.asset = ends.asset AND clicks.sender = ends.sender AND clicks.player = ends.player
            AND clicks.at <= ends.at
        LEFT ANY JOIN lengths ON clicks.asset = lengths.asset
        GROUP BY query, asset, sender, shown_at, player
    ),
    asked AS (
        SELECT DISTINCT
            trimBoth(replaceRegexpAll(replaceRegexpAll(folded_query, '\\p{P}+', ''), ' +', ' ')) AS bare,
            substringUTF8(if(bare = '', folded_query, bare), 1, 64) AS query
        FROM events
        WHERE project = {project:String} AND day = {day:Date} AND type = 'search_click' AND folded_query != ''
            AND isNotNull(asset_id)
    ),
    typed AS (
        SELECT
            substringUTF8(trimBoth(replaceRegexpAll(
                lowerUTF8(normalizeUTF8NFKC(substringUTF8(JSONExtractString(metadata, 'query'), 1, 256))),
                '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256) AS folded,
            trimBoth(replaceRegexpAll(replaceRegexpAll(folded, '\\p{P}+', ''), ' +', ' ')) AS bare,
            substringUTF8(if(bare = '', folded, bare), 1, 64) AS query,
            toString(key) AS sender, timestamp, JSONExtractString(metadata, 'assets') AS assets
        FROM events
        WHERE project = {project:String} AND day = {day:Date} AND type = 'search_served'
    ),
    lists AS (
        SELECT DISTINCT query, sender, timestamp, assets FROM typed WHERE query IN (SELECT query FROM asked)
    ),
    places AS (
        SELECT
            query, sender,
            arrayJoin(arraySlice(arrayEnumerate(arrayDistinct(splitByChar(',', assets)) AS ids), 1, 20)) AS shown_at,
            toUInt64OrZero(ids[shown_at]) AS asset
        FROM lists
    )
SELECT
    {project:String}, query, asset, sender, {day:Date}, shown_at, {side:UInt8}, {snapshot:UInt64},
    sum(clickers), sum(outcomes), sum(satisfied), sum(shown)
FROM (
    SELECT
        query, asset, sender, toUInt8(shown_at) AS shown_at,
        count() AS clickers, sum(seen) AS outcomes, sum(good) AS satisfied, 0 AS shown
    FROM players
    GROUP BY query, asset, sender, shown_at
    UNION ALL
    SELECT query, asset, sender, toUInt8(shown_at) AS shown_at, 0, 0, 0, count()
    FROM places
    WHERE asset > 0 AND asset % {slices:UInt32} = {slice:UInt32}
    GROUP BY query, asset, sender, shown_at
)
GROUP BY query, asset, sender, shown_at
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 1073741824
