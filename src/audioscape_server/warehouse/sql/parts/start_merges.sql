-- Merge and mutate again.
SYSTEM START MERGES
