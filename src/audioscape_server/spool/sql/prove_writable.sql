-- A write that changes nothing: does the disk take it?
-- An UPDATE to the same value would not do: SQLite compares, and writes no page.
PRAGMA user_version = 0
