-- The lowest number of a batch that waits; when none does, the number that the next one will have.
SELECT coalesce(
    (SELECT min(batch) FROM batches),
    (SELECT max(seq) FROM sqlite_sequence WHERE name = 'batches') + 1,
    1
)
