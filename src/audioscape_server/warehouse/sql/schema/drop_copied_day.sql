-- Remove what was copied of a day by a run that was cut short.
ALTER TABLE {copy:Identifier} DROP PARTITION {day:String}
