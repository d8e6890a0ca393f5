-- When the oldest waiting row was received.
SELECT received_at FROM rows ORDER BY row LIMIT 1
