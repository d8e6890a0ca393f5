-- Ids that this spool had before, the first one first.
SELECT id FROM former_ids ORDER BY retired_at, id
