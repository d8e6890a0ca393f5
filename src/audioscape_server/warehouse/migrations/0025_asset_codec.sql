-- Ids of assets are kept as they are: cut to the bits in which those of a granule differ (T64) they cannot be matched
-- any more, and ids of ten digits and more take twice the bytes. Parts that are there stay as they are until they are
-- merged.

ALTER TABLE events MODIFY COLUMN asset_id CODEC(ZSTD(1));
