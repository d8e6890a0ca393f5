-- What numbers are packed by. Parts that are there stay as they are until they are merged.
--
-- Ids of assets are kept as they are: cut to the bits in which those of a granule differ (T64) they cannot be matched any
-- more, and ids of ten digits and more take twice the bytes. Of players' hashes there is nothing to match, and 16 of the
-- 64 bits of each are empty: cut to the others they take a tenth less, and are read in two thirds of the time.

ALTER TABLE events MODIFY COLUMN asset_id CODEC(ZSTD(1));

ALTER TABLE track_day MODIFY COLUMN listeners CODEC(T64, ZSTD(1));

ALTER TABLE place_day MODIFY COLUMN listeners CODEC(T64, ZSTD(1)), MODIFY COLUMN others CODEC(T64, ZSTD(1));

ALTER TABLE search_day MODIFY COLUMN players CODEC(T64, ZSTD(1));

ALTER TABLE custom_day MODIFY COLUMN players CODEC(T64, ZSTD(1));
