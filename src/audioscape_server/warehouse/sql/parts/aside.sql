-- The parts that lie aside: the engine could not read them when it opened their table, or somebody detached them.
SELECT table, name AS part, reason FROM system.detached_parts WHERE database = currentDatabase() ORDER BY ALL
