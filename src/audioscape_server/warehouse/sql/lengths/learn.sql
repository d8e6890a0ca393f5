-- Learn the length of each track that has none yet, or whose plays now say another: more than a hundredth away, or at
-- all where the length was taken in passing from one block.
-- The exact median, without expanding the counts: with n plays it is the mean of the plays at (n-1)/2 and n/2 in order of
-- length, and the play at position p is the first length whose running count exceeds p.
-- Version 1 is for what was taken in passing: a row of that kind which comes late must not hide one from here.
INSERT INTO known_length
SELECT project, asset_id, median AS length, 0 AS judged, greatest(known.version, 1) + 1 AS version
FROM (
    WITH
        arraySort(groupArray((duration, plays))) AS lengths,
        arrayCumSum(lengths.2) AS upto,
        upto[-1] AS n,
        lengths[arrayFirstIndex(x -> x > intDiv(n - 1, 2), upto)].1 AS lower,
        lengths[arrayFirstIndex(x -> x > intDiv(n, 2), upto)].1 AS upper
    SELECT project, asset_id, (lower + upper) / 2 AS median
    FROM (
        SELECT project, asset_id, duration, sum(events) AS plays
        FROM track_length_day
        GROUP BY project, asset_id, duration
    )
    GROUP BY project, asset_id
) AS heard
LEFT ANY JOIN (SELECT project, asset_id, length AS learned, judged AS applied, version FROM known_length FINAL) AS known
    USING (project, asset_id)
WHERE known.version = 0 OR abs(median - learned) > 0.01 * learned OR applied = 2
