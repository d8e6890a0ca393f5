-- When the oldest waiting batch was received.
SELECT received_at FROM batches ORDER BY batch LIMIT 1
