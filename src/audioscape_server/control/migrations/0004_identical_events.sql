-- Keys of clients that send no Idempotency-Key and batch their events anew before a retry.
ALTER TABLE api_keys ADD COLUMN identical_events BOOLEAN DEFAULT FALSE NOT NULL;
