-- The parts that are read.
SELECT table, name AS part FROM system.parts WHERE database = currentDatabase() AND active
