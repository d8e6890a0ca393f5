-- When the oldest waiting batch was received. One that was postponed stands behind younger ones, and does not count.
SELECT received_at FROM batches ORDER BY batch LIMIT 1
