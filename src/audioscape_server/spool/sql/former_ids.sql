-- Ids that this spool had before and when it retired them, the first one first.
SELECT id, retired_at FROM former_ids ORDER BY retired_at, id
