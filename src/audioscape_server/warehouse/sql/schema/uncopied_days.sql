-- Days of which the copy lacks events, or has some too many.
SELECT day, max(side = 'copy') AS is_begun
FROM (
    SELECT 'events' AS side, day, count() AS events FROM events GROUP BY day
    UNION ALL
    SELECT 'copy' AS side, day, count() AS events FROM {copy:Identifier} GROUP BY day
)
GROUP BY day
HAVING sumIf(events, side = 'events') != sumIf(events, side = 'copy')
ORDER BY day
