-- Served lists: how many of a key showed an asset for a query, at which rank, beside the clicks there.

ALTER TABLE search_clicks ADD COLUMN IF NOT EXISTS shown UInt32 COMMENT 'served lists that showed it at this rank';
