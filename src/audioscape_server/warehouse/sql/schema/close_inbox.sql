-- Let inserts fail, and so wait: they might miss the copy of the events.
ALTER TABLE unpack MODIFY QUERY
SELECT project, key FROM inbox WHERE NOT throwIf(token >= 0, 'The warehouse is being upgraded: inserts wait')
