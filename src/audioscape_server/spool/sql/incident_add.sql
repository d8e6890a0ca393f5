-- Writes down what went wrong.
INSERT INTO incidents (at, what) VALUES (?, ?)
