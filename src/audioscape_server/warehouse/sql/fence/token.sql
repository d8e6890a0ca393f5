-- The fencing token that counts now.
SELECT 1 + max(raised) AS token FROM fence
