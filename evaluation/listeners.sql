-- Listeners of simulated catalogues, from a file that the simulation wrote, straight into the table of events, whose views
-- fill every rollup. A track has no length here: 30 seconds are a listen.
INSERT INTO events (
    project, key, spool, block, row, position, universe, place, received_at, type, asset_id, timestamp, day, player_id,
    duration, value)
SELECT
    {project:String}, concat('key-', toString(key)), {project:String}, {block:UInt32}, rowNumberInAllBlocks(), 0,
    1000 + key, 2000 + key, at + 1,
    ['stop', 'play', 'favorite', 'vote', 'add_to_queue'][kind + 1] AS type, track, at, toDate(toDateTime(at, 'UTC')),
    toString(player), if(type IN ('stop', 'play'), 60, NULL), if(type = 'vote', 'up', '')
FROM file({file:String}, 'RowBinary', 'track UInt32, key UInt8, kind UInt8, at Float64, player UInt64')
