-- Forgets a block; its batches are another statement's business.
DELETE FROM blocks WHERE block = ?
