-- Writes down what the server knows of its clock, in the place of what it knew.
INSERT OR REPLACE INTO clock (one, state) VALUES (1, ?)
