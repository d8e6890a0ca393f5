-- How many tracks have a length by which their stops have yet to be judged.
SELECT count() AS tracks FROM known_length FINAL WHERE judged = 0
