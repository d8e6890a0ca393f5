-- Forgets every mark of a repeat.
DELETE FROM repeats
