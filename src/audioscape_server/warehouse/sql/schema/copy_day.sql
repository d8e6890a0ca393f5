-- Copy the events of a day.
INSERT INTO events_by_key SELECT * FROM events WHERE day = {day:Date}
