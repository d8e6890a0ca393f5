-- Remove what was copied of a day by a run that was cut short.
ALTER TABLE events_by_key DROP PARTITION {day:String}
