-- The highest number that a block ever had; 0 when there was none.
SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'blocks'
