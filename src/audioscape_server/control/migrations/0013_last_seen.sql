-- When a person was seen last in each project: a session that has ended tells it no more.
ALTER TABLE user_roles ADD COLUMN seen_at FLOAT;
