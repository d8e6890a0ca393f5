-- Makes a block of a range of rows.
INSERT INTO blocks (first_row, last_row, attempt) VALUES (?, ?, 1) RETURNING block, first_row, last_row, attempt
