-- What the server on this file knows of its clock, if it wrote that down.
SELECT state FROM clock
