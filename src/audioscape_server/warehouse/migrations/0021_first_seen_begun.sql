-- Days are noted before they are gathered, too: of one that was given up half-way, players may stand in first_seen who
-- are in no event any more, once a repair has taken events away.

ALTER TABLE first_seen_days ADD COLUMN IF NOT EXISTS gathered UInt8 DEFAULT 1
    COMMENT '0 = begun: some players of the day may be in first_seen';
