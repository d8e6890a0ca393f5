-- How many members a JSON object has as it was sent, and how many names those have, looked at up to a limit.
SELECT
    (SELECT count(*) FROM json_each(:text)),
    (SELECT count(*) FROM (SELECT DISTINCT key FROM json_each(:text) LIMIT :names))
