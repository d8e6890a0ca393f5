-- Scores tell what the surprise of a trend had to reach, which depends on how many tracks are well heard.

ALTER TABLE scores ADD COLUMN IF NOT EXISTS trend_bar Float64 COMMENT '0 = no trend was looked for, or it is not known' AFTER trend_z;
