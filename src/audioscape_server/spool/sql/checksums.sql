-- Every batch that waits, to be held against its checksum.
SELECT batch, checksum, payload FROM batches
