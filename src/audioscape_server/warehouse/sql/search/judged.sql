-- The next queries, in their order, that enough players clicked something for; a player counts once, by name. A query is
-- folded as in gather.sql. Few players say of a text who wrote it.
WITH trimBoth(replaceRegexpAll(replaceRegexpAll(folded_query, '\\p{P}+', ''), ' +', ' ')) AS bare
SELECT substringUTF8(if(bare = '', folded_query, bare), 1, 64) AS query
FROM search_day
ARRAY JOIN players AS player
WHERE project = {project:String} AND folded_query != '' AND day >= {since:Date} AND query > {after:String}
GROUP BY query
HAVING uniqUpTo(20)(player) >= {players:UInt8}
ORDER BY query
LIMIT {limit:UInt32}
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 1073741824
