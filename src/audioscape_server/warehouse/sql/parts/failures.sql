-- How many files could not be written or synced, and how many could not be opened, since the engine started. Of the first
-- some are neither an error of the statement that wrote nor of any later one.
SELECT
    hostName() AS host,
    (SELECT sum(value) FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed')
        + (SELECT sum(value) FROM system.errors WHERE name = 'CANNOT_FSYNC' AND NOT remote) AS written,
    (SELECT sum(value) FROM system.errors WHERE name = 'CANNOT_OPEN_FILE' AND NOT remote) AS opened
