-- The listeners of some events, as the hashes by which the rollups of places and tracks know them.
groupUniqArrayIf(bitShiftRight(sipHash64(player_id), 16), player_id != '' AND type IN ('play', 'stop', 'skip')) AS listeners
