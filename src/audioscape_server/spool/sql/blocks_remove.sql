-- Forgets every block; their batches wait again.
DELETE FROM blocks
