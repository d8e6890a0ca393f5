-- What tells the secrets of a key apart, and when each was used last: so that a rotation can be seen to its end.
ALTER TABLE api_key_secrets ADD COLUMN last4 VARCHAR(4);
ALTER TABLE api_key_secrets ADD COLUMN used_at FLOAT;
