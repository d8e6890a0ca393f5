-- Days of a plausible year, straight into the table of events, whose views fill every rollup.
--
-- Listens of Zipf-like tracks and universes, each with its play, its end and now and then a vote, a favourite, a queue-add
-- or the search that led there (one in ten with a capital), by one of five million players; two places in a universe, ten
-- API keys. Ids of tracks have ten to twelve digits, as Roblox's have.
INSERT INTO events (
    project, key, spool, block, row, position, universe, place, received_at, type, asset_id, timestamp, day, player_id,
    duration, value, metadata, query, folded_query, rank, completed)
SELECT
    'default', concat('key', toString(universe_number % 10)), 'history', day_number + 1, {day:UInt32} * {listens:UInt32} + number,
    toUInt16(position - 1), 1000000000 + universe_number * 7919, 2000000000 + universe_number * 7919 + place_number,
    round(event.2 + 0.5 + delay, 6),
    event.1, asset, greatest(event.2, midnight) AS at, toDate(toDateTime(at, 'UTC')), toString(1000000000 + player * 1013),
    event.3, event.4, if(event.1 = 'search_click', concat('{"query":"', event.5, '","rank":', toString(event.6), '}'), ''),
    event.5, lower(event.5), event.6, event.1 = 'stop' AND event.3 >= 0.9 * length
FROM (
    SELECT
        *,
        {day:UInt32} + intDiv(number, {listens:UInt32}) AS day_number,
        toFloat64({midnight:UInt32} + intDiv(number, {listens:UInt32}) * 86400) AS midnight,
        60 + sipHash64(asset) % 240 AS length,
        round(midnight + least(number % {listens:UInt32} * 86400. / {listens:UInt32} + jitter * 30, 86399.), 3) AS began,
        if(luck < 0.45, length, round(length * share, 1)) AS listened,
        least(began + listened, midnight + 86399.5) AS ended,
        arrayFilter(event -> event.1 != '', [
            ('play', began, toNullable(toFloat64(length)), '', '', 0),
            (if(luck < 0.65, 'stop', 'skip'), ended, toNullable(listened), '', '', 0),
            (if(luck BETWEEN 0.10 AND 0.18, 'vote', ''), ended - 1, NULL, if(luck < 0.16, 'up', 'down'), '', 0),
            (if(luck BETWEEN 0.20 AND 0.23, 'favorite', ''), ended - 1, NULL, '', '', 0),
            (if(luck BETWEEN 0.30 AND 0.38, 'add_to_queue', ''), began - 1, NULL, '', '', 0),
            (if(luck BETWEEN 0.50 AND 0.57, 'search_click', ''), began - 2, NULL, '', typed, clicked_rank)
        ]) AS events_of_listen
    FROM (
        SELECT
            number,
            1000000000 + toUInt64(pow({tracks:UInt32}, rand64(1) / 18446744073709551616.)) * 6700417 AS asset,
            toUInt32(pow({universes:UInt32}, rand64(2) / 18446744073709551616.)) AS universe_number,
            rand64(3) % {players:UInt32} AS player,
            rand64(4) % 1000000 / 1000000. AS jitter,
            rand64(5) % 1000 / 1000. AS luck,
            rand64(6) % 1000 / 1000. AS share,
            rand64(7) % 2 AS place_number,
            rand64(8) % 5000000 / 1000000. AS delay,
            concat(if(rand64(11) % 10 = 0, 'Query ', 'query '), toString(toUInt32(pow(3000, rand64(9) % 1000 / 1000.)))) AS typed,
            toUInt32(1 + rand64(10) % 10) AS clicked_rank
        FROM numbers({listens:UInt32} * {days:UInt32})
    )
)
ARRAY JOIN events_of_listen AS event, arrayEnumerate(events_of_listen) AS position
