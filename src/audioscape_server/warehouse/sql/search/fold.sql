-- A query as searches are told apart: folded as it is in the events, and then as in gather.sql.
WITH
    substringUTF8(trimBoth(replaceRegexpAll(
        lowerUTF8(normalizeUTF8NFKC(substringUTF8({query:String}, 1, 256))),
        '[\\s\\x0b\\x1c-\\x1f\\x{85}\\p{Z}]+', ' ')), 1, 256) AS folded,
    trimBoth(replaceRegexpAll(replaceRegexpAll(folded, '\\p{P}+', ''), ' +', ' ')) AS bare
SELECT substringUTF8(if(bare = '', folded, bare), 1, 64) AS query
