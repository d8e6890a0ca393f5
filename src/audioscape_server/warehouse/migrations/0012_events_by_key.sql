-- Events in the order of who asks: by key, universe and place, and by time within them.
--
-- A question about one universe, one place or one key reads its own events, no longer those of the whole project; and
-- columns that are the same for many rows in turn take next to no room. A table's order cannot be changed, so the events
-- are copied into a new table, which takes the place of the old one: see the module `reorder`, which runs after this.

-- What packs better with the others beside it than by what it was packed with.
ALTER TABLE events MODIFY COLUMN row UInt64 CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN player_id String CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN completed UInt8 DEFAULT 0 CODEC(ZSTD(1));

-- Of a player, whose events are in few places of many, only those places are read: half a byte an event.
ALTER TABLE events ADD INDEX IF NOT EXISTS player player_id TYPE bloom_filter(0.01) GRANULARITY 1;
