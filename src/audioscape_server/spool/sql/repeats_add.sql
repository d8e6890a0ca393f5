-- Marks a batch as a repeat of a batch that another batch stored first.
INSERT OR IGNORE INTO repeats (batch) VALUES (?)
