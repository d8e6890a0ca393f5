-- Make the table that says which asset is of which group, empty; only this connection sees it.
CREATE OR REPLACE TEMPORARY TABLE asset_group (asset UInt64, number UInt32) ENGINE = Memory
