-- Scores say how far one key may lift an asset, and their ends are counted after the cap of each key.

ALTER TABLE scores ADD COLUMN IF NOT EXISTS key_growth Float64 COMMENT 'what a usual key may add, for each listener of the others' AFTER uncapped;
ALTER TABLE scores MODIFY COLUMN ends Float64 COMMENT 'players and days with a stop or a skip, after the cap';
ALTER TABLE scores MODIFY COLUMN early_skips Float64;
