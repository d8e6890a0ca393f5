-- Scores tell what events of custom types added, in projects that gave such types a weight.

ALTER TABLE scores ADD COLUMN IF NOT EXISTS custom Array(Tuple(type String, players Float64)) COMMENT 'sums over days of players by custom type, weighted by age' AFTER favorites;
