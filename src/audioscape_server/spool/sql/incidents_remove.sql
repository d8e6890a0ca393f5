-- Forgets what went wrong, once somebody has read it.
DELETE FROM incidents
