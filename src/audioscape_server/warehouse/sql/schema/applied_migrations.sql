-- Which migrations this database has seen.
SELECT name, checksum FROM migrations ORDER BY name
