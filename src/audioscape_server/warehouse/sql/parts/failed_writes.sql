-- How many writes of a file failed since the engine started: some are neither an error of the statement that wrote nor
-- of any later one.
SELECT hostName() AS host, sum(value) AS failed
FROM system.events
WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'
