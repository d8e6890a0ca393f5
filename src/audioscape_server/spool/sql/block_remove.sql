-- Forgets a block; its rows are another statement's business.
DELETE FROM blocks WHERE block = ?
