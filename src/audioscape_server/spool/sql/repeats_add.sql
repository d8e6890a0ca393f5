-- Marks a row as a repeat of a batch that another row stored first.
INSERT OR IGNORE INTO repeats (row) VALUES (?)
