-- How many elements a JSON array has.
SELECT json_array_length(:text)
