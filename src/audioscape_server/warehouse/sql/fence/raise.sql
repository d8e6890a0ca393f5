-- Raise the fence to this number: whatever was sent with an older fencing token changes nothing any more.
INSERT INTO fence SELECT {raised:UInt64}
