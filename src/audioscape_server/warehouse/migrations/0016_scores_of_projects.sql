-- Scores of a universe are made when somebody asks for them, from its own events: nothing is kept of them.
ALTER TABLE scores DELETE WHERE universe != 0;
ALTER TABLE scores MODIFY COLUMN universe COMMENT '0 = the whole project; others were kept by an older version';
