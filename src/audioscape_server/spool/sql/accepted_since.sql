-- Events by project that were accepted from a batch on, and wait.
SELECT project, sum(events) FROM batches WHERE batch >= ? GROUP BY project
